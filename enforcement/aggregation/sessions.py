"""Security sessions of a stack: who they are, and the counters of their life."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

from enforcement.aggregation.details import Part
from enforcement.engine.lives import Stack
from enforcement.engine.texts import carried, carried_values
from smf.encode.fast import COUNTERS
from smf.encode.records import Stamp
from smf.encode.summary import SummaryRecord, stck
from smf.encode.values import Scalar, Values

CONNECTIONS, PARTIAL, SHORT, ACTIVE, IN_BYTES, FAILED = (
    COUNTERS.index(one) for one in ("conn", "partial", "short", "active", "in_bytes", "failed")
)
"""Places in a session's counters; bytes and segments stand side by side from `IN_BYTES` on."""
MORE_FOLLOW, LAST = 0xC0, 0x80
_NARROW = ("conn", "partial", "short", "active", "failed")
_WRAP = 1 << 32
_PREFIXES = {"TLS": "T", "SSH": "S", "IPSEC": "I", "NONE": "N"}
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - headers are local


@dataclass(frozen=True, slots=True)
class Key:
    """What connections of one session share (IBM Docs, How zERT aggregation summarizes).

    `flags` are those of subtype 12: IPv6, and whether the local end is server or client.
    """

    stack: Stack
    flags: int
    ip_proto: int
    server_ip: str
    client_ip: str
    port: int
    job: str
    part: Part


@dataclass(slots=True)
class Session:
    """One session with its counters, and as they were when the interval began.

    `known_by` counts the connections that are up and use it or have used it.
    """

    key: Key
    user: str
    counts: list[int] = field(default_factory=lambda: [0] * len(COUNTERS))
    before: list[int] = field(default_factory=lambda: [0] * len(COUNTERS))
    known_by: int = 0

    @property
    def has_changed(self) -> bool:
        """Whether anything happened in the interval."""
        return self.counts != self.before

    def record(self, end: int, length_us: int, reason: int) -> SummaryRecord:
        """Return the interval record; `end` in microseconds, local."""
        sysplex, system, stack = self.key.stack
        ident: Values = {
            "system": system,
            "sysplex": sysplex,
            "stack": stack,
            "component": "STACK",
            "address_space": stack,
            "reason": reason,
        }
        common: dict[str, Scalar] = {
            "duration": stck(length_us),
            "flags": self.key.flags,
            "job": self.key.job,
            "user": self.user,
            "ip_proto": self.key.ip_proto,
            "server_ip": self.key.server_ip,
            "client_ip": self.key.client_ip,
            "port_start": self.key.port,
            "port_end": self.key.port,
            "session_id": self._identifier(),
            **_counters("init", self.before),
            **_counters("end", self.counts),
        }
        stamp = Stamp(_EPOCH + timedelta(microseconds=end), carried(system)[:4])
        return SummaryRecord(
            stamp, carried_values(ident), carried_values(common), self.key.part.protection()
        )

    def turn(self) -> None:
        """Begin another interval."""
        self.before = self.counts.copy()

    def _identifier(self) -> str:
        digest = blake2b(repr(self.key).encode(), digest_size=20).hexdigest().upper()
        return f"{_PREFIXES[self.key.part.protocol]}-{digest}"


def _counters(edge: str, values: list[int]) -> dict[str, Scalar]:
    named = zip(COUNTERS, values, strict=True)
    return {f"{edge}_{name}": one % _WRAP if name in _NARROW else one for name, one in named}
