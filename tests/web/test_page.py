"""The look-up page in a real Chromium, against the server on the bundled genes.

Every test ends with what all pages owe: no error in the console, nothing asked of another
host, no violation of the Content-Security-Policy. Pictures are kept in `.bench/page`.
"""

import dataclasses
import importlib.resources
import json
import pathlib
import re
import shutil
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
pytest.importorskip("fastapi", reason="the extra serve is not installed")

from playwright import sync_api as playwright  # noqa: E402

from support import trained_models  # noqa: E402
from twinsplice.predictors import checkpoints  # noqa: E402
from twinsplice.settings import serve as serve_settings  # noqa: E402
from twinsplice.web import instances, running  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PICTURES = pathlib.Path(__file__).parents[2] / ".bench" / "page"
OTHER = "small"
PUBLISHED, PLACE = "BRCA1:c.4185+1G>A", "17-41242960-C-T"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of ours and a small model, in a thread of its own."""
    other = tmp_path_factory.mktemp("models") / OTHER
    other.mkdir()
    checkpoints.save(other / checkpoints.NAME, trained_models.paired_model(), {})
    config = serve_settings.Config(
        demo=True, model=("twinsplice", str(other)), port=0, threads=1, quiet=True
    )
    with running.listening(config) as listener, instances.opened(config) as opened:
        server = running.server_of(config, opened)
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=20)


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as driver:
        # The sandbox needs rights that a container's root lacks; only our page is shown.
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@dataclasses.dataclass
class Visit:
    """A page, and what went wrong on it.

    Attributes:
        page: The page.
        address: The server's.
        refused: Whether the server refuses something, which Chromium logs.
    """

    page: playwright.Page
    address: str
    refused: bool = False

    def look_up(self, variant: str, **query: object) -> None:
        """Open the page of a variant and wait for its answer."""
        held = {"variant": variant, "build": "GRCh37", **query}
        text = urllib.parse.urlencode({k: str(v) for k, v in held.items()})
        self.page.goto(f"{self.address}/?{text}")
        self.page.locator("article.answer, .refusal").first.wait_for()

    def asked(self, path: str, **query: object) -> Any:
        """Return the JSON of the API, not by way of the page."""
        held = urllib.parse.urlencode({k: str(v) for k, v in query.items()})
        with urllib.request.urlopen(f"{self.address}/api/v1/{path}?{held}") as answer:
            return json.load(answer)

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    @property
    def query(self) -> dict[str, list[str]]:
        """The question in the address."""
        return urllib.parse.parse_qs(urllib.parse.urlsplit(self.page.url).query)


_VIOLATIONS = """
globalThis.violations = [];
addEventListener("securitypolicyviolation",
  (event) => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


def _visit(
    browser: playwright.Browser, server: str, **options: Any
) -> Iterator[Visit]:
    context = browser.new_context(
        **{"viewport": {"width": 1200, "height": 900}} | options,
        accept_downloads=True,
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    visit = Visit(page, server)
    errors: list[str] = []
    foreign: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda said: errors.append(said.text) if said.type == "error" else None,
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((server, "data:", "blob:"))
            else foreign.append(request.url)
        ),
    )
    page.add_init_script(_VIOLATIONS)
    yield visit
    violations = page.evaluate("globalThis.violations")
    context.close()
    if visit.refused:
        errors = [error for error in errors if "Failed to load resource" not in error]
    assert (errors, foreign, violations) == ([], [], [])


@pytest.fixture
def visit(browser: playwright.Browser, server: str) -> Iterator[Visit]:
    """A page as wide as a desk's."""
    yield from _visit(browser, server)


@pytest.fixture
def phone(browser: playwright.Browser, server: str) -> Iterator[Visit]:
    """A page as wide as a phone's, in the dark."""
    size: Any = {"width": 390, "height": 844}
    yield from _visit(
        browser, server, viewport=size, color_scheme="dark", has_touch=True
    )


def expect(locator: playwright.Locator) -> playwright.LocatorAssertions:
    return playwright.expect(locator)


def shown(page: playwright.Page) -> int:
    """Return how many bases a picture shows."""
    text = page.locator(".picture .extent").inner_text()
    return int(text.split(" ")[0].replace(",", ""))


def test_a_first_visit_finds_what_a_published_variant_does(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.address)
    expect(page.get_by_label("Variant, in any form")).to_be_focused()
    page.locator("#examples a").first.click()
    expect(page.locator(".lead .sentence")).to_contain_text("Exon 11 of 23 is skipped")
    expect(page.locator("h2")).to_contain_text("NM_007294.4:c.4185+1G>A")
    assert visit.query["variant"] == [PUBLISHED]
    assert "c.4185+1G>A" in page.title()
    page.go_back()
    expect(page.locator("#answer")).to_be_hidden()
    page.go_forward()
    expect(page.locator(".lead")).to_be_visible()
    expect(page.get_by_label("Variant, in any form")).to_have_value(PUBLISHED)
    expect(page.locator(".comparison tbody tr").nth(1)).not_to_contain_text("asked")
    expect(page.locator(".comparison")).not_to_have_attribute("aria-busy", "true")
    page.locator(".heat").scroll_into_view_if_needed()
    page.locator(".heat-grid").wait_for()
    visit.picture("one-1200-light")


def test_numbers_are_those_of_the_api(visit: Visit) -> None:
    visit.look_up(PLACE)
    gene = visit.asked("variant", variant=PLACE, build="GRCh37")["genes"][0]
    rows = visit.page.locator(".scores tbody tr")
    for number, change in enumerate(gene["changes"]):
        text = rows.nth(number).inner_text()
        assert f"{change['size']:.2f}" in text
        assert f"{change['ref']:.2f} \u2192 {change['alt']:.2f}" in text
        assert f"{change['position']:,}" in text
    figures = visit.page.locator(".meaning strong").all_inner_texts()
    wanted = [gene[name] for name in ("p_altered", "exon_inclusion", "p_base")]
    assert figures == [f"{value:.2f}" for value in wanted if value is not None]
    positions = visit.page.locator(".positions tbody tr")
    assert positions.count() == len(gene["positions"])
    other = visit.asked("scores", variant=PLACE, build="GRCh37", models="all")
    cells = visit.page.locator(".comparison tbody tr").nth(1)
    (own,) = [m for m in other["models"] if m["model"]["name"] == OTHER]
    expect(cells).to_contain_text(f"{own['genes'][0]['max_delta']:.2f}")
    expect(cells).to_contain_text(own["model"]["licence"])


def test_positions_sort_and_show_their_place(visit: Visit) -> None:
    visit.look_up(PLACE)
    head = visit.page.locator(".positions th").first
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    shown = visit.page.locator(".positions tbody tr td:first-child").all_inner_texts()
    values = [int(text.replace(",", "")) for text in shown]
    assert values == sorted(values)
    visit.page.locator(".positions tbody button").first.click()
    expect(visit.page.locator(".picture .readout b")).to_have_text(f"{values[0]:,}")


def test_the_picture_zooms_moves_and_is_read_out(visit: Visit) -> None:
    visit.look_up(PLACE)
    page, drawing = visit.page, visit.page.locator("svg.profile")
    before = shown(page)
    page.get_by_role("button", name="Zoom in", exact=True).click()
    assert shown(page) < before
    drawing.focus()
    page.keyboard.press("-")
    assert shown(page) == before
    drawing.hover(position={"x": 500, "y": 120})
    expect(page.locator(".picture .readout")).to_contain_text("acceptor")
    page.mouse.wheel(0, -400)
    page.wait_for_function(
        "(before) => parseInt(document.querySelector('.extent').textContent) < before",
        arg=before,
    )
    page.get_by_role("button", name="Zoom in to the variant's bases").click()
    expect(drawing.locator(".letters .replaced")).to_have_count(1)
    axis = drawing.locator("text.soft").all_text_contents
    unmoved = axis()
    page.keyboard.press("ArrowRight")
    drawing.focus()
    page.keyboard.press("ArrowRight")
    assert axis() != unmoved
    box = drawing.bounding_box()
    assert box is not None
    unmoved = axis()
    page.mouse.move(box["x"] + 600, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 80, steps=3)
    page.mouse.up()
    assert axis() != unmoved
    drawing.focus()
    page.keyboard.press("0")
    assert shown(page) == 1001
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture as shown").click()
    assert pathlib.Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_inserted_and_deleted_bases_are_shown_as_such(visit: Visit) -> None:
    page = visit.page
    for variant, kind, count in (
        ("13-32936829-A-AG", "inserted", 1),
        ("7-117199644-ATCT-A", "deleted", 3),
        ("7-117171169-GT-TA", "replaced", 2),
    ):
        visit.look_up(variant)
        page.get_by_role("button", name="Zoom in to the variant's bases").click()
        expect(page.locator(f".letters .{kind}")).to_have_count(count)
    visit.look_up("17-41242960-C-CTTGGTAAGT")
    rows = page.locator(".positions tbody tr", has_text="inserted")
    gene = visit.asked("variant", variant="17-41242960-C-CTTGGTAAGT")["genes"][0]
    assert rows.count() == sum(bool(each["inserted"]) for each in gene["positions"]) > 0
    # The alternate's row reads as the alternate does.
    page.get_by_role("button", name="Zoom in to the variant's bases").click()
    letters = page.locator(".letters text").all_text_contents()[2:]
    assert "CTTGGTAAGT" in "".join(letters[1::2])
    assert "C\u2013\u2013\u2013\u2013\u2013\u2013\u2013\u2013\u2013" in "".join(letters[::2])


def test_switches_ask_anew_and_stand_in_the_address(visit: Visit) -> None:
    visit.look_up(PLACE)
    page = visit.page
    sizes = page.locator(".scores .size")

    def of(**query: object) -> list[str]:
        answer = visit.asked("variant", variant=PLACE, **query)
        return [f"{each['size']:.2f}" for each in answer["genes"][0]["changes"]]

    model = page.get_by_role("combobox", name="Model")
    distance = page.get_by_role("spinbutton")
    distance.fill("20")
    distance.blur()
    near = of(distance=20)
    expect(sizes).to_have_text(near)
    assert near != of()
    assert visit.query["distance"] == ["20"]
    page.get_by_label("Mask").check()
    page.wait_for_url("**&mask=true")
    model.select_option(OTHER)
    other = of(distance=20, mask=True, model=OTHER)
    expect(sizes).to_have_text(other)
    assert other != near
    assert visit.query["model"] == [OTHER]
    page.reload()
    expect(sizes).to_have_text(other)
    expect(model).to_have_value(OTHER)
    expect(distance).to_have_value("20")
    expect(page.get_by_label("Mask")).to_be_checked()
    for _ in range(3):
        page.go_back()
    expect(sizes).to_have_text(of())
    expect(model).to_have_value("twinsplice")
    expect(distance).to_have_value("500")


def test_a_refusal_is_shown_in_place_and_markup_stays_text(visit: Visit) -> None:
    visit.refused = True
    page = visit.page
    page.goto(visit.address)
    hostile = "<img src=x onerror=alert(1)>:c.1A>G"
    page.get_by_label("Variant, in any form").fill(hostile)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("onerror")
    assert page.locator(".refusal img").count() == 0
    visit.look_up(PUBLISHED, build="GRCh39")
    expect(page.get_by_role("alert")).to_contain_text("GRCh39")
    visit.look_up("17-41242960-G-T")
    expect(page.locator(".answer .refusal")).to_contain_text("the reference has C")
    visit.picture("refusal-1200-light")


def test_a_guess_is_a_link(visit: Visit) -> None:
    visit.refused = True
    page = visit.page
    refusal = json.dumps({"error": "no", "reason": "x", "guesses": [PUBLISHED]})

    def refuse(route: playwright.Route) -> None:
        if "BRAC1" in route.request.url:
            route.fulfill(status=422, body=refusal, content_type="application/json")
        else:
            route.continue_()

    page.route("**/api/v1/variant?*", refuse)
    visit.look_up("BRAC1:c.4185+1G>A")
    page.get_by_role("link", name=PUBLISHED, exact=True).last.click()
    expect(page.locator("h2")).to_be_focused()
    assert visit.query["variant"] == [PUBLISHED]


def test_a_busy_server_is_asked_again(visit: Visit) -> None:
    visit.refused = True
    asked: list[str] = []

    def once(route: playwright.Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            route.continue_()
            return
        route.fulfill(status=503, headers={"Retry-After": "1"}, body="{}")

    visit.page.route("**/api/v1/variant?*", once)
    visit.look_up(PLACE)
    expect(visit.page.locator(".lead")).to_be_visible()
    assert len(asked) == 2


def test_all_can_be_done_by_keyboard(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.address)
    expect(page.get_by_label("Variant, in any form")).to_be_focused()
    page.keyboard.type(PLACE)
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("Exon 11 of 23 is skipped")
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
            before = shown(page)
            page.keyboard.press("+")
            assert shown(page) < before
            page.keyboard.press("n")
            expect(page.locator(".picture .readout b")).to_be_visible()
        if page.evaluate("document.activeElement.closest('.positions') !== null"):
            page.locator(".heat-grid").wait_for()
    else:
        pytest.fail(f"the map is not reached: {seen}")
    page.keyboard.press("ArrowRight")
    chosen = page.evaluate("document.activeElement.dataset.variant")
    page.keyboard.press("Enter")
    expect(page.locator("h2")).to_be_focused()
    assert visit.query["variant"] == [chosen] != [PLACE]


def test_the_map_has_the_scan_s_numbers(visit: Visit) -> None:
    visit.look_up(PLACE)
    page = visit.page
    page.locator(".heat").scroll_into_view_if_needed()
    cells = page.locator(".heat-grid a")
    cells.first.wait_for()
    assert cells.count() == 61 * 3
    position = 41_242_960
    scan = visit.asked(
        "scan", contig="17", start=position, end=position, gene="BRCA1"
    )
    for base in "AGT":
        gain, loss = scan["gain"][base][0], scan["loss"][base][0]
        text = f"gain {gain:.2f}" if gain >= loss else f"loss {loss:.2f}"
        cell = page.locator(f"[data-variant='17-{position}-C-{base}']")
        expect(cell).to_have_attribute("aria-label", f"{position} C to {base}, {text}")


def test_an_answer_is_taken_along(visit: Visit) -> None:
    page = visit.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.look_up(PLACE)
    page.get_by_role("button", name="Copy for a report").click()
    expect(page.locator(".said")).to_have_text("Copied.")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text == visit.asked("variant", variant=PLACE)["text"].rstrip() + "\n"
    for name, begins in (("TSV", b"chrom"), ("JSON", b"{"), ("Picture", b"\x89PNG")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        kept = pathlib.Path(download.value.path()).read_bytes()
        assert kept.lower().startswith(begins.lower())
        assert PLACE in download.value.suggested_filename


def test_lines_are_scored_sorted_and_filtered(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/many")
    page.get_by_label("Variants, one a line").fill(f"{PUBLISHED}\n11-47364709-C-T\nno")
    page.get_by_role("button", name="Score", exact=True).click()
    rows = page.locator(".many tbody tr")
    rows.first.wait_for()
    assert rows.count() >= 3
    visit.picture("many-1200-light")
    head = page.get_by_role("columnheader", name="Largest")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(rows.first).to_contain_text("BRCA1")
    page.get_by_label("Find").fill("mybpc3")
    expect(rows).to_have_count(1)
    page.get_by_label("Find").fill("")
    page.get_by_label("Show").select_option("unscored")
    expect(rows).to_have_count(1)
    page.get_by_label("Show").select_option("all")
    for name, begins in (("VCF", b"##fileformat"), ("TSV", b"chrom")):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Download {name}").click()
        kept = pathlib.Path(download.value.path()).read_bytes()
        assert kept.lower().startswith(begins)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=PLACE).first.click()
    expect(opened.value.locator(".lead")).to_contain_text("Exon 11")


_DROP = """([text, name]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  const target = document.getElementById("drop");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(kind,
      { bubbles: true, cancelable: true, dataTransfer: files }));
  }
}"""


def test_a_vcf_is_dropped(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/many")
    page.locator("#limits", has_text="variants").wait_for()
    vcf = (importlib.resources.files("twinsplice.data") / "demo.vcf").read_text()
    page.evaluate(_DROP, [vcf, "demo.vcf"])
    expect(page.locator("#chosen")).to_contain_text("demo.vcf")
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator("#status")).to_contain_text("Done", timeout=20_000)
    alleles = sum(
        len(line.split("\t")[4].split(","))
        for line in vcf.splitlines()
        if not line.startswith("#")
    )
    assert page.locator(".many tbody tr").count() >= alleles
    page.reload()
    expect(page.locator("#status")).to_contain_text("Done")


def test_a_phone_shows_all_within_its_width(phone: Visit) -> None:
    page = phone.page
    phone.look_up(PUBLISHED)
    page.locator(".heat").scroll_into_view_if_needed()
    page.locator(".heat-grid").wait_for()
    for name in ("one", "many"):
        if name == "many":
            page.goto(f"{phone.address}/many")
            page.get_by_role("button", name="Fill in an example").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate(_SMALLEST_TEXT) >= 14
        assert page.evaluate(_OUTSIDE) == []
        phone.picture(f"{name}-390-dark")


_SMALLEST_TEXT = """() => {
  const sizes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !parent.checkVisibility()) continue;
    sizes.push(parseFloat(getComputedStyle(parent).fontSize));
  }
  return Math.min(...sizes);
}"""
_OUTSIDE = """() => [...document.querySelectorAll("main *")].filter((each) =>
  each.checkVisibility() && !each.closest(".scrolls, .unseen, svg")
  && each.getBoundingClientRect().right > innerWidth + 1).map((each) => each.outerHTML.slice(0, 80))"""
_CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parsed = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => rgb.slice(0, 3).map((each) => each / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, place) => sum + c * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parsed(getComputedStyle(each).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return parsed("white");
  };
  const weak = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !parent.checkVisibility()) continue;
    if (parent.closest("noscript, script, .unseen, svg .exon-number")) continue;
    const style = getComputedStyle(parent);
    const colour = parsed(parent.closest("svg") ? style.fill : style.color);
    const [one, other] = [light(colour), light(behind(parent))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) weak.push([parent.outerHTML.slice(0, 90), ratio]);
  }
  return weak;
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_in_both_themes(visit: Visit, theme: str) -> None:
    page = visit.page
    visit.look_up("13-32936829-A-AG")
    if theme == "dark":
        page.get_by_role("button", name="Use dark colours").click()
        page.reload()
        page.locator(".lead").wait_for()
    page.get_by_role("button", name="Zoom in to the variant's bases").click()
    expect(page.locator(".comparison")).not_to_have_attribute("aria-busy", "true")
    assert page.evaluate(_CONTRASTS) == []
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", background)[:3])) / 3
    assert (brightness < 64) == (theme == "dark")
    visit.picture(f"insertion-1200-{theme}")


def test_everything_has_a_name_for_who_cannot_see_it(visit: Visit) -> None:
    page = visit.page
    for address in (f"/?variant={PLACE}&build=GRCh37", "/many"):
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
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()


_READ = """async ([profile, variant]) => {
  const columns = (await import("/static/columns.js")).of(profile, variant);
  const letters = [...Array(columns.width).keys()].map(columns.letters);
  const read = (name) => letters.map((each) => each[name] ?? "").join("");
  const there = [...Array(columns.width).keys()].every((column) => {
    const { position, number } = columns.baseOf(column);
    return columns.columnOf(position, number) === column;
  });
  return { ref: read("ref"), alt: read("alt"), there };
}"""


@pytest.mark.parametrize(
    ("ref", "alt"),
    [("C", "T"), ("C", "CTT"), ("CCT", "C"), ("CC", "TA"), ("CCT", "GA"), ("CC", "AGTT")],
)
def test_the_picture_s_letters_are_the_variant_s(
    visit: Visit, ref: str, alt: str
) -> None:
    start = 41_242_960
    answer = visit.asked("variant", variant=f"17-{start}-{ref}-{alt}")
    visit.page.goto(visit.address)
    profile = answer["genes"][0]["profile"]
    read = visit.page.evaluate(_READ, [profile, answer["variant"]])
    sequence, first = profile["sequence"], start - profile["start"]
    assert read["ref"] == sequence
    assert read["alt"] == sequence[:first] + alt + sequence[first + len(ref) :]
    assert read["there"]
