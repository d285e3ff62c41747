"""Who works on a prune: the row is the only truth, as for imports (docs/adr/0004-claims.md)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from analyzer.ingest import workers
from analyzer.models import Prune
from analyzer.pruning.errors import NotOursError

STALE_AFTER_S = 900  # a day of a large site can take minutes
WAITING_AFTER_S = 120
MAX_ATTEMPTS = 10  # without a day in between
_ACTIVE, _PENDING = Prune.State.ACTIVE, Prune.State.PENDING


def claim(*, prune_id: int, now: datetime) -> Prune | None:
    """Take a pending prune, or one whose worker is gone; None when there is nothing to do."""
    found = Prune.objects.filter(pk=prune_id).first()
    if found is None or not (found.state == _PENDING or is_abandoned(found, now)):
        return None
    name = workers.new_name()
    taken = Prune.objects.filter(pk=prune_id, state=found.state, worker=found.worker).update(
        state=_ACTIVE,
        worker=name,
        started_at=found.started_at or now,
        heartbeat_at=now,
        attempts=F("attempts") + 1,
    )
    return Prune.objects.get(pk=prune_id, worker=name) if taken else None


def is_abandoned(prune: Prune, now: datetime) -> bool:
    """True when the prune is active, but nobody works on it any more."""
    if prune.state != _ACTIVE:
        return False
    beat = prune.heartbeat_at
    if beat is None or now - beat > timedelta(seconds=STALE_AFTER_S):
        return True
    return workers.is_gone(prune.worker)


def orphans(*, now: datetime) -> list[int]:
    """Prunes that nobody works on: their worker is gone, or the broker forgot them."""
    before = now - timedelta(seconds=WAITING_AFTER_S)
    waiting = Q(heartbeat_at__isnull=True, submitted_at__lt=before) | Q(heartbeat_at__lt=before)
    ids = list(Prune.objects.filter(waiting, state=_PENDING).values_list("pk", flat=True))
    Prune.objects.filter(pk__in=ids, state=_PENDING).update(heartbeat_at=now)
    active = Prune.objects.filter(state=_ACTIVE).order_by("pk")
    return ids + [one.pk for one in active if is_abandoned(one, now)]


def advance(*, prune: Prune, now: datetime, **columns: Any) -> None:
    """Write progress and a sign of life; raises `NotOursError` when the claim is gone."""
    ours = Prune.objects.filter(pk=prune.pk, state=_ACTIVE, worker=prune.worker)
    if not ours.update(heartbeat_at=now, **columns):
        raise NotOursError


def add(*, prune: Prune, now: datetime, **counts: int) -> None:
    """The same for counts that grow."""
    grown = {name: F(name) + number for name, number in counts.items() if number}
    advance(prune=prune, now=now, attempts=1, **grown)


def hand_back(*, prune: Prune, error: str) -> None:
    """Let the next attempt take it, and say what was wrong with this one."""
    Prune.objects.filter(pk=prune.pk, state=_ACTIVE, worker=prune.worker).update(
        state=_PENDING, error=error
    )


def end(
    *, prune: Prune, now: datetime, state: Prune.State = Prune.State.COMPLETE, error: str = ""
) -> None:
    """Finish a prune of ours."""
    advance(prune=prune, now=now, state=state, finished_at=now, error=error)


def cancel(*, prune_id: int, now: datetime) -> bool:
    """Cancel at once: the day that its worker is at stays."""
    open_states = (_PENDING, _ACTIVE)
    return bool(
        Prune.objects.filter(pk=prune_id, state__in=open_states).update(
            state=Prune.State.CANCELED, finished_at=now
        )
    )
