"""A query built, previewed, saved and run: by keys alone, with script and without it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.reading import column_on_screen
from tests.browser.site import password
from tests.browser.test_filters import query_of

TYPING_MS, THINKING_S = 120, 0.5
"""A person's pace: between two letters, and before a key that goes somewhere."""
OLD = {"SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1"}
HERE = """() => {
  const one = document.activeElement;
  return one.value && one.type !== "text" ? one.value : one.innerText || one.name;
}"""


class Keys:
    """A person without a mouse; counts what is pressed."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, key: str) -> None:
        self.pressed += 1
        self.page.keyboard.press(key)

    def tab_to(self, *wanted: str) -> str:
        """Go on until one of these has the focus; returns which."""
        for _ in range(80):
            self.press("Tab")
            here = str(self.page.evaluate(HERE)).strip()
            if here in wanted:
                return here
        raise AssertionError(f"{wanted} cannot be reached")


@pytest.fixture
def page(open_page: OpenPage) -> Iterator[Page]:
    """An analyst's page; what the test saves goes with it."""
    page = open_page()
    yield page
    page.goto("/queries/")
    while (links := page.get_by_role("link", name=re.compile("^Delete Made here"))).count():
        links.first.click()
        page.get_by_role("button", name=re.compile("^Delete")).click()
        page.wait_for_url("**/queries/")


def offered_versions(page: Page) -> list[str]:
    return page.locator('input[name="version"]').evaluate_all("all => all.map(one => one.value)")


def test_ssl_2_to_tls_1_1_is_built_saved_and_run_by_keys_in_a_minute(page: Page) -> None:
    name = "Made here: SSLv2 to TLS 1.1"
    began = time.monotonic()
    page.goto("/report/servers/")
    keys = Keys(page)
    keys.tab_to("Queries")
    keys.press("Enter")
    page.wait_for_url("**/queries/")
    keys.tab_to("Skip to content")
    keys.press("Enter")
    keys.tab_to("New query")
    keys.press("Enter")
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_be_focused()
    page.keyboard.type(name, delay=TYPING_MS)
    keys.press("Shift+Tab")
    assert "Security Filters" in page.evaluate(HERE)
    keys.press("Enter")
    old = [name for name in offered_versions(page) if name in OLD]
    assert len(old) > 1
    for _ in old:
        keys.tab_to(*old)
        keys.press("Space")
    said = page.locator(".said-sentence")
    expect(said).to_have_text(re.compile(r"^TCP servers in the last 30 days, SSL.*TLS 1\.1\.$"))
    expect(page.locator(".said-size")).to_have_text(re.compile("[1-9].* security sessions?\\."))
    keys.press("Control+Enter")
    page.wait_for_url("**/report/servers/?*")
    assert set(query_of(page)["version"]) == set(old)
    assert len(column_on_screen(page, "Server IP")) > 0
    assert keys.pressed < 40
    # As many keys by a person who thinks half a second before each, beside what the machine took.
    assert time.monotonic() - began + keys.pressed * THINKING_S < 60
    expect(page.get_by_text("The query Made here: SSLv2 to TLS 1.1 is saved.")).to_be_visible()


def test_what_is_typed_is_said_at_once_and_a_wrong_value_stands_at_its_field(page: Page) -> None:
    page.goto("/queries/new/")
    expect(page.locator(".said-warning")).to_contain_text("No filter is set: all data")
    job = page.get_by_role("textbox", name="Job name")
    job.press_sequentially("TN3270")
    expect(page.locator(".said-sentence")).to_have_text(
        "TCP servers in the last 30 days, job TN3270."
    )
    expect(page.locator(".said-warning")).to_have_count(0)
    expect(page.get_by_role("link", name="Scope Filters")).to_contain_text("1 filter")
    expect(job).to_be_focused()
    expect(job).to_have_value("TN3270")
    port = page.get_by_role("textbox", name="Server port")
    port.press_sequentially("telnet")
    expect(port).to_have_attribute("aria-invalid", "true")
    expect(port).to_have_accessible_description(re.compile("telnet is not a port"))
    expect(page.get_by_role("link", name="Scope Filters")).to_contain_text("1 to be corrected")
    port.fill("23")
    expect(page.locator(".said-sentence")).to_contain_text("server port 23")
    expect(port).not_to_have_attribute("aria-invalid", "true")
    expect(port).not_to_have_accessible_description(re.compile("is not a port"))
    name = page.get_by_role("textbox", name="Name", exact=True)
    name.fill("tls 1.1 AND older")
    expect(name).to_have_accessible_description(re.compile("There is a query"))
    page.get_by_role("radio", name="TCP Client Traffic").check()
    expect(page.locator(".said-sentence")).to_contain_text("TCP clients in")


def test_steps_lead_to_their_part(page: Page) -> None:
    page.goto("/queries/new/")
    page.get_by_role("link", name="Security Filters").click()
    expect(page.get_by_role("heading", name="Security Filters")).to_be_in_viewport()
    expect(page.locator(".builder-side")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Save and run")).to_be_in_viewport()


def test_no_field_with_the_focus_hides_behind_the_buttons(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")  # the page is where it scrolls to at once
    page.goto("/queries/new/")
    hidden = []
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
              const one = document.activeElement;
              if (!one.closest(".builder-parts .panel")) return "";
              const box = one.getBoundingClientRect();
              const bar = document.querySelector(".builder-end").getBoundingClientRect();
              return box.bottom > bar.top ? one.name + " " + one.value : "";
            }"""
        )
        hidden += [found] if found else []
    assert hidden == []


def test_a_report_becomes_a_query_and_the_query_the_same_report(page: Page) -> None:
    page.goto("/report/clients/?protocol=NONE&days=all&sort=-in_bytes")
    before = column_on_screen(page, "Server IP")
    page.get_by_role("link", name="Save as query").click()
    expect(page.get_by_label("Unprotected*", exact=True)).to_be_checked()
    expect(page.get_by_role("radio", name="TCP Client Traffic")).to_be_checked()
    page.get_by_role("textbox", name="Name", exact=True).fill("Made here")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The query Made here is saved.")).to_be_visible()
    run = page.get_by_role("link", name="Run Made here")
    href = run.get_attribute("href")
    assert href is not None
    page.get_by_role("link", name="Made here", exact=True).click()
    page.wait_for_url("**/report/clients/?*")
    assert query_of(page) == {"protocol": ["NONE"], "days": ["all"]}
    assert sorted(column_on_screen(page, "Server IP")) == sorted(before)
    page.goto(href)  # as from a mail
    assert urlsplit(page.url).path == "/report/clients/"


def test_a_query_is_edited_copied_taken_away_and_deleted(page: Page) -> None:
    page.goto("/queries/")
    page.get_by_role("link", name="Copy TLS 1.1 and older").click()
    name = page.get_by_role("textbox", name="Name", exact=True)
    expect(name).to_have_value("Copy of TLS 1.1 and older")
    name.fill("Made here, a copy")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Edit Made here, a copy").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit Made here, a copy")
    page.get_by_role("textbox", name="Job name").fill("CICS*")
    expect(page.locator(".said-sentence")).to_contain_text("job CICS*")
    page.get_by_role("button", name="Save", exact=True).click()
    row = page.get_by_role("row").filter(has_text="Made here, a copy")
    expect(row).to_contain_text("job CICS*")
    with page.expect_download() as started:
        row.get_by_role("link", name="Export").click()
    assert started.value.suggested_filename == "zertify_query_Made-here-a-copy.json"
    file = started.value.path()
    row.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete Made here, a copy").click()
    expect(page.get_by_text("The query Made here, a copy is deleted.")).to_be_visible()
    page.get_by_label("File of queries").set_input_files(file)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("1 query imported as your own: Made here, a copy.")).to_be_visible()


def test_heads_sort_the_queries(page: Page) -> None:
    page.goto("/queries/")
    names = column_on_screen(page, "Name")
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    page.wait_for_load_state()
    assert column_on_screen(page, "Name") == names[::-1]


def test_a_viewer_runs_what_is_shared_and_saves_nothing(open_page: OpenPage) -> None:
    page = open_page("viewer")
    page.goto("/queries/")
    names = set(column_on_screen(page, "Name"))
    assert {"TLS 1.1 and older", "EE peers"} <= names
    assert "FTP of the night jobs" not in names
    expect(page.get_by_role("link", name="Edit TLS 1.1 and older")).to_have_count(0)
    page.get_by_role("link", name="New query").first.click()
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_count(0)
    page.get_by_role("textbox", name="Job name").fill("TN3270")
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**/report/servers/?job=TN3270")
    assert set(column_on_screen(page, "Job Name")) == {"TN3270"}


def test_without_script_it_is_a_plain_form(open_page: OpenPage) -> None:
    page = open_page(script=False)
    page.goto("/queries/new/")
    page.get_by_role("textbox", name="Server port").fill("telnet")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("alert")).to_contain_text("1 field needs correction")
    port = page.get_by_role("textbox", name="Server port")
    expect(port).to_have_value("telnet")
    port.fill("23")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".said-sentence")).to_contain_text("server port 23")
    page.get_by_role("button", name="Run without saving").click()
    assert parse_qs(urlsplit(page.url).query) == {"port": ["23"]}


def test_a_session_that_has_ended_leads_to_the_sign_in(open_page: OpenPage) -> None:
    page = open_page("viewer")
    page.goto("/queries/new/")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("textbox", name="Job name").fill("TN3270")
    page.wait_for_url("**/accounts/login/**")
    page.get_by_label("User").fill("viewer")
    page.get_by_label("Password").fill(password("viewer"))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New query")
