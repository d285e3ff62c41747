"""Descriptions made once for all protections that differ in texts of their own alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from smf.describe.certificates import name_labels
from smf.describe.fields import Fields
from smf.describe.ipsec import describe_ipsec
from smf.describe.judgement import CONFIRMED, Verdict, verdict
from smf.describe.label import Label
from smf.describe.own import MASK, Own, split_section
from smf.describe.section import Section
from smf.describe.ssh import describe_ssh
from smf.describe.tls import describe_tls
from smf.strength import rate

_UNPROTECTED = "no recognized protection"
_SECTIONS: Mapping[str, Callable[[Fields], Section]] = {
    "TLS": describe_tls,
    "SSH": describe_ssh,
    "IPSEC": describe_ipsec,
}
_MOST_OUTLINES = 2_048


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


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What is said of all protections with the same codes; one object for all of them.

    `own` are the labels whose text is a protection's own: their place, and the text's name.
    """

    description: Description
    own: tuple[tuple[int, str], ...]

    def filled(self, texts: Mapping[str, str]) -> Description:
        """Return the description of a protection with these texts."""
        labels = list(self.description.labels)
        for place, name in self.own:
            labels[place] = replace(labels[place], text=texts[name])
        return replace(self.description, labels=tuple(labels))


def outline_of(raw: Mapping[str, object]) -> tuple[Outline, Own]:
    """Return what is said of all protections with the codes of this one, and its own texts."""
    protocol = str(raw["protocol"])
    section = raw.get(protocol.lower())
    codes, own = split_section(section if isinstance(section, Mapping) else {})
    types: dict[int, str] = {}
    for kind, text in _names(raw.get("dns")):
        types[kind] = f"{types[kind]}; {text}" if kind in types else text
    own |= {f"dn.{kind}": text for kind, text in types.items()}
    return _outline(json.dumps([protocol, codes, list(types)])), own


def _names(value: object) -> list[tuple[int, str]]:
    """Return type and text of each name in the raw JSON."""
    pairs = value if isinstance(value, list) else []
    return [(int(kind), str(text)) for kind, text in pairs]


@lru_cache(_MOST_OUTLINES)
def _outline(codes_json: str) -> Outline:
    """Return the outline of a protocol, its section's codes and the types of its names."""
    protocol, codes, types = json.loads(codes_json)
    names = name_labels((kind, MASK) for kind in types)
    found = _describe(protocol, Fields(codes), names)
    _, masked = split_section(codes)
    places = {label.key: place for place, label in enumerate(found.labels)}
    own = [(places[key], key) for key in masked if key in places]
    first_name = len(found.labels) - len(names)
    own += [(first_name + place, f"dn.{kind}") for place, kind in enumerate(types)]
    return Outline(found, tuple(own))


def _describe(protocol: str, fields: Fields, names: tuple[Label, ...]) -> Description:
    if protocol not in _SECTIONS:
        return _unprotected(names)
    found = _SECTIONS[protocol](fields)
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
