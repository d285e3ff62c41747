"""Exact runs by programs alone: start, look, read every table and file, trace, cancel, delete."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from pyarrow import parquet

from analyzer.models import AuditEntry
from designer.models import Stack, Version
from enforcement.api.histories_urls import urlpatterns
from enforcement.history_urls import urlpatterns as pages
from enforcement.models import HistoryRun
from enforcement.queries.histories.tables import TABLES
from tests.analyzer.api.conftest import rows_of, with_token
from tests.builders.enforcement.records import Connection
from tests.histories.conftest import Fill
from tests.histories.given import done
from tests.histories.test_exact import HISTORY
from tests.histories.test_pages import BEHIND, cut, version

__all__ = ["cut"]
pytestmark = pytest.mark.django_db(transaction=True)
SAME = {
    **dict.fromkeys(("history_runs", "history_new"), "api_histories"),
    **dict.fromkeys(("history_run", "history_delete"), "api_history"),
    **dict.fromkeys(("history_agreement", "history_agreement_csv"), "api_agreement"),
    "history_cancel": "api_history_cancel",
    **dict.fromkeys(("history_table", "history_csv"), "api_history_table"),
    "history_file": "api_history_file",
    "history_find": "api_history_connections",
    **dict.fromkeys(("history_connection", "history_make_rule"), "api_history_connection"),
}
BOTH = [*HISTORY, Connection(number=200, ip_proto=17).at(4, 7_300)]


@pytest.fixture
def program(anna: User, roles: dict[str, Group]) -> Client:
    anna.groups.add(roles["analyst"])
    return with_token(anna)


def asked(client: Client, **given: Any) -> Any:
    return client.post(reverse("api_histories"), given, content_type="application/json")


def complete(client: Client, **given: Any) -> HistoryRun:
    answer = asked(client, **given)
    assert answer.status_code == 201, answer.content
    return done(HistoryRun.objects.get(pk=answer.json()["id"]))


def test_every_page_has_its_address() -> None:
    assert {str(page.name) for page in pages} == SAME.keys()
    assert {pattern.name for pattern in urlpatterns} == set(SAME.values())


def test_a_run_is_started_looked_at_canceled_and_deleted(
    fill: Fill, program: Client, cut: Version
) -> None:
    fill(HISTORY)
    answer = asked(program, versions=[cut.pk], settings={"per_rule": "3"}, days=1)
    made = answer.json()
    assert (made["state"], made["settings"]["per_rule"]) == ("pending", "3")
    assert (made["first"], made["until"]) == ("2026-01-15T00:00:00", "2026-01-16T00:00:00")
    assert [one["id"] for one in made["parts"][0]["versions"]] == [cut.pk]
    (row,) = rows_of(program, reverse("api_histories"))
    assert row["title"] == "Cut version 1"
    address = reverse("api_history", args=[made["id"]])
    assert program.delete(address).status_code == 409
    cancel = reverse("api_history_cancel", args=[made["id"]])
    assert program.post(cancel).json()["state"] == "canceled"
    assert program.post(cancel).status_code == 409
    assert program.delete(address).status_code == 204
    assert program.get(address).status_code == 404
    actions = AuditEntry.objects.filter(action__startswith="history.")
    assert sorted(actions.values_list("action", flat=True)) == [
        *("history.cancel", "history.delete", "history.start"),
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"settings": {"per_rule": "0"}}, "settings"),
        ({"settings": {"limit": "3"}}, "settings"),
        ({"settings": {"again": "x" * 65}}, "settings"),
        ({"versions": []}, "versions"),
        ({"versions": [2**31 - 1]}, "versions"),
        ({"days": 3, "from_day": "2026-01-01"}, "days"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    fill: Fill, program: Client, cut: Version, given: dict[str, Any], field: str
) -> None:
    fill(HISTORY)
    answer = asked(program, **{"versions": [cut.pk], **given})
    assert answer.status_code == 400
    assert field in answer.json()["errors"], answer.json()
    assert not HistoryRun.objects.exists()


def test_a_store_without_records_is_said(fill: Fill, program: Client, cut: Version) -> None:
    answer = asked(program, versions=[cut.pk])
    assert answer.status_code == 400
    assert "no connection records" in answer.json()["errors"]["days"]


def test_every_table_is_read_whole_and_taken_as_csv(
    fill: Fill, program: Client, cut: Version, anna: User
) -> None:
    fill(BOTH)
    run = complete(program, versions=[cut.pk], against=[version(anna, "Calm", *BEHIND).pk])
    for name, table in TABLES.items():
        address = reverse("api_history_table", args=[run.pk, name])
        found, after = [], ""
        while True:
            page = program.get(address, {"limit": 1, "after": after}).json()
            found += page["rows"]
            after = page["next"]
            if not after:
                break
        assert page["total"] == len(found) > 0, name
        assert {one.key for one in table.columns} <= found[0].keys()
        answer = program.get(address, {"format": "csv"})
        rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
        assert len(rows) == len(found)
        for column in (one for one in table.columns if one.kind == "number"):
            assert [row[column.key] for row in rows] == [
                "" if row[column.key] is None else str(row[column.key]) for row in found
            ]
        answer = program.get(address, {"format": "parquet"})
        plain = parquet.read_table(io.BytesIO(answer.getvalue())).to_pylist()
        assert [
            {key: one.isoformat() if isinstance(one, datetime) else one for key, one in row.items()}
            for row in plain
        ] == [{one.key: row[one.key] for one in table.columns} for row in found], name
        assert program.get(address, {"format": "csv", "limit": 3}).status_code == 400
        assert program.get(address, {"format": "parquet", "limit": 3}).status_code == 400
        assert program.get(address, {"format": "xlsx"}).status_code == 400
        assert program.get(address, {"after": "x"}).status_code == 400
    assert AuditEntry.objects.filter(action="history.export").count() == 2 * len(TABLES)
    assert program.get(reverse("api_history_table", args=[run.pk, "x"])).status_code == 404


def test_files_come_whole_and_with_their_kind(fill: Fill, program: Client, cut: Version) -> None:
    fill(HISTORY)
    run = complete(program, versions=[cut.pk])
    for kind, media in (
        ("syslog", "text/plain; charset=utf-8"),
        ("audit", "application/octet-stream"),
    ):
        answer = program.get(reverse("api_history_file", args=[run.pk, kind]))
        assert (answer.status_code, answer["Content-Type"]) == (200, media)
        assert len(answer.getvalue()) == int(answer["Content-Length"]) > 0
    assert program.get(reverse("api_history_file", args=[run.pk, "x"])).status_code == 404


def test_a_connection_is_found_and_explained(fill: Fill, program: Client, cut: Version) -> None:
    fill(HISTORY)
    run = complete(program, versions=[cut.pk])
    address = reverse("api_history_connections", args=[run.pk])
    (life,) = program.get(address, {"id": "1a2b"}).json()["connections"]
    assert (life["records"], life["system"]) == (3, "SYSA")
    found = program.get(life["trace"]).json()
    assert [one["event"] for one in found["steps"]] == [
        *("initiation", "change of protection", "termination"),
    ]
    assert found["steps"][1]["decision"]["explanations"][0][1].startswith("catch-all rule `Rest`")
    assert found["steps"][1]["reset"] == "VARY TCPIP,TCPIP,DROP,CONN=00001A2B"
    assert found["steps"][2]["decision"] is None
    acts = program.get(reverse("api_history_table", args=[run.pk, "acts"])).json()["rows"]
    assert {row["trace"] for row in acts} == {life["trace"]}
    assert program.get(address, {"id": "xyz"}).status_code == 400
    assert program.get(address).status_code == 400
    broken = life["trace"].replace("00001A2B", "0000FFFF")
    assert program.get(broken).status_code == 404


def test_each_one_gets_what_they_may(
    fill: Fill, program: Client, cut: Version, stack: Stack, roles: dict[str, Group]
) -> None:
    fill(HISTORY)
    run = complete(program, versions=[cut.pk])
    file = reverse("api_history_file", args=[run.pk, "syslog"])
    table = reverse("api_history_table", args=[run.pk, "rules"])
    nobody, viewer = (User.objects.create(username=name) for name in ("nobody", "viewer"))
    viewer.groups.set([roles["viewer"]])
    assert Client().get(table).status_code == 401
    assert with_token(nobody).get(table).status_code == 403
    looker = with_token(viewer)
    assert looker.get(table).status_code == 200
    assert looker.get(table, {"format": "csv"}).status_code == 403
    assert looker.get(file).status_code == 403
    assert asked(looker, versions=[cut.pk]).status_code == 403
    assert looker.delete(reverse("api_history", args=[run.pk])).status_code == 403
