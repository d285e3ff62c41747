"""Which columns a user wants of a table, in which order, and how dense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from analyzer.models import TablePreference
from analyzer.tables.columns import Column, Table

UP, DOWN = "up", "down"
_STEPS: Final = {UP: -1, DOWN: 1}
_NONE: Final = "Choose at least one column."


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """All columns in the order of the form, the keys of those that are ticked, what is wrong."""

    order: Sequence[Column]
    ticked: Sequence[str]
    density: str
    error: str = ""

    @property
    def lines(self) -> list[tuple[Column, bool]]:
        return [(column, column.key in self.ticked) for column in self.order]


def choice_of(table: Table, columns: Sequence[Column], density: str) -> ColumnChoice:
    """What a form begins with: the columns that are shown, then all others."""
    shown = [column.key for column in columns]
    others = [column for column in table.columns if column.key not in shown]
    return ColumnChoice([*columns, *others], shown, density)


def read_choice(posted: QueryDict, table: Table) -> ColumnChoice:
    """What was sent; `move` takes one column a place up or down. The unknown is left out."""
    known = table.by_key
    named = [key for key in dict.fromkeys(posted.getlist("order")) if key in known]
    order = _moved([*named, *(key for key in known if key not in named)], posted.get("move", ""))
    asked = posted.getlist("columns")
    ticked = [key for key in order if key in asked]
    density = posted.get("density", "")
    if density not in TablePreference.Density.values:
        density = TablePreference.Density.COMPACT
    error = "" if ticked else _NONE
    return ColumnChoice([known[key] for key in order], ticked, density, error)


def _moved(order: list[str], asked: str) -> list[str]:
    direction, _, key = asked.partition(":")
    if direction not in _STEPS or key not in order:
        return order
    place = order.index(key)
    rest = [other for other in order if other != key]
    rest.insert(max(place + _STEPS[direction], 0), key)
    return rest
