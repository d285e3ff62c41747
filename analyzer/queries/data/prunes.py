"""What a prune would take, before it does; prunes as they stand."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings

from analyzer.models import Prune, Stack, StackDay, SystemSettings
from analyzer.queries import keyed
from analyzer.queries.blocks.cover import EVERYTHING, of_span
from analyzer.queries.data.plan import Part, Plan, older_than
from analyzer.queries.pages import fetch
from analyzer.queries.terms.term import Clause, together
from web.budget import OutOfTimeError, read_budget
from web.paging import PAGE_ROWS, Order, Page, SortKey

_DAY: Final = timedelta(days=1)
# By session, from blocks of days: one is left without activity when it has none in what stays.
_COUNTS: Final = """
    SELECT st.settings_id AS system, sum(g.intervals)::bigint AS intervals,
        count(*) FILTER (WHERE k.session_id IS NULL) AS sessions
    FROM (SELECT d.session_id, analyzer_total(d.intervals) AS intervals
        FROM ({goes}) d GROUP BY d.session_id) g
    JOIN analyzer_securitysession s ON s.id = g.session_id
    JOIN analyzer_server v ON v.id = s.server_id
    JOIN analyzer_stack st ON st.id = v.stack_id
    LEFT JOIN (SELECT d.session_id FROM ({stays}) d GROUP BY d.session_id) k
        ON k.session_id = g.session_id
    WHERE st.settings_id = ANY(%s)
    GROUP BY st.settings_id"""
_NOTHING: Final = Clause("SELECT NULL::bigint AS session_id WHERE FALSE")
_CONNECTIONS: Final = """
    SELECT st.settings_id AS system, count(*) AS connections
    FROM (VALUES {spans}) AS g (system, first, last)
    JOIN analyzer_stack st ON st.settings_id = g.system
    JOIN analyzer_connection_event e ON e.stack_id = st.id
        AND e.written_at >= g.first AND e.written_at < g.last + 1
    GROUP BY st.settings_id"""
_BYTES_A_ROW: Final = """
    SELECT parent.relname AS name, sum(pg_total_relation_size(part.oid))::bigint AS size_bytes
    FROM pg_inherits i JOIN pg_class parent ON parent.oid = i.inhparent
    JOIN pg_class part ON part.oid = i.inhrelid
    WHERE parent.relname IN ('analyzer_activity', 'analyzer_daily_activity') AND part.relkind = 'r'
    GROUP BY parent.relname"""
_ALL_INTERVALS: Final = (
    f"SELECT coalesce(sum(d.intervals), 0)::bigint AS n FROM ({EVERYTHING.sql}) d"
)
_LATEST: Final = Order(
    "-submitted_at", (SortKey("submitted_at", "timestamptz"), SortKey("id", "bigint"))
)
_LAST: Final = date(9999, 12, 30)


@dataclass(frozen=True, slots=True)
class Asked:
    """A prune as a person asks for it; no systems are all of them."""

    kind: str
    older_days: int | None = None
    first: date | None = None
    last: date | None = None
    systems: Sequence[int] = ()

    @property
    def name(self) -> str:
        """What a person types to confirm it."""
        if self.kind == Prune.Kind.OLDER:
            return f"older than {self.older_days} days"
        return f"{self.first} to {self.last}" if self.kind == Prune.Kind.RANGE else "all data"

    def words(self, *, today: date) -> str:
        """What goes, without the systems."""
        if self.kind == Prune.Kind.OLDER and self.older_days is not None:
            last = older_than(self.older_days, today=today)
            return f"data older than {self.older_days} days (up to {last})"
        if self.kind == Prune.Kind.RANGE:
            return f"data from {self.first} to {self.last}"
        return "all data"


@dataclass(frozen=True, slots=True)
class Going:
    """What would go of one system; None: it took too long to count. Bytes are an estimate.

    `days` have interval records, `first` and `last` are the ends of them; None without any.
    """

    name: str
    days: int
    first: date | None
    last: date | None
    intervals: int | None
    connections: int | None
    sessions: int | None
    size_bytes: int | None


def parts_of(asked: Asked, *, today: date) -> Plan:
    """The spans of the systems that are asked for."""
    systems = SystemSettings.objects.order_by("sysplex", "system")
    if asked.systems:
        systems = systems.filter(pk__in=asked.systems)
    first, last = asked.first, asked.last
    if asked.kind == Prune.Kind.ALL:
        first = last = None
    elif asked.kind == Prune.Kind.OLDER:
        first, last = None, older_than(asked.older_days or 0, today=today)
    return [Part(one.pk, str(one), first, last) for one in systems]


def going(parts: Plan) -> list[Going]:
    """What would go, by system; systems that lose nothing are left out."""
    if not parts:
        return []
    spans = ", ".join(["(%s::bigint, %s::date, %s::date)"] * len(parts))
    values = [
        value for one in parts for value in (one.system, one.first or date.min, one.last or _LAST)
    ]
    counts = _within_limit(_counts(parts))
    records = _within_limit(Clause(_CONNECTIONS.format(spans=spans), (*values,)))
    days, a_row = _days(parts), _bytes_a_row()
    rows = [_going(one, days, counts, records, a_row) for one in parts]
    return [row for row in rows if row.days or row.intervals or row.connections]


def get(pk: int) -> Prune | None:
    return Prune.objects.select_related("submitted_by").filter(pk=pk).first()


def page(*, after: str | None = None, limit: int = PAGE_ROWS) -> Page:
    """One page of the ids of all prunes, the latest first. Raises PageKeyError."""
    return keyed.page_of(Prune.objects.all(), _LATEST, after=after, limit=limit)


def of_page(found: Page) -> list[Prune]:
    """The prunes of a page, with who asked for them."""
    return keyed.in_order(Prune.objects.select_related("submitted_by"), found)


def _counts(parts: Plan) -> Clause:
    """Interval records and sessions that go; systems that lose the same days are read together."""
    alike: dict[tuple[date | None, date | None], list[int]] = {}
    for one in parts:
        alike.setdefault((one.first, one.last), []).append(one.system)
    found = []
    for (first, last), systems in alike.items():
        goes, stays = of_span(first, last), _beside(first, last)
        sql = _COUNTS.format(goes=goes.sql, stays=stays.sql)
        found.append(Clause(sql, (*goes.params, *stays.params, systems)))
    return together(found)


def _beside(first: date | None, last: date | None) -> Clause:
    """The days before and behind those that go."""
    before = [of_span(None, first - _DAY)] if first and first > date.min else []
    behind = [of_span(last + _DAY, None)] if last and last < date.max else []
    return together([*before, *behind]) if before or behind else _NOTHING


def _going(
    part: Part,
    days: dict[int, set[date]],
    counts: dict[int, dict[str, Any]] | None,
    records: dict[int, dict[str, Any]] | None,
    a_row: float | None,
) -> Going:
    found = (counts or {}).get(part.system, {"intervals": 0, "sessions": 0})
    intervals = found["intervals"] if counts is not None else None
    connections = None if records is None else records.get(part.system, {"connections": 0})
    held = days.get(part.system, set())
    return Going(
        name=part.name,
        days=len(held),
        first=min(held, default=None),
        last=max(held, default=None),
        intervals=intervals,
        connections=connections["connections"] if connections else None,
        sessions=found["sessions"] if counts is not None else None,
        size_bytes=round(intervals * a_row) if intervals is not None and a_row else None,
    )


def _days(parts: Plan) -> dict[int, set[date]]:
    """Days with interval records that go, by system."""
    spans = {one.system: one for one in parts}
    systems = dict(Stack.objects.filter(settings__in=spans).values_list("pk", "settings_id"))
    found: dict[int, set[date]] = {}
    for stack, day in StackDay.objects.filter(stack__in=systems).values_list("stack_id", "day"):
        if spans[systems[stack]].has(day):
            found.setdefault(systems[stack], set()).add(day)
    return found


def _within_limit(statement: Clause) -> dict[int, dict[str, Any]] | None:
    try:
        with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
            return {int(row["system"]): row for row in fetch(statement)}
    except OutOfTimeError:
        return None


def _bytes_a_row() -> float | None:
    """Bytes on disk for one interval record, its share of the roll-up included."""
    try:
        with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
            size = sum(int(row["size_bytes"]) for row in fetch(Clause(_BYTES_A_ROW)))
            rows = int(fetch(Clause(_ALL_INTERVALS, EVERYTHING.params))[0]["n"])
    except OutOfTimeError:
        return None
    return size / rows if rows else None
