"""Runs by programs alone: start, look, read every table, why, cancel, delete."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pyarrow import parquet

from analyzer.models import AuditEntry
from designer.models import Stack, Version
from enforcement.api.urls import urlpatterns
from enforcement.models import Run, Verdict
from enforcement.queries.tables import TABLES
from enforcement.urls import urlpatterns as pages
from tests.analyzer.api.conftest import rows_of, with_token
from tests.runs.test_pages import done, none

__all__ = ["none"]
pytestmark = pytest.mark.usefixtures("filled", "db")
SAME = {
    **dict.fromkeys(("enforcement_runs", "enforcement_new"), "api_runs"),
    **dict.fromkeys(("enforcement_run", "enforcement_delete"), "api_run"),
    "enforcement_cancel": "api_run_cancel",
    **dict.fromkeys(("enforcement_table", "enforcement_csv"), "api_run_table"),
    "enforcement_explained": "api_run_why",
}
USUAL: dict[str, Any] = {"days": 365, "mode": "recorded"}


@pytest.fixture
def program(anna: User, roles: dict[str, Group]) -> Client:
    anna.groups.add(roles["analyst"])
    return with_token(anna)


def asked(client: Client, **given: Any) -> Any:
    return client.post(reverse("api_runs"), given, content_type="application/json")


def started(client: Client, **given: Any) -> dict[str, Any]:
    answer = asked(client, **{**USUAL, **given})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def complete(client: Client, **given: Any) -> Run:
    return done(Run.objects.get(pk=started(client, **given)["id"]))


def test_every_page_has_its_address() -> None:
    assert {str(page.name) for page in pages} == SAME.keys()
    assert {pattern.name for pattern in urlpatterns} == set(SAME.values())


def test_a_run_is_started_looked_at_canceled_and_deleted(
    program: Client, draft: Version, stack: Stack
) -> None:
    made = started(program, versions=[draft.pk], stacks=[stack.pk])
    assert (made["state"], made["period"]) == ("pending", "the last 365 days in the store")
    assert made["parts"][0]["stacks"] == ["PLEX SYSA TCPIP"]
    assert [one["id"] for one in made["parts"][0]["versions"]] == [draft.pk]
    (row,) = rows_of(program, reverse("api_runs"))
    assert row["title"] == "Site TLS version 1 on PLEX SYSA TCPIP"
    address = reverse("api_run", args=[made["id"]])
    assert program.delete(address).status_code == 409
    cancel = reverse("api_run_cancel", args=[made["id"]])
    assert program.post(cancel).json()["state"] == "canceled"
    assert program.post(cancel).status_code == 409
    assert program.delete(address).status_code == 204
    assert program.get(address).status_code == 404
    actions = AuditEntry.objects.filter(action__startswith="run.").values_list("action", flat=True)
    assert sorted(actions) == ["run.cancel", "run.delete", "run.start"]


def test_what_cannot_be_run_is_told_by_field(program: Client, draft: Version, stack: Stack) -> None:
    for given, field in (
        ({}, "versions"),
        ({"versions": [draft.pk, draft.pk]}, "versions"),
        ({"versions": [2**31 - 1]}, "versions"),
        ({"versions": [draft.pk], "against": [2**31 - 1]}, "against"),
        ({"versions": ["1"]}, "versions"),
        ({"versions": [draft.pk], "stacks": [2**31 - 1]}, "stacks"),
        ({"versions": [draft.pk], "stacks": [stack.pk], "tag": "PROD"}, "stacks"),
        ({"versions": [draft.pk], "group": 2**31 - 1}, "stacks"),
        ({"days": 7, "from_day": "2026-01-01"}, "days"),
        ({"days": 0}, "days"),
        ({"from_day": "2026-01-02", "to_day": "2026-01-01"}, "to_day"),
        ({"mode": "x"}, "mode"),
        ({"hours": 1}, "hours"),
    ):
        answer = asked(program, **given)
        assert (given, answer.status_code) == (given, 400)
        assert answer.json()["errors"].keys() == {field}, given
    assert not Run.objects.exists()


def test_every_table_is_read_page_by_page_and_as_csv(
    program: Client, draft: Version, none: Version
) -> None:
    run = complete(program, versions=[draft.pk, none.pk])
    for name, table in TABLES.items():
        address = reverse("api_run_table", args=[run.pk, name])
        first = program.get(address, {"limit": 1}).json()
        rows = rows_of(program, address, limit=2)
        assert first["rows"] == rows[:1]
        assert first["total"] == len(rows)
        answer = program.get(address, headers={"Accept": "text/csv"})
        assert answer["Content-Type"].startswith("text/csv")
        found = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
        plain = [{key: "" if one is None else str(one) for key, one in row.items()} for row in rows]
        assert found == plain, name
        assert all(row.keys() == {*table.columns} for row in rows)
        answer = program.get(address, headers={"Accept": "application/vnd.apache.parquet"})
        assert answer["Content-Type"] == "application/vnd.apache.parquet"
        assert parquet.read_table(io.BytesIO(answer.getvalue())).to_pylist() == rows, name
    assert AuditEntry.objects.filter(action="run.export").count() == 2 * len(TABLES)
    told = AuditEntry.objects.filter(action="run.export", data__format="parquet")
    assert told.count() == len(TABLES)
    verdicts = rows_of(program, reverse("api_run_table", args=[run.pk, "verdicts"]))
    met = sum(one.connections for one in Verdict.objects.filter(run=run))
    assert sum(row["connections"] for row in verdicts) == met > 0
    told = program.get(reverse("api_run", args=[run.pk])).json()
    cut = rows_of(program, reverse("api_run_table", args=[run.pk, "reset-users"]))
    assert sum(told["reset_days"].values()) == sum(row["connections"] for row in cut) > 0
    assert len(told["reset_hours"]["connections"]) == 24


def test_what_is_asked_of_a_table_in_vain_is_told(program: Client, draft: Version) -> None:
    run = complete(program, versions=[draft.pk])
    address = reverse("api_run_table", args=[run.pk, "rules"])
    for query, field in (
        ("after=x", "after"),
        ("limit=0", "limit"),
        ("format=xlsx", "format"),
        ("sort=rule", "sort"),
        ("format=csv&limit=3", "limit"),
    ):
        answer = program.get(f"{address}?{query}")
        assert (query, answer.status_code) == (query, 400)
        assert answer.json()["errors"].keys() == {field}
    for name, args in (
        ("api_run_table", [run.pk, "nothing"]),
        ("api_run_table", [run.pk + 1, "rules"]),
        ("api_run_why", [run.pk, 2**62]),
        ("api_run_why", [run.pk, 10**30]),
        ("api_run", [10**30]),
    ):
        assert program.get(reverse(name, args=args)).status_code == 404, args
    assert program.get(reverse("api_runs"), {"after": "x"}).json()["errors"].keys() == {"after"}


def test_why_says_every_rule_of_both_sides(program: Client, draft: Version, none: Version) -> None:
    run = complete(program, versions=[none.pk], against=[draft.pk])
    cut = Verdict.objects.filter(run=run, resets=True)[0]
    found = program.get(reverse("api_run_why", args=[run.pk, cut.session])).json()
    assert (found["session"], found["why_not"], found["server_ip"]) == (
        *(cut.session, ""),
        cut.server_ip,
    )
    first, second = found["sides"]
    assert (first["name"], first["compared"]) == ("No protection version 1", False)
    assert second["compared"]
    (verdict,) = first["verdicts"]
    assert (verdict["rule_set"], verdict["rule"]) == ("No protection", "Cut")
    never, last = verdict["steps"]
    assert (never["rule"], bool(never["failed"]), last["failed"]) == ("Never", True, [])


def test_the_list_costs_the_same_whatever_its_length(program: Client, draft: Version) -> None:
    counts = []
    for number in (1, 5):
        while Run.objects.count() < number:
            started(program, versions=[draft.pk])
        with CaptureQueriesContext(connection) as captured:
            assert len(program.get(reverse("api_runs")).json()["rows"]) == number
        counts.append(len(captured))
    assert counts[0] == counts[1]


READ = {"": 401, "nobody": 403, "viewer": 200, "policy author": 200, "policy approver": 200}
WRITE = {"": 401, "nobody": 403, "viewer": 403, "policy author": 400, "policy approver": 403}
CSV = READ | {"viewer": 403, "policy author": 403, "policy approver": 403, "analyst": 200}
EXPECTED = {
    ("GET", "api_runs", ""): READ,
    ("POST", "api_runs", ""): WRITE,
    ("GET", "api_run", ""): READ,
    ("GET", "api_run_table", ""): READ,
    ("GET", "api_run_table", "?format=csv"): CSV,
    ("GET", "api_run_why", ""): READ,
    ("POST", "api_run_cancel", ""): WRITE | {"policy author": 409},
    ("DELETE", "api_run", ""): WRITE | {"policy author": 204},
}


def test_each_one_gets_what_they_may(
    program: Client, draft: Version, roles: dict[str, Group]
) -> None:
    run = complete(program, versions=[draft.pk])
    session = Verdict.objects.filter(run=run)[0].session
    more = {"api_runs": [], "api_run_table": [run.pk, "rules"], "api_run_why": [run.pk, session]}
    clients = {"": Client()}
    for role in ("nobody", "viewer", "policy author", "policy approver", "analyst"):
        user = User.objects.create(username=f"one {role}")
        user.groups.set([roles[role]] if role in roles else [])
        clients[role] = with_token(user)
    assert {name for _, name, _ in EXPECTED} == {pattern.name for pattern in urlpatterns}
    for (method, name, query), statuses in EXPECTED.items():
        for role, status in statuses.items():
            address = reverse(name, args=more.get(name, [run.pk])) + query
            answer = clients[role].generic(method, address, "{}", content_type="application/json")
            if answer.streaming:
                answer.getvalue()
            assert (method, name, query, role, answer.status_code) == (
                *(method, name, query, role, status),
            )


def test_a_token_reaches_as_far_as_its_scope(anna: User, draft: Version) -> None:
    for scope, reads, writes in (("read", 200, 403), ("policy", 403, 400), ("approve", 403, 403)):
        client = with_token(anna, scope)
        assert client.get(reverse("api_runs")).status_code == reads
        assert asked(client).status_code == writes
