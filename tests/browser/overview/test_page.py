"""The overview for everybody: axe, without script, on paper, pictures of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, picture
from tests.browser.overview.test_charts import DRAWN, drawn
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_layout import STICKING_OUT

LOOKS = {
    "overview": ((1280, 900), "light", False),
    "overview-dark": ((1280, 900), "dark", False),
    "overview-narrow": ((800, 1000), "light", False),
    "overview-empty": ((1280, 900), "light", True),
}
OPEN = "document.querySelectorAll('details.behind').forEach(one => { one.open = true; })"


@pytest.mark.parametrize("show", ["servers", "clients", "peers"])
def test_it_is_accessible_with_its_tables_open_and_closed(page: Page, show: str) -> None:
    drawn(page, f"/?show={show}")
    found = violations_in_every_look(page, show)
    page.evaluate(OPEN)
    assert found + violations_in_every_look(page, f"{show}, tables") == []


def test_without_script_the_tables_stand_open_and_lead_on(open_page: OpenPage) -> None:
    page = open_page(script=False)
    page.goto("/")
    plots, tables = page.locator(".plot"), page.locator(".behind table")
    assert plots.count() == tables.count() > 9
    for number in range(plots.count()):
        expect(plots.nth(number)).to_be_hidden()
        expect(tables.nth(number)).to_be_visible()
    page.locator("#unprotected-servers .row-link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(" on ")


def test_paper_has_light_charts_and_every_table(open_page: OpenPage) -> None:
    page = drawn(open_page(theme="dark"))
    table = page.locator("#classes table")
    expect(table).to_be_hidden()
    page.emulate_media(media="print")
    expect(table).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.set_viewport_size({"width": 720, "height": 1000})
    assert page.evaluate(STICKING_OUT) == 0
    plots = page.locator(".plot")
    assert plots.count() > 9
    for number in range(plots.count()):
        plot = plots.nth(number).element_handle()
        page.wait_for_function(DRAWN, arg=plot)
        page.wait_for_function("plot => plot.querySelector('canvas').clientWidth === 660", arg=plot)
    page.emulate_media(media="screen")
    expect(table).to_be_hidden()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_theme_chosen_before_printing_is_the_one_after(open_page: OpenPage) -> None:
    page = drawn(open_page(theme="light"))
    page.locator("#classes").get_by_text("Table", exact=True).click()
    page.emulate_media(media="print")
    page.emulate_media(media="screen")
    expect(page.locator("#classes table")).to_be_visible()
    expect(page.locator("#unprotected-days table")).to_be_hidden()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")


@pytest.mark.parametrize("name", LOOKS)
def test_it_has_its_pictures(open_page: OpenPage, album: Path, name: str) -> None:
    size, theme, empty = LOOKS[name]
    page = open_page(size=size, theme=theme, empty=empty)
    page.goto("/")
    if not empty:
        drawn(page)
    assert page.evaluate(STICKING_OUT) == 0
    picture(page, album / f"{name}.png")


def test_the_topology_has_its_picture(page: Page, album: Path) -> None:
    drawn(page)
    picture(page.locator("#topology"), album / "topology.png")
