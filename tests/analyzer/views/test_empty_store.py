"""Why a page is empty, and what to do about it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analyzer.models import Server, Stack, StackDay, SystemSettings
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page
from tests.builders import store_rows

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 31)


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


@pytest.fixture
def a_day(db: None) -> Stack:
    """A stack with data on one day."""
    settings = SystemSettings.objects.create(sysplex="PLEXA", system="SYSA")
    stack = Stack.objects.create(sysplex="PLEXA", system="SYSA", stack="TCPIP", settings=settings)
    StackDay.objects.create(stack=stack, day=DAY)
    return stack


def shown(client: Client, name: str = "report_servers", **query: Any) -> Page:
    return Page(client.get(reverse(name), query))


@pytest.mark.parametrize("name", ["report_servers", "report_clients", "report_peers"])
def test_nothing_stored_leads_to_data_management(viewer: Client, name: str) -> None:
    page = shown(viewer, name)
    assert "Nothing is stored yet" in page.text
    assert reverse("data_history") in page.links
    assert "0 " in page.text


def test_filters_over_an_empty_store_are_not_blamed_on_the_store(viewer: Client) -> None:
    page = shown(viewer, job="T*")
    assert "The filters exclude everything" in page.text
    assert "?" in page.links  # without filters


def test_days_without_data_lead_to_all_days(viewer: Client, a_day: Stack) -> None:
    asked = {"from": "2020-01-01", "to": "2020-01-31", "sort": "job"}
    page = shown(viewer, **asked)
    assert "No data for these days" in page.text
    assert "no interval records of 2020-01-01 to 2020-01-31" in page.text
    assert "?days=all&sort=job" in page.links
    assert "data of 0 of 1 system, 0 of 31 days" in page.text


def test_filters_that_exclude_all_lead_to_none(viewer: Client, a_day: Stack) -> None:
    page = shown(viewer, days="all", job="NOBODY")
    assert "The filters exclude everything" in page.text
    assert "There is data for these days" in page.text


def test_a_tab_without_traffic_says_so_and_offers_nothing(viewer: Client, a_day: Stack) -> None:
    page = shown(viewer, "report_peers", days="all")
    assert "No such traffic" in page.text


def test_a_refused_filter_is_told_apart_from_all_of_these(viewer: Client, a_day: Stack) -> None:
    page = shown(viewer, port="many")
    assert "A filter cannot be used" in page.text
    assert "exclude everything" not in page.text
    assert "Nothing is stored yet" not in page.text


def test_a_server_without_sessions_in_these_days_has_a_page(viewer: Client, a_day: Stack) -> None:
    server = Server.objects.create(
        stack=a_day,
        role="server",
        ip_proto=6,
        server_ip="10.0.0.1",
        port_start=1024,
        port_end=65535,
        job="",
        user="",
    )
    page = Page(viewer.get(reverse("report_server", args=[server.pk])))
    assert "Server on 10.0.0.1 ports 1024-65535" in page.text
    assert page.facts["Ports"] == "1024-65535"
    assert page.facts["Job name"] == page.facts["User ID"] == "\u2013"
    sessions = viewer.get(reverse("report_sessions", args=[server.pk]))
    assert sessions.status_code == 200
    assert not Page(sessions).all("nav", **{"aria-label": "Protocol"})


def test_no_system_is_known(viewer: Client) -> None:
    assert "No system is known yet" in shown(viewer, "settings_systems").text


def test_choices_without_anything_to_choose_from_are_left_out(viewer: Client) -> None:
    page = shown(viewer, "query")
    names = {found.get("name") for found in page.all("input")}
    assert not {"sysplex", "system", "stack"} & names
    assert "Where" not in page.text


def test_one_row_is_one_server(viewer: Client) -> None:
    store_rows.fill(sessions=3, records=1)
    found = [shown(viewer, f"report_{tab}", days="all") for tab in ("servers", "clients", "peers")]
    one = [page for page in found if page.row_links]
    assert len(one) == 1
    assert "1 server" in one[0].text or "1 EE peer" in one[0].text
