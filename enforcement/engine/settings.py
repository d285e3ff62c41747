"""What IBM does not document about acting, as named choices (docs/fidelity.md lists them)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from policy import settings as matching


class Start(StrEnum):
    """When an interval of log suppression begins."""

    FIRST_LOG = "first log"
    FIXED_MARKS = "fixed marks"


class Again(StrEnum):
    """When a connection whose protection changes is evaluated anew.

    `NEW_STATE`: once for each protection that it has in its life. `EACH_CHANGE`: whenever the
    protection is another than in the record before.
    """

    NEW_STATE = "new state"
    EACH_CHANGE = "each change"


class Opener(StrEnum):
    """Who opened a connection, where the record does not say so (before z/OS 3.2).

    `HANDSHAKE`: the role in the TLS handshake, or the SSH program; else it is not known. `PORTS`:
    where that says nothing, the end with the lower port number is the server.
    """

    HANDSHAKE = "handshake"
    PORTS = "ports"


class Empty(StrEnum):
    """How a value that there is not looks in a syslogd message."""

    KEYWORD = "keyword"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Limits:
    """Log suppression, for each stack (IBM Z Hot Topics): the three numbers are confirmed.

    `guaranteed_count` says that the first message of a rule counts towards `over_all` even where
    it is written above that limit.
    """

    interval_s: int = 300
    per_rule: int = 10
    over_all: int = 100
    start: Start = Start.FIRST_LOG
    guaranteed_count: bool = True


@dataclass(frozen=True, slots=True)
class Wording:
    """How messages are laid out where IBM's slides leave it open."""

    blank_after_equals: bool = True
    empty: Empty = Empty.KEYWORD


@dataclass(frozen=True, slots=True)
class Remembering:
    """How long a stack's connection is known whose end is not recorded, and how many are.

    Days are those of the stack's records; beyond `remember_connections` the one goes that has been
    without a record for longest. A later record of it is handled as the first that there is.
    """

    remember_days: int = 30
    remember_connections: int = 200_000


@dataclass(frozen=True, slots=True)
class Settings:
    """One way to enforce; the defaults are those of docs/fidelity.md."""

    matching: matching.Settings = matching.DEFAULTS
    limits: Limits = field(default_factory=Limits)
    wording: Wording = field(default_factory=Wording)
    remembering: Remembering = field(default_factory=Remembering)
    again: Again = Again.NEW_STATE
    opener: Opener = Opener.HANDSHAKE


DEFAULTS = Settings()
