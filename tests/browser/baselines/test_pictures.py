"""How baselines look: nothing is cut or covered, in both themes, wide and narrow."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_layout import STICKING_OUT
from tests.browser.test_screenshots import take

LOOKS = {
    "": ((1280, 900), "light"),
    "-dark": ((1280, 900), "dark"),
    "-narrow": ((800, 1000), "light"),
}
LIST = "/report/baselines/"


@pytest.mark.parametrize("look", LOOKS)
def test_list_and_profile_have_their_pictures(
    open_page: OpenPage, album: Path, tmp_path: Path, look: str
) -> None:
    """Those of the first look are for `docs/`."""
    (size, theme), kept = LOOKS[look], tmp_path if look else album
    page = open_page(size=size, theme=theme)
    page.goto(LIST)
    assert page.evaluate(STICKING_OUT) == 0
    take(page, kept / f"baselines{look}.png")
    page.goto(f"{LIST}pci-dss-4/")
    expect(page.locator("#worst .plot canvas")).to_have_count(1)
    assert page.evaluate(STICKING_OUT) == 0
    take(page, kept / f"baseline{look}.png")


def test_pages_and_their_empty_states_are_accessible(open_page: OpenPage) -> None:
    page = open_page()
    found = []
    for path in (
        *("", "pci-dss-4/", "nist-sp-800-52r2/", "cnsa-2/?show=peers", "pci-dss-4/copy/"),
        *("?job=NOSUCH", "pci-dss-4/?job=NOSUCH", "pci-dss-4/?port=x"),
    ):
        page.goto(f"{LIST}{path}")
        found += violations_in_every_look(page, path)
    empty = open_page(empty=True)
    for path in ("", "pci-dss-4/"):
        empty.goto(f"{LIST}{path}")
        expect(empty.get_by_role("heading", name="Nothing is stored yet")).to_be_visible()
        found += violations_in_every_look(empty, f"empty {path}")
    assert found == []
