"""Connections to security sessions, and sessions to the records of each recording interval.

Bytes and segments are told at a connection's records and count where those stand: between two
records nothing is known, so that only whole lives agree with what a stack would have written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import polars as pl

from enforcement.aggregation.details import Details, Part
from enforcement.aggregation.recording import Recording
from enforcement.aggregation.sessions import (
    ACTIVE,
    CONNECTIONS,
    FAILED,
    IN_BYTES,
    LAST,
    MORE_FOLLOW,
    PARTIAL,
    SHORT,
    Key,
    Session,
)
from enforcement.engine.following import Switch, switches
from enforcement.engine.lives import CHANGE, ENDS, ENFORCEMENT, Stack
from enforcement.engine.lives import SHORT as SHORT_EVENT
from enforcement.engine.outcome import Event
from enforcement.engine.traffic import IS_CLIENT, IS_SERVER
from policy.attributes import TCP, Direction
from smf.encode.summary import SummaryRecord

_IPV6, _SERVER, _CLIENT = 0x80, 0x40, 0x20
_NOTHING = (0, 0, 0, 0)
Sizes = tuple[int, int, int, int]


@dataclass(slots=True)
class _Connection:
    """A connection that is up: its session by protection, those in use, and what it had moved.

    `unprotected` is its session without protection. Only the protection changes: the job is that
    of the first record, and a role that is told later is that of the protections from then on.
    """

    start: int
    unprotected: Key
    is_role_told: bool
    keys: dict[Part, Key] = field(default_factory=dict)
    using: tuple[Key, ...] = ()
    partial: set[Key] = field(default_factory=set)
    sizes: Sizes = _NOTHING


@dataclass(slots=True)
class _Stack:
    begin: int
    sessions: dict[Key, Session] = field(default_factory=dict)
    connections: dict[int, _Connection] = field(default_factory=dict)


class Aggregator:
    """Aggregates any number of stacks; remembers between batches what is up."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._details = Details()
        self._stacks: dict[Stack, _Stack] = {}

    def add(self, connections: pl.DataFrame, coverage: pl.DataFrame) -> Iterator[SummaryRecord]:
        """Take a decoder's batch; yield the records of intervals that end meanwhile."""
        switched = switches(connections, coverage)
        for place, row in enumerate(connections.iter_rows()):
            for switch in switched.get(place, ()):
                yield from self._drop(switch)
            event = Event(*row)
            if event.event != ENFORCEMENT:
                yield from self._take(event)
        for switch in switched.get(len(connections), ()):
            yield from self._drop(switch)

    def finish(self) -> Iterator[SummaryRecord]:
        """Yield the records of the intervals that are under way, as of their end."""
        for stack in self._stacks.values():
            yield from self._close(stack)

    def _drop(self, switch: Switch) -> Iterator[SummaryRecord]:
        """Forget what a stack collected; the record of an interval that was over is written."""
        stack = self._stacks.pop(switch.stack, None)
        if stack and self._recording.begin_of(switch.time) > stack.begin:
            yield from self._close(stack)

    def _take(self, event: Event) -> Iterator[SummaryRecord]:
        name = event.sysplex, event.system, event.stack
        begin = self._recording.begin_of(event.local_time)
        stack = self._stacks.setdefault(name, _Stack(begin))
        if begin > stack.begin:
            yield from self._close(stack)
            stack.begin = begin
        parts, opener = self._details.read(event.protocols, event.raw)
        role = _told_role(event, opener)
        connection = stack.connections.get(event.conn_id)
        if connection is not None and connection.start != event.start_utc:
            _end(stack, connection)
            connection = None
        if connection is None:
            connection = _Connection(event.start_utc, _unprotected(event, role), bool(role))
            stack.connections[event.conn_id] = connection
            if event.event == CHANGE:  # what came before is not known, nor whose the bytes are
                connection.sizes = _sizes(event)
            _join(stack, connection, parts, event, is_partial=event.event == CHANGE)
            _move(stack, connection, event)
        else:
            if role and not connection.is_role_told:
                job, connection.is_role_told = connection.unprotected.job, True
                connection.unprotected = replace(_unprotected(event, role), job=job)
            _move(stack, connection, event)
            _leave(stack, connection, parts)
            _join(stack, connection, parts, event, is_partial=True)
        if event.event in ENDS:
            _end(stack, connection)
            del stack.connections[event.conn_id]

    def _close(self, stack: _Stack) -> Iterator[SummaryRecord]:
        """End the interval of a stack; sessions of no connection that is up end with it."""
        end = stack.begin + self._recording.length_us
        changed = [one for one in stack.sessions.values() if one.has_changed]
        for left, session in zip(range(len(changed) - 1, -1, -1), changed, strict=True):
            reason = MORE_FOLLOW if left else LAST
            yield session.record(end, self._recording.length_us, reason)
            session.turn()
        stack.sessions = {key: one for key, one in stack.sessions.items() if one.known_by}


def _told_role(event: Event, opener: Direction | None) -> int:
    """The local end's role: as z/OS 3.2 says, else by the handshake; 0 if neither tells it."""
    if event.flags & (IS_SERVER | IS_CLIENT):
        return _SERVER if event.flags & IS_SERVER else _CLIENT
    if opener:
        return _SERVER if opener is Direction.INBOUND else _CLIENT
    return 0


def _unprotected(event: Event, told_role: int) -> Key:
    """The session that a record without protection speaks of; untold, the lower port serves."""
    role = told_role or (_SERVER if event.local_port <= event.remote_port else _CLIENT)
    if event.ip_proto != TCP:
        role = 0
    is_client = role == _CLIENT
    return Key(
        (event.sysplex, event.system, event.stack),
        (event.flags & _IPV6) | role,
        event.ip_proto,
        event.remote_ip if is_client else event.local_ip,
        event.local_ip if is_client else event.remote_ip,
        event.remote_port if is_client else event.local_port,
        event.job,
        Part(),
    )


def _join(
    stack: _Stack,
    connection: _Connection,
    parts: tuple[Part, ...],
    event: Event,
    *,
    is_partial: bool,
) -> None:
    for part in parts:
        key, is_first = connection.keys.get(part), False
        if key is None:
            key, is_first = replace(connection.unprotected, part=part), True
            connection.keys[part] = key
        if key in connection.using:
            continue
        session = stack.sessions.setdefault(key, Session(key, event.user))
        session.counts[ACTIVE] += 1
        if is_first:
            session.known_by += 1
            session.counts[CONNECTIONS] += 1
            session.counts[SHORT] += event.event == SHORT_EVENT
            session.counts[FAILED] += part.has_failed
            if is_partial:
                _note_partial(session, connection)
    connection.using = tuple(connection.keys[part] for part in parts)


def _leave(stack: _Stack, connection: _Connection, parts: tuple[Part, ...]) -> None:
    for key in connection.using:
        if key.part not in parts:
            session = stack.sessions[key]
            session.counts[ACTIVE] -= 1
            _note_partial(session, connection)


def _end(stack: _Stack, connection: _Connection) -> None:
    for key in connection.using:
        stack.sessions[key].counts[ACTIVE] -= 1
    for key in connection.keys.values():
        stack.sessions[key].known_by -= 1


def _note_partial(session: Session, connection: _Connection) -> None:
    if session.key not in connection.partial:
        connection.partial.add(session.key)
        session.counts[PARTIAL] += 1


def _move(stack: _Stack, connection: _Connection, event: Event) -> None:
    """Count what was moved since the record before, for each session in use."""
    sizes = _sizes(event)
    for place, (after, before) in enumerate(zip(sizes, connection.sizes, strict=True)):
        for key in connection.using:
            stack.sessions[key].counts[IN_BYTES + place] += max(0, after - before)
    connection.sizes = sizes


def _sizes(event: Event) -> Sizes:
    return event.in_bytes, event.out_bytes, event.in_segs, event.out_segs
