"""Codes to labels with a class, and labels to the class of the whole protection.

The weakest attribute decides. A class needs a confirmed name: what no document confirms is
`unknown` and needs review, so it never passes, while a known weakness still says more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from smf import codes
from smf.describe.label import Label, plain
from smf.strength import CLASSES, NOT_LISTED, UNKNOWN, Rating, rate
from smf.tables import CONFIDENCES, worst_confidence

CONFIRMED = CONFIDENCES[0]
UNLISTED = CONFIDENCES[-1]
REVIEW = "needs review"
MESSAGE_AUTHENTICATION = "message_authentication"
ENCRYPTION = "symmetric_encryption"

_DOUBTS = {
    "recalled": "the name is unverified",
    "inferred": "the name is our reading",
    "provisional": "the name is a placeholder",
    UNLISTED: NOT_LISTED.basis,
}
_NONE_OR_AEAD = "None/AEAD"
_AEAD = re.compile("GCM|CCM|ChaCha20")
_UNSAID = "Unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Class of a protection, the attribute and ground it rests on, the worst confidence used."""

    strength: str
    reason: str
    confidence: str


@lru_cache(maxsize=4096)
def coded(key: str, enumeration: str, value: int) -> Label:
    """Return the label of a code, without a class."""
    digits = codes.hex_of(enumeration, value)
    code = codes.lookup(enumeration, value)
    if code is None:
        return replace(plain(key, codes.unlisted(digits)), code=digits, confidence=UNLISTED)
    return replace(
        plain(key, code.short_name, code.ibm_name),
        code=digits,
        confidence=code.confidence,
        source=code.source,
    )


@lru_cache(maxsize=4096)
def judged(key: str, enumeration: str, value: int) -> Label:
    """Return the label of a code with the class of its name."""
    label = coded(key, enumeration, value)
    return judge(label, rate(enumeration, label.text))


def judge(label: Label, rating: Rating, *, also: str = CONFIRMED, proven: bool = False) -> Label:
    """Return the label with its class.

    `also` is the confidence of another name that the class rests on; `proven` names are known
    from elsewhere in the record, so their own confidence does not matter.
    """
    doubt = worst_confidence(label.confidence, also)
    if not proven and doubt != CONFIRMED:
        return replace(label, strength=UNKNOWN, basis=f"{REVIEW}, {_DOUBTS[doubt]}", decides=True)
    return replace(
        label,
        strength=rating.classification,
        basis=_ground(rating),
        basis_confidence=rating.confidence,
        decides=not rating.defers,
    )


def judged_mac(key: str, value: int, cipher: Label) -> Label:
    """Return the label of a message authentication; "none or AEAD" is read with the cipher."""
    label = coded(key, MESSAGE_AUTHENTICATION, value)
    rating = rate(MESSAGE_AUTHENTICATION, label.text)
    if label.text != _NONE_OR_AEAD:
        return judge(label, rating)
    if cipher.text == _UNSAID or cipher.confidence == UNLISTED:
        return judge(label, rating, also=cipher.confidence)
    text, found = ("AEAD", "strong") if _AEAD.search(cipher.text) else ("None", "deprecated")
    rating = replace(rating, classification=found)
    return judge(replace(label, text=text), rating, also=cipher.confidence)


def verdict(labels: Iterable[Label]) -> Verdict:
    """Return what the weakest deciding attribute says; the first one of equals speaks."""
    used = [label for label in labels if label.strength]
    worst = min(
        (label for label in used if label.decides), key=lambda one: CLASSES.index(one.strength)
    )
    marks = {mark for one in used for mark in (one.confidence, one.basis_confidence)}
    confidence = worst_confidence(*(marks - {"", UNLISTED}))
    return Verdict(worst.strength, f"{_subject(worst)}: {worst.basis}", confidence)


def _subject(label: Label) -> str:
    """Return an attribute in words; `DH Group` and `Group 2` share the word between them."""
    if label.key == "version":
        return label.text
    shared = label.text.partition(" ")[0]
    return f"{label.name.removesuffix(shared).rstrip()} {label.text}"


def _ground(rating: Rating) -> str:
    if rating.classification != UNKNOWN or REVIEW in rating.basis:
        return rating.basis
    return f"{REVIEW}, {rating.basis}" if rating.basis else REVIEW
