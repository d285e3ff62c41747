"""What the codes of a protection mean, for people: names, doubts, strength with its ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from analyzer.models import Protection

GROUPS: Final = (
    ("cryptographic", "Cryptographic details"),
    ("certificate", "Certificate details"),
    ("dn", "Distinguished names"),
)
DOUBTS: Final = {
    "recalled": ("unverified", "Believed to stand in a manual; not verified against it."),
    "inferred": ("our reading", "Follows from confirmed facts; IBM does not say it."),
    "provisional": ("placeholder", "Our own placeholder; IBM's word is not known."),
}
EVIDENCE: Final = {
    "confirmed": "Every name and class used here is confirmed by a document.",
    "recalled": "At least one name or class is recalled from a manual and not verified.",
    "inferred": "At least one name or class is our own reading of confirmed facts.",
    "provisional": "At least one name is our own placeholder.",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One attribute: what it says, the recorded code, its name, its class.

    `doubt` says how sure the name is, `basis_doubt` how sure the class; empty when confirmed.
    """

    name: str
    text: str
    mono: bool
    code: str | None
    meaning: str
    doubt: str
    doubt_help: str
    strength: str
    basis: str
    basis_doubt: str
    basis_doubt_help: str

    @property
    def reason(self) -> str:
        """Why it has its class, for the hover of the class."""
        return self.basis


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    labels: Sequence[Meaning]


def groups_of(protection: Protection) -> list[Group]:
    """The attributes by kind; kinds without any are left out."""
    drawn = [
        Group(title, [_meaning(one) for one in protection.details if one.get("group") == key])
        for key, title in GROUPS
    ]
    return [group for group in drawn if group.labels]


def _meaning(label: Mapping[str, Any]) -> Meaning:
    doubt, doubt_help = DOUBTS.get(label.get("confidence", ""), ("", ""))
    basis_doubt, basis_help = DOUBTS.get(label.get("basis_confidence", ""), ("", ""))
    source = label.get("source", "")
    return Meaning(
        name=label["name"],
        text=label["text"],
        mono=bool(label.get("mono")),
        code=label.get("code"),
        meaning=label.get("meaning", ""),
        doubt=doubt,
        doubt_help=f"{doubt_help} Source: {source}" if source else doubt_help,
        strength=label.get("strength", ""),
        basis=label.get("basis", ""),
        basis_doubt=basis_doubt,
        basis_doubt_help=basis_help,
    )
