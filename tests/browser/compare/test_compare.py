"""Compare: one click to a question, sides changed by a form, rows to the report, looks."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.reading import (
    column_on_screen,
    export,
    heads_on_screen,
    rows_of,
    rows_on_screen,
)
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take

COMPARE = "/report/compare/"
# The site has a month of data: ten days have ten days before them.
DIFFERENT = f"{COMPARE}?days=10"
SYSTEMS = f"{COMPARE}?system=SYSA&a_system=SYSB&by=service"
LOOKS = {
    "": ((1280, 900), "light"),
    "-dark": ((1280, 900), "dark"),
    "-narrow": ((800, 1000), "light"),
}
PICTURES = {
    "compare": DIFFERENT,
    "compare-clients": f"{DIFFERENT}&by=client&status=new&protocol=NONE",
    "compare-protections": f"{DIFFERENT}&by=protection&status=all",
    "compare-systems": SYSTEMS,
    "compare-empty": COMPARE,
    "compare-refused": f"{COMPARE}?a_from=yesterday",
}
SHOWN = ("compare", "compare-systems")
"""Those of the document."""
STICKING_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_a_question_is_one_click_from_the_report(page: Page) -> None:
    page.goto("/report/servers/?days=10")
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare")
    assert parse_qs(urlsplit(page.url).query) == {"days": ["10"]}
    page.get_by_role("link", name="New unprotected since last month").click()
    assert parse_qs(urlsplit(page.url).query) == {"status": ["new"], "protocol": ["NONE"]}
    expect(page.locator(".sentence")).to_contain_text("Servers that are new: traffic in the last")
    expect(page.get_by_role("link", name="New unprotected since last month")).to_have_attribute(
        "aria-current", "true"
    )


def test_statuses_and_rows_are_switched_and_a_row_leads_to_the_report(page: Page) -> None:
    page.goto(DIFFERENT)
    statuses = set(column_on_screen(page, "Status"))
    assert statuses
    assert "Same" not in statuses
    page.get_by_role("link", name="Same (").click()
    expect(page.locator(".sentence")).to_contain_text("Servers that are the same")
    assert set(column_on_screen(page, "Status")) == {"Same"}
    page.get_by_role("link", name="Clients", exact=True).click()
    assert "Client IP" in heads_on_screen(page)
    page.get_by_role("link", name="Report of side A").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Security session details")
    assert "from" in parse_qs(urlsplit(page.url).query)


def test_sides_are_changed_by_their_form(page: Page) -> None:
    page.goto(f"{DIFFERENT}&job=TN*")
    page.get_by_text("Change sides").click()
    side_a = page.get_by_role("group", name="Side A", exact=True)
    side_a.get_by_label("From").fill("2026-11-01")
    side_a.get_by_label("To").fill("2026-11-07")
    page.get_by_role("button", name="Compare").click()
    asked = parse_qs(urlsplit(page.url).query)
    assert asked == {
        "days": ["10"],
        "job": ["TN*"],
        "a_from": ["2026-11-01"],
        "a_to": ["2026-11-07"],
    }
    expect(page.locator(".sides")).to_contain_text("2026-11-01 to 2026-11-07")
    expect(page.locator(".sentence")).to_contain_text("job TN*, against 2026-11-01 to 2026-11-07.")
    page.get_by_role("link", name="Side A: 2026-11-01 to 2026-11-07").click()
    assert parse_qs(urlsplit(page.url).query) == {"days": ["10"], "job": ["TN*"]}


def test_two_systems_are_compared_without_script(open_page: OpenPage) -> None:
    page = open_page(script=False)
    page.goto(COMPARE)
    page.get_by_text("Change sides").click()
    page.get_by_role("group", name="Side A", exact=True).get_by_label("System").fill("SYSB")
    page.get_by_role("group", name="Side B", exact=True).get_by_label("System").fill("SYSA")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".sentence")).to_contain_text("traffic on SYSA in the last 30 days")
    assert "Sysplex" not in heads_on_screen(page)
    assert len(rows_on_screen(page)) > 0


def test_the_file_is_what_is_seen(page: Page) -> None:
    page.goto(f"{DIFFERENT}&status=all&sort=-b_connections&columns=job,port,b_connections,b_weak")
    head, rows = rows_of(export(page))
    assert head == ["job", "port", "b_connections", "b_weak"]
    assert rows[: len(rows_on_screen(page))] == rows_on_screen(page)


def test_keys_move_through_rows_and_open_one(page: Page) -> None:
    page.goto(DIFFERENT)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/report/servers/*/**")


@pytest.mark.parametrize("look", LOOKS)
def test_every_state_has_its_picture(
    open_page: OpenPage, album: Path, tmp_path: Path, look: str
) -> None:
    size, theme = LOOKS[look]
    page = open_page("admin", size=size, theme=theme)
    for name, path in PICTURES.items():
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate(STICKING_OUT) == 0, name
        folder = album if name in SHOWN and not look else tmp_path
        take(page, folder / f"{name}{look}.png")


def test_every_state_is_accessible(open_page: OpenPage) -> None:
    page = open_page("admin")
    found: list[str] = []
    for name, path in PICTURES.items():
        page.goto(path)
        found += violations_in_every_look(page, name)
    page.goto(DIFFERENT)
    page.get_by_text("Change sides").click()
    found += violations_in_every_look(page, "sides")
    page.get_by_text("Columns", exact=True).click()
    found += violations_in_every_look(page, "columns")
    empty = open_page("admin", empty=True)
    empty.goto(COMPARE)
    assert found + violations_in_every_look(empty, "empty store") == []
