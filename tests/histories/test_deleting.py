"""Exact runs on their way out: marked at once, taken away in batches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from analyzer.models import AuditEntry
from enforcement.histories.claims import handling
from enforcement.models import (
    HistoryAct,
    HistoryFall,
    HistoryHit,
    HistoryMessage,
    HistoryRule,
    HistoryRun,
)
from enforcement.runs.errors import RunError
from enforcement.runs.handling import LATE_AFTER
from tests.histories.conftest import Fill
from tests.histories.given import done, made, part
from tests.histories.test_life import MINE, records

pytestmark = pytest.mark.django_db(transaction=True)
KEPT: tuple[Any, ...] = (
    *(HistoryRun, HistoryAct, HistoryMessage, HistoryHit, HistoryFall, HistoryRule),
)


def test_only_a_run_that_has_ended_is_deleted(
    fill: Fill, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill([*records()])
    run, other = made(part(MINE)), done(made(part(MINE)))
    with pytest.raises(RunError, match="cancel it first"):
        handling.delete(run=run, by=anna, now=timezone.now())
    handling.remove(done(run).pk)
    kept = {model: model._default_manager.count() for model in KEPT}
    handling.delete(run=run, by=anna, now=timezone.now())
    assert {model: model._default_manager.count() for model in KEPT} == kept
    with pytest.raises(RunError, match="being deleted already"):
        handling.delete(run=run, by=anna, now=timezone.now())
    assert AuditEntry.objects.filter(action="history.delete", data__run=run.pk).count() == 1
    monkeypatch.setattr("enforcement.runs.handling.BATCH_ROWS", 7)
    with monkeypatch.context() as once:  # a worker that is killed behind its first batch
        batch, steps = handling._remove_batch, iter((True, False))
        once.setattr(handling, "_remove_batch", lambda pk: batch(pk) and next(steps))
        handling.remove(run.pk)
    assert (
        HistoryAct.objects.filter(run=run).count()
        == HistoryAct.objects.filter(run=other).count() - 14
    )
    handling.remove(run.pk)
    for model in KEPT:
        assert model._default_manager.count() * 2 == kept[model], model


def test_what_was_to_be_deleted_is_handed_over_again(
    fill: Fill, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, now = done(made(part(MINE))), timezone.now()
    handling.delete(run=run, by=anna, now=now)
    assert handling.recover(now=now) == 0
    assert handling.recover(now=now + LATE_AFTER + timedelta(seconds=1)) == 1
    handling.remove(run.pk)
    assert not HistoryRun.objects.exists()
