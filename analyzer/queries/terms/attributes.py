"""Attributes of protections: names, suites, lengths of keys, from the facts of the store."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import Final

from analyzer.models import Protection
from analyzer.queries.terms.comparisons import FORMS, compare
from analyzer.queries.terms.facts import SUITE, UNKNOWN, Attribute, canonical, names
from analyzer.queries.terms.names import is_wild
from analyzer.queries.terms.term import (
    Clause,
    FilterError,
    Scope,
    Term,
    has_fact,
    parts,
    read,
    shown,
)
from smf import ciphers

UNLISTED: Final = r"unknown \(X'([0-9A-F]{2,6})'\)"
_UNLISTED: Final = re.compile(UNLISTED, re.IGNORECASE)
_HEX: Final = re.compile(r"(?:0[xX]|[xX]')?([0-9A-Fa-f]{6}|[0-9A-Fa-f]{4})'?", re.ASCII)
_LIKE: Final = 3


def fact(key: str, *values: str) -> Clause:
    """Return the condition that a protection has one of these facts."""
    return has_fact([f"{key}={value}" for value in values])


def unsaid(key: str) -> Clause:
    """Return the condition that a protected session does not say an attribute."""
    return fact(key, UNKNOWN)


@dataclass(frozen=True, slots=True)
class NamedFilter:
    """One attribute of one protocol by the names of the code tables, with wildcards.

    A pattern stands for the listed names that fit it, never for a code that no table lists.
    """

    attribute: Attribute
    scope: Scope = "protection"

    @property
    def key(self) -> str:
        """Its parameter."""
        return self.attribute.key

    @property
    def label(self) -> str:
        """Protocol and attribute."""
        return f"{Protection.Protocol(self.attribute.protocol).label} {self.attribute.noun}"

    @property
    def help(self) -> str:
        """All names that can be asked for."""
        known = ", ".join(self.confidences)
        return f"One of {known}, {UNKNOWN}; with * and ?; several with commas."

    @property
    def confidences(self) -> Mapping[str, str]:
        """The names that can be asked for, and how sure the tables are of each."""
        return names(self.attribute)

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return read(parts(texts), "names", self._term, unsaid(self.key))

    def _term(self, text: str) -> Term:
        if unlisted := _UNLISTED.fullmatch(text):
            return self._made(f"unknown (X'{unlisted[1].upper()}')")
        known = {name.lower(): name for name in (*self.confidences, UNKNOWN)}
        wanted = canonical(self.attribute, text).lower()
        if wanted in known:
            return self._made(known[wanted])
        pattern = text.lower().replace("[", "[[]")
        fitting = [known[name] for name in known if fnmatchcase(name, pattern)]
        fitting = [name for name in fitting if name != UNKNOWN] if is_wild(text) else []
        if not fitting:
            some = ", ".join(f"`{name}`" for name in list(self.confidences)[-_LIKE:])
            raise FilterError(f"{shown(text)} is no known {self.label}, as {some} or `{UNKNOWN}`")
        return Term(text, text, fact(self.key, *fitting), (self.attribute.protocol,))

    def _made(self, name: str) -> Term:
        words = name.lower() if name == UNKNOWN else name
        return Term(name, words, fact(self.key, name), (self.attribute.protocol,))


@dataclass(frozen=True, slots=True)
class SuiteFilter:
    """TLS cipher suites by their code in hex or by their name, with wildcards."""

    key: str = SUITE.key
    label: str = "TLS cipher suite"
    help: str = "The code in hex or the name: C030, TLS_RSA_*; several with commas."
    scope: Scope = "protection"
    protocols: tuple[str, ...] = field(default=(SUITE.protocol,))

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return read(parts(texts), "cipher suites", self._term, unsaid(self.key))

    def _term(self, given: str) -> Term:
        text = given.upper()
        if text in {UNKNOWN.upper(), ciphers.FAILED}:
            return Term(UNKNOWN, UNKNOWN.lower(), unsaid(self.key), self.protocols)
        if code := _HEX.fullmatch(text):
            digits = code[1].upper()
            suite = ciphers.lookup(digits)
            words = f"{digits} ({suite.iana_name})" if suite else digits
            return Term(digits, words, fact(self.key, digits), self.protocols)
        pattern = text.replace("[", "[[]")
        fitting = [digits for name, digits in _suites().items() if fnmatchcase(name, pattern)]
        if not fitting:
            raise FilterError(
                f"{shown(given)} is no cipher suite: a code like `C030` or a name like"
                " `TLS_AES_128_GCM_SHA256` or `TLS_RSA_*`"
            )
        return Term(text, text, fact(self.key, *fitting), self.protocols)


@dataclass(frozen=True, slots=True)
class KeyBitsFilter:
    """The length of any key in use or on any certificate of the sessions of one protocol."""

    protocol: str
    scope: Scope = "protection"

    @property
    def key(self) -> str:
        """Its parameter."""
        return f"{self.protocol.lower()}_key_bits"

    @property
    def label(self) -> str:
        """Protocol and attribute."""
        return f"{Protection.Protocol(self.protocol).label} key length"

    @property
    def help(self) -> str:
        """How it is asked."""
        return f"Bits of any key: {FORMS}; or {UNKNOWN}."

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return read(parts(texts), "lengths", self._term, self._within(unsaid("key_bits")))

    def _term(self, text: str) -> Term:
        if text.lower() == UNKNOWN.lower():
            lacking = self._within(unsaid("key_bits"))
            return Term(UNKNOWN, UNKNOWN.lower(), lacking, (self.protocol,))
        asked = compare(text)
        clause = self._within(asked.on_any("p.key_bits"))
        return Term(asked.text, f"{asked.words} bits", clause, (self.protocol,))

    def _within(self, clause: Clause) -> Clause:
        sql = f"(p.protocol = %s AND {clause.sql})"
        return Clause(sql, (self.protocol, *clause.params))


@cache
def _suites() -> dict[str, str]:
    """Code by name, in capitals: the registry's and the one that z/OS uses."""
    found = {}
    for digits, suite in ciphers.load().items():
        for name in (suite.iana_name, suite.zos_name):
            if name:
                found[name.upper()] = digits
    return found
