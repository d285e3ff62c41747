"""What a connection's page tells: of every protocol its rule, and what the run has forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from analyzer.models import Stack
from designer.models import Version
from enforcement.histories.connections.tracing import trace
from enforcement.models import HistoryAct
from policy.values.actions import ALLOW, Action
from tests.builders.enforcement.records import NOON, TLS12, TUNNEL, Connection, policy
from tests.histories.conftest import Fill
from tests.histories.given import done, made, part
from tests.histories.test_pages import author, cut, started, text

__all__ = ["author", "cut"]
pytestmark = pytest.mark.django_db(transaction=True)
LOG = Action("Log", syslog_level=4)
CUT = Action("Cut", syslog_level=3, reset=True)
FIRST, SECOND = Connection(number=1), Connection(number=2, remote_port=40_001)
START = (NOON - timedelta(hours=1) - datetime(1970, 1, 1)) // timedelta(microseconds=1)
RECORDS = [
    FIRST.at(1, 10, {"TLS": TLS12}),
    SECOND.at(1, 20, {"TLS": TLS12}),
    FIRST.at(3, 30, {"TLS": TLS12}),
]


def notes(action: Action, kept: int) -> tuple[list[str], list[int]]:
    """Of the first connection: why its records ask for nothing, and messages at each."""
    choices = {"remember_connections": str(kept)}
    run = done(made(part(policy(tls=action)), choices=choices))
    found = trace(run, Stack.objects.get().pk, 1, START)
    assert found
    return [one.note for one in found.steps], [len(one.messages) for one in found.steps]


def test_netstat_shows_the_rule_and_action_of_every_protocol(fill: Fill) -> None:
    """Netstat shows all the matching zERT rule and action names."""
    fill([FIRST.at(1, 10, {"TLS": TLS12, "IPSEC": TUNNEL})])
    run = done(made(part(policy(tls=LOG, ipsec=Action("Allow"), ssh=CUT))))
    found = trace(run, Stack.objects.get().pk, 1, START)
    assert found
    zert = [one.strip() for one in found.netstat.splitlines() if "ZERT" in one]
    assert zert == [
        "ZERTPolicy: Yes",
        "ZERTRule (TLS): tls-rest",
        "ZERTAction (TLS): Log",
        "ZERTRule (IPsec): ipsec-rest",
        "ZERTAction (IPsec): Allow",
    ]


def test_what_was_forgotten_by_its_number_is_said(fill: Fill) -> None:
    fill(RECORDS)
    (first, last), messages = notes(LOG, 1)
    assert (first, messages) == ("", [1, 1])
    assert last.startswith("evaluated again, because the connection had been forgotten by then")
    assert "more than 1 connections were up" in last
    assert notes(CUT, 1)[0][1] == last
    (_, silent), messages = notes(ALLOW, 1)
    assert messages == [0, 0]
    assert silent.startswith("not evaluated again: the connection was evaluated with this")
    assert "unless it had been forgotten by then: of each stack 1 connections are kept" in silent


def test_where_all_must_reset_one_alone_does_not(fill: Fill) -> None:
    """What follows does not say that the connection was reset before."""
    both = {"TLS": TLS12, "IPSEC": TUNNEL}
    fill([FIRST.at(1, 10, both), FIRST.at(3, 30, both)])
    for setting, note in (("all reset", "evaluated again"), ("any resets", "a rule has reset")):
        choices = {"several_rules": setting}
        run = done(made(part(policy(tls=CUT, ipsec=ALLOW)), choices=choices))
        found = trace(run, Stack.objects.get().pk, 1, START)
        assert found
        assert note in found.steps[1].note
        act = HistoryAct.objects.filter(run=run).earliest("number")
        assert ("reset" in act.action, bool(act.reset)) == (setting == "any resets",) * 2


def test_what_was_kept_is_said_without_more(fill: Fill) -> None:
    fill(RECORDS)
    before = "not evaluated again: the connection was evaluated with this protection before"
    assert notes(LOG, 2) == (["", before], [1, 0])


def test_looking_that_takes_too_long_is_said(
    fill: Fill, author: Client, cut: Version, settings: Any
) -> None:
    fill(RECORDS)
    run = done(started(author, version_None=cut.pk))
    stack = Stack.objects.get().pk
    with connection.cursor() as cursor:
        cursor.execute(
            """ALTER TABLE analyzer_connection_event RENAME TO events_kept;
            CREATE VIEW analyzer_connection_event AS SELECT e.* FROM events_kept e, pg_sleep(3)"""
        )
    settings.TIME_LIMIT_PAGE_S = 1
    try:
        found = text(author, "history_find", run.pk, id="1", status=503)
        one = text(author, "history_connection", run.pk, stack, "1", str(START), status=503)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                """DROP VIEW analyzer_connection_event;
                ALTER TABLE events_kept RENAME TO analyzer_connection_event"""
            )
    assert "The search was stopped after 1 s" in found
    assert "Looking for its records was stopped after 1 s" in one
