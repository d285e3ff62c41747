"""Names of the code values in SMF 119 subtypes 11 and 12, read from `code_tables/codes.csv`.

Each name keeps its confidence: `confirmed` stands in the document named by `source`, `recalled`
is believed to stand in IBM's manual and unverified.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from smf import tables
from smf.errors import CodeTableError

_COLUMNS = (
    *("enumeration", "code_hex", "code_dec", "ibm_name", "short_name"),
    *("category", "since", "confidence", "source"),
)


@dataclass(frozen=True, slots=True)
class Code:
    """One row: `value` and `code_hex` are None and empty for texts and keywords without a code.

    `code_hex` has the width of the record's field.
    """

    enumeration: str
    code_hex: str
    value: int | None
    ibm_name: str
    short_name: str
    category: str
    since: str
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class CodeTable:
    """All rows, in the order of the file."""

    rows: tuple[Code, ...]
    by_value: dict[tuple[str, int], Code]
    widths: dict[str, int]


def lookup(enumeration: str, value: int) -> Code | None:
    """Return the row of a code, None when the table does not list it."""
    return load().by_value.get((enumeration, value))


def members(enumeration: str) -> tuple[Code, ...]:
    """Return the rows of an enumeration; raises `CodeTableError` when there is none such."""
    found = tuple(code for code in load().rows if code.enumeration == enumeration)
    if not found:
        raise CodeTableError(f"there is no enumeration `{enumeration}`")
    return found


def hex_of(enumeration: str, value: int) -> str:
    """Return a code in hex, as wide as the field that carries it."""
    return f"{value:0{load().widths.get(enumeration, 4)}X}"


def unlisted(code_hex: str) -> str:
    """Return how a code is shown that no table lists."""
    return f"unknown (X'{code_hex}')"


def short_name(enumeration: str, value: int) -> str:
    """Return the short name of a code, `unknown (X'hhhh')` when it is not listed."""
    code = lookup(enumeration, value)
    return code.short_name if code else unlisted(hex_of(enumeration, value))


@cache
def load() -> CodeTable:
    """Return the table of this package, read once."""
    return parse(tables.read_text(tables.CODES))


def parse(text: str) -> CodeTable:
    """Return the table written in `text`; raises `CodeTableError` with the line that is wrong."""
    found: list[Code] = []
    by_value: dict[tuple[str, int], Code] = {}
    widths: dict[str, int] = {}
    for line, row in tables.rows(text, _COLUMNS):
        code = _code(row, line)
        found.append(code)
        if code.value is None:
            continue
        if (code.enumeration, code.value) in by_value:
            raise CodeTableError(f"line {line} lists a code of `{code.enumeration}` twice")
        by_value[code.enumeration, code.value] = code
        widths[code.enumeration] = max(widths.get(code.enumeration, 0), len(code.code_hex))
    return CodeTable(tuple(found), by_value, widths)


def _code(row: dict[str, str], line: int) -> Code:
    digits = row["code_hex"]
    if row["confidence"] not in tables.CONFIDENCES[:-1]:
        raise CodeTableError(f"line {line} has the confidence `{row['confidence']}`")
    try:
        value = int(digits, 16) if digits else None
        agrees = row["code_dec"] == ("" if value is None else str(value))
    except ValueError as error:
        raise CodeTableError(f"line {line} has the code `{digits}`") from error
    if len(digits) % 2 or not agrees:
        raise CodeTableError(f"line {line} has the code `{digits}`, in decimal `{row['code_dec']}`")
    return Code(value=value, **{key: row[key] for key in _COLUMNS if key != "code_dec"})
