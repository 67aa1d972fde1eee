"""Pages by keyboard, on a phone, in the dark, and for who cannot see them."""

import os
import pathlib
import re

import pytest

from support import browsing, page_probes

pytestmark = browsing.MARKS
AXE = os.environ.get("TWINSPLICE_AXE")
"""The file axe.min.js of the npm package axe-core, where it is to be asked."""


def test_all_can_be_done_by_keyboard(visit: browsing.Visit) -> None:
    page = visit.page
    page.goto(visit.address)
    browsing.expect(page.get_by_label("Variant, in any form")).to_be_focused()
    page.keyboard.type(browsing.PLACE)
    page.keyboard.press("Enter")
    browsing.expect(page.locator("#status")).to_contain_text("Exon 11 of 23 is skipped")
    seen: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "document.activeElement.getAttribute('aria-label')"
            " ?? document.activeElement.textContent"
        )
        seen.append(str(name))
        if page.evaluate("document.activeElement.closest('.heat-grid') !== null"):
            break
        if page.evaluate("document.activeElement.matches('svg.profile')"):
            before = browsing.shown(page)
            page.keyboard.press("+")
            assert browsing.shown(page) < before
            page.keyboard.press("n")
            browsing.expect(page.locator(".picture .readout b")).to_be_visible()
        if page.evaluate("document.activeElement.closest('.positions') !== null"):
            page.locator(".heat-grid").wait_for()
    else:
        pytest.fail(f"the map is not reached: {seen}")
    page.keyboard.press("ArrowRight")
    chosen = page.evaluate("document.activeElement.dataset.variant")
    page.keyboard.press("Enter")
    browsing.expect(page.locator("h2")).to_be_focused()
    assert visit.query["variant"] == [chosen] != [browsing.PLACE]


def test_a_phone_shows_all_within_its_width(phone: browsing.Visit) -> None:
    page = phone.page
    phone.look_up(browsing.PUBLISHED)
    page.locator(".heat").scroll_into_view_if_needed()
    page.locator(".heat-grid").wait_for()
    for name in ("one", "many"):
        if name == "many":
            page.goto(f"{phone.address}/many")
            page.get_by_role("button", name="Fill in an example").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate(page_probes.SMALLEST_TEXT) >= 14
        assert page.evaluate(page_probes.OUTSIDE) == []
        phone.picture(f"{name}-390-dark")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_in_both_themes(visit: browsing.Visit, theme: str) -> None:
    page = visit.page
    visit.look_up("13-32936829-A-AG")
    if theme == "dark":
        page.get_by_role("button", name="Use dark colours").click()
        page.reload()
        page.locator(".lead").wait_for()
    page.get_by_role("button", name="Zoom in to the variant's bases").click()
    browsing.expect(page.locator(".comparison")).not_to_have_attribute(
        "aria-busy", "true"
    )
    assert page.evaluate(page_probes.WEAK) == []
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", background)[:3])) / 3
    assert (brightness < 64) == (theme == "dark")
    visit.picture(f"insertion-1200-{theme}")


def test_everything_has_a_name_for_who_cannot_see_it(visit: browsing.Visit) -> None:
    page = visit.page
    for address in (f"/?variant={browsing.PLACE}&build=GRCh37", "/many"):
        page.goto(visit.address + address)
        page.locator("article.answer, #limits").first.wait_for()
        tree = page.locator("body").aria_snapshot()
        unnamed = re.findall(
            r"^\s*- (?:button|link|textbox|combobox|checkbox|spinbutton|table|grid)"
            r"(?: \[[^\]]*\])*:?$",
            re.sub(r"- table:?\n", "", tree),
            re.MULTILINE,
        )
        assert unnamed == []
        for landmark in ("banner", "main", "contentinfo", "navigation"):
            assert re.search(rf"^\s*- {landmark}\b", tree, re.MULTILINE), landmark
        assert page.locator("h1").count() == 1
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
        assert len(ids) == len(set(ids))
        assert page.evaluate("document.documentElement.lang") == "en"
    page.keyboard.press("Tab")
    browsing.expect(
        page.get_by_role("link", name="Skip to the content")
    ).to_be_focused()


@pytest.mark.skipif(AXE is None, reason="TWINSPLICE_AXE names no axe.min.js")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "address",
    [
        *("", f"?variant={browsing.PLACE}", "?variant=BRAC1:c.5A>G"),
        *("?variant=1-5-A-C", "many"),
    ],
)
def test_axe_finds_nothing(visit: browsing.Visit, address: str, theme: str) -> None:
    page = visit.page
    visit.refused = "BRAC1" in address
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(f"{visit.address}/{address}")
    if address.startswith("?"):
        page.locator("article.answer, .refusal").first.wait_for()
    if browsing.PLACE in address:
        page.locator(".heat").scroll_into_view_if_needed()
        page.locator(".heat-grid").wait_for()
    if address == "many":
        page.get_by_role("button", name="Fill in an example").click()
        page.get_by_role("button", name="Score").click()
        page.locator("tbody tr").first.wait_for(timeout=60_000)
    page.evaluate(pathlib.Path(str(AXE)).read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document)")
    assert [(each["id"], each["help"]) for each in found["violations"]] == []
    assert len(found["passes"]) > 10


def test_two_fingers_zoom(phone: browsing.Visit) -> None:
    phone.look_up(browsing.PLACE)
    page = phone.page
    drawing = page.locator("svg.profile")
    drawing.scroll_into_view_if_needed()
    before = browsing.shown(page)
    box = drawing.bounding_box()
    assert box is not None
    fingers = page.context.new_cdp_session(page)
    middle, y = box["x"] + box["width"] / 2, box["y"] + 100

    def touch(kind: str, *apart: float) -> None:
        points = [{"x": middle + each, "y": y, "id": n} for n, each in enumerate(apart)]
        given = {"type": kind, "touchPoints": points}
        fingers.send("Input.dispatchTouchEvent", given)

    touch("touchStart", -30, 30)
    touch("touchMove", -60, 60)
    touch("touchMove", -90, 90)
    touch("touchEnd")
    assert browsing.shown(page) < before / 2
