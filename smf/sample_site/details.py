"""Connections as subtype 11 records: their beginnings, changes of protection and ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from smf.encode.connection import (
    CHANGE,
    INITIATION,
    SHORT,
    TERMINATION,
    ConnectionRecord,
    encode_connection,
)
from smf.encode.values import Values
from smf.sample_site.catalog import How, Role, Stack
from smf.sample_site.options import NEWEST
from smf.sample_site.records import IPV6_FLAG, TCP, UDP, ident, system_stamp
from smf.sample_site.sections import detail_section, filter_section
from smf.sample_site.sessions import Guard, Session

_MAX_CONNECTIONS = 20
_ONE_OF = 40
"""Of the sessions used in an interval, one of so many shows a connection."""
_SHORT_SHARE = 0.3
_SHORT_S, _LONG_S = (1, 9), (14, 50)
_WRITTEN_AFTER = timedelta(seconds=10)
_DELAY = timedelta(milliseconds=40)
_ROLE_FLAGS = {Role.SERVER: 0x10, Role.CLIENT: 0x08, Role.PEER: 0x00}
"""From z/OS 3.2 on."""
_FILTERED = 0xA0
_EVENT_REASON = 0x08
_EPHEMERAL = (1_024, 65_535)


@dataclass(frozen=True, slots=True)
class _Connection:
    """One connection; `start` and `end` are local times."""

    session: Session
    number: int
    start: datetime
    end: datetime
    local_port: int
    remote_port: int
    in_bytes: int
    out_bytes: int


class Details:
    """The connection records of one stack."""

    def __init__(
        self, stack: Stack, sessions: Sequence[Session], random: np.random.Generator
    ) -> None:
        self._stack = stack
        self._sessions = sessions
        self._random = random
        self._offset = timedelta(minutes=stack.utc_offset_min)
        self._number = 0x1000 * (1 + stack.number)

    def of_interval(self, used: NDArray[np.int64], begin: datetime, end: datetime) -> list[bytes]:
        """Return the records of some connections of the used sessions, by time."""
        chance = self._random.random()
        count = min(_MAX_CONNECTIONS, int(len(used) / _ONE_OF + chance))
        found: list[tuple[datetime, bytes]] = []
        for row in self._random.choice(used, count, replace=False).tolist() if count else ():
            found += self._records(self._connection(self._sessions[row], begin, end))
        return [record for _, record in sorted(found)]

    def _connection(self, session: Session, begin: datetime, end: datetime) -> _Connection:
        service = session.ends.service
        short = session.life.failing or (
            service.role is not Role.PEER and self._random.random() < _SHORT_SHARE
        )
        lasted = timedelta(seconds=self._integer(*(_SHORT_S if short else _LONG_S)))
        room = (end - begin - lasted) // timedelta(milliseconds=10)
        start = begin + timedelta(milliseconds=10 * self._integer(0, room - 1))
        served, other = self._integer(*service.ports), self._integer(*_EPHEMERAL)
        ports = (other, served) if service.role is Role.CLIENT else (served, other)
        if service.role is Role.PEER:
            ports = (served, served)
        self._number += 1
        size = self._integer(200, 2_000_000)
        return _Connection(
            session, self._number, start, start + lasted, *ports, size, size * 2 // 3
        )

    def _records(self, one: _Connection) -> list[tuple[datetime, bytes]]:
        wire = one.session.wire
        last = wire[-1:] if one.session.how is How.CLEARED else wire
        if one.end - one.start < _WRITTEN_AFTER:
            return [self._record(SHORT, one, one.end, last)]
        first = wire[:1] if one.session.how is How.CLEARED else wire
        written = one.start + _WRITTEN_AFTER
        events = [self._record(INITIATION, one, written, first)]
        if first != last:
            changed = written + (one.end - written) / 2
            events.append(self._record(CHANGE, one, changed, last))
        return [*events, self._record(TERMINATION, one, one.end, last)]

    def _record(
        self, event: int, one: _Connection, at: datetime, guards: tuple[Guard, ...]
    ) -> tuple[datetime, bytes]:
        ended = event in (SHORT, TERMINATION)
        record = ConnectionRecord(
            stamp=system_stamp(self._stack, at + _DELAY),
            ident=ident(self._stack, _EVENT_REASON),
            common=self._common(event, one, ended=ended),
            start=one.start - self._offset,
            end=at - self._offset if ended else None,
            protections={
                guard.protection.protocol: detail_section(guard, one.session)
                for guard in guards
                if guard.protection.protocol != "NONE"
            },
            names=[name for guard in guards for name in guard.protection.names],
            ipfilter=filter_section(guards),
        )
        return at, encode_connection(record)

    def _common(self, event: int, one: _Connection, *, ended: bool) -> Values:
        ends, service = one.session.ends, one.session.ends.service
        share = 1 if ended else 4
        return {
            "event": event,
            "flags": self._role_flag(service.role) | (IPV6_FLAG if service.ipv6 else 0),
            "sec_flags": _FILTERED,
            "ip_proto": UDP if service.role is Role.PEER else TCP,
            "job": service.job,
            "job_id": f"STC{100 + service.host_number:05}",
            "user": service.user,
            "local_ip": ends.local,
            "remote_ip": ends.remote,
            "local_port": one.local_port,
            "remote_port": one.remote_port,
            "conn_id": one.number,
            "in_bytes": one.in_bytes // share,
            "out_bytes": one.out_bytes // share,
            "in_segs": one.in_bytes // share // 700 + 3,
            "out_segs": one.out_bytes // share // 1_300 + 3,
        }

    def _role_flag(self, role: Role) -> int:
        return _ROLE_FLAGS[role] if self._stack.release == NEWEST else 0

    def _integer(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`."""
        return int(self._random.integers(low, high, endpoint=True))
