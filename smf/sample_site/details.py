"""Connections as subtype 11 records: their beginnings, changes of protection and ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

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
from smf.encode.fast import COUNTERS
from smf.encode.values import Values
from smf.sample_site.catalog import How, Role, Stack
from smf.sample_site.options import NEWEST
from smf.sample_site.records import IPV6_FLAG, TCP, UDP, ident, system_stamp
from smf.sample_site.sections import detail_section, filter_section
from smf.sample_site.sessions import Guard, Session
from smf.sample_site.traffic import Step

_MAX_CONNECTIONS = 20
_ONE_OF = 40
"""Of the sessions used in an interval, one of so many shows a connection."""
_SHORT_SHARE = 0.3
_SHORT_S, _LONG_S = (1, 9), (14, 50)
_WRITTEN_AFTER = timedelta(seconds=10)
_DELAY = timedelta(milliseconds=40)
_TICK = timedelta(milliseconds=10)
_ROLE_FLAGS = {Role.SERVER: 0x10, Role.CLIENT: 0x08, Role.PEER: 0x00}
"""From z/OS 3.2 on."""
_FILTERED = 0xA0
_EVENT_REASON = 0x08
_EPHEMERAL = (1_024, 65_535)
_WHOLE = "SYSB.TCPIPDMZ"
"""The stack that shows all its connections of the last day: each has one protection all along."""
_MOST_WHOLE = 200
"""With more sessions than this it shows some of its connections, as the others do."""
_CONNECTIONS, _SHORT = COUNTERS.index("conn"), COUNTERS.index("short")
_SIZES = tuple(COUNTERS.index(one) for one in ("in_bytes", "out_bytes", "in_segs", "out_segs"))
Sizes = tuple[int, ...]
"""Bytes in and out, segments in and out."""


@dataclass(frozen=True, slots=True)
class _Connection:
    """One connection; `start` and `end` are local times, `early` is what it has moved by half."""

    session: Session
    number: int
    start: datetime
    end: datetime
    local_port: int
    remote_port: int
    early: Sizes = ()
    sizes: Sizes = ()


class Details:
    """The connection records of one stack."""

    def __init__(
        self,
        stack: Stack,
        sessions: Sequence[Session],
        random: np.random.Generator,
        *,
        last_day: date,
    ) -> None:
        self._stack = stack
        self._last_day = last_day
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
            found += self._records(self._some(self._sessions[row], begin, end))
        return [record for _, record in sorted(found)]

    def is_whole(self, day: date) -> bool:
        """Whether the stack shows all its connections of a day."""
        is_small = len(self._sessions) <= _MOST_WHOLE
        return is_small and self._stack.place == _WHOLE and day == self._last_day

    def of_whole_interval(self, step: Step, begin: datetime, end: datetime) -> list[bytes]:
        """Return the records of all connections of a step, each of them within it, by time."""
        found: list[tuple[datetime, bytes]] = []
        for row, done in zip(step.rows.tolist(), (step.end - step.init).tolist(), strict=True):
            count = done[_CONNECTIONS]
            for number in range(count):
                one = self._connection(
                    self._sessions[row], begin, end - _DELAY, short=number < done[_SHORT]
                )
                sizes = tuple(_share(done[size], number, count) for size in _SIZES)
                early = tuple(size // 4 for size in sizes)
                found += self._records(replace(one, early=early, sizes=sizes))
        return [record for _, record in sorted(found)]

    def _some(self, session: Session, begin: datetime, end: datetime) -> _Connection:
        short = session.life.failing or (
            session.ends.service.role is not Role.PEER and self._random.random() < _SHORT_SHARE
        )
        one = self._connection(session, begin, end, short=short)
        size = self._integer(200, 2_000_000)
        return replace(one, early=_sizes(size, 4), sizes=_sizes(size, 1))

    def _connection(
        self, session: Session, begin: datetime, end: datetime, *, short: bool
    ) -> _Connection:
        service = session.ends.service
        lasted = timedelta(seconds=self._integer(*(_SHORT_S if short else _LONG_S)))
        room = (end - begin - lasted) // _TICK
        start = begin + _TICK * self._integer(0, room - 1)
        served, other = self._integer(*service.ports), self._integer(*_EPHEMERAL)
        ports = (other, served) if service.role is Role.CLIENT else (served, other)
        if service.role is Role.PEER:
            ports = (served, served)
        self._number += 1
        return _Connection(session, self._number, start, start + lasted, *ports)

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
        in_bytes, out_bytes, in_segments, out_segments = one.sizes if ended else one.early
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
            "in_bytes": in_bytes,
            "out_bytes": out_bytes,
            "in_segs": in_segments,
            "out_segs": out_segments,
        }

    def _role_flag(self, role: Role) -> int:
        return _ROLE_FLAGS[role] if self._stack.release == NEWEST else 0

    def _integer(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`."""
        return int(self._random.integers(low, high, endpoint=True))


def _share(total: int, number: int, count: int) -> int:
    """Return the part of connection `number`; those of all make the total."""
    return total * (number + 1) // count - total * number // count


def _sizes(size: int, divisor: int) -> Sizes:
    in_bytes, out_bytes = size // divisor, size * 2 // 3 // divisor
    return in_bytes, out_bytes, in_bytes // 700 + 3, out_bytes // 1_300 + 3
