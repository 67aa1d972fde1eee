"""The page of one variant: question, answer, switches, refusals, files."""

import pathlib

from playwright import sync_api

from support import browsing

pytestmark = browsing.MARKS


def test_a_first_visit_finds_what_a_published_variant_does(
    visit: browsing.Visit,
) -> None:
    page = visit.page
    page.goto(visit.address)
    browsing.expect(page.get_by_label("Variant, in any form")).to_be_focused()
    page.locator("#examples a").first.click()
    browsing.expect(page.locator(".lead .sentence")).to_contain_text(
        "Exon 11 of 23 is skipped"
    )
    browsing.expect(page.locator("h2")).to_contain_text("NM_007294.4:c.4185+1G>A")
    assert visit.query["variant"] == [browsing.PUBLISHED]
    assert "c.4185+1G>A" in page.title()
    page.go_back()
    browsing.expect(page.locator("#answer")).to_be_hidden()
    page.go_forward()
    browsing.expect(page.locator(".lead")).to_be_visible()
    browsing.expect(page.get_by_label("Variant, in any form")).to_have_value(
        browsing.PUBLISHED
    )
    browsing.expect(page.locator(".comparison tbody tr").nth(1)).not_to_contain_text(
        "asked"
    )
    browsing.expect(page.locator(".comparison")).not_to_have_attribute(
        "aria-busy", "true"
    )
    page.locator(".heat").scroll_into_view_if_needed()
    page.locator(".heat-grid").wait_for()
    visit.picture("one-1200-light")


def test_what_is_asked_at_once_is_answered(visit: browsing.Visit) -> None:
    visit.page.goto(visit.address, wait_until="commit")
    box = visit.page.locator("input[name=variant]:focus")
    box.fill(browsing.PUBLISHED)
    box.press("Enter")
    browsing.expect(visit.page.locator(".lead .sentence")).to_be_visible()


def test_numbers_are_those_of_the_api(visit: browsing.Visit) -> None:
    visit.look_up(browsing.PLACE)
    gene = visit.asked("variant", variant=browsing.PLACE, build="GRCh37")["genes"][0]
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
    other = visit.asked("scores", variant=browsing.PLACE, build="GRCh37", models="all")
    cells = visit.page.locator(".comparison tbody tr").nth(1)
    (own,) = [m for m in other["models"] if m["model"]["name"] == browsing.OTHER]
    browsing.expect(cells).to_contain_text(f"{own['genes'][0]['max_delta']:.2f}")
    browsing.expect(cells).to_contain_text(own["model"]["licence"])


def test_positions_sort_and_show_their_place(visit: browsing.Visit) -> None:
    visit.look_up(browsing.PLACE)
    head = visit.page.locator(".positions th").first
    head.get_by_role("button").click()
    browsing.expect(head).to_have_attribute("aria-sort", "ascending")
    shown = visit.page.locator(".positions tbody tr td:first-child").all_inner_texts()
    values = [int(text.replace(",", "")) for text in shown]
    assert values == sorted(values)
    visit.page.locator(".positions tbody button").first.click()
    browsing.expect(visit.page.locator(".picture .readout b")).to_have_text(
        f"{values[0]:,}"
    )


def test_switches_ask_anew_and_stand_in_the_address(visit: browsing.Visit) -> None:
    visit.look_up(browsing.PLACE)
    page = visit.page
    sizes = page.locator(".scores .size")

    def of(**query: object) -> list[str]:
        answer = visit.asked("variant", variant=browsing.PLACE, **query)
        return [f"{each['size']:.2f}" for each in answer["genes"][0]["changes"]]

    model = page.get_by_role("combobox", name="Model")
    distance = page.get_by_role("spinbutton")
    distance.fill("20")
    distance.blur()
    near = of(distance=20)
    browsing.expect(sizes).to_have_text(near)
    assert near != of()
    assert visit.query["distance"] == ["20"]
    page.get_by_label("Mask").check()
    page.wait_for_url("**&mask=true")
    model.select_option(browsing.OTHER)
    other = of(distance=20, mask=True, model=browsing.OTHER)
    browsing.expect(sizes).to_have_text(other)
    assert other != near
    assert visit.query["model"] == [browsing.OTHER]
    page.reload()
    browsing.expect(sizes).to_have_text(other)
    browsing.expect(model).to_have_value(browsing.OTHER)
    browsing.expect(distance).to_have_value("20")
    browsing.expect(page.get_by_label("Mask")).to_be_checked()
    for _ in range(3):
        page.go_back()
    browsing.expect(sizes).to_have_text(of())
    browsing.expect(model).to_have_value("twinsplice")
    browsing.expect(distance).to_have_value("500")


def test_a_refusal_is_shown_in_place_and_markup_stays_text(
    visit: browsing.Visit,
) -> None:
    visit.refused = True
    page = visit.page
    page.goto(visit.address)
    hostile = "<img src=x onerror=alert(1)>:c.1A>G"
    page.get_by_label("Variant, in any form").fill(hostile)
    page.keyboard.press("Enter")
    browsing.expect(page.get_by_role("alert")).to_contain_text("onerror")
    assert page.locator(".refusal img").count() == 0
    visit.look_up(browsing.PUBLISHED, build="GRCh39")
    browsing.expect(page.get_by_role("alert")).to_contain_text("GRCh39")
    visit.look_up("17-41242960-G-T")
    browsing.expect(page.locator(".answer .refusal")).to_contain_text(
        "the reference has C"
    )
    visit.picture("refusal-1200-light")


def test_a_guess_is_a_link(visit: browsing.Visit) -> None:
    visit.refused = True
    page = visit.page
    visit.look_up("BRAC1:c.4185+1G>A")
    said = page.locator(".refusal").inner_text()
    assert said.lower().count("did you mean") == 1
    page.locator(".guesses").get_by_role("link", name=browsing.PUBLISHED).click()
    browsing.expect(page.locator("h2")).to_be_focused()
    assert visit.query["variant"] == [browsing.PUBLISHED]


def test_the_demo_says_what_it_has(visit: browsing.Visit) -> None:
    visit.look_up("TP53:c.375G>A")
    refusal = visit.page.locator(".answer .refusal")
    for words in ("BRCA1", "the demo", "twinsplice serve -r"):
        browsing.expect(refusal).to_contain_text(words)


def test_a_busy_server_is_asked_again(visit: browsing.Visit) -> None:
    visit.refused = True
    asked: list[str] = []

    def once(route: sync_api.Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            route.continue_()
            return
        route.fulfill(status=503, headers={"Retry-After": "1"}, body="{}")

    visit.page.route("**/api/v1/variant?*", once)
    visit.look_up(browsing.PLACE)
    browsing.expect(visit.page.locator(".lead")).to_be_visible()
    assert len(asked) == 2


def test_an_answer_is_taken_along(visit: browsing.Visit) -> None:
    page = visit.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.look_up(browsing.PLACE)
    page.get_by_role("button", name="Copy for a report").click()
    browsing.expect(page.locator(".said")).to_have_text("Copied.")
    text = page.evaluate("navigator.clipboard.readText()")
    assert (
        text == visit.asked("variant", variant=browsing.PLACE)["text"].rstrip() + "\n"
    )
    for name, begins in (("TSV", b"chrom"), ("JSON", b"{"), ("Picture", b"\x89PNG")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        kept = pathlib.Path(download.value.path()).read_bytes()
        assert kept.lower().startswith(begins.lower())
        assert browsing.PLACE in download.value.suggested_filename


def test_another_build_is_asked_for(visit: browsing.Visit) -> None:
    visit.refused = True
    page = visit.page
    about = visit.asked("about")
    other = {"name": "GRCh38", "annotation": "grch38", "demo": False}
    about["builds"].append(other)
    page.route("**/api/v1/about", lambda route: route.fulfill(json=about))
    visit.look_up(browsing.PLACE)
    page.get_by_role("combobox", name="Genome").select_option("GRCh38")
    # The server itself has the genome of the demo alone, and says so.
    browsing.expect(page.get_by_role("alert")).to_contain_text("GRCh38")
    assert visit.query["build"] == ["GRCh38"]
    page.get_by_role("combobox", name="Genome").select_option("GRCh37")
    browsing.expect(page.locator(".lead")).to_contain_text("Exon 11")


def test_another_transcript_is_drawn(visit: browsing.Visit) -> None:
    visit.look_up(browsing.PLACE)
    page = visit.page
    page.locator(".transcripts summary").click()
    chosen = page.locator(".transcripts details li").first
    name = chosen.locator("b").inner_text()
    chosen.get_by_role("link", name="Show this one").click()
    browsing.expect(page.locator(".picture h3")).to_be_focused()
    browsing.expect(page.locator(".lead .of")).to_contain_text(name)
    browsing.expect(page.locator("svg.profile .lane-name").first).to_contain_text(name)
    assert visit.query["transcript"] == [name]
    page.reload()
    browsing.expect(page.locator(".lead .of")).to_contain_text(name)


_MARKUP = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
_TEXTS = (
    *("gene", "gene_id", "hgvs_c", "transcript", "mane", "sentence", "words"),
    *("title", "licence", "name", "note", "contig", "text", "build"),
)


def _hostile(value: object) -> object:
    """Return an answer with markup in all of its names and sentences."""
    if isinstance(value, list):
        return [_hostile(each) for each in value]
    if isinstance(value, dict):
        return {
            key: _MARKUP if key in _TEXTS and isinstance(each, str) else _hostile(each)
            for key, each in value.items()
        }
    return value


def test_markup_in_an_answer_stays_text(visit: browsing.Visit) -> None:
    visit.refused = True
    page = visit.page
    hostile = _hostile(visit.asked("variant", variant=browsing.PLACE))
    page.route("**/api/v1/variant?*", lambda route: route.fulfill(json=hostile))
    visit.look_up(browsing.PLACE)
    browsing.expect(page.locator("h2")).to_contain_text("<script>")
    browsing.expect(page.locator("svg.profile .lane-name").first).to_contain_text(
        "<img"
    )
    page.locator(".transcripts summary").click()
    assert page.locator("#answer img, #answer script").count() == 0
    assert page.title() != "1"
