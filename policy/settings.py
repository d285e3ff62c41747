"""What IBM does not document about matching, as named choices (docs/fidelity.md lists them)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import get_type_hints

from policy.errors import ValueInvalidError


class Scope(StrEnum):
    """Which recorded attributes count.

    `AS_ZOS`: TLS and SSH attributes only where they come from stream observation (IBM Docs z/OS
    2.5.0, zERT policy-based enforcement); those of a provider count as unknown. `ALL`: all.
    """

    AS_ZOS = "as z/OS"
    ALL = "all recorded data"


class Together(StrEnum):
    """Whether both conditions of a pair must hold, or one is enough."""

    BOTH = "both"
    EITHER = "either"


class Absent(StrEnum):
    """What a condition does about something that is not there."""

    FAILS = "fails"
    FITS = "fits"


class Failed(StrEnum):
    """What a failed handshake (known as such from z/OS 3.2) is checked against."""

    NOTHING = "nothing"
    NO_PROTECTION = "no recognized protection"


class Case(StrEnum):
    """Whether the case of a recorded job name or user ID matters; those of rules are upper."""

    IGNORED = "ignored"
    EXACT = "exact"


class Conflict(StrEnum):
    """When a connection is reset whose protocols matched several rules."""

    ANY_RESETS = "any resets"
    ALL_RESET = "all reset"


@dataclass(frozen=True, slots=True)
class Settings:
    """One way to match; the defaults are those of docs/fidelity.md.

    `ssh_ways`: inbound against outbound conditions. `ipsec_phases`: phase 1 against phase 2, each
    for encryption and for authentication. `manual_phase1`: a phase 1 condition on a manual
    tunnel. `unknown_attribute`: a condition on what is not known, where it does not list `Unknown`.
    `unknown_key_length`: a smallest length where the length is not known. `unknown_source`:
    whether attributes count as observed where zERT does not say how it learned them.
    """

    scope: Scope = Scope.AS_ZOS
    ssh_ways: Together = Together.BOTH
    ipsec_phases: Together = Together.BOTH
    manual_phase1: Absent = Absent.FAILS
    unknown_key_length: Absent = Absent.FAILS
    failed_handshake: Failed = Failed.NOTHING
    unknown_attribute: Absent = Absent.FAILS
    unknown_source: Absent = Absent.FAILS
    name_case: Case = Case.IGNORED
    several_rules: Conflict = Conflict.ANY_RESETS

    def tree(self) -> dict[str, str]:
        """Return the value of each by name."""
        return {one.name: str(getattr(self, one.name)) for one in fields(self)}


DEFAULTS = Settings()
CHOICES: dict[str, type[StrEnum]] = get_type_hints(Settings)
"""The choices of each setting by its name."""
SUBJECTS = {
    "scope": "TLS and SSH attributes that count",
    "ssh_ways": "inbound against outbound conditions of SSH",
    "ipsec_phases": "phase 1 against phase 2 of IPsec, for encryption and for authentication",
    "manual_phase1": "a phase 1 condition on a manual tunnel",
    "unknown_key_length": "a smallest key length where the length is not known",
    "failed_handshake": "the rule set that a failed handshake (z/OS 3.2) is checked against",
    "unknown_attribute": "a condition on what is not known and does not list Unknown",
    "unknown_source": "attributes whose source zERT does not name, as z/OS sees it",
    "name_case": "the case of recorded job names and user IDs",
    "several_rules": "reset, where several protocols of a connection matched rules",
}
"""What each of them decides, in words."""


def read(tree: Mapping[str, str]) -> Settings:
    """Return the settings of some values by name, the others as usual.

    Raises `ValueInvalidError` for a name or a value that there is not.
    """
    given = {}
    for name, value in tree.items():
        if name not in CHOICES:
            raise ValueInvalidError(name, "is no setting", f"there are {', '.join(CHOICES)}")
        known = {one.value: one for one in CHOICES[name]}
        if value not in known:
            raise ValueInvalidError(
                value, f"is no choice of {name}", f"there are {', '.join(known)}"
            )
        given[name] = known[value]
    return Settings(**given)  # type: ignore[arg-type]  # each is one of its own kind
