"""Handing runs of one kind to the workers, canceling and deleting them; audit entries say by whom.

A run that is deleted is marked at once, and a worker takes away all that it found: a batch at a
time, each in a transaction that holds the run's row. So a worker that is killed is followed by the
next, and two of them do not wait for each other.
"""

# ruff: noqa: S608 -- every part is a constant; values are parameters

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Generic, TypeVar

from django.contrib.auth.models import AnonymousUser, User
from django.db import connection, models, transaction

from analyzer import audit
from analyzer.ingest.broker import hand_over
from analyzer.ingest.jobs import Claims
from enforcement.models import HistoryRun, Run
from enforcement.runs.errors import RunError

QUEUE: Final = "default"
BATCH_ROWS: Final = 20_000
LATE_AFTER: Final = timedelta(seconds=120)
Person = User | AnonymousUser
Kept = TypeVar("Kept", Run, HistoryRun)


class Handling(Generic[Kept]):
    """Runs of one kind; `found` are the models of what they find, `memory` that of what they need.

    `name` begins the actions of the audit log, and tasks bear it: `task` works on a run,
    `removal_task` takes one away.
    """

    def __init__(
        self,
        claims: Claims[Any],
        *,
        model: type[Kept],
        name: str,
        found: Sequence[type[models.Model]],
        memory: type[models.Model] | None = None,
    ) -> None:
        self.task, self.removal_task = f"enforcement.{name}", f"enforcement.delete_{name}"
        self._claims, self._name, self._memory = claims, name, memory
        self._rows: Any = model._default_manager
        self._tables = [one._meta.db_table for one in found]

    def send(self, run_id: int) -> None:
        """Hand a run to the workers now."""
        hand_over(self.task, run_id, queue=QUEUE)

    def recover(self, *, now: datetime) -> int:
        """Hand over again what nobody works on, or takes away; return how many runs that are."""
        orphans = self._claims.orphans(now=now)
        for run_id in orphans:
            self.send(run_id)
        late = self._rows.filter(deleting_since__lt=now - LATE_AFTER)
        going = list(late.values_list("pk", flat=True))
        for run_id in going:
            hand_over(self.removal_task, run_id, queue=QUEUE)
        return len(orphans) + len(going)

    @transaction.atomic
    def cancel(self, *, run: Kept, by: Person, now: datetime) -> bool:
        """Stop a run at once; what was stored so far stays. False when it had ended already."""
        canceled: bool = self._claims.cancel(run.pk, now=now)
        if canceled:
            if self._memory:
                self._memory._default_manager.filter(run=run).delete()
            self.record("cancel", run, by=by, now=now)
        return canceled

    @transaction.atomic
    def delete(self, *, run: Kept, by: Person, now: datetime) -> None:
        """Let a run that has ended go, with all that it found. Raises RunError."""
        ended = self._rows.filter(pk=run.pk, finished_at__isnull=False)
        if not ended.filter(deleting_since__isnull=True).update(deleting_since=now):
            if ended.exists():
                raise RunError("the run is being deleted already")
            raise RunError("the run has not ended: cancel it first")
        self.record("delete", run, by=by, now=now)
        transaction.on_commit(partial(hand_over, self.removal_task, run.pk, queue=QUEUE))

    def remove(self, run_id: int) -> None:
        """Take away what is left of a run that is to go; nothing where somebody else is at it."""
        while self._remove_batch(run_id):
            pass

    def record(
        self, action: str, run: Kept, *, by: audit.Actor, now: datetime, **data: Any
    ) -> None:
        """Write down who did what to a run."""
        named = f"{self._name}.{action}"
        audit.record(by=by, action=named, target=run.title, now=now, data={"run": run.pk, **data})

    @transaction.atomic
    def _remove_batch(self, run_id: int) -> bool:
        """Whether there may be more."""
        rows = self._rows.select_for_update(skip_locked=True)
        run = rows.filter(pk=run_id, deleting_since__isnull=False).first()
        if run is None:
            return False
        with connection.cursor() as cursor:
            for table in self._tables:
                cursor.execute(
                    f"""DELETE FROM {table} WHERE ctid = ANY(ARRAY(
                        SELECT ctid FROM {table} WHERE run_id = %s LIMIT %s))""",
                    (run_id, BATCH_ROWS),
                )
                if cursor.rowcount:
                    return True
        run.delete()
        return False
