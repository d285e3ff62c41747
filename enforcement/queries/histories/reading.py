"""Pages, counts and whole files of an exact run's tables."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from analyzer.queries.pages import fetch
from analyzer.queries.terms.term import Clause
from enforcement.queries.histories.columns import Table
from web.paging import COUNT_CAP, Cut, cut

_LINK: Final = ("sysplex", "system", "stack", "conn_id", "start_utc")


def page(run_id: int, table: Table, *, after: str | None, limit: int) -> Cut[dict[str, Any]]:
    """Return rows of a table in its order. Raises PageKeyError."""
    place = table.order.place(after)
    keys = [f'r."{one.key}"' for one in table.columns]
    keys += [f'r."{one}" AS "link {one}"' for one in _LINK if table.links]
    keys += ['r."id" AS "link id"'] if table.makes_rules else []
    keys += [f'{key.sql} AS "sort {number}"' for number, key in enumerate(table.order.keys)]
    sql = f"""SELECT {", ".join(keys)} FROM ({table.relation}) r
        WHERE {place.condition} ORDER BY {place.sql} LIMIT %s"""
    found = fetch(Clause(sql, (run_id, *place.params, limit + 1)))
    return cut(
        found,
        place,
        order=table.order,
        limit=limit,
        key=lambda row: [_plain(row[f"sort {n}"]) for n in range(len(table.order.keys))],
    )


def count(run_id: int, table: Table) -> tuple[int, bool]:
    """Return how many rows a table has, COUNT_CAP at most, and whether there are more."""
    sql = f"SELECT count(*) AS number FROM (SELECT 1 FROM ({table.relation}) r LIMIT %s) n"
    number = int(fetch(Clause(sql, (run_id, COUNT_CAP + 1)))[0]["number"])
    return min(number, COUNT_CAP), number > COUNT_CAP


def whole(run_id: int, table: Table, *, plain: bool = False) -> Clause:
    """Return the statement of all rows for a CSV file, or with `plain` values as they are."""
    cells = ", ".join(f'r."{one.key}"' if plain else one.csv for one in table.columns)
    return Clause(f"SELECT {cells} FROM ({table.relation}) r ORDER BY {table.order.sql}", (run_id,))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
