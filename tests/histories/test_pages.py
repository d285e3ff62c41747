"""Exact runs by the pages alone: start, read, trace, take away."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analyzer.models import AuditEntry
from designer import versions
from designer.content.rules import Content, RuleContent
from designer.models import Version
from designer.versions import NewRuleSet
from enforcement.models import HistoryAct, HistoryMessage, HistoryRun
from enforcement.queries.histories.tables import TABLES
from policy.documents import part_to_tree
from policy.model import Kind, Traffic
from policy.values.names import NamePattern
from policy.vocabulary import Protocol
from tests.builders.enforcement.records import Connection
from tests.designer.conftest import NOW
from tests.histories.conftest import Fill
from tests.histories.given import done
from tests.histories.test_exact import HISTORY

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = RuleContent("First", inline_traffic={"direction": "Inbound"})
BEHIND = (FIRST, RuleContent("Again", inline_traffic={"direction": "Inbound"}))
"""Of two rules the second one is left nothing."""
NOBODY = Traffic(job=NamePattern("NOBODY"))
CUT: Any = {"reset": True, "syslog_level": 4, "console": True, "audit": True}


@pytest.fixture
def author(anna: User, roles: dict[str, Group]) -> Client:
    anna.groups.add(roles["analyst"])
    client = Client()
    client.force_login(anna)
    return client


def version(anna: User, name: str, *before: RuleContent, **action: Any) -> Version:
    """A rule set about no protection that does this to what no rule `before` takes."""
    head = NewRuleSet(name, Protocol.NONE, "", "")
    rules = (*before, RuleContent("Rest", Kind.CATCH_ALL, inline_action=action))
    return versions.make(head=head, by=anna, now=NOW, content=Content(rules))


@pytest.fixture
def cut(anna: User, roles: dict[str, Group]) -> Version:
    return version(anna, "Cut", **CUT)


def started(client: Client, **given: Any) -> HistoryRun:
    asked = {"what": "chosen", "days": "365", "mode": "zos", **given}
    answer = client.post(reverse("history_new"), asked)
    assert answer.status_code == 302, re.findall(
        r'class="error"[^>]*>([^<]+)', answer.content.decode()
    )
    run = HistoryRun.objects.latest("pk")
    assert answer["Location"] == reverse("history_run", args=[run.pk])
    return run


def text(client: Client, name: str, *args: object, status: int = 200, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == status
    return plain(answer.content)


def plain(content: bytes) -> str:
    """A page with its names between backticks and its apostrophes as they are."""
    named = re.sub(r'<b class="named">([^<]*)</b>', r"`\1`", content.decode())
    return named.replace("&#x27;", "'")


def test_from_the_empty_list_to_one_decision(author: Client, cut: Version, fill: Fill) -> None:
    assert "No exact run yet" in text(author, "history_runs")
    assert reverse("history_runs") in text(author, "enforcement_runs")
    assert "Start the exact run" in text(author, "history_new")
    fill(HISTORY)
    run = started(author, version_None=cut.pk)
    assert "Waiting for a worker" in text(author, "history_run", run.pk)
    done(run)
    page = text(author, "history_run", run.pk)
    assert "1 connections would have been reset" in page
    for name, table in TABLES.items():
        assert (f'id="{name}"' in page) is not (table.compares or table.apart), name
    for apart in ("follow-up-jobs", "follow-up-protections"):
        assert reverse("history_table", args=[run.pk, apart]) in page
    act = HistoryAct.objects.filter(run=run).exclude(reset="")[0]
    address = re.findall(
        r'href="(/enforcement/histories/\d+/connections/\d+/00001A2B/[^"]+)"', page
    )
    assert address
    why = plain(author.get(address[0]).content)
    assert "catch-all rule `Rest` matches" in why
    assert act.reset in why
    assert "EZZ8584I" in why
    assert "ZERTRule (None): Rest" in why
    assert "placeholders" in why
    assert "not evaluated: a rule has reset the connection before" in why.lower()
    found = text(author, "history_find", run.pk, id="1a2b")
    assert address[0].partition("00001A2B/")[2] in found
    assert "No connection" in text(author, "history_find", run.pk, id="ff")
    assert "no connection ID" in text(author, "history_find", run.pk, id="xyz", status=422)
    assert run.title in text(author, "history_runs")


def test_what_is_gone_from_the_store_is_said(author: Client, cut: Version, fill: Fill) -> None:
    fill(HISTORY)
    run = done(started(author, version_None=cut.pk))
    for given in ((1, "00001A2B", "5"), (1, "xyz", "5"), (1, "0" * 9, "5"), (1, "1", "now")):
        assert text(author, "history_connection", run.pk, *given, status=404)
    assert text(author, "history_connection", run.pk, 1, "1", "9" * 18, status=404)


def test_errors_stand_at_the_field(author: Client, cut: Version, fill: Fill) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"what": "chosen"}, "at least one protocol"),
        ({"version_None": cut.pk}, "no connection records"),
        ({"version_None": cut.pk, "setting_per_rule": "0"}, "is no number for per_rule"),
        ({"version_None": cut.pk, "setting_per_rule": "9" * 30}, "is no number for per_rule"),
        ({"version_None": cut.pk, "setting_again": "never"}, "valid choice"),
    ]
    for given, said in cases:
        asked = {"what": "chosen", "days": "30", "mode": "zos", **given}
        answer = author.post(reverse("history_new"), asked)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not HistoryRun.objects.exists()


def test_settings_are_frozen_and_count(author: Client, cut: Version, fill: Fill) -> None:
    fill([Connection(number=n).at(4, n) for n in range(1, 9)])
    run = done(started(author, version_None=cut.pk, setting_per_rule="3"))
    assert run.totals["suppressed"] == 5
    assert run.choices["per_rule"] == "3"
    assert "(chosen for this run)" in text(author, "history_run", run.pk)
    assert run.choices["scope"] == "as z/OS"


def test_a_comparison_explains_both_sides(
    author: Client, cut: Version, anna: User, fill: Fill
) -> None:
    calm = version(anna, "Calm", RuleContent("Never", inline_traffic=part_to_tree(NOBODY)))
    fill(HISTORY)
    run = done(started(author, version_None=cut.pk, against_None=calm.pk))
    page = text(author, "history_run", run.pk)
    changes = page.partition('id="changes"')[2].partition("</section>")[0]
    assert "reset the connection" in changes
    assert "allow silently" in changes
    unused = page.partition('id="unused"')[2].partition("</section>")[0]
    assert "Never" in unused
    assert "Calm version 1" in unused
    assert "Cut version 1" not in unused
    (address,) = set(re.findall(r'href="([^"]+/connections/[^"]+)"', changes))
    why = author.get(address).content.decode()
    assert why.count("matches: ") == 2
    assert "Compared" in why


def taken(client: Client, run: HistoryRun, name: str) -> list[dict[str, str]]:
    answer = client.get(reverse("history_csv", args=[run.pk, name]))
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


def test_each_table_is_read_page_by_page_and_taken_as_csv(
    author: Client, cut: Version, anna: User, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [Connection(number=n, job=f"JOB{n}").at(4, 50 + n) for n in range(100, 103)]
    late = Connection(number=200, ip_proto=17).at(4, 7_300)
    fill([*HISTORY, *others, late, Connection(number=201).at(4, 7_400)])
    against = version(anna, "Calm", *BEHIND).pk
    run = done(started(author, version_None=cut.pk, against_None=against))
    monkeypatch.setattr("enforcement.views.histories.tables.PAGE_ROWS", 1)
    for name, table in TABLES.items():
        rows = taken(author, run, name)
        assert rows, name
        assert list(rows[0]) == [one.key for one in table.columns]
        address, seen, query = reverse("history_table", args=[run.pk, name]), 0, ""
        while True:
            page = author.get(address + query).content.decode()
            main = page.partition("<main")[2].partition("</main>")[0]
            seen += main.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>")
            following = re.search(r'rel="next" href="(\?after=[^"]+)"', page)
            if following is None:
                break
            query = following[1]
        assert seen == len(rows), name
    assert AuditEntry.objects.filter(action="history.export").count() == len(TABLES)
    assert author.get(address + "?after=x").status_code == 302
    assert text(author, "history_table", run.pk, "nothing", status=404)
    assert text(author, "history_csv", run.pk, "nothing", status=404)


def test_a_hostile_name_is_no_formula(author: Client, cut: Version, fill: Fill) -> None:
    fill([Connection(job="=1+1").at(4, 5)])
    run = done(started(author, version_None=cut.pk))
    assert [row["job"] for row in taken(author, run, "acts")] == ["'=1+1"]


def test_files_are_taken_and_written_down(
    author: Client, cut: Version, fill: Fill, tmp_path: Path
) -> None:
    fill(HISTORY)
    run = done(started(author, version_None=cut.pk))
    for kind, begins in (
        ("syslog", b"<172>Jan 15 12:00:42 SYSA TRMD: EZZ8584I"),
        ("console", b"EZZ8562I CONN RESET BY ZERT POLICY"),
        ("resets", b"01/15/2026 12:00:42.00 SYSA VARY TCPIP,TCPIP,DROP,CONN=00001A2B"),
        ("audit", b""),
    ):
        answer = author.get(reverse("history_file", args=[run.pk, kind]))
        assert answer.getvalue().startswith(begins)
        entry = AuditEntry.objects.filter(action="history.export").latest("pk")
        assert (entry.data["run"], entry.data["what"]) == (run.pk, kind)
    assert text(author, "history_file", run.pk, "other", status=404)


def test_the_pages_cost_the_same_whatever_their_length(
    author: Client, cut: Version, fill: Fill
) -> None:
    fill([Connection(number=n, job=f"J{n}").at(4, n) for n in range(1, 30)])
    counts = []
    for records in (3, 28):
        while HistoryRun.objects.count() < records // 3:
            run = done(started(author, version_None=cut.pk))
        HistoryAct.objects.filter(run=run, number__gt=records).delete()
        HistoryMessage.objects.filter(run=run, number__gt=records).delete()
        addresses = [reverse("history_runs"), reverse("history_new")]
        addresses += [reverse("history_table", args=[run.pk, one]) for one in ("acts", "messages")]
        addresses.append(reverse("history_run", args=[run.pk]))
        costs = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert author.get(address).status_code == 200
            costs.append(len(captured))
        counts.append(costs)
    assert counts[0] == counts[1]


def test_a_read_that_takes_too_long_is_said(
    author: Client, cut: Version, fill: Fill, settings: Any
) -> None:
    fill(HISTORY)
    run = done(started(author, version_None=cut.pk))
    with connection.cursor() as cursor:
        cursor.execute(
            """ALTER TABLE enforcement_historyhit RENAME TO hits_kept;
            CREATE VIEW enforcement_historyhit AS SELECT h.* FROM hits_kept h, pg_sleep(3)"""
        )
    settings.TIME_LIMIT_PAGE_S = 1
    try:
        page = text(author, "history_run", run.pk)
        alone = text(author, "history_table", run.pk, "rules", status=503)
        quick = text(author, "history_table", run.pk, "acts")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                """DROP VIEW enforcement_historyhit;
                ALTER TABLE hits_kept RENAME TO enforcement_historyhit"""
            )
    assert "Reading its tables was stopped after 1 s" in page
    assert reverse("history_table", args=[run.pk, "acts"]) in page
    assert "1 connections would have been reset" in page
    assert "Reading the table was stopped after 1 s" in alone
    assert "EZZ" not in quick
    assert "Rest" in quick
