"""Cells and heads of tables from column definitions, so that screen and CSV agree.

A column is any object with `key`, `label`, `help`, `kind`, `sortable` and `flag`; a row is a
mapping from keys to values. `flag` is the key of a value that, where it is not 0 or empty, puts a
warning sign with its words beside the column's own value. Kinds known here: text, mono, int, count,
bytes, time. A cell of any other kind is rendered by the template `components/_cell_<kind>.html`
with `value` and `row`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any, Final, Protocol, SupportsFloat, SupportsInt

from django import template
from django.http import QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from web.templatetags.figures import DASH, iso, scaled, thin

register = template.Library()

LONG: Final = 32
"""Texts longer than this many characters are cut on screen; the whole text is in the title."""

_LINKING: Final = frozenset({"actions", "sides"})
"""Kinds of cells that hold links and buttons of their own."""
_RIGHT: Final = frozenset({"int", "count", "bytes"})


class Size(SupportsInt, SupportsFloat, Protocol):
    """A number of bytes as the database gives it: int, Decimal or float."""


class Column(Protocol):
    """What a table needs to know of a column."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def sortable(self) -> bool: ...
    @property
    def flag(self) -> str: ...


@register.simple_tag(takes_context=True)
def heads(context: Context, columns: Sequence[Column], sort: str) -> SafeString:
    """Return the `<th>` cells: sortable ones are links that keep the rest of the address."""
    params: QueryDict = context["request"].GET
    return format_html_join("", "{}", ((_head(column, sort, params),) for column in columns))


@register.simple_tag
def cells(
    columns: Sequence[Column], row: Mapping[str, Any], href: str = "", hover: str = ""
) -> SafeString:
    """Return the `<td>` cells of one row; the first one without links carries the row's link.

    `hover` is the key of words that say the row, for the link's title.
    """
    linked = next((column.key for column in columns if column.kind not in _LINKING), None)
    link = format_html(
        '<a class="row-link" href="{}"{}>',
        href,
        format_html(' title="{}"', row[hover]) if row.get(hover) else "",
    )
    found = (
        _cell(column, row, link if href and column.key == linked else None) for column in columns
    )
    return SafeString("".join(found))


@register.simple_tag
def value(column: Column, row: Mapping[str, Any]) -> SafeString:
    """Return one value as its cell shows it, for lists of facts."""
    return SafeString(_shown(column.kind, row.get(column.key), row)[0])


def _head(column: Column, sort: str, params: QueryDict) -> SafeString:
    css = "right" if column.kind in _RIGHT else ""
    if not column.sortable:
        return format_html(
            '<th scope="col" class="{}" title="{}">{}</th>', css, column.help, column.label
        )
    falling, rising = sort == f"-{column.key}", sort == column.key
    down_next = rising or (column.kind in _RIGHT and not falling)  # numbers: the most first
    target = params.copy()
    target.pop("after", None)
    target["sort"] = f"-{column.key}" if down_next else column.key
    arrow = "\u2193" if falling else "\u2191" if rising else ""
    order = "descending" if falling else "ascending"
    return format_html(
        '<th scope="col" class="{}"{}><a class="sort" href="?{}" title="{}">{}{}</a></th>',
        css,
        SafeString(f' aria-sort="{order}"' if arrow else ""),
        target.urlencode(),
        column.help or f"Sort by {column.label}",
        column.label,
        arrow,
    )


def _cell(column: Column, row: Mapping[str, Any], link: SafeString | None) -> SafeString:
    # A page has thousands of cells: Django's own helper takes ten times as long as to escape.
    inner, css, title = _shown(column.kind, row.get(column.key), row)
    if link:
        inner = SafeString(f"{link}{inner}</a>")
    if column.flag and row.get(column.flag):
        inner = SafeString(f"{_flag(row[column.flag])} {inner}")
    css = f' class="{escape(css)}"' if css else ""
    title = f' title="{escape(title)}"' if title else ""
    return SafeString(f"<td{css}{title}>{inner}</td>")


def _flag(found: object) -> SafeString:
    return SafeString(render_to_string("components/_flag.html", {"words": found}).strip())


def _shown(kind: str, found: object, row: Mapping[str, Any]) -> tuple[SafeString, str, str]:
    """Return (escaped inner text, classes of the cell, title)."""
    plain = _PLAIN.get(kind)
    if plain is None:
        name = f"components/_cell_{kind}.html"
        return SafeString(render_to_string(name, {"value": found, "row": row}).strip()), "", ""
    if found is None or found == "":
        return SafeString(DASH), "right" if kind in _RIGHT else "", ""
    text, css, title = plain(found)
    return SafeString(escape(text)), css, title


def _text(found: object) -> tuple[str, str, str]:
    text = str(found)
    return (text, "long", text) if len(text) > LONG else (text, "", "")


def _mono(found: object) -> tuple[str, str, str]:
    text, css, title = _text(found)
    return text, f"{css} mono".strip(), title


def _number(found: SupportsInt) -> tuple[str, str, str]:
    return thin(found), "right" if found else "right zero", ""


def _bytes(found: Size) -> tuple[str, str, str]:
    return scaled(found), "right" if found else "right zero", f"{thin(found)} bytes"


def _time(found: object) -> tuple[str, str, str]:
    if isinstance(found, datetime):
        return iso(found), "", ""
    return (found.isoformat() if isinstance(found, date) else str(found)), "", ""


_PLAIN: Final[Mapping[str, Callable[[Any], tuple[str, str, str]]]] = {
    "text": _text,
    "mono": _mono,
    "int": _number,
    "count": _number,
    "bytes": _bytes,
    "time": _time,
}
