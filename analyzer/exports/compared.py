"""A comparison as a file: the columns and the order of the screen, all rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from analyzer import audit
from analyzer.exports.formats.registry import Chosen
from analyzer.exports.rows import Rows, rows_file
from analyzer.exports.taking import Taking
from analyzer.queries.compare.relation import question_of
from analyzer.queries.compare.sides import Sides
from analyzer.tables.columns import Column


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a comparison is taken; no columns are all of them."""

    grain: str
    statuses: Collection[str]
    columns: Sequence[Column]
    sort: str | None


def compared_file(
    sides: Sides, wanted: Wanted, *, chosen: Chosen, by: audit.Actor, now: datetime
) -> tuple[str, IO[bytes]]:
    """Return the name and the whole content. Raises UnknownColumnError and others of rows_file."""
    question = question_of(sides, grain=wanted.grain, statuses=list(wanted.statuses))
    target = f"{question.table.name} with {_words_of_a(sides)}"
    taking = Taking(by=by, now=now, target=target, filters=sides.b)
    rows = Rows(question, wanted.columns or question.table.columns, wanted.sort)
    return rows_file(rows, taking, chosen=chosen)


def _words_of_a(sides: Sides) -> str:
    """Side A in a few words, for the audit log and the name of the file."""
    if not sides.given:
        return sides.a.period.words
    return " ".join(value for values in sides.given.values() for value in values)
