"""Reading the CSV files of `smf/code_tables`; they are data that a site may correct."""

from __future__ import annotations

import csv
from hashlib import blake2b
from importlib import resources

from smf.errors import CodeTableError

CODES = "codes.csv"
CIPHER_SUITES = "cipher_suites.csv"
STRENGTH = "strength.csv"
CONFIDENCES = ("confirmed", "recalled", "inferred", "provisional", "unknown")
"""Best first; `unknown` is ours, for a code that no table lists."""


def worst_confidence(*confidences: str) -> str:
    """Return the worst of the confidences given, `confirmed` of none."""
    return max(confidences, key=CONFIDENCES.index, default=CONFIDENCES[0])


def read_text(name: str) -> str:
    """Return the text of one table; raises `CodeTableError` when it is missing."""
    try:
        return (resources.files("smf") / "code_tables" / name).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise CodeTableError(f"the table `{name}` cannot be read") from error


def rows(text: str, needed: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Return line number and row of each line; raises `CodeTableError` unless all are whole."""
    reader = csv.DictReader(text.splitlines())
    missing = set(needed) - set(reader.fieldnames or ())
    if missing:
        raise CodeTableError(f"the table lacks the column `{min(missing)}`")
    found = []
    for row in reader:
        if None in row or None in row.values():
            raise CodeTableError(f"line {reader.line_num} has another number of columns")
        found.append((reader.line_num, row))
    return found


def digest_of_tables() -> str:
    """Return 12 hex digits that change with any table."""
    state = blake2b(digest_size=6)
    for name in (CODES, CIPHER_SUITES, STRENGTH):
        state.update(read_text(name).encode())
    return state.hexdigest()
