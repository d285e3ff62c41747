"""How certificates look: nothing is cut or covered, in both themes, wide and narrow."""

from __future__ import annotations

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
LIST = "/report/certificates/?days=all"


def open_certificate(page: Page) -> None:
    """Of those that end soon, the one that most clients use."""
    page.goto(f"{LIST}&expiry=90d&sort=-clients")
    page.locator(".row-link").first.click()
    expect(page.get_by_role("heading", name="Use by day")).to_be_attached()


@pytest.mark.parametrize("look", LOOKS)
def test_list_and_detail_have_their_pictures(
    open_page: OpenPage, album: Path, tmp_path: Path, look: str
) -> None:
    """Those of the first look are for `docs/`."""
    (size, theme), kept = LOOKS[look], tmp_path if look else album
    page = open_page("admin", size=size, theme=theme)
    page.goto(LIST)
    expect(page.get_by_role("heading", level=1)).to_have_text("Certificates")
    assert page.evaluate(STICKING_OUT) == 0
    take(page, kept / f"certificates{look}.png")
    open_certificate(page)
    assert page.evaluate(STICKING_OUT) == 0
    take(page, kept / f"certificate{look}.png")


def test_list_detail_and_their_empty_states_are_accessible(open_page: OpenPage) -> None:
    page = open_page("admin")
    page.goto(LIST)
    found = violations_in_every_look(page, "certificates")
    page.get_by_text("Columns", exact=True).click()
    found += violations_in_every_look(page, "columns of certificates")
    open_certificate(page)
    found += violations_in_every_look(page, "certificate")
    page.goto(f"{page.url}&job=NOSUCH")
    found += violations_in_every_look(page, "certificate without use")
    for query in ("job=NOSUCH", "expiry=sometime", "expiry=1999-01-01"):
        page.goto(f"{LIST}&{query}")
        found += violations_in_every_look(page, query)
    empty = open_page("admin", empty=True)
    empty.goto("/report/certificates/")
    expect(empty.get_by_role("heading", name="Nothing is stored yet")).to_be_visible()
    assert found + violations_in_every_look(empty, "empty store") == []
