"""The page of many variants."""

import importlib.resources
import pathlib

from support import browsing, page_probes

pytestmark = browsing.MARKS


def test_lines_are_scored_sorted_and_filtered(visit: browsing.Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/many")
    page.get_by_label("Variants, one a line").fill(
        f"{browsing.PUBLISHED}\n11-47364709-C-T\nno"
    )
    page.get_by_role("button", name="Score", exact=True).click()
    rows = page.locator(".many tbody tr")
    rows.first.wait_for()
    assert rows.count() >= 3
    visit.picture("many-1200-light")
    head = page.get_by_role("columnheader", name="Largest")
    head.get_by_role("button").click()
    browsing.expect(head).to_have_attribute("aria-sort", "descending")
    browsing.expect(rows.first).to_contain_text("BRCA1")
    page.get_by_label("Find").fill("mybpc3")
    browsing.expect(rows).to_have_count(1)
    page.get_by_label("Find").fill("")
    page.get_by_label("Show").select_option("unscored")
    browsing.expect(rows).to_have_count(1)
    page.get_by_label("Show").select_option("all")
    for name, begins in (("VCF", b"##fileformat"), ("TSV", b"chrom")):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Download {name}").click()
        kept = pathlib.Path(download.value.path()).read_bytes()
        assert kept.lower().startswith(begins)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=browsing.PLACE).first.click()
    browsing.expect(opened.value.locator(".lead")).to_contain_text("Exon 11")


def test_a_vcf_is_dropped(visit: browsing.Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/many")
    page.locator("#limits", has_text="variants").wait_for()
    vcf = (importlib.resources.files("twinsplice.data") / "demo.vcf").read_text()
    page.evaluate(page_probes.DROP, [vcf, "demo.vcf"])
    browsing.expect(page.locator("#chosen")).to_contain_text("demo.vcf")
    page.get_by_role("button", name="Score", exact=True).click()
    browsing.expect(page.locator("#status")).to_contain_text("Done", timeout=20_000)
    alleles = sum(
        len(line.split("\t")[4].split(","))
        for line in vcf.splitlines()
        if not line.startswith("#")
    )
    assert page.locator(".many tbody tr").count() >= alleles
    page.reload()
    browsing.expect(page.locator("#status")).to_contain_text("Done")
