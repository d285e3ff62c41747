"""The dark theme is kept, and is there before the first paint."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage

GROUND = "getComputedStyle(document.body).backgroundColor"


def test_the_theme_is_kept_from_page_to_page_and_after_a_reload(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/report/servers/")
    light = page.evaluate(GROUND)
    page.get_by_role("button", name="Dark").click()
    dark = page.evaluate(GROUND)
    assert light != dark
    expect(page.get_by_role("button", name="Light")).to_be_visible()
    page.reload()
    assert page.evaluate(GROUND) == dark
    page.get_by_role("link", name="Settings").click()
    page.wait_for_load_state()
    assert page.evaluate(GROUND) == dark
    page.get_by_role("button", name="Light").click()
    page.reload()
    assert page.evaluate(GROUND) == light


def test_the_chosen_theme_holds_without_scripts_too(open_page: OpenPage) -> None:
    page = open_page(theme="dark", script=False)
    page.goto("/report/servers/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
