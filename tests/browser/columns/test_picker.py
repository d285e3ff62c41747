"""Columns are picked and ordered by mouse, by keys and with scripts off; the choice is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from analyzer.tables.report import SERVERS
from tests.browser.conftest import OpenPage
from tests.browser.reading import heads_on_screen
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take

REPORT = "/report/servers/"
FIRST = ["Sysplex", "System", "Stack", "Server IP"]


@pytest.fixture
def viewer(open_page: OpenPage) -> Iterator[Page]:
    """A viewer's page; what they chose is given back, for the store outlives the test."""
    page = open_page("viewer")
    page.goto(REPORT)
    yield page
    page.goto(REPORT)
    opened(page)
    with page.expect_navigation():
        page.get_by_role("button", name="As delivered").click()


def opened(page: Page) -> Locator:
    page.locator("summary").filter(has_text="Columns").click()
    return page.locator("form[data-columns]")


def line(form: Locator, label: str) -> Locator:
    return form.locator("li").filter(has=form.page.get_by_label(label, exact=True))


def tick(page: Page, label: str) -> Locator:
    return page.locator("form[data-columns]").get_by_role("checkbox", name=label, exact=True)


def keep(page: Page) -> list[str]:
    with page.expect_navigation():
        page.get_by_role("button", name="Keep for me").last.click()
    return heads_on_screen(page)


def test_the_choice_is_there_in_another_browser_and_can_be_given_back(
    viewer: Page, open_page: OpenPage
) -> None:
    delivered = heads_on_screen(viewer)
    assert delivered[:4] == FIRST
    opened(viewer)
    tick(viewer, "Bytes In").check()
    tick(viewer, "User ID").uncheck()
    chosen = keep(viewer)
    assert viewer.url.endswith(REPORT)
    assert "Bytes In" in chosen
    assert "User ID" not in chosen
    other = open_page("viewer")
    other.goto(f"{REPORT}?port=23")
    assert heads_on_screen(other) == chosen
    form = opened(other)
    with other.expect_navigation():
        form.get_by_role("button", name="As delivered").click()
    assert other.url.endswith(f"{REPORT}?port=23")
    assert heads_on_screen(other) == delivered


def test_a_column_is_dragged_to_another_place(viewer: Page) -> None:
    form = opened(viewer)
    grip, target = line(form, "Server IP").locator(".grip"), line(form, "Sysplex")
    start, end = grip.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    viewer.mouse.move(start["x"] + 4, start["y"] + 4)
    viewer.mouse.down()
    viewer.mouse.move(start["x"] + 4, end["y"] + 12, steps=6)
    viewer.mouse.move(start["x"] + 4, end["y"] + 2, steps=4)
    viewer.mouse.up()
    expect(form.get_by_role("status")).to_have_text(f"Server IP: place 1 of {len(SERVERS.columns)}")
    assert keep(viewer)[:4] == ["Server IP", "Sysplex", "System", "Stack"]


def test_a_column_is_moved_by_keys_alone(viewer: Page) -> None:
    viewer.locator("summary").filter(has_text="Columns").focus()
    viewer.keyboard.press("Enter")
    tick(viewer, "Sysplex").focus()
    viewer.keyboard.press("Alt+ArrowDown")
    viewer.keyboard.press("Alt+ArrowDown")
    expect(tick(viewer, "Sysplex")).to_be_focused()
    viewer.keyboard.press("Alt+ArrowUp")
    expect(viewer.get_by_role("status").last).to_contain_text("Sysplex: place 2 of")
    viewer.get_by_label("Server IP: one place to the left").focus()
    viewer.keyboard.press("Enter")
    expect(viewer.get_by_label("Server IP: one place to the left")).to_be_focused()
    tick(viewer, "Sysplex").focus()
    with viewer.expect_navigation():
        viewer.keyboard.press("Enter")  # sends the form, and moves nothing
    assert heads_on_screen(viewer)[:4] == ["System", "Sysplex", "Server IP", "Stack"]


def test_the_ends_stay_ends(viewer: Page) -> None:
    form = opened(viewer)
    up, down = "one place to the left", "one place to the right"
    expect(form.get_by_label(f"Sysplex: {up}")).to_be_disabled()
    form.get_by_label(f"System: {up}").click()
    expect(form.get_by_label(f"System: {up}")).to_be_disabled()
    expect(form.get_by_label(f"System: {down}")).to_be_focused()
    expect(form.get_by_label(f"Sysplex: {up}")).to_be_enabled()


def test_rows_are_comfortable_where_one_likes_them_so(viewer: Page) -> None:
    rows = viewer.locator("main table.rows tbody tr")
    heights = "rows => [...new Set(rows.map(row => row.offsetHeight))]"
    assert rows.evaluate_all(heights) == [32]
    opened(viewer).get_by_label("Comfortable").check()
    keep(viewer)
    assert rows.evaluate_all(heights) == [42]


def test_with_scripts_off_the_same_form_does_it(open_page: OpenPage, viewer: Page) -> None:
    page = open_page("viewer", script=False)
    page.goto(f"{REPORT}?port=23")
    opened(page).get_by_label("System: one place to the left").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Columns of the table of servers")
    page.get_by_label("Server IP: one place to the left").click()
    page.get_by_label("Stack", exact=True).uncheck()
    heads = keep(page)
    assert page.url.endswith(f"{REPORT}?port=23")
    assert heads[:3] == ["System", "Sysplex", "Server IP"]


def test_a_history_that_refreshes_itself_leaves_an_open_menu_open(viewer: Page) -> None:
    viewer.goto("/data/history/")
    history = viewer.locator("#history")
    history.evaluate(
        "box => { box.setAttribute('hx-get', location.pathname);"
        " box.setAttribute('hx-trigger', 'every 100ms'); htmx.process(box); }"
    )
    form = opened(viewer)
    viewer.wait_for_timeout(400)
    expect(form).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picker_has_its_pictures(
    open_page: OpenPage, album: Path, tmp_path: Path, theme: str
) -> None:
    page = open_page("admin", theme=theme)
    page.goto(REPORT)
    opened(page)
    take(page, tmp_path / f"picker-{theme}.png" if theme == "dark" else album / "columns.png")
    page.set_viewport_size({"width": 800, "height": 1000})
    take(page, tmp_path / f"picker-{theme}-narrow.png")


def test_the_picker_and_its_error_are_accessible(viewer: Page) -> None:
    form = opened(viewer)
    found = violations_in_every_look(viewer, "picker")
    viewer.evaluate("document.querySelectorAll('[name=columns]').forEach(b => b.checked = false)")
    form.get_by_role("button", name="Keep for me").last.click()
    expect(viewer.get_by_role("alert")).to_have_text("Choose at least one column.")
    assert found + violations_in_every_look(viewer, "no column") == []
