"""Runs as the pages list them, estimates and exact ones alike."""

from __future__ import annotations

from typing import Final, TypeVar

from analyzer.queries.pages import placed
from enforcement.models import HistoryRun, Run
from web.paging import PAGE_ROWS, Cut, Order, SortKey, cut

Kept = TypeVar("Kept", Run, HistoryRun)
_NEWEST = Order("-submitted_at", (SortKey("submitted_at", "timestamptz"), SortKey("id", "bigint")))
_LARGE: Final[dict[type[Run | HistoryRun], tuple[str, ...]]] = {
    Run: ("parts", "reset_days", "reset_hours"),
    HistoryRun: ("parts", "choices", "stacks", "totals", "other_totals"),
}
"""What no list shows."""


def runs(kind: type[Kept], after: str | None, *, limit: int = PAGE_ROWS) -> Cut[Kept]:
    """Return a page of runs, the newest first. Raises PageKeyError."""
    place = _NEWEST.place(after)
    found = placed(kind.objects.defer(*_LARGE[kind]), place, _NEWEST)[: limit + 1]
    return cut(
        list(found),
        place,
        order=_NEWEST,
        limit=limit,
        key=lambda row: (row.submitted_at.isoformat(), row.pk),
    )


def count(kind: type[Kept]) -> int:
    """Return how many runs there are."""
    return kind.objects.count()


def run(kind: type[Kept], pk: int) -> Kept | None:
    """Return one run."""
    return kind.objects.filter(pk=pk).first()
