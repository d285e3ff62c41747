"""The table of messages: exact texts with their confidence, as data that a site corrects."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from enforcement.engine.errors import MessageTableError
from policy.vocabulary import CONFIDENCES

LOGGED, RESET = "EZZ8583I", "EZZ8584I"
CONSOLE_LOGGED, CONSOLE_RESET = "EZZ8551I", "EZZ8562I"
CONSOLE_LINES = tuple(f"EZZ{number}I" for number in range(8552, 8562))
HELD_BACK, CONSOLE_HELD_BACK = "EZZ8585I", "EZZ8563I"
ZERT_IS_OFF, NO_AUDIT = "EZZ8564I", "EZZ8565I"
NEEDED = (
    *(LOGGED, RESET, CONSOLE_LOGGED, CONSOLE_RESET, *CONSOLE_LINES),
    *(HELD_BACK, CONSOLE_HELD_BACK, ZERT_IS_OFF, NO_AUDIT),
)
_COLUMNS = ["id", "destination", "line_no", "template", "optional", "confidence", "source"]
_VALUE = re.compile(r"\{(\w+)\}")
_PAIR = re.compile(r" ?\w+= \{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """One row: a line of a message; `optional` lines are left out when all their values are."""

    id: str
    text: str
    optional: bool
    confidence: str
    source: str

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the line with its values; raises `KeyError` when one is missing."""
        return _VALUE.sub(lambda found: values[found[1]], self.text)

    def names(self) -> tuple[str, ...]:
        """Return the names of its values."""
        return tuple(_VALUE.findall(self.text))

    def without_empty(self, values: Mapping[str, str]) -> str:
        """Return the line with its values, without the keywords whose value is empty."""
        kept = _PAIR.sub(lambda found: found[0] if values[found[1]] else "", self.text)
        return _VALUE.sub(lambda found: values[found[1]], kept)


@cache
def load() -> dict[str, Template]:
    """Return this package's table by message id, read once."""
    return parse(
        (resources.files("enforcement.engine.messages") / "messages.csv").read_text("utf-8")
    )


def parse(text: str) -> dict[str, Template]:
    """Return the table written in `text`; raises `MessageTableError` with the line."""
    reader = csv.DictReader(text.splitlines())
    if reader.fieldnames != _COLUMNS:
        raise MessageTableError(f"the columns are not {', '.join(_COLUMNS)}")
    found: dict[str, Template] = {}
    for row in reader:
        if None in row or None in row.values():
            raise MessageTableError(f"line {reader.line_num} has another number of columns")
        if row["id"] in found:
            raise MessageTableError(f"line {reader.line_num} has `{row['id']}` a second time")
        if row["confidence"] not in CONFIDENCES or row["optional"] not in ("yes", "no"):
            raise MessageTableError(f"line {reader.line_num} has a confidence or flag unknown here")
        found[row["id"]] = Template(
            row["id"], row["template"], row["optional"] == "yes", row["confidence"], row["source"]
        )
    missing = [one for one in NEEDED if one not in found or not found[one].text]
    if missing:
        raise MessageTableError(f"there is no text for {missing[0]}")
    return found
