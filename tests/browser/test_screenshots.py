"""Pictures of every page for `docs/`; `make screenshots` keeps them."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, picture
from tests.browser.places import Places
from tests.conftest import ROOT

BIGGEST_BYTES = 200_000
SIZE = (1280, 900)
# The name of the picture, and the page where the two differ.
PAGES = {
    **{name: name for name in ("report", "clients", "sessions", "session", "peers")},
    **{name: name for name in ("import", "history", "import-detail", "rejects", "reject")},
    **{name: name for name in ("database", "queries", "systems", "users", "audit", "token")},
    **{name: name for name in ("client-traffic", "system", "password")},
    **{name: name for name in ("sessions-certificate", "sessions-dn", "sessions-traffic")},
    **{name: name for name in ("pack", "schedule", "watch-folder", "search", "glossary")},
    "query": "query-edit",
    "refused-dump": "import-failed",
    "empty": "nothing-found",
    "filters": "refused-filter",
}


def take(page: Page, path: Path) -> None:
    picture(page, path)
    assert path.stat().st_size < BIGGEST_BYTES, path.name


def test_every_page_has_its_picture(open_page: OpenPage, places: Places, album: Path) -> None:
    page = open_page("admin", size=SIZE)
    for name, place in PAGES.items():
        page.goto(places[place])
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        take(page, album / f"{name}.png")


def test_sign_in_and_the_dark_report_have_their_pictures(
    open_page: OpenPage, places: Places, album: Path
) -> None:
    page = open_page("", size=(1280, 560))
    page.goto("/accounts/login/")
    take(page, album / "sign-in.png")
    dark = open_page("admin", size=SIZE, theme="dark")
    dark.goto(places["report"])
    take(dark, album / "report-dark.png")


def test_the_help_beside_a_page_has_its_picture(open_page: OpenPage, album: Path) -> None:
    page = open_page("admin", size=(1280, 700))
    page.goto("/report/certificates/?days=all")
    page.keyboard.press("h")
    expect(page.get_by_role("complementary", name="Help")).to_be_visible()
    take(page, album / "help.png")


def test_the_document_shows_every_picture(places: Places) -> None:
    text = (ROOT / "docs" / "pages.md").read_text(encoding="utf-8")
    for name in (*PAGES, "sign-in", "report-dark", "help"):
        assert f"(screenshots/{name}.png)" in text, name
