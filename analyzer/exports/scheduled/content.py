"""The formats of scheduled exports, and the rows on their way into a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Final

from django.conf import settings

from analyzer.exports.formats.options import DELIMITERS, PARAMS, QUOTING_WORDS, OptionError
from analyzer.exports.formats.registry import BY_NAME, chosen
from analyzer.exports.rows import Rows, write_rows
from analyzer.exports.taking import Taking
from analyzer.queries.pages import Question

FORMATS: Final[Mapping[str, str]] = {one.name: one.label for one in BY_NAME.values()}
OPTIONS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "delimiter": ("Delimiter (CSV)", {name: words for name, (_, words) in DELIMITERS.items()}),
    "quoting": ("Quotes (CSV)", QUOTING_WORDS),
}
"""Options by name: what a form calls them, and the words of each value."""


def problem(form: str, options: Mapping[str, str]) -> tuple[str, str] | None:
    """Which field cannot be used and why; None when all can."""
    unknown = [name for name in options if name not in PARAMS]
    if unknown:
        return "options", f"`{unknown[0]}` is no option of {form}"
    try:
        chosen(form, **options)
    except OptionError as error:
        return "format" if error.param == "format" else "options", str(error)
    return None


def write(
    file: IO[bytes], question: Question, taking: Taking, *, form: str, options: Mapping[str, str]
) -> int:
    """Write all rows and return how many; the audit log has an entry. Raises OutOfTimeError."""
    return write_rows(
        Rows(question, question.table.columns),
        taking,
        file,
        chosen=chosen(form, **options),
        limit_s=float(settings.TIME_LIMIT_EXPORT_S),
    )
