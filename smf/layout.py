"""Section layouts of SMF 119 subtypes 11 and 12, read from `smf/layouts/*.csv`.

The tables are data: a site that owns the manuals corrects a row there. Offsets count from the
start of the section (header and self-defining: from the RDW).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from itertools import pairwise

from smf import tables
from smf.errors import CodeTableError, LayoutError

BASE_RELEASE = "V2R3"
DETAIL = 11
SUMMARY = 12
_FORMATS = frozenset({"binary", "packed", "ebcdic", "ip", "bytes", "triplet"})
_COLUMNS = (
    *("section", "offset", "length", "format", "name", "key", "description", "enumeration"),
    *("since", "confidence"),
)
_BEFORE_SECTIONS = ("header", "self-defining")


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a layout table.

    `name` is IBM's, `key` ours (`scert.sig`; empty when reserved); `length` is the longest the
    field can be, `variable` says that it may be shorter. `since` is a release, `confidence` one
    of confirmed, recalled, inferred, provisional.
    """

    section: str
    offset: int
    length: int
    format: str
    name: str
    key: str
    description: str
    enumeration: str
    since: str
    confidence: str
    variable: bool = False

    @property
    def end(self) -> int:
        """Offset of the first byte behind the field."""
        return self.offset + self.length


@dataclass(frozen=True)
class Layout:
    """The fields of one subtype; `sections` are in the order of the record's triplets."""

    subtype: int
    fields: tuple[Field, ...]
    sections: tuple[str, ...]

    @cached_property
    def _by_section(self) -> dict[str, tuple[Field, ...]]:
        names = dict.fromkeys(field.section for field in self.fields)
        by_offset = sorted(self.fields, key=lambda field: field.offset)
        return {name: tuple(one for one in by_offset if one.section == name) for name in names}

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Field]:
        return {(field.section, field.key): field for field in self.fields}

    @cached_property
    def _base_lengths(self) -> dict[str, int]:
        return {name: _base_length(fields) for name, fields in self._by_section.items()}

    def section(self, name: str) -> tuple[Field, ...]:
        """Return the fields of a section, by offset; raises `LayoutError` when unknown."""
        try:
            return self._by_section[name]
        except KeyError:
            raise LayoutError(f"subtype {self.subtype} has no section `{name}`") from None

    def field(self, section: str, key: str) -> Field:
        """Return the field with this key; raises `LayoutError` when there is none."""
        try:
            return self._by_key[section, key]
        except KeyError:
            self.section(section)  # says so when there is no such section at all
            raise LayoutError(f"subtype {self.subtype} has no field `{section}.{key}`") from None

    def base_length(self, name: str) -> int:
        """Return the section's length in V2R3: anything shorter is damage."""
        self.section(name)
        return self._base_lengths[name]

    def known_length(self, name: str) -> int:
        """Return the longest length the table describes; bytes beyond are kept unread."""
        return max(field.end for field in self.section(name))

    def triplet_name(self, index: int, part: str) -> str:
        """Return IBM's name of a triplet's `Off`, `Len` or `Num` (index 0: identification)."""
        return f"SMF119{'ID' if index == 0 else f'S{index}'}{part}"


def _base_length(fields: tuple[Field, ...]) -> int:
    base = [field.end for field in fields if field.since.startswith(BASE_RELEASE)]
    fixed = [field.offset for field in fields if field.variable]
    return min(fixed) if fixed else max(base, default=0)


@cache
def load_layout(subtype: int) -> Layout:
    """Return the layout of subtype 11 or 12; raises `LayoutError`."""
    path = resources.files("smf") / "layouts" / f"smf119_{subtype}.csv"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise LayoutError(f"there is no layout table for subtype {subtype}") from error
    return parse_layout(subtype, text)


def parse_layout(subtype: int, text: str) -> Layout:
    """Return the layout written in `text` (CSV with a header row); raises `LayoutError`."""
    try:
        rows = tables.rows(text, _COLUMNS)
    except CodeTableError as error:
        raise LayoutError(f"the layout table of subtype {subtype}: {error}") from error
    fields = tuple(_field(row, line) for line, row in rows)
    if not fields:
        raise LayoutError(f"the layout table of subtype {subtype} is empty")
    _check_keys(fields)
    _check_places(fields)
    sections = dict.fromkeys(f.section for f in fields if f.section not in _BEFORE_SECTIONS)
    return Layout(subtype, fields, tuple(sections))


def _field(row: dict[str, str], line: int) -> Field:
    try:
        low, _, high = row["length"].rpartition("..")
        field = Field(
            section=row["section"],
            offset=int(row["offset"]),
            length=int(high),
            format=row["format"],
            name=row["name"],
            key=row["key"],
            description=row["description"],
            enumeration=row["enumeration"],
            since=row["since"],
            confidence=row["confidence"],
            variable=bool(low),
        )
    except ValueError as error:
        raise LayoutError(f"line {line} of the layout table is malformed") from error
    if field.format not in _FORMATS:
        raise LayoutError(f"line {line} of the layout table has format `{field.format}`")
    if field.confidence not in tables.CONFIDENCES[:-1]:
        raise LayoutError(f"line {line} of the layout table has confidence `{field.confidence}`")
    return field


def _check_keys(fields: tuple[Field, ...]) -> None:
    keys = [(field.section, field.key) for field in fields if field.key]
    if len(set(keys)) != len(keys):
        raise LayoutError("a section of the layout table names a key twice")


def _check_places(fields: tuple[Field, ...]) -> None:
    by_place = sorted(fields, key=lambda field: (field.section, field.offset))
    for before, after in pairwise(by_place):
        if before.section == after.section and after.offset < before.end:
            raise LayoutError(f"`{after.name}` overlaps `{before.name}` in the layout table")
