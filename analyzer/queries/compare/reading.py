"""One page of a comparison with how many rows have which status, read in one statement."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from django.conf import settings

from analyzer.queries.compare.relation import GROUNDS, LINKS, compared
from analyzer.queries.compare.sides import Sides
from analyzer.queries.pages import REFUSED, fetch_kept, key_of
from analyzer.queries.terms.term import Clause
from analyzer.tables.columns import Table
from analyzer.tables.compare import STATUSES, table_of
from web.budget import OutOfTimeError, read_budget
from web.paging import PAGE_ROWS, Order, Page, Place, cut

_TALLIES: Final = ", ".join(
    f"count(*) FILTER (WHERE status = '{one.name}') AS \"n {one.name}\"" for one in STATUSES
)


@dataclass(frozen=True, slots=True)
class Compared:
    """A page of rows; `tallies` counts all rows by status, also those that are not asked for."""

    page: Page
    tallies: Mapping[str, int] = field(default_factory=dict)


def read_compared(  # noqa: PLR0913 -- the parts of one address, keyword-only
    sides: Sides,
    *,
    grain: str,
    statuses: Sequence[str],
    sort: str | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
    columns: Collection[str] | None = None,
) -> Compared:
    """Return the rows after a key. Raises UnknownColumnError and PageKeyError."""
    table = table_of(grain, of_places=sides.of_places)
    order = table.order(sort)
    place = order.place(after)
    rows = compared(sides, grain=grain)
    sql = f"""WITH every AS MATERIALIZED ({rows.sql}),
        tallies AS (SELECT {_TALLIES} FROM every),
        page AS (SELECT {_values(table, order, columns)} FROM every r
            WHERE r.status = ANY(%s) AND {place.condition} ORDER BY {place.sql} LIMIT %s)
        SELECT * FROM tallies LEFT JOIN page ON TRUE ORDER BY {_again(order, place)}"""
    statement = Clause(sql, (*rows.params, list(statuses), *place.params, limit + 1))
    if sides.refused:
        return Compared(Page(cut=REFUSED))
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    try:
        with read_budget(limit_s):
            found = fetch_kept(statement)
    except OutOfTimeError:
        why = f"The question took longer than {limit_s:g} s and was stopped: ask for fewer days."
        return Compared(Page(total_is_capped=True, cut=why))
    tallies = {one.name: int(found[0][f"n {one.name}"]) for one in STATUSES}
    there = [row for row in found if row["id"] is not None]
    part = cut(there, place, order=order, limit=limit, key=partial(key_of, order=order))
    total = sum(tallies[name] for name in statuses)
    shown = [_row(row) for row in part.rows]
    return Compared(Page(shown, part.next, total, previous=part.previous), tallies)


def _values(table: Table, order: Order, columns: Collection[str] | None) -> str:
    wanted = [one for one in table.columns if columns is None or one.key in columns]
    values = {one.key: f'{one.value_sql} AS "{one.key}"' for one in wanted}
    links = [f'{_plain(name)} AS "link {name}"' for name in (*LINKS, *GROUNDS)]
    keys = [f'{part.sql} AS "sort {place}"' for place, part in enumerate(order.keys)]
    return ", ".join(['r."id"', *values.values(), *links, *keys])


def _plain(name: str) -> str:
    """A value as an address has it."""
    return f'host(r."{name}")' if name.endswith("_ip") else f'r."{name}"'


def _again(order: Order, place: Place) -> str:
    """The order of reading, by what the page has: a join keeps none."""
    direction = "DESC" if order.falls is not place.backwards else "ASC"
    return ", ".join(f'"sort {number}" {direction}' for number in range(len(order.keys)))


def _row(found: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what only the order and the count need."""
    return {key: value for key, value in found.items() if not key.startswith(("sort ", "n "))}
