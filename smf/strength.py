"""How strong algorithms, versions and keys are, read from `code_tables/strength.csv`.

Each class names its basis (an RFC, a NIST publication) and how sure we are of that basis.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from smf import tables
from smf.errors import CodeTableError

CLASSES = ("deprecated", "weak", "unknown", "acceptable", "strong")
"""Worst first. What is unknown never passes, but a known weakness says more."""
UNKNOWN = "unknown"

_COLUMNS = ("enumeration", "short_name", "classification", "basis", "confidence")
_OWN_WORDS = ("quantum/", "cnsa2")
_DEFERS = "judge by"
_RANGE = re.compile(r"(?:(?P<low>\d+)-(?P<high>\d+)|<(?P<below>\d+)|>=(?P<least>\d+))")
_ECC_KEYS = frozenset({"ECC", "ECDSA_CERT", "ED25519", "ED25519_CERT"})
_RSA_KEYS = frozenset({"RSA", "DSA", "DH", "RSA1", "RSA_CERT", "DSA_CERT"})


@dataclass(frozen=True, slots=True)
class Rating:
    """A class with the ground it stands on; `basis` names a document, `confidence` is its mark."""

    classification: str
    basis: str
    confidence: str

    @property
    def defers(self) -> bool:
        """Whether other attributes decide (SSHv2: judge by algorithms)."""
        return _DEFERS in self.basis


NOT_LISTED = Rating(UNKNOWN, "the code is not in the tables", "confirmed")
NOT_RATED = Rating(UNKNOWN, "no class is known for it", "confirmed")
NO_LENGTH = Rating(UNKNOWN, "the key length is not recorded", "confirmed")


def rate(enumeration: str, short_name: str) -> Rating:
    """Return the class of a code by its short name; `NOT_RATED` when the table has none."""
    return load().get((enumeration, short_name), NOT_RATED)


def rate_key(key_type: str, bits: int) -> Rating:
    """Return the class of a key of `bits` bits; `key_type` is a short name (RSA, ECC, ...)."""
    if key_type in _ECC_KEYS:
        enumeration = "key_length_ecc"
    elif key_type in _RSA_KEYS:
        enumeration = "key_length_rsa_dsa_dh"
    else:
        return NOT_RATED
    if bits <= 0:
        return NO_LENGTH
    ranges = (pair for pair in load().items() if pair[0][0] == enumeration)
    return next((rating for (_, words), rating in ranges if _within(bits, words)), NOT_RATED)


@cache
def load() -> dict[tuple[str, str], Rating]:
    """Return the ratings of this package by enumeration and short name, read once."""
    return parse(tables.read_text(tables.STRENGTH))


def parse(text: str) -> dict[tuple[str, str], Rating]:
    """Return the ratings written in `text`; raises `CodeTableError` with the wrong line."""
    found: dict[tuple[str, str], Rating] = {}
    for line, row in tables.rows(text, _COLUMNS):
        enumeration, short_name = row["enumeration"], row["short_name"]
        own_words = enumeration.startswith(_OWN_WORDS)
        if not own_words and row["classification"] not in CLASSES:
            raise CodeTableError(f"line {line} has the class `{row['classification']}`")
        if row["confidence"] not in tables.CONFIDENCES[:-1]:
            raise CodeTableError(f"line {line} has the confidence `{row['confidence']}`")
        if enumeration.startswith("key_length") and not _RANGE.fullmatch(short_name):
            raise CodeTableError(f"line {line} has the range `{short_name}`")
        if (enumeration, short_name) in found:
            raise CodeTableError(f"line {line} rates `{short_name}` of `{enumeration}` twice")
        rating = Rating(row["classification"], row["basis"], row["confidence"])
        found[enumeration, short_name] = rating
    return found


def _within(bits: int, words: str) -> bool:
    low, high, below, least = (int(text) if text else None for text in _RANGE.findall(words)[0])
    if low is not None and high is not None:
        return low <= bits <= high
    return bits < below if below is not None else bits >= (least or 0)
