"""Scripts off: reading, filtering, paging and uploading work."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, sign_in
from tests.browser.places import Places
from tests.browser.reading import column_on_screen
from tests.browser.site import WAIT_S, password
from tests.browser.test_filters import server_with_most_clients
from tests.conftest import SAMPLES


@pytest.fixture
def plain(open_page: OpenPage) -> Page:
    return open_page(script=False)


def test_one_signs_in_reads_and_filters(open_page: OpenPage) -> None:
    page = open_page("", script=False)
    sign_in(page, "analyst", password("analyst"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    page.get_by_role("link", name="Report", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("TCP Server Traffic")
    page.locator("details.filters > summary").click()
    page.get_by_role("textbox", name="Job name").fill("CICS*")
    page.get_by_role("button", name="Show").first.click()
    expect(page.get_by_text("Job: CICS*")).to_be_visible()
    page.locator(".row-link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("CICSTS1 on")
    page.locator(".row-link").first.click()
    page.locator(".row-link").first.click()
    expect(page.get_by_role("region", name="History by day")).to_be_visible()


def test_pages_follow_each_other(plain: Page) -> None:
    plain.goto(server_with_most_clients(plain))
    first = column_on_screen(plain, "Client IP")
    plain.get_by_role("link", name="Next page").click()
    expect(plain.get_by_role("link", name="First page")).to_be_visible()
    assert not {*first} & {*column_on_screen(plain, "Client IP")}
    plain.get_by_role("link", name="First page").click()
    expect(plain.get_by_role("link", name="First page")).to_have_count(0)
    expect(plain.get_by_role("link", name="Next page")).to_be_visible()
    assert column_on_screen(plain, "Client IP") == first


def test_a_file_is_uploaded_by_the_form_itself(plain: Page) -> None:
    plain.goto("/data/import/")
    plain.get_by_label("Choose dump files").set_input_files(SAMPLES / "zos32.smf")
    plain.get_by_role("button", name="Upload and import").click()
    expect(plain).to_have_url(re.compile(r"/data/history/\d+/$"))
    state = plain.get_by_role("heading", level=1)
    until = time.monotonic() + WAIT_S
    while "Complete" not in state.inner_text():
        assert time.monotonic() < until, state.inner_text()
        plain.wait_for_timeout(200)
        plain.reload()
    expect(state).to_contain_text("zos32.smf")
    expect(state).to_contain_text("Complete")


def test_nothing_that_needs_scripts_is_offered(plain: Page, places: Places) -> None:
    plain.goto(places["report"])
    expect(plain.locator("#theme-switch")).to_be_hidden()
    plain.locator("summary").filter(has_text="analyst").click()
    expect(plain.get_by_role("link", name="Change password")).to_be_visible()
    expect(plain.locator("[data-keys]")).to_be_hidden()
