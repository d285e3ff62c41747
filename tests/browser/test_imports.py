"""A dump goes in: by upload, from the server, canceled, damaged, refused."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, sign_in
from tests.browser.reading import column_on_screen
from tests.browser.site import Site, password, without_record_lengths
from tests.builders.site_dumps import write_dump
from tests.conftest import SAMPLES

DETAIL = re.compile(r"/data/history/\d+/$")


def upload(page: Page, *files: Path) -> None:
    page.goto("/data/import/")
    page.get_by_label("Choose dump files").set_input_files(list(files))
    page.get_by_role("button", name="Upload and import").click()


def figure(page: Page, label: str) -> str:
    """A number among the figures of an import."""
    return page.locator(".figures > div").filter(has_text=label).locator("dd").inner_text()


def test_two_files_are_uploaded_with_a_bar_each_and_imported_by_the_worker(
    open_page: OpenPage,
) -> None:
    page = open_page("")
    sign_in(page, "analyst", password("analyst"))
    page.get_by_role("link", name="Data Management").click()
    page.locator("main").get_by_role("link", name="Import SMF data").click()
    slow = page.context.new_cdp_session(page)
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000},
    )
    page.get_by_label("Choose dump files").set_input_files(
        [SAMPLES / "site-rdw.smf.gz", SAMPLES / "site-vbs.smf"]
    )
    page.get_by_role("button", name="Upload and import").click()
    expect(page.locator("#queue progress")).to_have_count(2)
    expect(page.get_by_label("Upload of site-vbs.smf")).to_be_visible()
    slow.detach()
    page.wait_for_url("**/data/history/")
    rows = page.locator("#history tbody tr")
    for number, name in ((0, "site-vbs.smf"), (1, "site-rdw.smf.gz")):
        expect(rows.nth(number)).to_contain_text(name)
        expect(rows.nth(number)).to_contain_text("Complete")
    added, duplicate = (column_on_screen(page, label)[:2] for label in ("Added", "Duplicate"))
    # Both files hold the same 1609 records, of which 60 came with the damaged dump before: each
    # is stored once, whichever file was first.
    assert sum(map(int, added)) == 1609 - 60
    assert sum(map(int, duplicate)) == 1609 + 60
    rows.nth(1).click()
    expect(page).to_have_url(DETAIL)
    expect(page.get_by_role("heading", level=1)).to_contain_text("site-rdw.smf.gz")
    page.get_by_role("link", name="Open the report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("TCP Server Traffic")


def test_an_import_from_the_server_is_canceled_while_it_runs(page: Page, site: Site) -> None:
    dump = site.folder / "big.smf"
    write_dump(dump, sessions=10_000, intervals=60, first=date(2024, 3, 1))
    page.goto("/data/import/")
    page.get_by_label("Path or pattern on the server").fill(str(dump))
    page.get_by_role("button", name="Add to the list").click()
    expect(page.get_by_text(f"{dump} is in the list.")).to_be_visible()
    page.get_by_label(f"Import {dump}").check()
    page.get_by_role("button", name="Import selected").click()
    expect(page).to_have_url(DETAIL)
    state = page.get_by_role("heading", level=1)
    expect(state).to_contain_text("Active")
    expect(page.get_by_role("progressbar", name="Bytes read")).to_be_visible()
    page.get_by_role("button", name="Cancel import").click()
    expect(state).to_contain_text("Canceled")
    expect(page.get_by_role("button", name="Import again")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert int(figure(page, "Records read").replace("\u202f", "")) < 600_000
    page.goto("/data/import/")
    page.get_by_role("button", name=f"Remove {dump}").click()
    expect(page.get_by_text("The list is empty")).to_be_visible()


def test_a_damaged_dump_shows_each_rejected_record_with_its_bytes(page: Page) -> None:
    upload(page, SAMPLES / "damaged.smf")
    expect(page).to_have_url(DETAIL)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Complete")
    expect(page.get_by_text("The file ends in the middle of a record.")).to_be_visible()
    assert figure(page, "Rejected") == "4"
    page.locator(".figures").get_by_role("link", name="4").click()
    # The third damaged record stands at byte 12677 and says a length that is too short.
    row = page.get_by_role("row").filter(has_text="section_too_short")
    expect(row).to_contain_text("12\u202f677")
    row.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Record 33")
    damaged = (SAMPLES / "damaged.smf").read_bytes()[12677:12693]
    shown = page.get_by_role("region", name="Bytes of the record").inner_text()
    assert shown.splitlines()[0].split("  ")[1:3] == [
        damaged[:8].hex(" ").upper(),
        damaged[8:].hex(" ").upper(),
    ]


def test_a_dump_that_lost_its_record_lengths_is_refused_with_advice(
    page: Page, tmp_path: Path
) -> None:
    dump = tmp_path / "bare.smf"
    without_record_lengths(dump)
    upload(page, dump)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Failed")
    advice = page.get_by_role("alert")
    expect(advice).to_contain_text("record descriptor words")
    expect(advice).to_contain_text("quote site rdw")


def test_an_upload_without_a_file_says_so_at_the_field(page: Page) -> None:
    page.goto("/data/import/")
    page.get_by_label("Choose dump files").evaluate("input => (input.required = false)")
    page.get_by_role("button", name="Upload and import").click()
    expect(page.locator(".drop .error")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("1 field needs correction")
