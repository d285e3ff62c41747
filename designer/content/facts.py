"""What people have told of a stack, as values."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final

from policy.checks import Surroundings
from policy.dialects.dialect import Dialect
from policy.settings import DEFAULTS, Settings
from policy.values.names import NAME_LIMIT
from policy.vocabulary import Attribute, Protocol

Codes = tuple[tuple[tuple[Protocol, Attribute], frozenset[int]], ...]
"""The codes of each attribute that rules see in something on record."""

KNOWS_FAILURES: Final = {"": None, "V2R5": False, "V3R1": False, "V3R2": True}
"""From z/OS 3.2 on a failed handshake is marked as one (IBM Education Assistant z/OS 3.2)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """None, and no release, where nobody has told: that is neither yes nor no."""

    zert_is_on: bool | None = None
    audits_to_smf: bool | None = None
    audits_to_nmi: bool | None = None
    trmd_runs: bool | None = None
    release: str = ""

    @property
    def tree(self) -> dict[str, bool | str | None]:
        """All of them by name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def surroundings(self) -> Surroundings:
        """Return them as checks look at them."""
        return Surroundings(
            zert_is_on=self.zert_is_on,
            audits_to_smf=self.audits_to_smf,
            audits_to_nmi=self.audits_to_nmi,
            trmd_runs=self.trmd_runs,
            knows_failures=KNOWS_FAILURES[self.release],
        )

    def destinations(self) -> tuple[bool, bool]:
        """Return whether the profile is to send audit records to SMF, and to SYSTCPER.

        As it is told; to SMF where nothing receives them yet.
        """
        return (bool(self.audits_to_smf) or not self.audits_to_nmi, bool(self.audits_to_nmi))


NOT_TOLD: Final = Facts()
WORDS: Final = {
    "zert_is_on": "zERT is on",
    "audits_to_smf": "Audit records go to SMF",
    "audits_to_nmi": "Audit records go to the network management interface",
    "trmd_runs": "TRMD runs",
    "release": "Release of z/OS",
}
"""Each fact in words."""


@dataclass(frozen=True, slots=True)
class Told:
    """A stack by its names, and what is known of it."""

    stack: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What rules see of all that is on record; manual tunnels have no phase 1."""

    codes: Codes = ()
    has_manual: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What checks are told: today, what is on record (None: nothing is), and stacks.

    `how` rules match, and the `dialects` that files are to be written in; a text says why one can't
    be used.
    """

    day: date
    recorded: OnRecord | None = None
    stacks: tuple[Told, ...] = ()
    how: Settings = DEFAULTS
    dialects: tuple[Dialect | str, ...] = ()

    def surroundings(self, facts: Facts = NOT_TOLD) -> Surroundings:
        """Return them for a stack of these facts, without any for none in particular."""
        seen = self.recorded
        limits = (one.name_limit for one in self.dialects if isinstance(one, Dialect))
        return replace(
            facts.surroundings(),
            day=self.day,
            recorded=None if seen is None else dict(seen.codes),
            has_manual=seen is not None and seen.has_manual,
            name_limit=min(limits, default=NAME_LIMIT),
        )
