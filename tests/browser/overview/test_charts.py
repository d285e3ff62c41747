"""What the charts do: they are drawn, lead on, follow the theme, and stay out of the way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

DRAWN = """plot => {
  const canvas = plot.querySelector("canvas");
  if (!canvas) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, place) => place % 4 === 3 && value > 0);
}"""
INK = "plot => plot.querySelector('canvas').toDataURL()"


def drawn(page: Page, path: str = "/") -> Page:
    """The overview with all of its charts."""
    page.goto(path)
    last = page.locator("#topology .plot canvas")
    expect(last).to_have_count(1)
    return page


def test_every_chart_is_drawn(page: Page) -> None:
    drawn(page)
    plots = page.locator(".plot")
    assert plots.count() > 9
    assert plots.evaluate_all(f"plots => plots.map({DRAWN})") == [True] * plots.count()


def test_a_click_on_the_first_bar_opens_its_server(page: Page) -> None:
    drawn(page)
    name = page.locator("#unprotected-servers tbody .row-link").first
    href = name.get_attribute("href")
    plot = page.locator("#unprotected-servers .plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    plot.click(position={"x": box["width"] * 0.6, "y": 14})
    assert href is not None
    expect(page).to_have_url(re.compile(f"{re.escape(href)}$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(" on ")


def test_a_row_of_the_table_leads_to_the_report(page: Page) -> None:
    drawn(page)
    card = page.locator("#classes")
    card.get_by_text("Table", exact=True).click()
    card.get_by_role("link", name="deprecated").click()
    expect(page).to_have_url(re.compile(r"/report/servers/\?strength=deprecated$"))
    expect(page.locator(".row-link").first).to_be_visible()


def test_three_clicks_lead_to_a_session(page: Page) -> None:
    drawn(page)
    plot = page.locator("#unprotected-servers .plot")
    box = plot.bounding_box()
    assert box is not None
    plot.click(position={"x": box["width"] * 0.6, "y": 14})
    page.locator("main .rows .row-link").first.click()
    page.locator("main .rows .row-link").first.click()
    expect(page).to_have_url(re.compile(r"/report/sessions/\d+/"))
    expect(page.get_by_role("region", name="History by day")).to_be_visible()


def test_the_other_theme_draws_in_its_own_colours(page: Page) -> None:
    drawn(page)
    plot = page.locator("#classes .plot")
    light = plot.evaluate(INK)
    page.get_by_role("button", name="Dark").click()
    dark = plot.evaluate(INK)
    page.get_by_role("button", name="Light").click()
    assert light != dark
    assert plot.evaluate(INK) == light


def test_a_tip_says_the_share(page: Page) -> None:
    drawn(page)
    plot = page.locator("#unprotected-owners .plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    plot.hover(position={"x": box["width"] * 0.6, "y": 14})
    expect(page.locator(".plot-tip").first).to_contain_text("connections unprotected*,")


def test_charts_fit_a_window_that_becomes_narrow(page: Page) -> None:
    drawn(page)
    page.set_viewport_size({"width": 800, "height": 900})
    plot = page.locator("#topology .plot")
    fits = "plot => plot.querySelector('canvas').clientWidth === plot.clientWidth"
    page.wait_for_function(f"({fits})(document.querySelector('#topology .plot'))")
    assert plot.evaluate(fits)


@pytest.mark.parametrize("path", ["/report/servers/", "/queries/", "/data/history/"])
def test_charts_load_only_where_they_are_used(page: Page, path: str) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert not [url for url in loaded if "echarts" in url or "charts" in url]
    drawn(page)
    assert len([url for url in loaded if "echarts" in url]) == 1


def test_nothing_jumps_while_the_charts_come(open_page: OpenPage) -> None:
    for size in ((1280, 900), (800, 1000)):
        page = drawn(open_page(size=size))
        page.wait_for_load_state("networkidle")
        assert page.evaluate("shifts.reduce((sum, one) => sum + one, 0)") < 0.05
