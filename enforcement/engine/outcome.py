"""What enforcement does about one record: the values that everything else here works with."""

from __future__ import annotations

from dataclasses import dataclass

from enforcement.engine.lives import Stack
from policy.attributes import Direction, Protection, Source
from policy.model import Rule
from policy.values.actions import Action
from policy.vocabulary import Protocol

_SHORT, _KNOWS_ROLES, _HANDSHAKE_BYTES = 4, 0x18, 8_192


@dataclass(frozen=True, slots=True)
class Event:
    """One subtype 11 record: the columns of `smf.decode.columns.CONNECTIONS`, in their order."""

    event: int
    sysplex: str
    system: str
    stack: str
    local_time: int
    start_utc: int
    end_utc: int | None
    ip_proto: int
    local_ip: str
    local_port: int
    remote_ip: str
    remote_port: int
    conn_id: int
    job: str
    job_id: str
    user: str
    flags: int
    sec_flags: int
    protocols: int
    in_bytes: int
    out_bytes: int
    in_segs: int
    out_segs: int
    fingerprint: int
    raw: str


@dataclass(frozen=True, slots=True)
class State:
    """What protects a connection, as rules see it."""

    protections: tuple[Protection, ...] = ()
    is_failed_handshake: bool = False

    @property
    def is_unobserved(self) -> bool:
        """Whether attributes count as unknown because only a provider knows them."""
        return any(one.source is Source.PROVIDER and not one.codes for one in self.protections)

    def protection(self, protocol: Protocol) -> Protection | None:
        """Return what `protocol` does, None when it does nothing."""
        return next((one for one in self.protections if one.protocol is protocol), None)


@dataclass(frozen=True, slots=True)
class Match:
    """The rule of one protocol's rule set that matched; `place` is that in `rule_set.rules()`."""

    protocol: Protocol
    rule_set: str
    place: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class Verdict:
    """All matches of a connection, in the order of the protocols; none: no rule matched.

    `protocols` are those whose rule sets the connection was checked against; `action` is
    everything the matching rules do.
    """

    protocols: tuple[Protocol, ...]
    matches: tuple[Match, ...]
    action: Action


@dataclass(frozen=True, slots=True)
class Syslog:
    """A message for syslogd in facility local5, as TRMD hands it over.

    `rule` is the protocol and the name of the rule that it is about.
    """

    system: str
    time: int
    level: int
    text: str
    rule: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Console:
    """A message for the console (TCP/IP job log), line by line; `rule` as in `Syslog`.

    `stack` is sysplex, system and stack where the stack speaks of itself and no record does.
    """

    system: str
    time: int | None
    lines: tuple[str, ...]
    rule: tuple[str, str] = ("", "")
    stack: Stack = ("", "", "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens because of one record, in the order of its parts; times are the record's.

    `suppressed` are the matches whose messages log suppression holds back. `audit` asks for an
    enforcement record (event type 7). `reset` is the operator command that would drop the
    connection, empty without a reset: text, never issued. `is_cut` says that this is the last
    record of a connection that was reset, which carries the flag.
    """

    event: Event
    state: State
    direction: Direction | None
    matches: tuple[Match, ...] = ()
    syslog: tuple[Syslog, ...] = ()
    console: tuple[Console, ...] = ()
    suppressed: tuple[Match, ...] = ()
    audit: bool = False
    reset: str = ""
    is_cut: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Whether a connection that matched as unprotected is perhaps a failed handshake.

        Before z/OS 3.2 nothing tells the two apart (IBM Education Assistant, z/OS 3.2, slides
        6-7). By rule of thumb: short, and no more bytes than a handshake takes.
        """
        event = self.event
        return (
            any(one.protocol is Protocol.NONE for one in self.matches)
            and event.event == _SHORT
            and not event.flags & _KNOWS_ROLES
            and event.in_bytes + event.out_bytes <= _HANDSHAKE_BYTES
        )
