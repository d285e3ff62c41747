"""Columns of the tables under the charts of the overview; none of them sorts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from analyzer.tables import scope, traffic
from analyzer.tables.columns import Column, Kind
from analyzer.tables.report import UNPROTECTED_HELP


def _column(key: str, label: str, help_text: str = "", kind: Kind = "text") -> Column:
    return Column(key, label, help_text, kind, sortable=False)


def _plain(column: Column) -> Column:
    return replace(column, sortable=False, sort=(), sql="")


def _named(key: str, label: str) -> tuple[Column, ...]:
    return (_column(key, label), *_COUNTED)


_CLASS: Final = _column("strength", "Class", "Of the whole session.", "strength")
_CONNECTIONS: Final = _column("connections", "Total conns", kind="count")
_SESSIONS: Final = _column("sessions", "Sessions", "Distinct security sessions.", "count")
_UNPROTECTED: Final = _column("unprotected", "Unprotected*", UNPROTECTED_HELP, "count")
_FAILED: Final = _plain(traffic.FAILED)
_COUNTED: Final = (_CONNECTIONS, _SESSIONS)
_SERVER: Final = (
    _column("server", "Server"),
    _column("place", "System and stack"),
)
_OWNER: Final = (_plain(scope.JOB), _plain(scope.USER))

CLASSES: Final[Sequence[Column]] = (_CLASS, *_COUNTED)
DAYS: Final[Sequence[Column]] = (_column("day", "Day", kind="time"), _UNPROTECTED, _CONNECTIONS)
FAILED_DAYS: Final[Sequence[Column]] = (DAYS[0], _FAILED, _CONNECTIONS)
SERVERS: Final[Sequence[Column]] = (*_SERVER, _UNPROTECTED, _CONNECTIONS)
FAILED_SERVERS: Final[Sequence[Column]] = (*_SERVER, _FAILED, _CONNECTIONS)
OWNERS: Final[Sequence[Column]] = (*_OWNER, _UNPROTECTED, _CONNECTIONS)
VERSIONS: Final[Sequence[Column]] = (_column("version", "Version"), _CLASS, *_COUNTED)
SUITES: Final[Sequence[Column]] = (
    _column("suite", "Cipher suite"),
    _column("code", "Code", kind="mono"),
    _CLASS,
    *_COUNTED,
)
LENGTHS: Final[Sequence[Column]] = (_column("length", "Key length"), _CLASS, *_COUNTED)
QUANTUM: Final[Sequence[Column]] = _named("readiness", "Quantum readiness")
BANDS: Final[Sequence[Column]] = (
    _column("band", "Certificate ends"),
    _column("days", "Days (UTC)"),
    _column("certificates", "Certificates", "Distinct serial numbers and ends.", "count"),
    *_COUNTED,
)
NEW_SERVERS: Final[Sequence[Column]] = (*_SERVER, _UNPROTECTED, *_COUNTED)
NEW_SESSIONS: Final[Sequence[Column]] = (
    *_SERVER,
    _column("client_ip", "Client IP", kind="mono"),
    _CLASS,
    _column("title", "Protection"),
    _CONNECTIONS,
)
FLOWS: Final[Sequence[Column]] = (
    _column("owner", "Server"),
    _CLASS,
    _column("network", "Client network", kind="mono"),
    *_COUNTED,
)
