"""How the queries look: nothing is cut or covered, in both themes, wide and narrow."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.places import Places
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take

LOOKS = {
    "": ((1280, 900), "light"),
    "-dark": ((1280, 900), "dark"),
    "-narrow": ((800, 1000), "light"),
}
STICKING_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("look", LOOKS)
def test_list_and_builder_have_their_pictures(
    open_page: OpenPage, places: Places, album: Path, look: str
) -> None:
    size, theme = LOOKS[look]
    page = open_page("admin", size=size, theme=theme)
    for name in ("queries", "query-edit", "query-delete"):
        page.goto(places[name])
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate(STICKING_OUT) == 0
        take(page, album / f"{name}{look}.png")


def test_what_the_builder_finds_wrong_is_accessible(open_page: OpenPage) -> None:
    page = open_page("admin")
    page.goto("/queries/new/")
    _wrong(page)
    found = violations_in_every_look(page, "live errors")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += violations_in_every_look(page, "refused query")
    page.goto("/queries/")
    page.get_by_role("button", name="Import").click()
    assert found + violations_in_every_look(page, "queries") == []


def _wrong(page: Page) -> None:
    port = page.get_by_role("textbox", name="Server port")
    port.fill("telnet")
    expect(port).to_have_attribute("aria-invalid", "true")
