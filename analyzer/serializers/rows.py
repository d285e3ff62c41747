"""Rows of tables as JSON values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from analyzer.tables.columns import Column


def json_row(row: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    """Return the row's id and the columns' values; times are ISO 8601 in the system's zone."""
    zone = zone_of(row)
    cells = {column.key: json_value(row[column.key], zone) for column in columns}
    return {"id": row["id"], **cells}


def json_value(value: Any, zone: ZoneInfo) -> Any:
    """Return a value that JSON knows."""
    return value.astimezone(zone).isoformat() if isinstance(value, datetime) else value


def zone_of(row: Mapping[str, Any]) -> ZoneInfo:
    """The zone of the row's system."""
    return ZoneInfo(row["time_zone"])
