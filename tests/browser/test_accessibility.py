"""axe-core finds nothing, on every page, in both themes, wide and narrow."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.places import EMPTY, FIXED, Places

THEMES = ("light", "dark")
SIZES = ((1280, 900), (800, 1000))
LOOKS = tuple((theme, size) for size in SIZES for theme in THEMES)
PUT_ON = "theme => { document.documentElement.dataset.bsTheme = theme; }"
RUN = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"


def violations(page: Page, name: str) -> list[str]:
    """One line per violation and element, as the page is now."""
    return [
        f"{name}: {one['id']}: {node['target']}: {node.get('failureSummary', '')}"
        for one in page.evaluate(RUN)
        for node in one["nodes"]
    ]


def violations_in_every_look(page: Page, name: str) -> list[str]:
    """In both themes, wide and narrow; the page stays as it was put last."""
    page.wait_for_load_state()
    page.emulate_media(reduced_motion="reduce")  # no colour half on its way to another
    page.evaluate(AXE_SCRIPT)
    found: list[str] = []
    for theme, (width, height) in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(PUT_ON, theme)
        found += violations(page, f"{name}, {theme}, {width}")
    return found


def test_every_page_is_accessible(open_page: OpenPage, places: Places) -> None:
    page = open_page("admin")
    found: list[str] = []
    for name, path in places.items():
        page.goto(path)
        found += violations_in_every_look(page, name)
    assert found == []


def test_empty_stores_are_accessible(open_page: OpenPage) -> None:
    page = open_page("admin", empty=True)
    found: list[str] = []
    for name in EMPTY:
        page.goto(FIXED[name])
        found += violations_in_every_look(page, f"empty {name}")
    assert found == []


def test_sign_in_and_its_error_are_accessible(open_page: OpenPage) -> None:
    page = open_page("")
    page.goto("/accounts/login/")
    found = violations_in_every_look(page, "sign-in")
    page.get_by_label("User").fill("nobody")
    page.get_by_label("Password").fill("a wrong password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert found + violations_in_every_look(page, "sign-in error") == []


def test_what_opens_on_a_page_is_accessible(open_page: OpenPage) -> None:
    page = open_page("admin")
    page.goto("/report/servers/?job=TN3270&port=23,992")
    page.get_by_text("Change filters").click()
    found = violations_in_every_look(page, "filters")
    page.keyboard.press("Escape")
    page.get_by_text("Columns", exact=True).click()
    found += violations_in_every_look(page, "columns")
    page.locator("summary").filter(has_text="admin").click()
    found += violations_in_every_look(page, "user")
    page.get_by_role("button", name="Keyboard").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found += violations_in_every_look(page, "keys")
    page.goto("/report/servers/")
    page.get_by_role("link", name="Help", exact=True).click()
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    found += violations_in_every_look(page, "help at the side")
    page.goto("/settings/users/")
    page.get_by_label("Change viewer").click()
    assert found + violations_in_every_look(page, "change user") == []


def test_refused_forms_are_accessible(open_page: OpenPage) -> None:
    page = open_page("admin")
    page.goto("/data/import/")
    page.get_by_label("Path or pattern on the server").fill("relative/path")
    page.get_by_role("button", name="Add to the list").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found = violations_in_every_look(page, "path")
    page.goto("/settings/users/")
    page.get_by_label("User", exact=True).fill("viewer")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += violations_in_every_look(page, "user")
    page.goto("/report/servers/1/?format=csv&port=abc")
    assert found + violations_in_every_look(page, "refused export") == []


def test_the_examination_finds_what_is_wrong(open_page: OpenPage) -> None:
    page = open_page("admin")
    page.goto("/settings/token/")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    found = violations_in_every_look(page, "token")
    assert [line.split(": ")[1] for line in found] == ["label"] * 4
