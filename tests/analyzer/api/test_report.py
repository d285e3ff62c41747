"""Tables by the interface: the values of the report, paging, filters, CSV, errors."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analyzer.models import AuditEntry, SecuritySession, Server, Stack, SystemSettings
from analyzer.queries.filters import Filters
from analyzer.queries.pages import read_page
from analyzer.queries.report import servers_question
from analyzer.tables.report import SERVERS
from tests.analyzer.api.conftest import rows_of

pytestmark = pytest.mark.usefixtures("filled")
ALL = {"days": "all"}


def errors(client: Client, path: str, **params: Any) -> dict[str, str]:
    answer = client.get(path, params)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    assert body["error"]
    found: dict[str, str] = body["errors"]
    return found


def csv_rows(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("name", "role"), [("api_servers", "server"), ("api_clients", "client"), ("api_peers", "peer")]
)
def test_the_first_level_has_the_values_of_the_page(analyst: Client, name: str, role: str) -> None:
    question = servers_question(Filters.everything(), role=role)
    page = read_page(question, sort=None, after=None, limit=1000)
    found = rows_of(analyst, reverse(name), **ALL)
    assert len(found) == len(page.rows) == Server.objects.filter(role=role).count()
    for ours, theirs in zip(found, page.rows, strict=True):
        last = theirs["last_seen"].isoformat()
        wanted = {column.key: theirs[column.key] for column in SERVERS.columns}
        assert ours == {"id": theirs["id"], **wanted, "last_seen": last}


def test_clients_and_sessions_of_a_server_add_up(analyst: Client) -> None:
    server = next(row for row in rows_of(analyst, reverse("api_servers"), **ALL) if row["tls"])
    clients = rows_of(analyst, reverse("api_server_clients", args=[server["id"]]), **ALL)
    assert len(clients) == server["clients"]
    assert sum(row["tls"] for row in clients) == server["tls"]
    path = reverse("api_server_sessions", args=[server["id"]])
    sessions = rows_of(analyst, path, **ALL, protocol="TLS", detail="traffic")
    assert sum(row["connections"] for row in sessions) == server["tls"]
    assert {row["server_id"] for row in sessions} == {server["id"]}


def test_pages_lead_through_all_rows_once(analyst: Client) -> None:
    path = reverse("api_sessions")
    whole = rows_of(analyst, path, **ALL, limit=1000)
    paged = rows_of(analyst, path, **ALL, limit=7)
    assert [row["id"] for row in paged] == [row["id"] for row in whole]
    assert len(whole) == SecuritySession.objects.count()
    first = analyst.get(path, {**ALL, "limit": 7}).json()
    assert (first["total"], first["total_is_capped"]) == (len(whole), False)


def test_sessions_carry_labels_and_raw_counters(analyst: Client) -> None:
    for row in rows_of(analyst, reverse("api_sessions"), **ALL):
        assert row["raw"]["conn"] == row["connections"]
        assert row["raw"]["failed"] == (row["failed"] or 0)
        assert row["raw"]["first"] == row["first_seen"]
        session = SecuritySession.objects.select_related("protection").get(pk=row["id"])
        assert row["labels"] == session.protection.labels


def test_columns_and_sort_are_those_of_the_table(analyst: Client) -> None:
    rows = rows_of(analyst, reverse("api_servers"), **ALL, columns="tls,job", sort="-tls")
    assert {tuple(row) for row in rows} == {("id", "tls", "job")}
    counts = [row["tls"] for row in rows]
    assert counts == sorted(counts, reverse=True)


def test_filters_have_the_names_of_the_pages(analyst: Client) -> None:
    rows = rows_of(analyst, reverse("api_sessions"), days="all", protocol="TLS", port="443,992")
    assert rows
    assert {row["protocol"] for row in rows} == {"TLS"}


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"colour": "red"}, "colour"),
        ({"page": "2"}, "page"),
        ({"detail": "dn"}, "detail"),
        ({"port": "many"}, "port"),
        ({"days": "0"}, "days"),
        ({"from": "yesterday"}, "from"),
        ({"client_ip": "10.0.0.1/8"}, "client_ip"),
        ({"sort": "nothing"}, "sort"),
        ({"after": "damaged"}, "after"),
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"columns": "job,nothing"}, "columns"),
        ({"format": "xml"}, "format"),
        ({"format": "csv", "limit": "10"}, "limit"),
        ({"format": "csv", "port": "many"}, "port"),
    ],
)
def test_what_can_not_be_used_is_an_error_by_its_name(
    analyst: Client, params: dict[str, str], name: str
) -> None:
    assert errors(analyst, reverse("api_servers"), **params).keys() == {name}
    assert not AuditEntry.objects.exists()


def test_all_errors_are_said_at_once(analyst: Client) -> None:
    found = errors(analyst, reverse("api_sessions"), port="x", sort="y", colour="z")
    assert found.keys() == {"port", "sort", "colour"}


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({}, "protocol"),
        ({"protocol": "TLS,SSH"}, "protocol"),
        ({"protocol": "X"}, "protocol"),
        ({"protocol": "TLS", "detail": "x"}, "detail"),
        ({"protocol": "NONE", "detail": "dn"}, "detail"),
    ],
)
def test_session_details_want_a_protocol_and_a_detail_that_it_has(
    analyst: Client, params: dict[str, str], name: str
) -> None:
    path = reverse("api_server_sessions", args=[Server.objects.earliest("pk").pk])
    assert errors(analyst, path, **params).keys() == {name}


@pytest.mark.parametrize("name", ["api_server_clients", "api_server_sessions"])
def test_a_server_that_is_not_there_is_404(analyst: Client, name: str) -> None:
    answer = analyst.get(reverse(name, args=[10**9]), {"protocol": "TLS"})
    assert answer.status_code == 404
    assert answer.json()["error"]


@pytest.mark.parametrize("how", [{"format": "csv"}, {}])
def test_csv_has_all_rows_and_columns_of_the_json(analyst: Client, how: dict[str, str]) -> None:
    path = reverse("api_servers")
    headers = {} if how else {"Accept": "text/csv"}
    found = csv_rows(analyst.get(path, {**ALL, **how, "sort": "job"}, headers=headers))
    rows = rows_of(analyst, path, **ALL, sort="job", limit=3)
    wanted = [
        {key: "" if value is None else str(value) for key, value in row.items() if key != "id"}
        for row in rows
    ]
    assert found == wanted


def test_csv_says_its_name_and_leaves_an_audit_entry(analyst: Client) -> None:
    answer = analyst.get(reverse("api_sessions"), {"format": "csv", "job": "TN*", "columns": "job"})
    rows = len(csv_rows(answer))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="zertify_sessions_job-TN_the-last-30-days_' in answer["Content-Disposition"]
    entry, done = AuditEntry.objects.order_by("pk")
    assert done.data == {"export": entry.pk, "format": "csv", "rows": rows}
    assert (entry.action, entry.target, entry.user_name) == ("export.csv", "sessions", "analyst")
    assert entry.data["filters"] == {"job": ["TN*"]}
    assert entry.data["columns"] == ["job"]


def test_json_pages_leave_no_audit_entry(analyst: Client) -> None:
    rows_of(analyst, reverse("api_sessions"), **ALL)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_question_that_takes_too_long_is_an_error_and_not_a_part(
    analyst: Client, form: str, settings: Any
) -> None:
    settings.TIME_LIMIT_PAGE_S = settings.TIME_LIMIT_EXPORT_S = 0.001
    answer = analyst.get(reverse("api_sessions"), {**ALL, "format": form})
    assert answer.status_code == 503
    assert "0.001 s" in answer.json()["error"]


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html,*/*;q=0.8"])
def test_json_is_the_default(analyst: Client, accept: str) -> None:
    answer = analyst.get(reverse("api_servers"), headers={"Accept": accept})
    assert answer["Content-Type"] == "application/json"


def test_a_form_that_is_not_there_is_406(analyst: Client) -> None:
    answer = analyst.get(reverse("api_servers"), headers={"Accept": "application/xml"})
    assert answer.status_code == 406
    assert answer.json()["error"]


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("name", ["api_servers", "api_sessions"])
def test_more_rows_cost_no_more_queries(analyst: Client, name: str, form: str) -> None:
    def queries(**filters: str) -> int:
        with CaptureQueriesContext(connection) as found:
            analyst.get(reverse(name), {**ALL, "format": form, **filters}).getvalue()
        return len(found)

    few = {"job": "AXB", "server_ip": "10.1.0.5"}
    rows = len(rows_of(analyst, reverse(name), **ALL, **few))
    assert 0 < 5 * rows < len(rows_of(analyst, reverse(name), **ALL))
    assert queries(**few) == queries()


def test_more_systems_cost_no_more_queries(analyst: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert analyst.get(reverse("api_systems")).status_code == 200
        return len(found)

    few = queries()
    for number in range(30):
        system = SystemSettings.objects.create(sysplex="PLEXZ", system=f"S{number}")
        Stack.objects.create(sysplex="PLEXZ", system=system.system, stack="T", settings=system)
    assert queries() == few
    assert len(analyst.get(reverse("api_systems")).json()["rows"]) > 30
