"""The records of one connection among those of a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from analyzer.history import Window
from enforcement.histories.gathering import moment
from enforcement.histories.work import window_of
from enforcement.models import HistoryRun

MOST_RECORDS: Final = 1_000
"""A connection with more records is read up to here."""
_ZONES: Final = timedelta(hours=15)
"""A header is local, the start UTC: no zone is further away."""


def narrowed(run: HistoryRun, stack: int, connection: int, start: int | None) -> Window:
    """Return the window of a connection with this start (microseconds since 1970)."""
    window = window_of(run)
    first = window.first
    if start is not None:
        first = max(first, min(_earliest(start), window.until))
    own = tuple(one for one in window.stacks if one == stack)
    return replace(window, first=first, stacks=own, connection=connection, start_utc=start)


def _earliest(start: int) -> datetime:
    """Before which no record of a connection with this start stands."""
    try:
        return moment(start) - _ZONES
    except OverflowError:
        return datetime.max  # noqa: DTZ901 -- header times are local
