"""Starting runs."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db import transaction

from designer import rulesets
from enforcement.models import Run
from enforcement.runs.claims import handling
from enforcement.runs.handling import Person
from enforcement.runs.parts import parts_of
from enforcement.runs.wanted import Wanted

LONGEST_TITLE: Final = 500


@transaction.atomic
def start(*, wanted: Wanted, by: Person, now: datetime) -> Run:
    """Hand a run to the workers, with the rules as they are now. Raises RunError."""
    parts = parts_of(wanted)
    run = Run.objects.create(
        title=wanted.title[:LONGEST_TITLE],
        parts=parts,
        compares=bool(wanted.against),
        days=wanted.days,
        from_day=wanted.from_day,
        to_day=wanted.to_day,
        mode=wanted.mode,
        matching=rulesets.matching().tree(),
        started_by_id=by.pk,
        started_by_name=by.get_username(),
        submitted_at=now,
    )
    said: dict[str, Any] = {"period": run.period, "mode": run.mode, "how": run.matching}
    said["digests"] = [part["digest"] for part in parts]
    said["stacks"] = [str(stack) for stack in wanted.stacks]
    handling.record("start", run, by=by, now=now, **said)
    transaction.on_commit(partial(handling.send, run.pk))
    return run
