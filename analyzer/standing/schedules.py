"""Scheduled exports are made, changed and deleted; each leaves an entry (the rest: `owned`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from analyzer import audit
from analyzer.models import ExportSchedule, SavedQuery
from analyzer.standing import owned
from analyzer.standing.clock import When
from analyzer.standing.errors import StandingError
from analyzer.standing.files import checked_directory, checked_pattern

MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A schedule before it is saved; whoever makes one has looked at format and options."""

    name: str
    when: When
    directory: str
    pattern: str = "{query}_{date}"
    rows: str = ExportSchedule.Rows.TAB
    format: str = "csv"
    options: Mapping[str, str] = field(default_factory=dict)
    keep: int = 0


@transaction.atomic
def make(*, query: SavedQuery, draft: Draft, by: User, now: datetime) -> ExportSchedule:
    """Make one of a query that the user may see; its first file is due. Raises StandingError."""
    owned.require_query(query, by)
    _usable(draft)
    made = ExportSchedule.objects.create(
        query=query, owner=by, **owned.begin(now), **_columns(draft)
    )
    audit.record(by=by, action="schedule.make", target=made.name, data=said(made), now=now)
    owned.start_soon()
    return made


@transaction.atomic
def change(
    *, schedule: ExportSchedule, draft: Draft, by: User, now: datetime, revision: int | None = None
) -> ExportSchedule:
    """Replace what it says; its query and its owner stay. `revision` is the one that was changed.

    Raises StandingError, and ChangedMeanwhileError when there is a later one.
    """
    owned.require_owner(schedule, by)
    owned.take(schedule, revision)
    _usable(draft)
    before = said(schedule)
    owned.replace(schedule, _columns(draft), by=by, now=now)
    data = {"before": before, "after": said(schedule)}
    audit.record(by=by, action="schedule.change", target=str(before["name"]), data=data, now=now)
    return schedule


@transaction.atomic
def delete(*, schedule: ExportSchedule, by: User, now: datetime) -> None:
    """Drop it with its history; the files that it wrote stay. Raises StandingError."""
    owned.require_owner(schedule, by)
    audit.record(
        by=by, action="schedule.delete", target=schedule.name, data=said(schedule), now=now
    )
    schedule.delete()


def said(schedule: ExportSchedule) -> dict[str, object]:
    """What the audit log keeps of a schedule."""
    return {
        **owned.said(schedule),
        "rows": schedule.rows,
        "format": schedule.format,
        "options": dict(schedule.options),
        "directory": schedule.directory,
        "pattern": schedule.pattern,
        "keep": schedule.keep,
    }


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        **owned.columns(draft.name, draft.when),
        "rows": draft.rows,
        "format": draft.format,
        "options": dict(draft.options),
        "directory": draft.directory,
        "pattern": draft.pattern,
        "keep": draft.keep,
    }


def _usable(draft: Draft) -> None:
    owned.require_usable(draft.name, draft.when)
    checked_directory(draft.directory)
    checked_pattern(draft.pattern)
    if not 0 <= draft.keep <= MOST_KEPT:
        raise StandingError(f"it keeps 1 to {MOST_KEPT} files, or 0 for all")
