"""Addresses of connections: stack, ID in hex, start in microseconds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from analyzer import history
from enforcement.models import HistoryRun
from enforcement.queries.histories.columns import Table

UNKNOWN_START: Final = "unknown"
_ID: Final = re.compile(r"[0-9A-Fa-f]{1,8}", re.ASCII)
_START: Final = re.compile(r"-?\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Start:
    """When a connection began; None where its records do not say so."""

    at: int | None


def number_of(text: str) -> int | None:
    """Return the number of a connection ID; None for a text that is none."""
    return int(text, 16) if _ID.fullmatch(text) else None


def start_of(text: str) -> Start | None:
    """Return the start that an address names; None for a text that is none."""
    if text == UNKNOWN_START:
        return Start(None)
    return Start(int(text)) if _START.fullmatch(text) else None


def links_of(
    run: HistoryRun, table: Table, rows: Sequence[Mapping[str, Any]], *, name: str
) -> list[str]:
    """Return where each row's connection is shown; empty where its stack is not known any more.

    `name` is that of the address.
    """
    keys = history.stack_keys() if table.links and rows else {}
    return [_link(run, row, keys, name) for row in rows]


def _link(
    run: HistoryRun,
    row: Mapping[str, Any],
    keys: Mapping[tuple[str, str, str], int],
    name: str,
) -> str:
    names = (row.get("link sysplex"), row.get("link system"), row.get("link stack"))
    stack = keys.get(names)  # type: ignore[arg-type]  # a name that is missing is in no key
    if stack is None or row.get("link conn_id") is None:
        return ""
    start = row["link start_utc"]
    given = (run.pk, stack, f"{row['link conn_id']:08X}", UNKNOWN_START if start is None else start)
    return reverse(name, args=given)
