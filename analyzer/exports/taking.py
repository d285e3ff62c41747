"""Who takes what away: an entry in the audit log before the first row, one after the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analyzer import audit
from analyzer.queries.filters import Filters


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes what away, when."""

    by: audit.Actor
    now: datetime
    target: str
    filters: Filters


def write_down(taking: Taking, action: str, **more: object) -> int:
    """Leave the audit entry of an export, before it begins; return its id."""
    asked = taking.filters.to_params()
    data = {"filters": asked, "period": taking.filters.period.words, **more}
    entry = audit.record(
        by=taking.by, action=action, target=taking.target, now=taking.now, data=data
    )
    return int(entry.pk)


def write_end(taking: Taking, *, entry_id: int, form: str, rows: int) -> None:
    """Leave the entry that says that it was whole. Entries are never changed, so it is another."""
    data = {"export": entry_id, "format": form, "rows": rows}
    audit.record(
        by=taking.by, action="export.done", target=taking.target, now=taking.now, data=data
    )
