"""Reads behind Data Management: the history, rejected records, which days have data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from analyzer.models import Import, Reject
from analyzer.queries import keyed
from analyzer.queries.days import span
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question, fetch
from analyzer.queries.relations import Relation
from analyzer.queries.terms.term import Clause, all_of, any_of
from analyzer.tables.imports import REJECTS
from web.paging import PAGE_ROWS, Order, Page, SortKey

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
    """One page of the ids of all imports, the latest first. Raises PageKeyError."""
    return keyed.page_of(Import.objects.all(), _LATEST, after=after, limit=limit)


def rejects(pk: int, *, after: str | None = None, limit: int = PAGE_ROWS) -> Page:
    """One page of an import's rejected records by their place in the file. Raises PageKeyError."""
    records = Reject.objects.filter(imported_id=pk)
    return keyed.page_of(records, _IN_FILE, after=after, limit=limit, columns=_REJECT_KEYS)


def rejects_question(pk: int) -> Question:
    """All rejected records of an import, for a file."""
    sql = "SELECT r.*, 'UTC' AS time_zone FROM analyzer_reject r WHERE imported_id = %s"
    ids = "SELECT id FROM analyzer_reject WHERE imported_id = %s"
    return Question(REJECTS, Relation(Clause(sql, (pk,)), Clause(ids, (pk,))))


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


def _many(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
