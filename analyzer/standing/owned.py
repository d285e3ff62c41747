"""What watches and scheduled exports share when they are made, changed, paused and asked to run."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from analyzer import audit
from analyzer.ingest import waking
from analyzer.models import ExportSchedule, SavedQuery, Trigger, Watch, Weekday, Why
from analyzer.models.queries import LONGEST_NAME
from analyzer.models.standing.trigger import Standing
from analyzer.queries import saved
from analyzer.queries.standing.access import may_change
from analyzer.revisions import Revised, hold, require_latest
from analyzer.standing.clock import When, next_time
from analyzer.standing.errors import NotTheirsError, StandingError
from analyzer.standing.turns import wake, when_of

_KINDS: Final[dict[type[Standing], str]] = {Watch: "watch", ExportSchedule: "schedule"}
"""As the audit log names them."""


def require_owner(ours: Standing, by: User) -> None:
    """Raises NotTheirsError."""
    if not may_change(ours, user=by):
        raise NotTheirsError(ours.name)


def require_query(query: SavedQuery, by: User) -> None:
    """Raises StandingError when the user may not see the query."""
    if saved.get(query.pk, user=by) is None:
        raise StandingError("there is no such query")


def require_usable(name: str, when: When) -> None:
    """Raises StandingError."""
    if not 0 < len(name) <= LONGEST_NAME:
        raise StandingError(f"it has a name of 1 to {LONGEST_NAME} characters")
    if when.trigger not in Trigger.values or when.weekday not in Weekday.values:
        raise StandingError("its trigger is not one of those that there are")
    try:
        ZoneInfo(when.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise StandingError(f"`{when.zone[:64]}` is not a time zone") from None


def columns(name: str, when: When) -> dict[str, Any]:
    return {
        "name": name,
        "trigger": when.trigger,
        "at": when.at,
        "weekday": when.weekday,
        "zone": when.zone,
    }


def begin(now: datetime) -> dict[str, Any]:
    """The first run is due at once, whatever the trigger."""
    return {"made_at": now, "changed_at": now, "next_at": now, "why": Why.FIRST}


def take(ours: Revised, revision: int | None) -> None:
    """Read it as it is now, before it is replaced; `revision` is the one that was changed.

    Raises StandingError, and ChangedMeanwhileError when there is a later one.
    """
    if not hold(ours):
        raise StandingError(f"`{ours.name}` has been deleted meanwhile")
    require_latest(ours, revision)


def replace(ours: Standing, given: dict[str, Any], *, by: User, now: datetime) -> None:
    """Write the columns, and when it is due by them; what is due already stays due."""
    before = when_of(ours)
    for name, value in given.items():
        setattr(ours, name, value)
    if ours.active and when_of(ours) != before:
        ours.next_at = next_time(when_of(ours), after=now)
    ours.changed_at, ours.changed_by = now, by
    ours.revision += 1
    ours.wakes += 1
    names = [*given, "changed_at", "changed_by", "revision", "next_at", "wakes"]
    ours.save(update_fields=names)


@transaction.atomic
def switch(*, ours: Standing, active: bool, by: User, now: datetime) -> None:
    """Pause it, or let it run again. Raises StandingError.

    Pausing forgets what is due; resumed, it looks at once at what came in meanwhile.
    """
    require_owner(ours, by)
    ours.active = active
    ours.next_at = now if active else None
    type(ours)._default_manager.filter(pk=ours.pk).update(
        active=active, next_at=ours.next_at, wakes=F("wakes") + 1, changed_at=now
    )
    if active:
        start_soon()
    action = f"{_KINDS[type(ours)]}.{'resume' if active else 'pause'}"
    audit.record(by=by, action=action, target=ours.name, now=now)


@transaction.atomic
def run_now(*, ours: Standing, by: User, now: datetime) -> None:
    """Make it due because a person asks. Raises StandingError, also when it is paused."""
    require_owner(ours, by)
    if not wake(ours, now=now, why=Why.PERSON):
        raise StandingError(f"`{ours.name}` is paused: let it run again first")
    start_soon()
    audit.record(by=by, action=f"{_KINDS[type(ours)]}.run", target=ours.name, now=now)


def start_soon() -> None:
    """Let a worker look for what is due when the transaction commits."""
    transaction.on_commit(partial(waking.start_soon))


def said(ours: Standing) -> dict[str, object]:
    """What the audit log keeps of both."""
    return {
        "name": ours.name,
        "query": ours.query.name,
        "owner": ours.owner.get_username(),
        "runs": when_of(ours).words,
    }
