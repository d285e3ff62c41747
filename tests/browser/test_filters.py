"""Filters live in the address; chips say them; columns, order and pages keep them."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.reading import column_on_screen
from tests.browser.site import CROWDED


def query_of(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def open_filters(page: Page) -> None:
    page.locator("details.filters > summary").click()


def show(page: Page) -> None:
    page.locator("details.filters").get_by_role("button", name="Show").click()
    page.wait_for_load_state()


def test_job_port_and_network_narrow_the_rows_and_stand_in_the_address(page: Page) -> None:
    page.goto("/report/servers/")
    open_filters(page)
    page.get_by_role("textbox", name="Job name").fill("TN3270,DB2*")
    page.get_by_role("textbox", name="Server port").fill("23,440-450")
    page.get_by_role("textbox", name="Server IP").fill("10.1.0.0/16")
    show(page)
    assert query_of(page) == {
        "job": ["TN3270,DB2*"],
        "port": ["23,440-450"],
        "server_ip": ["10.1.0.0/16"],
    }
    jobs, ports, addresses = (
        column_on_screen(page, label) for label in ("Job Name", "Server Port", "Server IP")
    )
    assert {"TN3270", "DB2PDIST"} == set(jobs)
    assert all(port == "23" or 440 <= int(port) <= 450 for port in ports)
    assert all(ip_address(one) in ip_network("10.1.0.0/16") for one in addresses)
    for value in ("TN3270 or DB2*", "23 or 440-450", "10.1.0.0/16"):
        expect(page.locator("a.chip").filter(has_text=value)).to_be_visible()


def test_a_chip_is_removed_and_the_others_stay(page: Page) -> None:
    page.goto("/report/servers/?job=TN3270&port=23&protocol=NONE")
    before = len(column_on_screen(page, "Job Name"))
    page.get_by_role("link", name="Server port: 23").click()
    page.wait_for_load_state()
    assert query_of(page) == {"job": ["TN3270"], "protocol": ["NONE"]}
    assert len(column_on_screen(page, "Job Name")) >= before
    expect(page.get_by_text("Protocol: Unprotected*")).to_be_visible()


def test_a_part_of_a_name_in_a_certificate_finds_its_servers(page: Page) -> None:
    page.goto("/report/servers/")
    every = len(column_on_screen(page, "Server IP"))
    open_filters(page)
    page.get_by_label("Distinguished name").fill("Example Issuing CA 2")
    show(page)
    assert 0 < len(column_on_screen(page, "Server IP")) < every
    page.locator(".row-link").first.click()
    page.locator(".row-link").first.click()
    page.get_by_role("link", name="Distinguished name details").click()
    expect(page.locator("main tbody tr").first).to_contain_text("Example Issuing CA 2")


def test_protocol_and_version_are_ticked_and_stay_ticked(page: Page) -> None:
    page.goto("/report/servers/")
    open_filters(page)
    page.get_by_label("TLS", exact=True).check()
    page.get_by_label("TLSv1.3").check()
    show(page)
    assert query_of(page) == {"protocol": ["TLS"], "version": ["TLSv1.3"]}
    assert set(column_on_screen(page, "Unprotected* Total Conns")) == {"0"}
    open_filters(page)
    expect(page.get_by_label("TLSv1.3")).to_be_checked()
    page.get_by_role("link", name="Clear filters").first.click()
    page.wait_for_load_state()
    assert query_of(page) == {}


def test_what_cannot_be_a_filter_is_kept_and_explained_at_its_field(page: Page) -> None:
    page.goto("/report/servers/")
    open_filters(page)
    page.get_by_role("textbox", name="Server port").fill("telnet")
    page.get_by_role("textbox", name="Job name").fill("TN3270")
    show(page)
    field = page.get_by_role("textbox", name="Server port")
    expect(field).to_be_visible()
    expect(field).to_have_value("telnet")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("telnet is not a port"))
    expect(page.get_by_role("textbox", name="Job name")).to_have_value("TN3270")
    expect(page.get_by_role("alert")).to_contain_text("1 filter cannot be used")
    expect(page.get_by_role("heading", name="A filter cannot be used")).to_be_visible()


def test_nothing_found_says_why_and_what_to_do(page: Page) -> None:
    page.goto("/report/servers/?job=NOSUCH")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator(".empty")).to_contain_text("exclude")
    page.locator(".empty a").click()
    expect(page.locator("main tbody tr").first).to_be_visible()


def test_an_empty_store_leads_to_the_import(open_page: OpenPage) -> None:
    page = open_page(empty=True)
    page.goto("/report/servers/")
    page.locator(".empty a").click()
    page.locator("main").get_by_role("link", name="Import SMF data").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import SMF Data")


def test_heads_sort_numbers_from_the_most_and_addresses_as_numbers(page: Page) -> None:
    page.goto("/report/servers/?sysplex=PLEXA")
    page.get_by_role("link", name="TLS Total Conns").click()
    page.wait_for_load_state()
    assert query_of(page) == {"sysplex": ["PLEXA"], "sort": ["-tls"]}
    counts = [int(one) for one in column_on_screen(page, "TLS Total Conns")]
    assert counts == sorted(counts, reverse=True)
    head = page.get_by_role("columnheader", name="TLS Total Conns")
    expect(head).to_have_attribute("aria-sort", "descending")
    page.get_by_role("link", name="Server IP").click()
    page.wait_for_load_state()
    addresses = [ip_address(one) for one in column_on_screen(page, "Server IP")]
    assert addresses == sorted(addresses, key=lambda one: (one.version, int(one)))
    page.go_back()
    expect(head).to_have_attribute("aria-sort", "descending")


def test_next_page_goes_on_where_the_first_ended_and_back_returns(page: Page) -> None:
    page.goto(f"{server_with_most_clients(page)}&sort=-tls")
    first = column_on_screen(page, "TLS Total Conns")
    assert len(first) == 100
    address = page.url
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("link", name="First page")).to_be_visible()
    second = column_on_screen(page, "TLS Total Conns")
    assert int(second[0]) <= int(first[-1])
    assert "after=" in page.url
    page.reload()
    assert column_on_screen(page, "TLS Total Conns") == second
    page.go_back()
    expect(page).to_have_url(address)
    expect(page.get_by_role("link", name="First page")).to_have_count(0)
    assert column_on_screen(page, "TLS Total Conns") == first


def server_with_most_clients(page: Page) -> str:
    """Its address, on the day on which there were many clients."""
    page.goto(f"/report/servers/?from={CROWDED}&to={CROWDED}&protocol=TLS&sort=-clients")
    href = page.locator(".row-link").first.get_attribute("href")
    assert href is not None
    return href
