"""From the report to a pack on one's own disk."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take

LOOKS = {
    "": ((1280, 800), "light"),
    "-dark": ((1280, 800), "dark"),
    "-narrow": ((800, 1000), "light"),
}
STICKING_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def order(page: Page) -> None:
    page.goto("/report/servers/?days=7&protocol=TLS")
    page.get_by_role("link", name="Audit pack", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make an audit pack?")
    page.get_by_role("button", name="Make the pack").click()
    expect(page.get_by_role("link", name="Download")).to_be_visible(timeout=60_000)


def test_a_pack_is_ordered_made_and_taken_away(page: Page) -> None:
    order(page)
    with page.expect_download() as started:
        page.get_by_role("link", name="Download").click()
    with zipfile.ZipFile(Path(started.value.path())) as archive:
        assert {"sessions.csv", "README.txt", "SHA256SUMS"} < set(archive.namelist())
    page.get_by_role("link", name="Audit packs", exact=True).last.click()
    expect(page.locator("main table.rows tbody tr").first).to_contain_text("Complete")
    page.locator(".row-link").first.click()
    page.locator("summary", has_text="Delete").click()
    page.get_by_role("button", name="Delete Report").click()
    expect(page.get_by_text("The audit pack Report is deleted.")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_its_pages_are_readable_in_every_look(
    open_page: OpenPage, album: Path, tmp_path: Path, look: str
) -> None:
    (size, theme), kept = LOOKS[look], tmp_path if look else album
    page = open_page("admin", size=size, theme=theme)
    page.goto("/queries/packs/new/?days=7&protocol=TLS")
    take(page, kept / f"pack-new{look}.png")
    assert page.evaluate(STICKING_OUT) == 0
    order(page)
    take(page, kept / f"pack{look}.png")
    assert page.evaluate(STICKING_OUT) == 0
    page.goto("/queries/packs/")
    take(page, kept / f"packs{look}.png")
    assert page.evaluate(STICKING_OUT) == 0


def test_its_pages_are_accessible(open_page: OpenPage) -> None:
    page = open_page("admin")
    page.goto("/queries/packs/new/?days=7&protocol=TLS")
    found = violations_in_every_look(page, "order a pack")
    page.goto("/queries/packs/new/?port=x")
    found += violations_in_every_look(page, "no pack of this")
    order(page)
    found += violations_in_every_look(page, "pack")
    page.goto("/queries/packs/")
    found += violations_in_every_look(page, "packs")
    assert found == []
