"""The picture of a variant, and the map of substitutions."""

import pathlib

from support import browsing, page_probes

pytestmark = browsing.MARKS


def test_the_picture_zooms_moves_and_is_read_out(visit: browsing.Visit) -> None:
    visit.look_up(browsing.PLACE)
    page, drawing = visit.page, visit.page.locator("svg.profile")
    before = browsing.shown(page)
    page.get_by_role("button", name="Zoom in", exact=True).click()
    assert browsing.shown(page) < before
    drawing.focus()
    page.keyboard.press("-")
    assert browsing.shown(page) == before
    drawing.hover(position={"x": 500, "y": 120})
    browsing.expect(page.locator(".picture .readout")).to_contain_text("acceptor")
    page.mouse.wheel(0, -400)
    page.wait_for_function(
        "(before) => parseInt(document.querySelector('.extent').textContent) < before",
        arg=before,
    )
    page.get_by_role("button", name="Zoom in to the variant's bases").click()
    browsing.expect(drawing.locator(".letters .replaced")).to_have_count(1)
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
    assert browsing.shown(page) == 1001
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture as shown").click()
    assert pathlib.Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_inserted_and_deleted_bases_are_shown_as_such(visit: browsing.Visit) -> None:
    page = visit.page
    for variant, kind, count in (
        ("13-32936829-A-AG", "inserted", 1),
        ("7-117199644-ATCT-A", "deleted", 3),
        ("7-117171169-GT-TA", "replaced", 2),
    ):
        visit.look_up(variant)
        page.get_by_role("button", name="Zoom in to the variant's bases").click()
        browsing.expect(page.locator(f".letters .{kind}")).to_have_count(count)
    visit.look_up("17-41242960-C-CTTGGTAAGT")
    rows = page.locator(".positions tbody tr", has_text="inserted")
    gene = visit.asked("variant", variant="17-41242960-C-CTTGGTAAGT")["genes"][0]
    assert rows.count() == sum(bool(each["inserted"]) for each in gene["positions"]) > 0
    # The alternate's row reads as the alternate does.
    page.get_by_role("button", name="Zoom in to the variant's bases").click()
    letters = page.locator(".letters text").all_text_contents()[2:]
    assert "CTTGGTAAGT" in "".join(letters[1::2])
    assert "C\u2013\u2013\u2013\u2013\u2013\u2013\u2013\u2013\u2013" in "".join(
        letters[::2]
    )


VARIANTS = (
    ("C", "T"),
    ("C", "CTT"),
    ("CCT", "C"),
    ("CC", "TA"),
    ("CCT", "GA"),
    ("CC", "AGTT"),
)


def test_the_picture_s_letters_are_the_variant_s(visit: browsing.Visit) -> None:
    start = 41_242_960
    visit.page.goto(visit.address)
    for ref, alt in VARIANTS:
        answer = visit.asked("variant", variant=f"17-{start}-{ref}-{alt}")
        profile = answer["genes"][0]["profile"]
        given = [profile, answer["variant"]]
        read = visit.page.evaluate(page_probes.LETTERS, given)
        sequence, first = profile["sequence"], start - profile["start"]
        assert read["ref"] == sequence
        assert read["alt"] == sequence[:first] + alt + sequence[first + len(ref) :]
        assert read["there"]


def test_the_map_has_the_scan_s_numbers(visit: browsing.Visit) -> None:
    visit.look_up(browsing.PLACE)
    page = visit.page
    page.locator(".heat").scroll_into_view_if_needed()
    cells = page.locator(".heat-grid a")
    cells.first.wait_for()
    assert cells.count() == 61 * 3
    position = 41_242_960
    scan = visit.asked("scan", contig="17", start=position, end=position, gene="BRCA1")
    for base in "AGT":
        gain, loss = scan["gain"][base][0], scan["loss"][base][0]
        text = f"gain {gain:.2f}" if gain >= loss else f"loss {loss:.2f}"
        cell = page.locator(f"[data-variant='17-{position}-C-{base}']")
        browsing.expect(cell).to_have_attribute(
            "aria-label", f"{position} C to {base}, {text}"
        )
