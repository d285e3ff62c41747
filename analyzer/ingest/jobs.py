"""Who works on a job that is no import, in the same way: the row is the only truth (ADR 4).

A model of jobs has `state`, `worker`, `attempts`, `error`, `submitted_at`, `started_at`,
`heartbeat_at` and `finished_at`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar

from django.db.models import F, Model, Q

from analyzer.ingest import workers
from analyzer.ingest.claims import STALE_AFTER_S, WAITING_AFTER_S
from analyzer.ingest.errors import NotOursError

Job = TypeVar("Job", bound=Model)


class Claims(Generic[Job]):
    """Claims on the rows of one model."""

    MAX_ATTEMPTS: ClassVar[int] = 5
    STALE_AFTER_S: ClassVar[int] = STALE_AFTER_S

    def __init__(self, model: type[Job]) -> None:
        self._rows: Any = model._default_manager
        state: Any = model.State  # type: ignore[attr-defined]  # each model of jobs has it
        self._pending, self._active = state.PENDING, state.ACTIVE
        self._failed, self._canceled = state.FAILED, state.CANCELED

    def claim(self, pk: int, *, now: datetime) -> Job | None:
        """Take a pending job, or one whose worker is gone; None when there is nothing to do."""
        found = self._rows.filter(pk=pk).first()
        if found is None or not (found.state == self._pending or self.is_abandoned(found, now)):
            return None
        name = workers.new_name()
        taken = self._rows.filter(pk=pk, state=found.state, worker=found.worker).update(
            state=self._active,
            worker=name,
            started_at=found.started_at or now,
            heartbeat_at=now,
            attempts=F("attempts") + 1,
        )
        claimed: Job | None = self._rows.get(pk=pk, worker=name) if taken else None
        return claimed

    def is_abandoned(self, job: Any, now: datetime) -> bool:
        """True when the job is active, but nobody works on it any more."""
        if job.state != self._active:
            return False
        beat = job.heartbeat_at
        if beat is None or now - beat > timedelta(seconds=self.STALE_AFTER_S):
            return True
        return workers.is_gone(job.worker)

    def orphans(self, *, now: datetime) -> list[int]:
        """Jobs that nobody works on: their worker is gone, or the broker forgot them."""
        late = now - timedelta(seconds=WAITING_AFTER_S)
        waiting = Q(heartbeat_at__isnull=True, submitted_at__lt=late) | Q(heartbeat_at__lt=late)
        forgotten = self._rows.filter(waiting, state=self._pending).order_by("pk")
        ids = list(forgotten.values_list("pk", flat=True))
        # The beat of a pending job says when it was last handed to the broker.
        self._rows.filter(pk__in=ids, state=self._pending).update(heartbeat_at=now)
        active = self._rows.filter(state=self._active).order_by("pk")
        return ids + [one.pk for one in active if self.is_abandoned(one, now)]

    def advance(self, job: Any, *, now: datetime, **columns: Any) -> None:
        """Write progress and a sign of life; raises NotOursError when the claim is gone."""
        if not self._ours(job).update(heartbeat_at=now, **columns):
            raise NotOursError

    def hand_back(self, job: Any, *, error: str) -> None:
        """Let the next attempt take it, and say what was wrong with this one."""
        self._ours(job).update(state=self._pending, error=error)

    def fail(self, job: Any, *, error: str, now: datetime) -> None:
        """End a job of ours with the reason."""
        self.advance(job, now=now, state=self._failed, finished_at=now, error=error)

    def cancel(self, pk: int, *, now: datetime) -> bool:
        """Cancel at once, whatever its worker does."""
        unfinished = self._rows.filter(pk=pk, state__in=(self._pending, self._active))
        return bool(unfinished.update(state=self._canceled, finished_at=now))

    def _ours(self, job: Any) -> Any:
        return self._rows.filter(pk=job.pk, state=self._active, worker=job.worker)
