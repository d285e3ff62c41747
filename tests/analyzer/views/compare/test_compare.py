"""The page of a comparison: its words, switches, links, empty states and export."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analyzer.models import Stack
from tests.analyzer.queries.compare import compared
from tests.analyzer.views.compare.conftest import PATH, jobs, page
from tests.analyzer.views.page import Page, pages_from

pytestmark = pytest.mark.django_db
NEW_UNPROTECTED = "New unprotected since last month"


@pytest.mark.usefixtures("stack")
def test_what_differs_is_listed_the_worst_first(viewer: Client) -> None:
    found = page(viewer)
    assert list(jobs(found).items()) == [
        ("WORSE", "Worse"),
        ("NEW", "New"),
        ("NEWTLS", "New"),
        ("CHANGED", "Changed"),
        ("GONE", "Gone"),
        ("BETTER", "Better"),
    ]
    assert "Servers that differ: traffic in the last 30 days, against 2026-01-31 to" in found.text
    for words in ("All differences (6)", "Worse (1)", "New (2)", "Same (1)", "All (7)"):
        assert words in found.text
    assert found.column("Conns A") == ["9", "\u2013", "\u2013", "1", "3", "1"]
    assert found.column("Conns B") == ["9", "5", "2", "1", "\u2013", "1"]
    assert found.column("Unprotected* B") == ["1", "5", "0", "0", "\u2013", "0"]
    assert "2026-03-02 to 2026-03-31" in found.text


@pytest.mark.usefixtures("stack")
def test_new_unprotected_since_last_month_is_one_click(viewer: Client) -> None:
    found = page(viewer, "job=NOSUCH&days=7&by=server")
    (link,) = [href for href in found.links if href == "?status=new&protocol=NONE"]
    assert NEW_UNPROTECTED in found.text
    asked = page(viewer, link.removeprefix("?"))
    assert jobs(asked) == {"WORSE": "New", "NEW": "New"}
    assert "Servers that are new: traffic in the last 30 days, unprotected, against" in asked.text


@pytest.mark.usefixtures("stack")
def test_questions_keep_what_a_row_is(viewer: Client) -> None:
    found = page(viewer, "by=client")
    assert "?by=client&status=new&protocol=NONE" in found.links
    clients = page(viewer, "by=client&status=new&protocol=NONE")
    assert clients.column("Client IP") == [compared.CLIENT] * 2


@pytest.mark.usefixtures("stack")
def test_rows_lead_to_the_report_of_each_side(viewer: Client) -> None:
    found = page(viewer, "status=worse")
    row, a, b = [href for href in found.links if href.startswith("/report/servers/")][-3:]
    assert row == b
    assert parse_qs(urlsplit(a).query) == {"from": ["2026-01-31"], "to": ["2026-03-01"]}
    assert urlsplit(b).query == ""
    for href, unprotected in ((a, "0"), (b, "1")):
        shown = Page(viewer.get(href))
        assert shown.facts["Job name"] == "WORSE"
        assert shown.column("Unprotected* Total Conns") == [unprotected]


@pytest.mark.usefixtures("stack")
def test_a_row_of_one_side_leads_to_that_side_only(viewer: Client) -> None:
    found = page(viewer, "status=gone")
    links = [href for href in found.links if href.startswith("/report/servers/")][-2:]
    assert links[0] == links[1]
    shown = Page(viewer.get(links[0]))
    assert shown.facts["Job name"] == "GONE"
    assert shown.column("SSH Total Conns") == ["3"]


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("by", ["client", "service", "protection"])
def test_other_rows_lead_to_reports_with_their_filters(viewer: Client, by: str) -> None:
    found = page(viewer, f"by={by}&status=all")
    assert len(found.rows) > 4
    for href in found.row_links:
        answer = viewer.get(href)
        assert answer.status_code == 200
        assert len(Page(answer).rows) >= 1, href


def test_two_systems_lead_to_the_report_of_their_own(viewer: Client, stack: Stack) -> None:
    other = compared.place("SYSB")
    compared.traffic(compared.server(other, "WORSE"), {}, {"weak": 7})
    compared.traffic(compared.server(stack, "LOCAL", role="client"), {}, {"none": 1})
    found = page(viewer, "system=SYSA&a_system=SYSB&status=all")
    assert jobs(found)["WORSE"] == "Worse"
    assert jobs(found)["LOCAL"] == "New"
    assert "Sysplex" not in found.head
    assert "traffic on SYSA in the last 30 days, against SYSB." in found.text
    assert "Side A: a_system" not in found.text
    assert "Side A: SYSB" in found.text


@pytest.mark.usefixtures("stack")
def test_what_cannot_be_used_stands_at_its_field_and_nothing_is_shown(viewer: Client) -> None:
    found = page(viewer, "a_from=yesterday&status=better,odd&by=port", 400)
    assert "`yesterday` is not a day" in found.text
    assert "`odd` is none of worse, new, changed, gone, better, same, all" in found.text
    assert "`port` is none of server, service, client, protection" in found.text
    field = found.one("input", id="side-a_from")
    assert (field["value"], field["aria-invalid"]) == ("yesterday", "true")
    assert not found.row_links
    assert "A filter cannot be used" in found.text


@pytest.mark.usefixtures("stack")
def test_a_damaged_page_key_is_said(viewer: Client) -> None:
    found = page(viewer, "after=zzz", 400)
    assert "`after` is damaged" in found.text


def test_gaps_of_a_side_are_said(viewer: Client, stack: Stack) -> None:
    compared.place("SYSB", a=False)
    found = page(viewer)
    assert (
        "Side A lacks data: PLEXA SYSA has 1 of 30 days, PLEXA SYSB has 0 of 30 days." in found.text
    )
    assert "What is called new may only be missing on side A." in found.text
    assert "What is called gone may only be missing on side B." in found.text


def test_nothing_stored_is_said(viewer: Client) -> None:
    found = page(viewer)
    assert "Nothing is stored yet" in found.text
    assert reverse("data_history") in found.links


def test_a_side_without_data_calls_nothing_new(viewer: Client) -> None:
    one = compared.server(compared.place(a=False), "ONE")
    compared.traffic(one, {}, {"none": 1})
    found = page(viewer)
    assert "Side A has no data" in found.text
    assert "no interval records of 2026-01-31 to 2026-03-01 for all systems" in found.text
    assert not found.row_links
    assert "?days=7" in [href.removeprefix(PATH) for href in found.links]
    week = page(viewer, "days=7")
    assert reverse("report_servers") in week.links


@pytest.mark.usefixtures("stack")
def test_empty_tables_say_why(viewer: Client) -> None:
    assert "The filters exclude everything" in page(viewer, "job=NOSUCH").text
    none = page(viewer, "job=SAME&status=worse")
    assert "No difference" in none.text
    assert "Both sides have the same 1 server" in none.text
    other = page(viewer, "job=NEW&status=worse")
    assert "Nothing is worse" in other.text
    assert "The two sides together have 1 server" in other.text


def test_no_traffic_at_all_is_said(viewer: Client) -> None:
    stack = compared.place()
    session = compared.server(stack, "OLD")
    compared.traffic(session, {}, {"none": 1})
    found = page(viewer, "from=2026-02-10&to=2026-02-10&a_from=2026-03-31&a_to=2026-03-31")
    assert jobs(found) == {"OLD": "Gone"}


def test_a_read_that_takes_too_long_is_said(viewer: Client, stack: Stack, settings: Any) -> None:
    settings.TIME_LIMIT_PAGE_S = 0.001
    stacks = [compared.server(stack, f"J{number}") for number in range(40)]
    for one in stacks:
        compared.traffic(one, {"strong": 1}, {"none": 1})
    found = page(viewer)
    assert "was stopped: ask for fewer days" in found.text
    assert "All differences" in found.text
    assert "All differences (" not in found.text


@pytest.mark.usefixtures("stack")
def test_columns_are_chosen_and_kept_in_their_order(viewer: Client) -> None:
    chosen = page(viewer, "columns=open,a_strong,job")
    assert chosen.head == ["Report", "Strong A", "Job Name"]
    kept = {"columns": ["open", "a_strong", "job"], "order": ["open", "a_strong", "job"]}
    viewer.post("/tables/compared-servers/columns/", kept)
    found = page(viewer)
    assert found.head == chosen.head
    assert len(found.row_links) == len(found.rows)
    assert page(viewer, "columns=default").head != chosen.head


@pytest.mark.usefixtures("stack")
def test_script_gets_the_part_that_changes(viewer: Client) -> None:
    answer = viewer.get(PATH, headers={"HX-Request": "true"})
    found = Page(answer)
    assert [root["id"] for root in found.roots] == ["compare"]
    assert found.rows


@pytest.mark.usefixtures("stack")
def test_other_tabs_keep_the_filters_and_lead_here(viewer: Client) -> None:
    found = page(viewer, "job=NEW&a_from=2026-02-01&by=client")
    assert "/report/servers/?job=NEW" in found.links
    report = Page(viewer.get("/report/servers/?job=NEW"))
    assert f"{PATH}?job=NEW" in report.links


@pytest.mark.usefixtures("stack")
def test_the_way_here_from_all_days_is_no_error(viewer: Client) -> None:
    report = Page(viewer.get(f"{reverse('report_servers')}?days=all&job=VIPA"))
    (way,) = [href for href in report.links if href.startswith(PATH)]
    assert parse_qs(urlsplit(way).query) == {"days": ["30"], "job": ["VIPA"]}
    assert viewer.get(way).status_code == 200


@pytest.mark.usefixtures("stack")
def test_thirty_rows_cost_as_many_queries_as_six(
    viewer: Client, stack: Stack, django_assert_num_queries: Any
) -> None:
    page(viewer)
    with CaptureQueriesContext(connection) as few:
        page(viewer)
    for number in range(30):
        compared.traffic(compared.server(stack, f"J{number}"), {"strong": 1}, {"none": 1})
    with django_assert_num_queries(len(few)):
        assert len(page(viewer).rows) == 36


def test_nobody_without_the_right_sees_it() -> None:
    client = Client()
    assert client.get(PATH)["Location"].startswith(reverse("sign_in"))
    client.force_login(User.objects.create(username="nobody"))
    assert client.get(PATH).status_code == 403


def test_pages_follow_each_other_under_the_same_address(viewer: Client, stack: Stack) -> None:
    for number in range(100):
        compared.traffic(compared.server(stack, f"J{number}"), {}, {"none": 1})
    found = list(pages_from(viewer, PATH, status="new", by="client", sort="job"))
    assert [len(one.rows) for one in found] == [100, 2]
    listed = [job for one in found for job in one.column("Job Name")]
    assert len(set(listed)) == 102
    assert "102 clients" in found[1].text
    assert "First page" in found[1].text
