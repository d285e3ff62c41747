"""A watch made from a saved query; a dump with new sessions comes in; the run tells of them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.site import Site
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take
from tests.builders.site_dumps import write_dump

STICKING_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOOKS = {
    "": ((1280, 900), "light"),
    "-dark": ((1280, 900), "dark"),
    "-narrow": ((800, 1000), "light"),
}
KEPT = {"watch", "watch-run"}
NAME = "New in spring"
QUERY = "Spring of 2023"
WAIT_MS = 60_000


@pytest.fixture
def watched(open_page: OpenPage, site: Site) -> Iterator[Page]:
    """The page of a watch that has found something; query and watch go with the test."""
    page = open_page()
    page.goto("/queries/new/?from=2023-03-01&to=2023-03-31")
    page.get_by_role("textbox", name="Name", exact=True).fill(QUERY)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name=f"Watch {QUERY}").click()
    expect(page.get_by_label("Query")).to_contain_text(QUERY)
    page.get_by_label("Name").fill(NAME)
    page.get_by_role("button", name="Make the watch").click()
    page.wait_for_url(re.compile(r"/queries/watches/\d+/$"))
    _run_comes(page, "Ground set")
    dump = site.folder / "spring.smf"
    write_dump(dump, sessions=20, intervals=1, first=date(2023, 3, 1))
    watch = page.url
    _import(page, dump)
    page.goto(watch)
    _run_comes(page, "New rows")
    yield page
    page.goto("/queries/")
    page.get_by_role("link", name=f"Delete {QUERY}").click()
    expect(page.get_by_text("Watches that go with it")).to_be_visible()
    page.get_by_role("button", name=f"Delete {QUERY}").click()
    page.wait_for_url("**/queries/")


def test_a_watch_tells_of_what_an_import_brings(
    watched: Page, open_page: OpenPage, album: Path, tmp_path: Path
) -> None:
    page, place = watched, watched.url
    row = page.get_by_role("row").filter(has_text="New rows").filter(has_text="an import")
    expect(row).to_have_count(1)
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", name="What was new")).to_be_visible()
    run = page.url
    rows = page.get_by_role("region", name="What was new").get_by_role("row")
    expect(rows.nth(1)).to_be_visible()
    rows.nth(1).get_by_role("link").click()
    page.wait_for_url("**/report/sessions/*/")
    places = {
        "watches": "/queries/watches/",
        "watch": place,
        "watch-run": run,
        "watch-new": f"{place}edit/",
        "watch-delete": f"{place}delete/",
        "schedules": "/queries/exports/",
        "schedule-new": "/queries/exports/new/",
    }
    found: list[str] = []
    _take_pictures(open_page, places, album, tmp_path)
    page.goto("/queries/watches/new/")
    page.get_by_label("Query").select_option(QUERY)
    page.get_by_label("Name").fill("Kept")
    page.get_by_label("Webhook").fill("https://nowhere.example/")
    page.get_by_role("button", name="Make the watch").click()
    expect(page.get_by_role("alert")).to_contain_text("need")
    found += violations_in_every_look(page, "refused watch")
    for name, path in places.items():
        page.goto(path)
        found += violations_in_every_look(page, name)
    assert found == []


def _take_pictures(open_page: OpenPage, places: dict[str, str], album: Path, aside: Path) -> None:
    """In each look; nothing sticks out. Those that the document shows are kept."""
    for look, (size, theme) in LOOKS.items():
        other = open_page("admin", size=size, theme=theme)
        for name, path in places.items():
            other.goto(path)
            expect(other.get_by_role("heading", level=1)).to_be_visible()
            assert other.evaluate(STICKING_OUT) == 0, (name, look)
            kept = album if f"{name}{look}" in KEPT else aside
            take(other, kept / f"{name}{look}.png")


def _run_comes(page: Page, words: str) -> None:
    """Look again until the run is there."""
    until = time.monotonic() + WAIT_MS / 1_000
    while not page.locator("section .mark", has_text=words).count():
        assert time.monotonic() < until, f"no run comes to {words}"
        page.wait_for_timeout(500)
        page.reload()


def _import(page: Page, dump: Path) -> None:
    page.goto("/data/import/")
    page.get_by_label("Choose dump files").set_input_files(dump)
    page.get_by_role("button", name="Upload and import").click()
    page.wait_for_url("**/data/history/*/")
    expect(page.get_by_role("link", name="Open the report")).to_be_visible(timeout=WAIT_MS)
