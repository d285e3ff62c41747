"""What a baseline of the site said since when, page by page."""

from __future__ import annotations

from typing import Final

from analyzer.models import OwnBaseline, OwnBaselineVersion
from analyzer.queries import keyed
from web.paging import PAGE_ROWS, Order, Page, SortKey

_LATEST: Final = Order("-number", (SortKey("number", "bigint"), SortKey("id", "bigint")))
_COLUMNS: Final = ("id", "number", "note", "made_by__username", "made_at")


def page(baseline: OwnBaseline, *, after: str | None = None, limit: int = PAGE_ROWS) -> Page:
    """One page of its versions, the latest first. Raises PageKeyError."""
    rows = OwnBaselineVersion.objects.filter(baseline=baseline)
    return keyed.page_of(rows, _LATEST, after=after, limit=limit, columns=_COLUMNS)
