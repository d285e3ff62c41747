"""Reads behind Data Management: the history, rejected records, which days have data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, QuerySet

from analyzer.models import Import, Reject
from analyzer.queries.days import span
from analyzer.queries.filters import Filters
from analyzer.queries.pages import fetch
from analyzer.queries.terms.term import Clause, all_of, any_of
from analyzer.tables.imports import HISTORY
from web.budget import OutOfTimeError, read_budget
from web.paging import COUNT_CAP, PAGE_ROWS, Order, Page, SortKey, pack, unpack

_LATEST: Final = Order(
    "-submitted_at", (SortKey("submitted_at", "timestamptz"), SortKey("id", "bigint"))
)
_IN_FILE: Final = Order("offset", (SortKey("offset", "bigint"), SortKey("id", "bigint")))
_PLACES: Final = ("sysplex", "system", "stack")
_REJECT_KEYS: Final = (
    *("id", "offset", "record_number", "record_type", "subtype", "field", "reason", "message"),
    *("length", "is_tail", "head"),
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what is asked for the store has: systems with data, days with data."""

    systems: int
    known_systems: int
    days: int
    asked_days: int | None

    @property
    def words(self) -> str:
        """The coverage in a line; empty where nothing is stored."""
        if not self.known_systems:
            return ""
        systems = f"data of {self.systems} of {_many(self.known_systems, 'system')}"
        if self.asked_days is None:
            return f"{systems}, {_many(self.days, 'day')}"
        return f"{systems}, {self.days} of {_many(self.asked_days, 'day')}"


def get(pk: int) -> Import:
    """One import with its user and stored file. Raises Import.DoesNotExist."""
    return Import.objects.select_related("submitted_by", "stored_file").get(pk=pk)


def history(*, after: str | None = None, limit: int = PAGE_ROWS) -> Page:
    """One page of all imports, the latest first. Raises PageKeyError."""
    return _within_limit(lambda: _history(after, limit))


def rejects(pk: int, *, after: str | None = None, limit: int = PAGE_ROWS) -> Page:
    """One page of an import's rejected records by their place in the file. Raises PageKeyError."""
    return _within_limit(lambda: _rejects(pk, after, limit))


def reject(pk: int, reject_pk: int) -> Reject:
    """One rejected record of an import. Raises Reject.DoesNotExist."""
    return Reject.objects.get(pk=reject_pk, imported_id=pk)


def by_ids(pks: Sequence[int]) -> list[Import]:
    """These imports with their users, in this order."""
    found = Import.objects.select_related("submitted_by").in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def coverage(filters: Filters) -> Coverage:
    """Count systems and days with data among those that the filters ask for."""
    first, last = span(filters.period)
    places = all_of([any_of(filters.terms[key]) for key in _PLACES if key in filters.terms])
    sql = f"""SELECT count(DISTINCT (st.sysplex, st.system)) AS known,
            count(DISTINCT (st.sysplex, st.system)) FILTER (WHERE c.day IS NOT NULL) AS systems,
            count(DISTINCT c.day) AS days
        FROM analyzer_stack st LEFT JOIN analyzer_stackday c
            ON c.stack_id = st.id AND c.day BETWEEN %s AND %s
        WHERE {places.sql}"""  # noqa: S608  # conditions of our own terms, values are parameters
    found = fetch(Clause(sql, (first or date.min, last or date.max, *places.params)))[0]
    asked = (last - first).days + 1 if first and last else None
    return Coverage(found["systems"], found["known"], found["days"], asked)


def _history(after: str | None, limit: int) -> Page:
    imports = Import.objects.select_related("submitted_by").order_by("-submitted_at", "-pk")
    older = Q()
    if after:
        time, number = unpack(after, _LATEST)
        older = Q(submitted_at__lt=time) | Q(submitted_at=time, pk__lt=number)
    found = list(imports.filter(older)[: limit + 1])
    following = None
    if len(found) > limit:
        last = found[limit - 1]
        following = pack(_LATEST, (last.submitted_at.isoformat(), last.pk))
    total, capped = _count(imports)
    return Page([_history_row(one) for one in found[:limit]], following, total, capped)


def _rejects(pk: int, after: str | None, limit: int) -> Page:
    records = Reject.objects.filter(imported_id=pk).order_by("offset", "pk")
    later = Q()
    if after:
        offset, number = unpack(after, _IN_FILE)
        later = Q(offset__gt=offset) | Q(offset=offset, pk__gt=number)
    found: list[dict[str, Any]] = list(records.filter(later).values(*_REJECT_KEYS)[: limit + 1])
    following = None
    if len(found) > limit:
        last = found[limit - 1]
        following = pack(_IN_FILE, (last["offset"], last["id"]))
    total, capped = _count(records)
    return Page(found[:limit], following, total, capped)


def _within_limit(read: Callable[[], Page]) -> Page:
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    try:
        with read_budget(limit_s):
            return read()
    except OutOfTimeError:
        return Page(total_is_capped=True, cut=f"Reading took longer than {limit_s:g} s.")


def _history_row(one: Import) -> dict[str, Any]:
    plain = {column.key: getattr(one, column.key, None) for column in HISTORY.columns}
    return {
        **plain,
        "id": one.pk,
        "state": one.state,
        "ignored_total": sum(one.ignored.values()),
        "submitted_by": one.submitted_by.get_username() if one.submitted_by else "",
    }


def _count(rows: QuerySet[Any]) -> tuple[int, bool]:
    number = rows.order_by()[: COUNT_CAP + 1].count()
    return min(number, COUNT_CAP), number > COUNT_CAP


def _many(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
