"""Who works on an import: claim, heartbeat, hand back, end. The row is the only truth.

A worker writes under the name it claimed with, and only while the row still carries that name. So
a cancel is one UPDATE, and a worker that was thought dead can't add to what its successor does.
A claim lasts `STALE_AFTER_S` after its last sign of life (`heartbeat`), or until its process is
known to be gone (`workers`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from analyzer.ingest import waking, workers
from analyzer.ingest.errors import NotOursError
from analyzer.models import Import

STALE_AFTER_S = 90
WAITING_AFTER_S = 120
MAX_ATTEMPTS = 10  # without a whole batch in between
_ACTIVE, _PENDING = Import.State.ACTIVE, Import.State.PENDING


def claim(*, import_id: int, now: datetime) -> Import | None:
    """Take a pending import, or one whose worker is gone; None when there is nothing to do."""
    found = Import.objects.filter(pk=import_id).first()
    if found is None or not (found.state == _PENDING or is_abandoned(found, now)):
        return None
    name = workers.new_name()
    taken = Import.objects.filter(pk=import_id, state=found.state, worker=found.worker).update(
        state=_ACTIVE,
        worker=name,
        started_at=found.started_at or now,
        heartbeat_at=now,
        attempts=F("attempts") + 1,
    )
    return Import.objects.get(pk=import_id, worker=name) if taken else None


def is_abandoned(imported: Import, now: datetime) -> bool:
    """True when the import is active, but nobody works on it any more."""
    if imported.state != _ACTIVE:
        return False
    beat = imported.heartbeat_at
    if beat is None or now - beat > timedelta(seconds=STALE_AFTER_S):
        return True
    return workers.is_gone(imported.worker)


def orphans(*, now: datetime) -> list[int]:
    """Imports that nobody works on: their worker is gone, or the broker forgot them."""
    waiting = Q(
        heartbeat_at__isnull=True, submitted_at__lt=now - timedelta(seconds=WAITING_AFTER_S)
    )
    waiting |= Q(heartbeat_at__lt=now - timedelta(seconds=WAITING_AFTER_S))
    forgotten = Import.objects.filter(waiting, state=_PENDING)
    # The beat of a pending import says when it was last handed to the broker.
    ids = list(forgotten.order_by("pk").values_list("pk", flat=True))
    Import.objects.filter(pk__in=ids, state=_PENDING).update(heartbeat_at=now)
    active = Import.objects.filter(state=_ACTIVE).order_by("pk")
    return ids + [one.pk for one in active if is_abandoned(one, now)]


def advance(*, import_id: int, worker: str, now: datetime, **columns: Any) -> None:
    """Write progress and a sign of life; raises `NotOursError` when the claim is gone."""
    ours = Import.objects.filter(pk=import_id, state=_ACTIVE, worker=worker)
    if not ours.update(heartbeat_at=now, **columns):
        raise NotOursError


def hand_back(*, import_id: int, worker: str, error: str) -> None:
    """Let the next attempt take it, and say what was wrong with this one."""
    Import.objects.filter(pk=import_id, state=_ACTIVE, worker=worker).update(
        state=_PENDING, error=error
    )


def end(
    *,
    import_id: int,
    worker: str,
    now: datetime,
    state: Import.State = Import.State.COMPLETE,
    **columns: str,
) -> None:
    """Finish an import of ours: complete, or failed with the reason. What waits for it is due."""
    with transaction.atomic():
        advance(
            import_id=import_id,
            worker=worker,
            now=now,
            state=state,
            finished_at=now,
            **{"error": "", "advice": "", **columns},
        )
        waking.wake(now=now)


def cancel(*, import_id: int, now: datetime) -> bool:
    """Cancel at once, whatever its worker does: the batch it works on can't be committed."""
    open_states: Iterable[str] = (_PENDING, _ACTIVE)
    return bool(
        Import.objects.filter(pk=import_id, state__in=open_states).update(
            state=Import.State.CANCELED, cancel_requested=True, finished_at=now
        )
    )


def is_own(imported: Import) -> bool:
    """True when this process holds the claim."""
    return workers.is_ours(imported.worker)
