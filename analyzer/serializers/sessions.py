"""A security session as JSON: columns, labels, and under `raw` what the records said.

`raw` uses the key names of the sample dumps' expectations, so that the store can be checked
against a dump: identity, raw codes of the protocol's section, names of certificates, and
counters summed over the days asked for. `opaque` has the bytes that no layout describes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from analyzer.queries.pages import Question
from analyzer.serializers.rows import json_row, json_value, zone_of
from analyzer.tables.columns import Column, Table

_IDENTITY: Final = (
    *("sysplex", "system", "stack", "role", "ip_proto", "server_ip", "client_ip"),
    *("port_start", "port_end", "job", "user", "session_id"),
)
_COUNTERS: Final = {
    "intervals": "intervals",
    "connections": "conn",
    "partial": "partial",
    "short": "short",
    "in_bytes": "in_bytes",
    "out_bytes": "out_bytes",
    "in_segs": "in_segs",
    "out_segs": "out_segs",
    "failed": "failed",
}
_TIMES: Final = {"first_seen": "first", "last_seen": "last"}
_BESIDE: Final = ("server_id", "labels", "raw")


def with_raw(question: Question) -> Question:
    """Return the question with the values that `session_row` needs."""
    needed = (*_IDENTITY, *_COUNTERS, *_TIMES, *_BESIDE)
    return replace(
        question, extra=tuple(name for name in needed if name not in question.table.by_key)
    )


def own_columns(table: Table) -> tuple[Column, ...]:
    """Return the columns that are no labels: those have an object of their own."""
    return tuple(column for column in table.columns if "r.labels" not in column.sql)


def session_row(row: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    """Return the session of a row that `with_raw` asked for."""
    codes = json.loads(row["raw"])
    return {
        **json_row(row, columns),
        "server_id": row["server_id"],
        "labels": json.loads(row["labels"]),
        "opaque": codes.pop("opaque", {}),
        "raw": _raw(row, codes),
    }


def _raw(row: Mapping[str, Any], codes: Mapping[str, Any]) -> dict[str, Any]:
    zone = zone_of(row)
    return {
        **{name: row[name] for name in _IDENTITY},
        **codes,
        # The records of before z/OS 3.2 count no failed handshakes; the column says so with null.
        **{key: row[name] or 0 for name, key in _COUNTERS.items()},
        **{key: json_value(row[name], zone) for name, key in _TIMES.items()},
    }
