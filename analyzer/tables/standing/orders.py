"""Watches and scheduled exports."""

from __future__ import annotations

from typing import Final

from analyzer.tables.columns import Column, Table
from web.paging import SortKey

_NAME: Final = Column("name", "Name", sort=(SortKey('lower(r."name")', "text"),))
_QUERY: Final = Column("query", "Query", sort=(SortKey('lower(r."query")', "text"),))
_OWNER: Final = Column("owner", "Owner", sort=(SortKey('lower(r."owner")', "text"),))
_RUNS: Final = Column("runs", "Runs", sql="''", sortable=False)
_STATE: Final = Column("state", "State", "What the last run came to.", "run")
_LAST: Final = Column("last_run_at", "Last run (UTC)", kind="time")
_NEXT: Final = Column(
    "next_at", "Next run (UTC)", "None while it waits for an import or is paused.", "time"
)

WATCHES: Final = Table(
    name="watches",
    one="watch",
    many="watches",
    columns=(
        _NAME,
        _QUERY,
        _STATE,
        Column("fresh", "New rows", "Rows of the last run that were not there before.", "count"),
        _RUNS,
        _LAST,
        _NEXT,
        Column("failing", "Failing", "Messages that could not be delivered so far.", "count"),
        _OWNER,
    ),
    default_sort="name",
)
SCHEDULES: Final = Table(
    name="schedules",
    one="scheduled export",
    many="scheduled exports",
    columns=(
        _NAME,
        _QUERY,
        _STATE,
        Column("format", "Format"),
        Column("directory", "Directory", kind="mono"),
        _RUNS,
        _LAST,
        _NEXT,
        _OWNER,
    ),
    default_sort="name",
)
