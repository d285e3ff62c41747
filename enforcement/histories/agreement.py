"""What a check of details against summaries comes to, by stack, server and protection."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Final

from django.conf import settings

from analyzer import audit, history
from analyzer.queries.terms.term import Clause
from enforcement.histories.checking import (
    COUNTS,
    Compared,
    Counts,
    Key,
    Ports,
    check,
    server_words,
)
from web.budget import Deadline, deadline
from web.csv_stream import csv_blocks, text_cell
from web.downloads import written

USUAL_DAYS: Final = 1
MOST_RECORDS: Final = 2_000_000
"""More connection records than this are for the command alone: they take a minute or two."""
_SIDES: Final = {"connection_records": "details", "summaries": "summaries"}
NUMBERS: Final = (
    *("ip_proto", "port_start", "port_end", "clients", "differing"),
    *(f"{name}_by_{side}" for name in COUNTS for side in _SIDES),
)
TEXTS: Final = (
    *("sysplex", "system", "stack", "role", "server_ip", "job", "protocol", "protection", "words"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """From one day to another, else the last day in the store; one stack, else all."""

    from_day: date | None = None
    to_day: date | None = None
    stack: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """The totals of one server with one protection, over its clients.

    `clients` were compared; of `differing` ones the totals differ.
    """

    key: Key
    ports: Ports
    clients: int
    differing: int
    details: Counts
    summaries: Counts

    @property
    def server(self) -> str:
        """The server in words."""
        return server_words(self.key, self.ports)

    @property
    def words(self) -> str:
        """What differs, empty where all clients agree."""
        if not self.differing:
            return ""
        sides = (one if any(one.values()) else None for one in (self.details, self.summaries))
        said = Compared(self.key, self.ports, *sides).words
        return said or "the sums agree, those of single clients do not"


@dataclass(frozen=True, slots=True)
class OfStack:
    """How many servers and protections of a stack were compared, and how many differ."""

    name: str
    compared: int
    differing: int


@dataclass(frozen=True, slots=True)
class Found:
    """Those that differ come first. Stacks with one kind of records alone are not compared."""

    rows: tuple[Agreement, ...]
    only_details: tuple[str, ...]
    only_summaries: tuple[str, ...]

    @property
    def differing(self) -> tuple[Agreement, ...]:
        """The rows that differ."""
        return tuple(one for one in self.rows if one.differing)

    @property
    def stacks(self) -> tuple[OfStack, ...]:
        """The stacks that were compared."""
        compared = Counter(" ".join(one.key[:3]) for one in self.rows)
        differing = Counter(" ".join(one.key[:3]) for one in self.differing)
        return tuple(OfStack(name, compared[name], differing[name]) for name in sorted(compared))


class TooManyRecordsError(Exception):
    """There are more connection records than are compared while somebody waits."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"there are more than {most:,} connection records: ask for fewer days or one stack"
        )


def found(asked: Asked, *, limit_s: float) -> Found:
    """Compare what the store has. Raises OutOfTimeError, and TooManyRecordsError beforehand."""
    with deadline(limit_s) as until:
        return _found(asked, until)


def _found(asked: Asked, until: Deadline) -> Found:
    some = asked.from_day or asked.to_day
    window = history.connection_window(
        days=None if some else USUAL_DAYS,
        from_day=asked.from_day,
        to_day=asked.to_day,
        stacks=[asked.stack] if asked.stack else [],
        limit_s=until.left_s(),
    )
    if window is None:
        return Found((), (), ())
    most = MOST_RECORDS
    if history.connection_count(window, most=most + 1, limit_s=until.left_s()) > most:
        raise TooManyRecordsError(most)
    checked = check(window, until)
    rows = by_server(until.over(checked.compared))
    return Found(rows, checked.only_details, checked.only_summaries)


def by_server(compared: Iterable[Compared]) -> tuple[Agreement, ...]:
    """Return what was compared without its clients."""
    groups: dict[tuple[Key, Ports], list[Compared]] = {}
    for one in compared:
        groups.setdefault((one.key._replace(client_ip=""), one.ports), []).append(one)
    rows = [
        Agreement(
            *group,
            clients=len(own),
            differing=sum(not one.agrees for one in own),
            details=_sums(one.details for one in own),
            summaries=_sums(one.summaries for one in own),
        )
        for group, own in groups.items()
    ]
    return tuple(sorted(rows, key=lambda one: (not one.differing, one.key, one.ports)))


def values_of(one: Agreement) -> dict[str, Any]:
    """Return a row in plain values, as programs and files have it."""
    key = one.key._asdict()
    counts = {
        f"{name}_by_{side}": getattr(one, own)[name]
        for name in COUNTS
        for side, own in _SIDES.items()
    }
    first, last = one.ports
    numbers = {"ip_proto": one.key.ip_proto, "port_start": first, "port_end": last}
    numbers |= {"clients": one.clients, "differing": one.differing, **counts}
    return {**{name: key[name] for name in TEXTS if name in key}, **numbers, "words": one.words}


def table_file(
    asked: Asked, *, by: audit.Actor, now: datetime, ending: str = "csv"
) -> tuple[str, IO[bytes]]:
    """Return the name and the content of all rows as CSV. Raises what `found` does."""
    with deadline(float(settings.TIME_LIMIT_EXPORT_S)) as until:
        rows = [values_of(one) for one in until.over(_found(asked, until).rows)]
        statement = _statement(rows)
        file = written(
            lambda into: into.writelines(
                csv_blocks(statement.sql, statement.params, limit_s=until.left_s())
            ),
            settings.FILE_UPLOAD_TEMP_DIR,
        )
    stack = " ".join(asked.stack or ())
    days = {"from_day": str(asked.from_day or ""), "to_day": str(asked.to_day or "")}
    data = {**days, "format": ending}
    audit.record(by=by, action="agreement.export", target=stack, now=now, data=data)
    return f"zertify_details-and-summaries.{ending}", file


def _statement(rows: Sequence[dict[str, Any]]) -> Clause:
    """The rows through PostgreSQL, whose CSV is that of all tables."""
    kinds = [f"{name} text" for name in TEXTS] + [f"{name} bigint" for name in NUMBERS]
    texts, words = TEXTS[:-1], TEXTS[-1]
    cells = [f"{text_cell(f'r.{name}')} AS {name}" for name in texts]
    cells += [*(f"r.{name}" for name in NUMBERS), f"r.{words}"]
    sql = f"SELECT {', '.join(cells)} FROM jsonb_to_recordset(%s::jsonb) AS r({', '.join(kinds)})"  # noqa: S608 -- names of ours only
    return Clause(sql, (json.dumps(rows),))


def _sums(counts: Iterable[Counts | None]) -> Counts:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one or {})
    return {name: total[name] for name in COUNTS}
