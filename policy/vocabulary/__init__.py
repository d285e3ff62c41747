"""The words rules may use for cryptographic attributes, each tied to zERT's code values.

The codes are those of SMF 119 subtypes 11 and 12. IBM's spelling and choice lists in rules are not
established: `values.csv` is data that a site corrects.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from policy.errors import ValueInvalidError, VocabularyError

UNKNOWN = "Unknown"
"""The word for code 0: zERT itself could not tell."""
CONFIDENCES = ("confirmed", "recalled", "inferred", "provisional")
"""Best first."""
_COLUMNS = ["kind", "name", "codes", "aliases", "confidence", "source"]


class Protocol(StrEnum):
    """The four rule sets (IBM Education Assistant z/OS V2R5, slide 53), in the order of reports."""

    TLS = "TLS"
    SSH = "SSH"
    IPSEC = "IPsec"
    NONE = "None"


class Attribute(StrEnum):
    """What a protection condition can ask for; SSH in both ways, IPsec in both phases."""

    VERSION = "version"
    ENCRYPTION = "encryption"
    ENCRYPTION_IN = "encryption_in"
    ENCRYPTION_OUT = "encryption_out"
    AUTHENTICATION = "authentication"
    AUTHENTICATION_IN = "authentication_in"
    AUTHENTICATION_OUT = "authentication_out"
    KEY_EXCHANGE = "key_exchange"
    PHASE1_ENCRYPTION = "phase1_encryption"
    PHASE1_AUTHENTICATION = "phase1_authentication"
    PHASE2_ENCRYPTION = "phase2_encryption"
    PHASE2_AUTHENTICATION = "phase2_authentication"


KINDS: dict[Protocol, dict[Attribute, str]] = {
    Protocol.TLS: {
        Attribute.VERSION: "tls_version",
        Attribute.ENCRYPTION: "encryption",
        Attribute.AUTHENTICATION: "authentication",
        Attribute.KEY_EXCHANGE: "tls_key_exchange",
    },
    Protocol.SSH: {
        Attribute.VERSION: "ssh_version",
        Attribute.ENCRYPTION_IN: "encryption",
        Attribute.ENCRYPTION_OUT: "encryption",
        Attribute.AUTHENTICATION_IN: "authentication",
        Attribute.AUTHENTICATION_OUT: "authentication",
        Attribute.KEY_EXCHANGE: "ssh_key_exchange",
    },
    Protocol.IPSEC: {
        Attribute.PHASE1_ENCRYPTION: "encryption",
        Attribute.PHASE1_AUTHENTICATION: "authentication",
        Attribute.PHASE2_ENCRYPTION: "encryption",
        Attribute.PHASE2_AUTHENTICATION: "authentication",
    },
    Protocol.NONE: {},
}
"""Which attributes a protocol's rules can ask for, and the kind of word that answers.

Applicability: IBM Z Hot Topics. One list of codes serves all encryption and all message
authentication fields of the records.
"""


@dataclass(frozen=True, slots=True)
class Word:
    """One row: `name` means any of `codes`; `aliases` are read and never written."""

    kind: str
    name: str
    codes: frozenset[int]
    aliases: tuple[str, ...]
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words in the order of the file; keys of `by_name` are (kind, name in lower case)."""

    words: tuple[Word, ...]
    by_name: dict[tuple[str, str], Word]
    order: dict[tuple[str, str], int]

    def of_kind(self, kind: str) -> tuple[Word, ...]:
        """Return the words of a kind."""
        return tuple(word for word in self.words if word.kind == kind)


def kind_of(protocol: Protocol, attribute: Attribute) -> str:
    """Return the kind of word that answers; raises `ValueInvalidError` where none can."""
    kind = KINDS[protocol].get(attribute)
    if kind is None:
        raise ValueInvalidError(attribute, f"is no attribute of {protocol}")
    return kind


def choices(protocol: Protocol, attribute: Attribute) -> tuple[Word, ...]:
    """Return the words an attribute may be asked for; raises `ValueInvalidError`."""
    return load().of_kind(kind_of(protocol, attribute))


def word(kind: str, text: str) -> Word:
    """Return the word spelled `text`, an alias or in any case; raises `ValueInvalidError`."""
    found = load().by_name.get((kind, text.lower()))
    if found is None:
        raise ValueInvalidError(text, f"is no {spoken(kind)}", _nearest(kind, text))
    return found


def spoken(kind: str) -> str:
    """Return a kind of word as people say it: `TLS version`."""
    return kind.replace("_", " ").replace("tls ", "TLS ").replace("ssh ", "SSH ")


def name_of(kind: str, code: int) -> str:
    """Return the word for exactly this code, `unknown (X'hhhh')` when the vocabulary lacks it."""
    for one in load().of_kind(kind):
        if one.codes == {code}:
            return one.name
    return f"unknown (X'{code:04X}')"


def _nearest(kind: str, text: str) -> str:
    names = [one.name for one in load().of_kind(kind)]
    start = text[:3].lower()
    likely = [name for name in names if name.lower().startswith(start)] if start else []
    return "one of " + ", ".join((likely or names)[:8])


@cache
def load() -> Vocabulary:
    """Return this package's vocabulary, read once."""
    return parse((resources.files("policy") / "vocabulary" / "values.csv").read_text("utf-8"))


def parse(text: str) -> Vocabulary:
    """Return the vocabulary written in `text`; raises `VocabularyError` with the line."""
    reader = csv.DictReader(text.splitlines())
    if reader.fieldnames != _COLUMNS:
        raise VocabularyError(f"the columns are not {', '.join(_COLUMNS)}")
    words: list[Word] = []
    by_name: dict[tuple[str, str], Word] = {}
    for row in reader:
        if None in row or None in row.values():
            raise VocabularyError(f"line {reader.line_num} has another number of columns")
        found = _word(row, reader.line_num)
        for name in {found.name.lower(), *(alias.lower() for alias in found.aliases)}:
            if (found.kind, name) in by_name:
                raise VocabularyError(f"line {reader.line_num} has `{name}` a second time")
            by_name[found.kind, name] = found
        words.append(found)
    missing = {kind for kinds in KINDS.values() for kind in kinds.values()} - {
        w.kind for w in words
    }
    if missing:
        raise VocabularyError(f"there is no word of the kind `{min(missing)}`")
    order = {(one.kind, one.name): place for place, one in enumerate(words)}
    return Vocabulary(tuple(words), by_name, order)


def _word(row: dict[str, str], line: int) -> Word:
    try:
        codes = frozenset(int(code, 16) for code in row["codes"].split("|"))
    except ValueError as error:
        raise VocabularyError(f"line {line} has the codes `{row['codes']}`") from error
    if row["confidence"] not in CONFIDENCES:
        raise VocabularyError(f"line {line} has the confidence `{row['confidence']}`")
    if not row["name"] or not row["name"].isascii() or set(row["name"]) & set(" #{}"):
        raise VocabularyError(f"line {line} has the name `{row['name']}`")
    aliases = tuple(alias for alias in row["aliases"].split("|") if alias)
    return Word(row["kind"], row["name"], codes, aliases, row["confidence"], row["source"])
