"""Connection records (subtype 11) as a decoder gives them, part by part in the order of time.

The store does not know the order of records in a dump. Within one hundredth of a second they come
by stack and connection; those of one connection by its start, the kind of event and what was sent.
"""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import polars as pl
from django.db import connection
from django.utils import timezone

from analyzer.models import Stack
from analyzer.queries.pages import fetch
from analyzer.queries.terms.term import Clause
from smf.decode.columns import CONNECTIONS, COVERAGE

Place = tuple[str, int, int, int]
"""Behind which record the next part begins: time, stack, connection, fingerprint."""
_BEGIN: Final[Place] = ("-infinity", 0, 0, 0)
_DAY: Final = timedelta(days=1)
_TOTALS: Final = (
    *("connections", "partial", "short", "in_bytes", "out_bytes", "in_segs", "out_segs"),
)
_LAST_DAY: Final = date.max - _DAY
_STACK: Final = ("sysplex", "system", "stack")
_KEY: Final = "written_at, stack_id, conn_id, fingerprint"
_ORDER: Final = (
    *("local_time", "stack_id", "conn_id", "start_utc", "event", "in_segs", "out_segs"),
    *("in_bytes", "out_bytes", "fingerprint"),
)
_VALUES: Final[Mapping[str, str]] = {
    "local_time": "(round(date_part('epoch', written_at) * 1e6))::bigint",
    "start_utc": "(round(date_part('epoch', started_at) * 1e6))::bigint",
    "end_utc": "(round(date_part('epoch', ended_at) * 1e6))::bigint",
    "local_ip": "host(local_ip)",
    "remote_ip": "host(remote_ip)",
    "user": '"user"',
}
_READ: Final[dict[str, type[pl.DataType]]] = {
    "stack_id": pl.Int64,
    **{name: kind for name, kind in CONNECTIONS.items() if name not in _STACK},
}


_CELL, _ROW = b"\x1f", b"\x1e"
_IN_ONE: Final = 500


@dataclass(frozen=True, slots=True)
class Window:
    """Records with a header time from `first` on and before `until`, of the stacks with these keys.

    `connection` and `start_utc` (microseconds) narrow it to one connection.
    """

    first: datetime
    until: datetime
    stacks: tuple[int, ...]
    connection: int | None = None
    start_utc: int | None = None

    @property
    def clause(self) -> Clause:
        sql = "written_at >= %s AND written_at < %s AND stack_id = ANY(%s)"
        params = [self.first, self.until, list(self.stacks)]
        if self.connection is not None:
            sql, params = f"{sql} AND conn_id = %s", [*params, self.connection]
        if self.start_utc is not None:
            sql = f"{sql} AND {_VALUES['start_utc']} IS NOT DISTINCT FROM %s"
            params = [*params, self.start_utc]
        return Clause(sql, tuple(params))  # type: ignore[arg-type]  # all of them may be parameters


@dataclass(frozen=True, slots=True)
class Part:
    """`frame` has the columns of `smf.decode.columns.CONNECTIONS`; no `place`: it is the last."""

    frame: pl.DataFrame
    place: Place | None


def part_of(window: Window, place: Place | None, *, most: int) -> Part:
    """Return at most `most` records behind a place, never half a connection's hundredth second.

    Only where one connection has more than `most` records in it, it is cut. To be called inside
    `read_budget`.
    """
    found = _read(window, place, most)
    following = None
    if len(found) == most:
        ends = pl.struct("local_time", "stack_id", "conn_id")
        whole = found.filter(ends != ends.last())
        found = found if whole.is_empty() else whole
        following = _place_of(found)
    stacks = {one.pk: one for one in Stack.objects.filter(pk__in=found["stack_id"].unique())}
    names = pl.DataFrame(
        [(pk, *(getattr(one, name) for name in _STACK)) for pk, one in stacks.items()],
        schema={"stack_id": pl.Int64, **dict.fromkeys(_STACK, pl.String)},
        orient="row",
    )
    ordered = found.sort(_ORDER).join(names, on="stack_id", how="left", maintain_order="left")
    return Part(ordered.select(list(CONNECTIONS)), following)


def count_of(window: Window, *, most: int | None = None) -> int:
    """Return how many records there are, counting to `most`. To be called inside `read_budget`."""
    asked = window.clause
    rows = f"SELECT 1 FROM analyzer_connection_event WHERE {asked.sql}"
    if most is not None:
        rows += f" LIMIT {most}"
    found = fetch(Clause(f"SELECT count(*) AS number FROM ({rows}) e", asked.params))
    return int(found[0]["number"])


def switches_of(window: Window) -> pl.DataFrame:
    """Return when zERT was switched on or off, as columns of `smf.decode.columns.COVERAGE`."""
    sql = """SELECT st.sysplex, st.system, st.stack,
            (round(date_part('epoch', c.at) * 1e6))::bigint AS local_time, c.kind
        FROM analyzer_coverageevent c JOIN analyzer_stack st ON st.id = c.stack_id
        WHERE c.at >= %s AND c.at < %s AND c.stack_id = ANY(%s) ORDER BY c.at, c.id"""
    found = fetch(Clause(sql, (window.first, window.until, list(window.stacks))))
    return pl.DataFrame(found, schema=COVERAGE)


def window_of(
    days: int | None,
    from_day: date | None,
    to_day: date | None,
    stacks: Sequence[tuple[str, str, str]],
) -> Window | None:
    """Return the window that is asked for; None without a record. Inside `read_budget`.

    A day that has not begun anywhere is that of a clock set wrong, and must not hide all others.
    """
    wanted = {tuple(name.upper() for name in one) for one in stacks}
    keys = tuple(
        one.pk
        for one in Stack.objects.order_by("pk")
        if not wanted or tuple(getattr(one, name).upper() for name in _STACK) in wanted
    )
    every = Window(_midnight(date.min), _midnight(date.max), keys)
    begun = replace(every, until=_midnight(timezone.now().date() + 2 * _DAY))
    ends = _ends_of(begun) or _ends_of(every)
    if ends is None:
        return None
    first, last = ends[0].date(), ends[1].date()
    if days is not None:
        from_day = last - timedelta(days=days - 1)
    begin = min(from_day, _LAST_DAY) if from_day else None
    until = min(to_day or max(last, begin or last), _LAST_DAY) + _DAY
    return Window(_midnight(begin or min(first, until - _DAY)), _midnight(until), keys)


def lives_of(window: Window, connection: int, *, most: int) -> list[dict[str, Any]]:
    """Return the connections with an ID, the earliest first. To be called inside `read_budget`."""
    asked = replace(window, connection=connection).clause
    sql = f"""SELECT e.*, st.sysplex, st.system, st.stack FROM (
            SELECT stack_id, {_VALUES["start_utc"]} AS start_utc, min(written_at) AS first,
                max(written_at) AS last, count(*) AS records
            FROM analyzer_connection_event WHERE {asked.sql} GROUP BY 1, 2) e
        JOIN analyzer_stack st ON st.id = e.stack_id
        ORDER BY e.first, e.stack_id, e.start_utc LIMIT %s"""
    return fetch(Clause(sql, (*asked.params, most)))


def totals_of(window: Window) -> list[dict[str, Any]]:
    """Return the counts of interval records that begin in a window, of servers and protections.

    To be called inside `read_budget`.
    """
    sums = ", ".join(f"analyzer_total(a.{name}) AS {name}" for name in _TOTALS)
    begin = "a.interval_end - a.duration_us * interval '1 microsecond'"
    sql = f"""SELECT st.sysplex, st.system, st.stack, sv.role, sv.ip_proto,
            host(sv.server_ip) AS server_ip, sv.port_start, sv.port_end,
            host(ss.client_ip) AS client_ip, sv.job, p.protocol,
            p.title AS protection, {sums}
        FROM analyzer_activity a JOIN analyzer_securitysession ss ON ss.id = a.session_id
        JOIN analyzer_server sv ON sv.id = ss.server_id
        JOIN analyzer_stack st ON st.id = sv.stack_id
        JOIN analyzer_protection p ON p.id = ss.protection_id
        WHERE a.interval_end > %s AND {begin} >= %s AND {begin} < %s AND sv.stack_id = ANY(%s)
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12"""
    params = (window.first, window.first, window.until, list(window.stacks))
    return fetch(Clause(sql, params))


def stack_keys() -> dict[tuple[str, str, str], int]:
    """Return the keys of all stacks by their names."""
    return {(one.sysplex, one.system, one.stack): one.pk for one in Stack.objects.all()}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _ends_of(window: Window) -> tuple[datetime, datetime] | None:
    asked = window.clause
    sql = f"""SELECT min(written_at) AS first, max(written_at) AS last
        FROM analyzer_connection_event WHERE {asked.sql}"""
    (row,) = fetch(Clause(sql, asked.params))
    return (row["first"], row["last"]) if row["first"] else None


def _read(window: Window, place: Place | None, most: int) -> pl.DataFrame:
    """Many rows come in one message: a message for each costs more than all that is in it."""
    asked, behind = window.clause, place or _BEGIN
    values = ", chr(31), ".join(_VALUES.get(name, name) for name in _READ)
    sql = f"""COPY (SELECT string_agg(line, chr(30) ORDER BY n) FROM (
            SELECT concat({values}) AS line, row_number() OVER (ORDER BY {_KEY}) - 1 AS n
            FROM analyzer_connection_event
            WHERE {asked.sql} AND written_at >= %s::timestamp
                AND ({_KEY}) > (%s::timestamp, %s, %s, %s)
            ORDER BY {_KEY} LIMIT %s) q
        GROUP BY n / {_IN_ONE} ORDER BY n / {_IN_ONE}) TO STDOUT"""
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.cursor.copy(sql, (*asked.params, behind[0], *behind, most)) as lines,
    ):
        written = b"".join(bytes(line).replace(b"\n", _ROW) for line in lines)
    if not written:
        return pl.DataFrame(schema=_READ)
    frame = pl.read_csv(
        written,
        has_header=False,
        separator=_CELL.decode(),
        eol_char=_ROW.decode(),
        quote_char=None,
        new_columns=list(_READ),
        schema_overrides=list(_READ.values()),
    )
    return _plain(frame, doubled=b"\\" in written)


def _plain(frame: pl.DataFrame, *, doubled: bool) -> pl.DataFrame:
    """Texts as they were: COPY doubles backslashes, and records hold no control characters."""
    texts = pl.col(name for name, kind in frame.schema.items() if kind == pl.String).fill_null("")
    return frame.with_columns(
        texts.str.replace_all("\\\\", "\\", literal=True) if doubled else texts
    )


def _place_of(found: pl.DataFrame) -> Place:
    time, stack, number, fingerprint = found.select(
        pl.from_epoch("local_time", "us").dt.to_string("%Y-%m-%d %H:%M:%S%.6f"),
        "stack_id",
        "conn_id",
        "fingerprint",
    ).row(-1)
    return time, stack, number, fingerprint
