"""The door: the raw codes of a protection in, names, class and reason out.

Every name keeps its confidence, an unlisted code is shown as one. Nothing here changes raw codes;
who keeps descriptions makes them anew when `TABLES_VERSION` has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from smf.describe.certificates import name_labels
from smf.describe.fields import Fields
from smf.describe.ipsec import describe_ipsec
from smf.describe.judgement import CONFIRMED, Verdict, verdict
from smf.describe.label import NAMES, Label
from smf.describe.section import Section
from smf.describe.ssh import describe_ssh
from smf.describe.tls import describe_tls
from smf.strength import rate
from smf.tables import digest_of_tables

__all__ = ["LABEL_KEYS", "TABLES_VERSION", "Description", "Label", "describe"]

_RULES = 1
"""Counts up with every change of this room that describes the same codes in another way."""
TABLES_VERSION = f"{_RULES}-{digest_of_tables()}"
"""At most 16 characters; other when a code table or the describing rules are."""
LABEL_KEYS = frozenset(NAMES)

_UNPROTECTED = "no recognized protection"
_SECTIONS: Mapping[str, Callable[[Fields], Section]] = {
    "TLS": describe_tls,
    "SSH": describe_ssh,
    "IPSEC": describe_ipsec,
}


@dataclass(frozen=True, slots=True)
class Description:
    """A protection in words.

    `strength` is one of none, deprecated, weak, unknown, acceptable, strong; `reason` names the
    attribute that decides it and the ground; `confidence` is the worst of the names and classes
    used; `mismatch` says where a cipher suite and the recorded codes differ; `quantum_vulnerable`
    is None when it is not known.
    """

    labels: tuple[Label, ...]
    title: str
    strength: str
    reason: str
    confidence: str
    failed_handshake: bool = False
    mismatch: str = ""
    quantum_vulnerable: bool | None = None


def describe(raw: Mapping[str, object]) -> Description:
    """Return what the raw codes of a protection mean (the JSON of `smf.decode.protections`)."""
    names = name_labels(_names(raw.get("dns")))
    protocol = str(raw["protocol"])
    if protocol not in _SECTIONS:
        return _unprotected(names)
    found = _SECTIONS[protocol](Fields(raw).inner(protocol.lower()))
    judged = _failed() if found.failed else verdict(found.labels)
    return Description(
        labels=(*found.labels, *names),
        title=found.title,
        strength=judged.strength,
        reason=judged.reason,
        confidence=judged.confidence,
        failed_handshake=found.failed,
        mismatch=found.mismatch,
        quantum_vulnerable=found.quantum,
    )


def _unprotected(names: tuple[Label, ...]) -> Description:
    reason = f"{_UNPROTECTED}: clear text, or a protocol that zERT does not know"
    return Description(names, _UNPROTECTED, "none", reason, CONFIRMED)


def _failed() -> Verdict:
    rating = rate("tls_handshake_type", "Failed")
    return Verdict(rating.classification, f"handshake failed: {rating.basis}", rating.confidence)


def _names(value: object) -> list[tuple[int, str]]:
    """Return type and text of each name in the raw JSON."""
    pairs = value if isinstance(value, list) else []
    return [(int(kind), str(text)) for kind, text in pairs]
