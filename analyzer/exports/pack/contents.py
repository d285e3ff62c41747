"""The members of a pack, one after the other, all from one moment of the store."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Final

from django.conf import settings
from django.db import connection, transaction

from analyzer.exports import product
from analyzer.exports.levels import question_of
from analyzer.exports.pack.archive import Archive
from analyzer.exports.pack.words import readme
from analyzer.exports.statement import settled_statement
from analyzer.models import Server
from analyzer.queries.filters import Filters
from analyzer.queries.packs import facts
from analyzer.queries.terms.term import Clause
from web.csv_stream import csv_blocks
from web.downloads import Room

Told = Callable[[str, int, int], None]
"""Hears the member that is begun, and how many of how many are done."""
Steps = Mapping[str, Callable[[Filters], Clause]]


@dataclass(frozen=True, slots=True)
class Order:
    """What a pack is made of: the same order and the same store make the same bytes.

    `asked` are the filters as somebody gave them, `fixed` the same with days that stay.
    """

    title: str
    asked: Mapping[str, list[str]]
    fixed: Filters
    as_of: datetime
    by: str


@dataclass(slots=True)
class Made:
    """Rows and SHA-256 by member."""

    rows: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)


def _level(role: str) -> Callable[[Filters], Clause]:
    def statement(filters: Filters) -> Clause:
        question = question_of(filters, role=role)
        return settled_statement(question, columns=question.table.columns)

    return statement


def _sessions(filters: Filters) -> Clause:
    question = question_of(filters)
    return settled_statement(question, columns=question.table.columns)


TABLES: Final[Steps] = {
    "servers.csv": _level(str(Server.Role.SERVER)),
    "clients.csv": _level(str(Server.Role.CLIENT)),
    "peers.csv": _level(str(Server.Role.PEER)),
    "sessions.csv": _sessions,
    "coverage.csv": facts.coverage,
    "gaps.csv": facts.gaps,
    "switches.csv": facts.switches,
    "dumps.csv": facts.dumps,
}
QUERY, ABOUT, COUNTS, README = "query.json", "about.json", "counts.json", "README.txt"
MEMBERS: Final = (QUERY, ABOUT, *TABLES, COUNTS, README)


def write_pack(order: Order, file: IO[bytes], *, told: Told) -> Made:
    """Write a whole pack. Raises TooLargeFileError, OSError, and what `told` raises."""
    made, total = Made(), len(MEMBERS)
    with _one_moment(), Archive(file, Room(settings.EXPORT_MAX_BYTES)) as archive:
        for done, name in enumerate(MEMBERS):
            told(name, done, total)
            # Closed also after a failure: until then the connection is busy with the COPY.
            with closing(_blocks(order, name, made)) as blocks:
                archive.add(name, blocks)
        archive.close()
        made.digests = archive.digests
    told("", total, total)
    return made


def _blocks(order: Order, name: str, made: Made) -> Generator[bytes]:
    if name in TABLES:
        statement = TABLES[name](order.fixed)

        def counted(rows: int) -> None:
            made.rows[name] = rows

        yield from csv_blocks(statement.sql, statement.params, limit_s=0, counted=counted)
    elif name == README:
        yield readme(order.title, _words(order), about(order), made.rows).encode()
    else:
        found = {QUERY: _query(order), ABOUT: about(order), COUNTS: made.rows}[name]
        yield f"{json.dumps(found, ensure_ascii=False, indent=2)}\n".encode()


def about(order: Order) -> dict[str, str]:
    """Who made the pack, when, and with what: all that does not come from the store."""
    return {
        "kind": "zertify audit pack",
        "version": "1",
        "made_at": order.as_of.astimezone(UTC).isoformat(),
        "made_by": order.by,
        "product": product.NAME,
        "product_version": product.VERSION,
        "tables_version": product.TABLES,
    }


def _query(order: Order) -> dict[str, object]:
    return {
        "title": order.title,
        "words": _words(order),
        "asked": dict(order.asked),
        "filters": order.fixed.to_params(),
    }


def _words(order: Order) -> str:
    return f"{order.fixed.sentence('Traffic')}."


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read all members as the store was at one moment, whatever is imported meanwhile."""
    if connection.in_atomic_block:  # the caller's moment
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
