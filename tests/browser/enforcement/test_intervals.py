"""Interval records made in the browser: from the import to the report, in every look."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.policy.test_wizard import LOOKS, STICKING_OUT
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take
from tests.builders.enforcement.records import TLS12, Connection

WAIT_MS = 60_000


def details(system: str) -> bytes:
    """Some connections of a stack that nobody has interval records of."""
    records = []
    for number in range(40):
        client = f"10.9.8.{number}"
        one = Connection(number=number + 1, system=system, remote_ip=client)
        records += [
            one.at(1, 60 * number, {"TLS": TLS12}, in_bytes=100),
            one.at(3, 60 * number + 900, {"TLS": TLS12}, in_bytes=5_000),
        ]
    return b"".join(records)


def come_with(page: Page, folder: Path, system: str) -> None:
    """Upload a dump of a new stack; ends where the page of its import leads."""
    dump = folder / f"details-{system}.smf"
    dump.write_bytes(details(system))
    page.goto("/data/import/")
    page.get_by_label("Choose dump files").set_input_files(dump)
    page.get_by_role("button", name="Upload and import").click()
    leads = page.get_by_role("link", name="Make interval records")
    expect(leads).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("main")).to_contain_text(f"PLEXA {system} TCPIP")
    leads.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Interval records")
    expect(page.locator("#plan")).to_contain_text("Interval records are made")


def test_from_an_import_of_connection_records_to_the_report(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("analyst")
    come_with(page, tmp_path, "NEW1")
    page.get_by_role("button", name="Make interval records").click()
    expect(page.locator("main")).to_contain_text("Interval records are being made")
    link = page.locator("#makings tbody tr").first.get_by_role("link", name="import")
    expect(link).to_be_visible(timeout=WAIT_MS)
    link.click()
    expect(page.locator("main")).to_contain_text("Zertify made these interval records")
    report = page.get_by_role("link", name="Open the report")
    expect(report).to_be_visible(timeout=WAIT_MS)
    page.goto("/report/servers/?system=NEW1&days=all")
    expect(page.locator("main tbody")).to_contain_text("FTPD1")
    page.goto("/enforcement/intervals/?stack=PLEXA+NEW1+TCPIP")
    expect(page.locator("#plan")).to_contain_text("Refused: its interval records were made before")
    expect(page.get_by_role("button", name="Make interval records")).to_have_count(0)


def test_it_works_without_script_and_keyboard_alone_reaches_it(
    open_page: OpenPage, tmp_path: Path
) -> None:
    come_with(open_page("analyst"), tmp_path, "NEW2")
    page = open_page("analyst", script=False)
    page.goto("/enforcement/intervals/?stack=PLEXA+NEW2+TCPIP")
    page.get_by_role("button", name="Make interval records").press("Enter")
    expect(page.locator("#makings")).to_contain_text("2026-01-15")


@pytest.mark.parametrize("look", LOOKS)
def test_the_page_is_readable_in_every_look(
    open_page: OpenPage, album: Path, tmp_path: Path, look: str
) -> None:
    (size, theme), kept = LOOKS[look], tmp_path if look else album
    page = open_page("analyst", size=size, theme=theme)
    come_with(page, tmp_path, f"SEE{len(look)}")
    page.goto("/enforcement/intervals/?smf=30")
    expect(page.locator("#plan")).to_contain_text("Refused: has interval records already")
    expect(page.locator("#plan")).to_contain_text("Interval records are made")
    assert page.evaluate(STICKING_OUT) <= 0
    page.set_viewport_size({"width": size[0], "height": 1_200})
    take(page, kept / f"intervals{look}.png")
    if not look:
        assert violations_in_every_look(page, "intervals") == []
