"""What is known of interval records that were made: the list, and which days they are of."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from analyzer.queries.pages import placed
from enforcement.models import Making
from web.paging import PAGE_ROWS, Cut, Order, SortKey, cut

_NEWEST: Final = Order(
    "-submitted_at", (SortKey("submitted_at", "timestamptz"), SortKey("id", "bigint"))
)
_UNFINISHED: Final = ("pending", "active")
StackDay = tuple[int, date]


def page(after: str | None, *, limit: int = PAGE_ROWS) -> Cut[Making]:
    """Return a page of makings, the newest first. Raises PageKeyError."""
    place = _NEWEST.place(after)
    found = placed(Making.objects.select_related("imported"), place, _NEWEST)[: limit + 1]
    return cut(
        list(found),
        place,
        order=_NEWEST,
        limit=limit,
        key=lambda row: (row.submitted_at.isoformat(), row.pk),
    )


def count() -> int:
    """Return how many there are."""
    return Making.objects.count()


def making(pk: int) -> Making | None:
    """Return one, with its import."""
    return Making.objects.select_related("imported").filter(pk=pk).first()


def days_made() -> set[StackDay]:
    """Return the days of which interval records were made and handed to the import."""
    return _days(Making.objects.filter(state=Making.State.COMPLETE))


def days_under_way(*, but: int | None = None) -> set[StackDay]:
    """Return the days of which they are being made or imported; not those of making `but`."""
    imports = Q(imported__state__in=_UNFINISHED)
    going = Making.objects.filter(Q(state__in=_UNFINISHED) | imports)
    return _days(going.exclude(pk=but) if but else going)


def _days(rows: QuerySet[Making]) -> set[StackDay]:
    found = (row.days_by_stack for row in rows.only("days"))
    return {(key, day) for days in found for key, own in days.items() for day in own}
