"""Answers are given again only to those who see the same store."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from analyzer.ingest import blocks
from analyzer.ingest.load import removal
from analyzer.models import (
    Certificate,
    CoverageEvent,
    Import,
    Protection,
    SecuritySession,
    Server,
    StackDay,
    SystemSettings,
)
from analyzer.queries import report
from analyzer.queries.filters import Filters
from analyzer.queries.kept import forget_all, kept
from analyzer.queries.overview.facts import read_facts
from analyzer.queries.terms.term import Clause
from tests.analyzer.ingest.conftest import empty_store
from tests.analyzer.queries.conftest import filters
from tests.builders import store_rows
from tests.builders.store_rows import activity, store_activity

NOW = datetime(2026, 4, 1, tzinfo=UTC)
ASKED = (Clause("SELECT %s", (1,)),)


@pytest.fixture
def filled(transactional_db: None) -> Iterator[None]:
    empty_store()
    store_rows.fill(sessions=12, records=60)
    blocks.build()
    forget_all()
    yield
    empty_store()
    forget_all()


class Counted:
    """Makes another number each time."""

    made = 0

    def __call__(self) -> int:
        self.made += 1
        return self.made

    def ask(self) -> int:
        return kept("number", ASKED, self)


def add(days_before: int = 0) -> None:
    end = store_rows.LAST_DAY - timedelta(days=days_before) + timedelta(minutes=17)
    session = SecuritySession.objects.earliest("pk")
    known = session.dailyactivity_set.filter(day=end.date())
    known.delete()
    with transaction.atomic():
        store_activity([activity(session, end, connections=1_000)])


def connections(asked: Filters) -> int:
    """As the overview sums them by day."""
    facts = read_facts(asked, role="server", today=date(2026, 4, 1))
    return sum(day.connections for day in facts.days)


def remove() -> None:
    """A day goes, its partition with it."""
    last = store_rows.LAST_DAY.date()
    with removal.locked() as cursor:
        removal.remove(cursor, removal.Span(last, last + timedelta(1)), removal.Chosen())


CHANGES: dict[str, Callable[[], object]] = {
    "records": add,
    "removal": remove,
    "blocks": lambda: (add(1), blocks.build()),
    "zone": lambda: SystemSettings.objects.update(time_zone="Asia/Tokyo"),
    "server": lambda: Server.objects.update(job="OTHER"),
    "protection": lambda: Protection.objects.update(strength="weak"),
    "session": lambda: SecuritySession.objects.update(client_ip="10.9.9.9"),
    "coverage": lambda: StackDay.objects.earliest("pk").delete(),
    "switch": lambda: CoverageEvent.objects.create(
        stack_id=Server.objects.earliest("pk").stack_id,
        at=datetime(2026, 3, 1),
        kind="zert_enabled",
        imported=Import.objects.create(
            path="/x", source="path", state="active", submitted_at=NOW, size_bytes=1
        ),
    ),
    "certificate": lambda: Certificate.objects.create(digest=bytes(16)),
    "everything": empty_store,
}


def test_an_answer_is_given_again(filled: None) -> None:
    number = Counted()
    assert [number.ask() for _ in range(3)] == [1, 1, 1]
    assert kept("another", ASKED, number) == 2
    assert kept("number", (Clause("SELECT %s", (2,)),), number) == 3


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_makes_answers_anew(filled: None, change: str) -> None:
    number = Counted()
    number.ask()
    CHANGES[change]()
    assert number.ask() == 2


def test_pages_follow_what_is_stored(filled: None) -> None:
    asked = filters("days=all")
    pages = [report.all_sessions(asked), report.servers(asked, role="server")]
    again = [report.all_sessions(asked), report.servers(asked, role="server")]
    assert again == pages
    before = connections(asked)
    session = SecuritySession.objects.filter(server__role="server").earliest("pk")
    end = store_rows.LAST_DAY + timedelta(days=1)
    with transaction.atomic():
        store_activity([activity(session, end, connections=1_000)])
    assert connections(asked) == before + 1_000
    assert report.servers(asked, role="server") != pages[1]


def test_what_others_have_not_committed_changes_nothing(filled: None) -> None:
    number = Counted()
    number.ask()
    changed, commit = threading.Event(), threading.Event()

    def change() -> None:
        try:
            with transaction.atomic():
                Server.objects.update(job="OTHER")
                changed.set()
                assert commit.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=change)
    thread.start()
    assert changed.wait(30)
    assert number.ask() == 1
    SystemSettings.objects.update(time_zone="Asia/Tokyo")
    assert number.ask() == 2
    commit.set()
    thread.join()
    assert number.ask() == 3


def test_a_transaction_that_has_written_is_answered_anew_each_time(filled: None) -> None:
    number = Counted()
    number.ask()
    with transaction.atomic():
        assert number.ask() == 1
        Server.objects.update(job="OTHER")
        assert number.ask() == 2
        Server.objects.update(job="ANOTHER")
        assert number.ask() == 3
        transaction.set_rollback(True)
    assert number.ask() == 1


def test_an_answer_made_while_the_store_changed_is_not_kept(filled: None) -> None:
    number = Counted()

    def change_and_count() -> int:
        Server.objects.update(job="OTHER")
        return number()

    assert kept("number", ASKED, change_and_count) == 1
    assert number.ask() == 2


def test_changes_that_become_one_are_another_version(filled: None) -> None:
    number = Counted()
    add()
    number.ask()
    with connection.cursor() as cursor:
        cursor.execute(blocks._ONE_CHANGE, [10_000])
        cursor.execute("SELECT count(*) > 1 FROM analyzer_change")
        assert cursor.fetchone() == (True,)
    assert number.ask() == 1
    with connection.cursor() as cursor:
        cursor.execute(blocks._ONE_CHANGE, [0])
        cursor.execute("SELECT count(*) FROM analyzer_change")
        assert cursor.fetchone() == (1,)
    assert number.ask() == 2


def test_what_goes_by_the_clock_is_not_kept(filled: None) -> None:
    number = Counted()
    by_clock = (Clause("SELECT now() > ANY(p.not_after)"),)
    assert [kept("number", by_clock, number) for _ in range(2)] == [1, 2]
