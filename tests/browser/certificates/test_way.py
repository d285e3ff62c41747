"""From the time-line to a certificate and the job that uses it, with script and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.reading import column_on_screen, export, rows_of, rows_on_screen

LIST = "/report/certificates/?days=all"


@pytest.mark.parametrize("script", [True, False])
def test_expired_certificate_to_its_job_in_three_clicks(
    open_page: OpenPage, *, script: bool
) -> None:
    page = open_page(script=script)
    page.goto(LIST)
    page.get_by_role("link", name="expired").first.click()
    expect(page.get_by_text("Certificate expiry: expired")).to_be_visible()
    assert set(column_on_screen(page, "Expiry")) == {"expired"}
    page.locator("main .row-link").first.click()
    expect(page.get_by_role("heading", name="Jobs")).to_be_visible()
    jobs = page.get_by_role("region", name="Jobs").locator(".row-link")
    job = jobs.first.inner_text()
    jobs.first.click()
    page.wait_for_url("**/report/**job=**")
    assert set(column_on_screen(page, "Job Name")) == {job}


def test_a_month_of_the_time_line_shows_the_certificates_that_end_in_it(page: Page) -> None:
    page.goto(LIST)
    bar = page.get_by_role("region", name="Ends by month").get_by_role("link").last
    number = int(bar.locator("b").inner_text())
    bar.click()
    expect(page.locator("main table.rows tbody tr")).to_have_count(number)
    expect(page.locator(".ends-bars a[aria-current]")).to_have_count(1)


def test_the_saved_file_has_the_rows_of_the_screen(page: Page) -> None:
    page.goto(f"{LIST}&expiry=expired&columns=name,serial,expiry,clients")
    shown = rows_on_screen(page)
    head, rows = rows_of(export(page))
    assert head == ["name", "serial", "expiry", "clients"]
    assert rows == shown
