"""Pages by key in every order give every row once; counts agree with the rows and with a naive
comparison in Python.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.http import QueryDict

from analyzer.models import DailyActivity
from analyzer.queries.compare.reading import read_compared
from analyzer.queries.compare.sides import read_sides
from analyzer.tables.compare import BY_NAME, GRAINS, SHARE_POINTS, table_of
from analyzer.tables.strength import RANKED
from tests.builders import store_rows

pytestmark = pytest.mark.usefixtures("filled", "db")
ALL = list(BY_NAME)
ORDERS = [
    (grain, f"{sign}{column.key}")
    for grain in GRAINS
    for column in table_of(grain, of_places=False).columns
    if column.sortable
    for sign in ("", "-")
]
UNKNOWN = RANKED.index("unknown")
LAST = store_rows.LAST_DAY.date()
Side = dict[Any, list[tuple[int, str, int]]]


def all_rows(grain: str, query: str = "days=20", **asked: Any) -> list[dict[str, Any]]:
    sides, errors = read_sides(QueryDict(query))
    assert not errors
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = read_compared(sides, grain=grain, statuses=ALL, after=after, **asked).page
        found += page.rows
        after = page.next
        if after is None:
            assert len(found) == page.total
            return found


@pytest.mark.parametrize(("grain", "sort"), ORDERS)
def test_pages_follow_each_other_in_every_order(grain: str, sort: str) -> None:
    whole = all_rows(grain, sort=sort, limit=1000)
    assert len(whole) > 5
    assert all_rows(grain, sort=sort, limit=11) == whole


@pytest.mark.parametrize("grain", ["server", "client"])
@pytest.mark.parametrize("days", [3, 10, 20])
def test_statuses_are_those_of_a_naive_comparison(grain: str, days: int) -> None:
    rows = all_rows(grain, f"days={days}")
    found = {}
    for row in rows:
        server = row["link a_server"] or row["link b_server"]
        found[(server, row["client_ip"]) if grain == "client" else server] = row["status"]
    assert len(found) == len(rows)
    expected = naive(grain, days)
    assert found == expected
    assert len(Counter(expected.values())) > 3


def naive(grain: str, days: int) -> dict[Any, str]:
    """The status of every row, from the roll-up read row by row."""
    begin_b = LAST - timedelta(days=days - 1)
    a = summed(grain, begin_b - timedelta(days=days), begin_b - timedelta(days=1))
    b = summed(grain, begin_b, LAST)
    return {key: status(a.get(key), b.get(key)) for key in {*a, *b}}


def summed(grain: str, first: date, last: date) -> Side:
    """Rank, title and connections of each session with a row in these days, by row."""
    found: dict[Any, dict[int, tuple[int, str, int]]] = defaultdict(dict)
    daily = DailyActivity.objects.filter(day__range=(first, last))
    for one in daily.select_related("session__protection"):
        session, protection = one.session, one.session.protection
        key = session.server_id
        row = (key, str(session.client_ip)) if grain == "client" else key
        before = found[row].get(session.pk, (0, "", 0))[2]
        rank = RANKED.index(protection.strength)
        title = f"{protection.protocol} {protection.title}"
        found[row][session.pk] = (rank, title, before + one.connections)
    return {row: list(sessions.values()) for row, sessions in found.items()}


def status(a: list[tuple[int, str, int]] | None, b: list[tuple[int, str, int]] | None) -> str:
    if not a or not b:
        return "gone" if a else "new"
    weakest = [min(rank for rank, _, _ in side) for side in (a, b)]
    known = [min((r for r, _, _ in side if r != UNKNOWN), default=None) for side in (a, b)]
    if weakest[1] < weakest[0]:
        return "worse"
    if weakest[0] == weakest[1] and moved(a, b, weakest[0]) >= SHARE_POINTS:
        return "worse"
    if all(rank != UNKNOWN for rank, _, _ in b) and known[0] is not None:
        assert known[1] is not None
        if known[1] > known[0]:
            return "better"
        if known[0] == known[1] and moved(b, a, known[0]) >= SHARE_POINTS:
            return "better"
    return "changed" if {t for _, t, _ in a} != {t for _, t, _ in b} else "same"


def moved(
    less: list[tuple[int, str, int]], more: list[tuple[int, str, int]], rank: int
) -> Fraction:
    """How many points of a hundred more of the connections have a rank on the second side."""
    shares = []
    for side in (less, more):
        total = sum(number for _, _, number in side)
        if not total:
            return Fraction(0)
        shares.append(Fraction(100 * sum(n for r, _, n in side if r == rank), total))
    return shares[1] - shares[0]
