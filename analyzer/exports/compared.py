"""A comparison as a CSV file: the columns and the order of the screen, all rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import IO

from analyzer import audit
from analyzer.exports.csv_file import Taking, csv_file
from analyzer.queries.compare.relation import question_of
from analyzer.queries.compare.sides import Sides
from analyzer.tables.columns import Column


def compared_file(  # noqa: PLR0913 -- the parts of one address, keyword-only
    sides: Sides,
    *,
    grain: str,
    statuses: Collection[str],
    columns: Sequence[Column],
    sort: str | None,
    by: audit.Actor,
    now: datetime,
) -> tuple[str, IO[bytes]]:
    """Return the name and the whole content. Raises UnknownColumnError and OutOfTimeError."""
    question = question_of(sides, grain=grain, statuses=list(statuses))
    target = f"{question.table.name} with {_words_of_a(sides)}"
    taking = Taking(by=by, now=now, target=target, filters=sides.b)
    return csv_file(question, taking, columns=columns or question.table.columns, sort=sort)


def _words_of_a(sides: Sides) -> str:
    """Side A in a few words, for the audit log and the name of the file."""
    if not sides.given:
        return sides.a.period.words
    return " ".join(value for values in sides.given.values() for value in values)
