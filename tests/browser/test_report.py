"""From the servers down to one session, and the rows of each level as a file."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.places import Places
from tests.browser.reading import export, heads_on_screen, rows_of, rows_on_screen

LEVELS = [
    "report",
    "client-traffic",
    "peers",
    "clients",
    *("sessions", "sessions-certificate", "sessions-dn", "sessions-traffic"),
]


@pytest.mark.parametrize("level", LEVELS)
def test_the_file_of_a_level_has_the_rows_and_columns_of_the_screen(
    page: Page, places: Places, level: str
) -> None:
    page.goto(places[level])
    shown = rows_on_screen(page)
    total = int(page.locator(".sheet-bar b").inner_text().split(" ")[0].replace("\u202f", ""))
    head, rows = rows_of(export(page))
    assert len(head) == len(heads_on_screen(page))
    assert len(rows) == total >= len(shown) > 0
    assert rows[: len(shown)] == shown


def test_a_row_leads_one_level_deeper_and_the_trail_leads_back(page: Page) -> None:
    page.goto("/report/servers/?protocol=TLS&sort=-tls")
    first = page.locator("main tbody tr").first
    address, port, job = (first.locator("td").nth(n).inner_text() for n in (3, 4, 6))
    first.locator("td").nth(7).click()  # anywhere in the row
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(f"{job} on {address} port {port}")
    client = page.locator("main tbody tr").first.locator("td").first.inner_text()
    page.locator("main tbody tr").first.click()
    expect(heading).to_have_text("Security session details")
    expect(page.get_by_text(f"Client IP: {client}")).to_be_visible()
    for detail, column in (
        ("Cryptographic details", "Cipher suite"),
        ("Certificate details", "Server Cert Serial"),
        ("Distinguished name details", "Server Subject DN"),
        ("Traffic details", "Bytes In"),
    ):
        page.get_by_role("link", name=detail).click()
        expect(page.get_by_role("link", name=detail)).to_have_attribute("aria-current", "true")
        expect(page.get_by_role("columnheader", name=column)).to_be_visible()
    page.locator("main tbody tr").first.click()
    expect(heading).to_have_text(f"{client} with {job} on {address} port {port}")
    expect(page.get_by_role("region", name="History by day")).to_be_visible()
    page.get_by_label("Way here").get_by_role("link", name="TCP Server Traffic").click()
    expect(heading).to_have_text("TCP Server Traffic")
    expect(page.get_by_text("Protocol: TLS")).to_be_visible()


def test_a_session_page_gives_each_code_its_name_and_strength(page: Page, places: Places) -> None:
    page.goto(places["session"])
    rows = page.get_by_role("region", name="Cryptographic details").get_by_role("row")
    suite = rows.filter(has=page.get_by_role("rowheader", name="Negotiated Cipher"))
    expect(suite).to_contain_text("TLS_")
    assert re.fullmatch(r"[0-9A-F]{4,6}", suite.locator("td").nth(1).inner_text())
    version = rows.filter(has=page.get_by_role("rowheader", name="Version"))
    expect(version).to_contain_text("TLSv1.2")
    expect(version).to_contain_text("acceptable")


def test_unprotected_is_explained_where_it_stands(page: Page) -> None:
    page.goto("/report/servers/?protocol=NONE")
    expect(page.get_by_text("means no recognized protection: zERT saw no TLS")).to_be_visible()
    for _ in range(3):
        page.locator(".row-link").first.click()
        page.wait_for_load_state()
    expect(page.get_by_text("not proof of clear text")).to_be_visible()
