"""A prune and a watch folder by hand, and how their pages look."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from analyzer.models import Prune
from config.celery import app
from tests.browser.conftest import OpenPage
from tests.browser.site import CROWDED, Site
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_imports import figure
from tests.browser.test_screenshots import take
from tests.builders.site_dumps import write_dump

LOOKS = {
    "": ((1280, 900), "light"),
    "-dark": ((1280, 900), "dark"),
    "-narrow": ((800, 1000), "light"),
}
STICKING_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
A_DAY = f"/data/prune/?kind=range&first={CROWDED}&last={CROWDED}"
LONG_AGO = date(2021, 5, 1)
QUIET_MS = 1_500
"""The site takes a file that was left alone for a second."""
SHOWN = {
    "watch-folders": "/data/watch/",
    "retention": "/data/retention/",
    "prune": A_DAY,
}


def test_a_day_is_pruned_after_its_name_was_typed(open_page: OpenPage, site: Site) -> None:
    path = site.folder / "long-ago.smf"
    write_dump(path, sessions=300, intervals=10, first=LONG_AGO)
    page = open_page("admin")
    _import(page, path)
    page.get_by_role("link", name="Prune", exact=True).click()
    expect(page.get_by_text("Nothing is chosen yet")).to_be_visible()
    page.get_by_label("Data", exact=True).select_option("range")
    page.get_by_label("From, for a range of days").fill(f"{LONG_AGO}")
    page.get_by_label("To, included in it").fill(f"{LONG_AGO}")
    page.get_by_role("button", name="Show what would go").click()
    total = page.get_by_role("row").filter(has_text="All")
    expect(total).to_contain_text("3\u202f000")
    words = page.get_by_label(re.compile("^To remove data from"))
    words.fill("everything")
    page.get_by_role("button", name="Prune", exact=True).click()
    expect(page.get_by_text("nothing was removed")).to_be_visible()
    words.fill(f"{LONG_AGO} to {LONG_AGO}")
    page.get_by_role("button", name="Prune", exact=True).click()
    page.wait_for_url(re.compile(r"/data/prune/\d+/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Complete")
    assert figure(page, "Interval records") == "3\u202f000"
    page.get_by_role("link", name="History").first.click()
    row = page.locator("#history tbody tr").first
    expect(row).to_contain_text("Prune")
    expect(row).to_contain_text("admin")
    page.goto("/data/prune/?" + A_DAY.partition("?")[2].replace(f"{CROWDED}", f"{LONG_AGO}"))
    expect(page.get_by_text("Nothing would go")).to_be_visible()


def test_retention_is_confirmed_after_it_was_shown(open_page: OpenPage, site: Site) -> None:
    page = open_page("admin")
    page.goto("/data/retention/")
    days = page.get_by_label("All systems, days")
    for typed in ("36500", ""):
        days.fill(typed)
        page.keyboard.press("Enter")
        expect(page.get_by_text("These rules take nothing now.")).to_be_visible()
        expect(page.get_by_label("What changes").get_by_role("row")).to_have_count(2)
        expect(days).to_have_value(typed)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Retention is set")).to_be_visible()
        expect(days).to_have_value(typed)
    days.fill("3")
    page.get_by_role("button", name="Show what would go").click()
    expect(page.get_by_role("button", name="Save, and let this go")).to_be_visible()
    page.get_by_role("link", name="Keep what is saved").click()
    expect(days).to_have_value("")


def _import(page: Page, path: Path) -> None:
    page.goto("/data/import/")
    page.get_by_label("Choose dump files").set_input_files(path)
    page.get_by_role("button", name="Upload and import").click()
    page.wait_for_url(re.compile(r"/data/history/\d+/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Complete")


def test_a_dump_that_lands_is_imported_and_the_page_says_so(
    open_page: OpenPage, site: Site
) -> None:
    folder = Path(mkdtemp(prefix="landing", dir=site.folder))
    page = open_page()
    page.goto("/data/watch/")
    page.get_by_label("Folder or pattern on the server").fill(str(folder))
    page.get_by_role("textbox", name="Comment").fill("Nightly transfer")
    page.get_by_role("button", name="Watch", exact=True).click()
    expect(page.get_by_text("is watched from now on")).to_be_visible()
    page.get_by_role("link", name=str(folder)).click()
    expect(page.get_by_text("Nothing was seen yet")).to_be_visible()
    for name in ("SMF.G0001V00.smf", "SMF.G0002V00.smf.part"):
        write_dump(folder / name, sessions=60, intervals=2, first=LONG_AGO)
        os.utime(folder / name, (1, 1))
    rows = page.locator("#watched tbody tr")
    _look()
    expect(rows).to_have_count(2)
    page.wait_for_timeout(QUIET_MS)
    _look()
    expect(rows.filter(has_text=".part")).to_contain_text("Left alone")
    expect(rows.filter(has_text="G0001V00")).to_contain_text("Complete")
    rows.get_by_role("link").click()
    expect(page.get_by_text("Watch folder, submitted")).to_be_visible()
    page.goto("/data/watch/")
    page.get_by_role("link", name=str(folder)).click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused")).to_be_visible()
    page.locator("summary", has_text="Remove").click()
    page.get_by_role("button", name=f"Remove {folder}").click()
    expect(page.get_by_text("is watched no longer")).to_be_visible()


def _look() -> None:
    """What beat asks the worker for every half minute."""
    app.send_task("analyzer.look", queue="default", ignore_result=True)


def _made_prune() -> int:
    """One that waits, which nobody was told of."""
    prune = Prune.objects.create(kind="all", words="all data", submitted_at=timezone.now())
    connection.close()
    return prune.pk


def _end(pk: int) -> None:
    Prune.objects.filter(pk=pk).delete()
    connection.close()


@pytest.mark.parametrize("look_name", LOOKS)
def test_pages_have_their_pictures(open_page: OpenPage, album: Path, look_name: str) -> None:
    size, theme = LOOKS[look_name]
    page = open_page("admin", size=size, theme=theme)
    for name, place in SHOWN.items():
        page.goto(place)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate(STICKING_OUT) == 0, name
        if not look_name:
            take(page, album / f"{name}.png")


def test_pages_are_accessible_filled_and_refused(open_page: OpenPage, site: Site) -> None:
    aside = ThreadPoolExecutor(1)  # Playwright's own loop keeps the database out of this thread
    pk = aside.submit(_made_prune).result()
    try:
        page = open_page("admin")
        found = []
        places = [*SHOWN.values(), "/data/prune/", "/data/prune/?kind=older&older_days="]
        for place in (*places, f"/data/prune/{pk}/", "/data/database/", "/data/history/"):
            page.goto(place)
            found += violations_in_every_look(page, place)
        page.goto("/data/watch/")
        page.get_by_label("Folder or pattern on the server").fill("/etc")
        page.get_by_role("button", name="Watch", exact=True).click()
        expect(page.get_by_text("is outside the configured import roots").first).to_be_visible()
        found += violations_in_every_look(page, "refused watch folder")
    finally:
        aside.submit(_end, pk).result()
        aside.shutdown()
    assert found == []
