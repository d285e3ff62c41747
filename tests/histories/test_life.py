"""The life of an exact run: frozen, canceled, taken up after a kill, failed, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from analyzer import history
from analyzer.ingest.claims import STALE_AFTER_S
from analyzer.models import AuditEntry
from designer import installing
from designer.models import Stack, Version
from enforcement import tasks
from enforcement.histories import reading, starting, work
from enforcement.histories.claims import claims, handling
from enforcement.models import (
    HistoryAct,
    HistoryChange,
    HistoryFall,
    HistoryHit,
    HistoryMessage,
    HistoryRun,
    HistoryState,
)
from enforcement.runs.errors import RunError
from enforcement.runs.wanted import Wanted
from policy.values.actions import Action
from tests.builders.enforcement.records import SSH2, TLS11, TLS12, Connection, policy, switched
from tests.designer.conftest import NOW, Release
from tests.histories.conftest import Fill
from tests.histories.given import done, file, made, part
from web.budget import OutOfTimeError

pytestmark = pytest.mark.django_db(transaction=True)
LOG = Action("Log", syslog_level=4, console=True)
CUT = Action("Cut", syslog_level=3, console=True, audit=True, reset=True)
MINE, OTHER = policy(tls=LOG, none=CUT), policy(tls=CUT, none=LOG)
FACES: tuple[Any, ...] = ({"TLS": TLS12}, {}, {"TLS": TLS11}, {"SSH": SSH2})


def records() -> Iterator[bytes]:
    """40 connections beside one another, each with three records in an hour."""
    for number in range(40):
        one = Connection(number=number + 1, remote_port=30_000 + number, job=f"JOB{number % 5}")
        yield one.at(1, 10 + number, FACES[number % 4])
        yield one.at(2, 1_800 + number, FACES[(number + 1) % 4])
        yield one.at(3, 3_600 + number, FACES[(number + 1) % 4])


def found(run: HistoryRun) -> dict[str, Any]:
    """Everything that a run has stored, in words."""
    models: tuple[Any, ...] = (HistoryAct, HistoryMessage, HistoryChange)
    stored: dict[str, Any] = {
        model.__name__: [
            {name: value for name, value in row.items() if name != "run_id"}
            for row in model.objects.filter(run=run).order_by("number").values()
        ]
        for model in models
    }
    for model in (HistoryHit, HistoryFall):
        rows = model.objects.filter(run=run).values()
        stored[model.__name__] = sorted(
            repr({name: value for name, value in row.items() if name not in {"id", "run_id"}})
            for row in rows
        )
    run.refresh_from_db()
    return {**stored, "totals": run.totals, "other": run.other_totals}


class KilledError(BaseException):
    """The worker is gone in the middle: nothing catches it."""


@pytest.mark.parametrize("after", [1, 3, 5])
def test_whoever_takes_a_run_up_goes_on_with_nothing_twice(
    fill: Fill, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    fill([*records()])
    whole = done(made(part(MINE, OTHER)))
    monkeypatch.setattr(reading, "PART_ROWS", 17)
    monkeypatch.setattr(work, "EVERY_S", 0.0)
    small = done(made(part(MINE, OTHER)))
    assert found(small) == found(whole)
    run = made(part(MINE, OTHER))
    take, taken = work._Progress.take, []

    def killed(self: Any, part: Any) -> None:
        if len(taken) == after:
            raise KilledError
        take(self, part)
        taken.append(part)

    monkeypatch.setattr(work._Progress, "take", killed)
    with pytest.raises(KilledError):
        work.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts) == (HistoryRun.State.ACTIVE, 1)
    assert 0 < run.records_done < 120
    assert HistoryState.objects.filter(run=run).exists()
    monkeypatch.setattr(work._Progress, "take", take)
    late = timezone.now() + timedelta(seconds=STALE_AFTER_S + 1)
    assert claims.orphans(now=late) == [run.pk]
    assert found(done(run)) == found(whole)
    assert (run.records_done, run.records_total) == (120, 120)
    assert file(run, "syslog") == file(whole, "syslog") != b""
    assert file(run, "audit") == file(whole, "audit") != b""
    assert not HistoryState.objects.exists()


def test_what_was_switched_falls_on_the_same_record_in_parts_of_any_size(
    fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill([*records(), switched(5, 900), switched(5, 1_820), switched(5, 3_700)])
    whole = found(done(made(part(MINE))))
    for rows in (1, 2, 7, 40):
        monkeypatch.setattr(reading, "PART_ROWS", rows)
        assert found(done(made(part(MINE)))) == whole, rows
    assert whole["totals"]["evaluated"] > 80


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_a_switch_comes_behind_all_records_of_its_time(
    fill: Fill, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    face: Any = {"TLS": TLS12}
    one, other = Connection(number=1), Connection(number=2)
    fill([one.at(1, 10, face), other.at(1, 10, face), switched(5, 20), one.at(3, 20, face),
          other.at(3, 20, face)])  # fmt: skip
    monkeypatch.setattr(reading, "PART_ROWS", rows)
    assert done(made(part(MINE))).totals["evaluated"] == 2


def test_a_canceled_run_stays_so_and_keeps_what_it_has(
    fill: Fill, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill([*records()])
    monkeypatch.setattr(reading, "PART_ROWS", 30)
    monkeypatch.setattr(work, "EVERY_S", 0.0)
    run = made(part(MINE))
    take, taken = work._Progress.take, []

    def canceled(self: Any, part: Any) -> None:
        take(self, part)
        taken.append(part)
        if len(taken) == 2:
            assert handling.cancel(run=run, by=anna, now=timezone.now())

    monkeypatch.setattr(work._Progress, "take", canceled)
    assert work.run(run.pk)
    run.refresh_from_db()
    assert run.state == HistoryRun.State.CANCELED
    assert HistoryAct.objects.filter(run=run).count() < 120
    assert not HistoryState.objects.exists()
    assert run.records_done == 2 * 29  # the last of each 30 waits: its hundredth may go on
    assert not handling.cancel(run=run, by=anna, now=timezone.now())
    assert not work.run(run.pk)
    assert AuditEntry.objects.filter(action="history.cancel", data__run=run.pk).exists()


def test_one_that_loses_its_worker_again_and_again_fails(fill: Fill) -> None:
    run = made(part(MINE))
    HistoryRun.objects.filter(pk=run.pk).update(attempts=claims.MAX_ATTEMPTS)
    assert work.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error[:19]) == (HistoryRun.State.FAILED, "the worker was lost")


def test_what_nobody_expected_ends_the_run_with_words(
    fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill([*records()])
    run = made(part(MINE))

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(history, "connection_part", broken)  # in the reader's thread
    with pytest.raises(RuntimeError):
        tasks.work_on_history(run.pk)
    run.refresh_from_db()
    assert run.state == HistoryRun.State.FAILED
    assert "broken" in run.error


def test_a_run_that_fails_later_keeps_what_it_has_and_forgets_the_rest(
    fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill([*records()])
    monkeypatch.setattr(reading, "PART_ROWS", 30)
    monkeypatch.setattr(work, "EVERY_S", 0.0)
    run, read = made(part(MINE)), history.connection_part

    def slow(*given: Any, **more: Any) -> history.Part:
        if given[1] is not None:
            raise OutOfTimeError(1)
        return read(*given, **more)

    monkeypatch.setattr(history, "connection_part", slow)
    assert work.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error) == (HistoryRun.State.FAILED, "stopped after 1 s")
    assert HistoryAct.objects.filter(run=run).exists()
    assert not HistoryState.objects.exists()


def test_an_empty_store_ends_with_nothing(fill: Fill) -> None:
    run = done(made(part(MINE, OTHER)))
    assert (run.records_done, run.totals["evaluated"]) == (0, 0)


def test_each_stack_meets_what_it_has_and_others_are_left_out(
    fill: Fill, draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    elsewhere = Connection(number=7, system="SYSB").at(4, 50)
    fill([*records(), elsewhere])
    only = done(made(part(MINE, None, ("plexa", "sysb", "tcpip"))))
    assert only.totals["records"] == 1
    both = [part(MINE, None, ("PLEXA", "SYSB", "TCPIP"))]
    both.append(part(OTHER, None, ("PLEXA", "SYSA", "TCPIP")))
    run = done(made(*both))
    acts = HistoryAct.objects.filter(run=run).order_by("number")
    assert {(one.system, one.rules) for one in acts if "None" in one.rules} == {
        ("SYSA", "None: none-rest"),
        ("SYSB", "None: none-rest"),
    }
    assert [one.action for one in acts if one.system == "SYSB"] == [str(CUT)]
    times = [one.written_at for one in acts]
    assert times == sorted(times)
    with pytest.raises(RunError, match="no stack has a rule set"):
        starting.start(wanted=Wanted(days=30), choices={}, by=anna, now=NOW)
    installing.assign(version=release(draft), stacks=[stack], by=anna, now=NOW)
    with pytest.raises(RunError, match="no connection records"):
        starting.start(wanted=Wanted(days=30), choices={}, by=anna, now=NOW)


@pytest.mark.parametrize(
    ("asked", "first", "until"),
    [
        ({"days": 1}, 15, 16),
        ({"days": 3}, 13, 16),
        ({"from_day": date(2026, 1, 14)}, 14, 16),
        ({"to_day": date(2026, 1, 20)}, 15, 21),
        ({"from_day": date(2026, 1, 20)}, 20, 21),
        ({"from_day": date(2026, 1, 2), "to_day": date(2026, 1, 3)}, 2, 4),
    ],
)
def test_the_period_is_frozen_as_the_store_is(
    draft: Version, anna: User, fill: Fill, asked: dict[str, Any], first: int, until: int
) -> None:
    fill([*records(), Connection().at(4, 400 * 86_400)])  # a clock that is far ahead
    wanted = Wanted(**asked, versions=[draft])
    run = starting.start(wanted=wanted, choices={}, by=anna, now=timezone.now())
    assert (run.first, run.until) == (datetime(2026, 1, first), datetime(2026, 1, until))
    assert AuditEntry.objects.filter(action="history.start", data__run=run.pk).exists()


def test_days_at_the_end_of_time_are_no_trouble(draft: Version, anna: User, fill: Fill) -> None:
    fill([*records()])
    wanted = Wanted(from_day=date.max, to_day=date.max, versions=[draft])
    run = starting.start(wanted=wanted, choices={}, by=anna, now=timezone.now())
    assert done(run).totals["records"] == 0
