"""One security session with everything it belongs to, and what it did day by day."""

from __future__ import annotations

from typing import Any, Final

from analyzer.models import DailyActivity, SecuritySession
from analyzer.queries.filters import Filters
from analyzer.queries.pages import fetch
from analyzer.queries.relations import sessions_of
from analyzer.queries.terms.term import Clause
from analyzer.tables.sessions import SUMMARY

HISTORY_DAYS: Final = 400
_COLUMNS: Final = (
    *("day", "intervals", "connections", "partial", "short", "in_bytes", "out_bytes"),
    *("in_segs", "out_segs", "failed", "restarts"),
)


def get(pk: int) -> SecuritySession | None:
    """One session with its protection, server, stack and the settings of its system."""
    sessions = SecuritySession.objects.select_related("protection", "server__stack__settings")
    return sessions.filter(pk=pk).first()


def history(pk: int) -> list[dict[str, Any]]:
    """Its activity by local day, the latest first, `HISTORY_DAYS` at most."""
    days = DailyActivity.objects.filter(session_id=pk).order_by("-day")
    return list(days.values(*_COLUMNS)[:HISTORY_DAYS])


def said(pk: int) -> dict[str, str]:
    """The session in a line, and why its protection may be other than it looks (empty: no doubt).

    Both are empty where no activity of it is stored.
    """
    rows = sessions_of(Filters.everything(), Clause("ss.id = %s", (pk,))).rows
    sql = f"SELECT {SUMMARY.sql} AS summary, r.doubt FROM ({rows.sql}) r"  # noqa: S608 -- our own
    found = fetch(Clause(sql, rows.params))
    return found[0] if found else {"summary": "", "doubt": ""}
