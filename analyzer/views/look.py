"""How a table looks to who asks: by the address, else as they like it, else as delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import reverse

from analyzer.forms.columns import ColumnChoice, choice_of
from analyzer.models import TablePreference
from analyzer.queries.people.preferences import tables_of
from analyzer.tables.columns import ALL, Column, Table
from analyzer.tables.picked import PICKED

AS_DELIVERED: Final = "default"
_READ: Final = "table_preferences"


@dataclass(frozen=True, slots=True)
class Picker:
    """The form behind "Columns": `back` is where it returns to, `share_href` names its columns."""

    action: str
    back: str
    choice: ColumnChoice
    is_kept: bool
    share_href: str
    density_choices: Sequence[tuple[str, str]] = tuple(TablePreference.Density.choices)


def chosen_columns(request: HttpRequest, table: Table) -> tuple[Column, ...]:
    """The columns asked for in the address, else kept, else as delivered; each in their order."""
    asked = column_keys(request)
    if AS_DELIVERED in asked:
        return delivered(table)
    if ALL in asked:
        return table.columns
    kept = _kept(request, table)
    return _known(table, asked) or _known(table, kept.columns if kept else ()) or delivered(table)


def chosen_keys(request: HttpRequest, table: Table) -> list[str]:
    """Their keys: what a page needs to read, and no more."""
    return [column.key for column in chosen_columns(request, table)]


def column_keys(request: HttpRequest) -> list[str]:
    """What the address names as columns, known or not."""
    texts = request.GET.getlist("columns")
    return [key for text in texts for key in text.replace(".", ",").split(",") if key]


def density_of(request: HttpRequest, table: Table) -> str:
    kept = _kept(request, table)
    return kept.density if kept else TablePreference.Density.COMPACT


def delivered(table: Table) -> tuple[Column, ...]:
    return tuple(column for column in table.columns if column.default_visible)


def picker_of(request: HttpRequest, table: Table, *, back: str, share_href: str) -> Picker | None:
    """The form that picks the table's columns; None where there is nothing to pick."""
    if table.name not in PICKED:
        return None
    choice = choice_of(table, chosen_columns(request, table), density_of(request, table))
    return Picker(
        action=reverse("table_columns", args=[table.name]),
        back=back,
        choice=choice,
        is_kept=_kept(request, table) is not None,
        share_href=share_href,
    )


def _known(table: Table, keys: Sequence[str]) -> tuple[Column, ...]:
    return tuple(table.by_key[key] for key in dict.fromkeys(keys) if key in table.by_key)


def _kept(request: HttpRequest, table: Table) -> TablePreference | None:
    """Read once a request."""
    state = vars(request)
    if _READ not in state:
        user = getattr(request, "user", None)
        state[_READ] = tables_of(user) if user is not None else {}
    found: Mapping[str, TablePreference] = state[_READ]
    return found.get(table.name)
