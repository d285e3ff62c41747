"""Filters of what protects a session, and what they mean together.

Filters of one protocol (TLS, SSH, IPsec) must all hold for its sessions; protocols, and what is
unprotected, are alternatives; strength and other filters of any protocol must hold beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from analyzer.models import Protection
from analyzer.queries.terms.attributes import KeyBitsFilter, NamedFilter, SuiteFilter, fact, unsaid
from analyzer.queries.terms.certificates import ExpiryFilter
from analyzer.queries.terms.choices import ChoiceFilter
from analyzer.queries.terms.facts import ATTRIBUTES, UNKNOWN, UNPROTECTED
from analyzer.queries.terms.sentence import Groups, Terms, removed, wanted
from analyzer.queries.terms.term import Clause, Filter, Scope, Term, all_of, any_of, either
from analyzer.queries.terms.versions import VersionFilter

_PROTOCOLS: Final = tuple(str(value) for value in Protection.Protocol.values)
_UNKNOWN_STRENGTH: Final = Clause("p.strength = %s", (str(Protection.Strength.UNKNOWN),))
_UNKNOWN_QUANTUM: Final = Clause(
    "(p.quantum_vulnerable IS NULL AND p.protocol <> %s)", (UNPROTECTED,)
)
_PROTECTION: Final[Scope] = "protection"
_TOTALS: Final[Scope] = "totals"


def _of_protocol(protocol: str) -> tuple[Filter, ...]:
    """The filters of one protocol: in the order of the tables, the suite first, lengths last."""
    named = tuple(NamedFilter(one) for one in ATTRIBUTES if one.protocol == protocol)
    suite = (SuiteFilter(),) if protocol == Protection.Protocol.TLS else ()
    return (*suite, *named, KeyBitsFilter(protocol))


SECURITY: Final[tuple[Filter, ...]] = (
    ChoiceFilter(
        *("protocol", "Protocol", "p.protocol"),
        tuple((str(value), str(words)) for value, words in Protection.Protocol.choices),
        speaks=True,
    ),
    VersionFilter(),
    *_of_protocol(Protection.Protocol.TLS),
    *_of_protocol(Protection.Protocol.SSH),
    *_of_protocol(Protection.Protocol.IPSEC),
    ChoiceFilter(
        *("strength", "Strength", "p.strength"),
        tuple((str(value), str(words)) for value, words in Protection.Strength.choices),
        unknown=_UNKNOWN_STRENGTH,
    ),
    ChoiceFilter(
        *("quantum", "Quantum readiness", ""),
        (
            ("vulnerable", "quantum-vulnerable"),
            ("not-vulnerable", "not quantum-vulnerable"),
            ("unknown", "unknown whether quantum-vulnerable"),
        ),
        clauses={
            "vulnerable": Clause("p.quantum_vulnerable IS TRUE"),
            "not-vulnerable": Clause("p.quantum_vulnerable IS FALSE"),
            "unknown": _UNKNOWN_QUANTUM,
        },
        unknown=_UNKNOWN_QUANTUM,
    ),
    ChoiceFilter(
        *("source", "Source", ""),
        tuple((name.lower(), name.lower()) for name in ("Observed", "Provider", UNKNOWN)),
        clauses={name.lower(): fact("source", name) for name in ("Observed", "Provider", UNKNOWN)},
        unknown=unsaid("source"),
    ),
    ExpiryFilter(),
)


def clause_of(filters: Iterable[Filter], terms: Terms, *, scope: str = "") -> Clause:
    """Return the condition on a session that its values pass; with `scope` only of one part of it.

    Without `totals`: those are a condition on sums.
    """
    groups = groups_of(terms)
    grouped = {key for group in groups.values() for key in group}
    asked = [one for one in filters if one.key in terms and one.scope != _TOTALS]
    clauses = [
        any_of(removed(terms[one.key]) if one.key in grouped else terms[one.key])
        for one in asked
        if scope in {"", one.scope} and terms[one.key]
    ]
    security = [_any_group(groups)] if groups and scope in {"", _PROTECTION} else []
    # The protocol comes first: nothing else need be looked at in sessions of others.
    return all_of([clause for clause in (*security, *clauses) if clause.sql != "TRUE"])


def groups_of(terms: Terms) -> Groups:
    """What is asked of each protocol that is asked for, by the keys of the filters."""
    found: dict[str, dict[str, list[Term]]] = {}
    for protocol in (*_PROTOCOLS[1:], UNPROTECTED):
        for key, given in terms.items():
            speaking = [term for term in wanted(given) if protocol in term.protocols]
            if speaking:
                found.setdefault(protocol, {})[key] = speaking
    return found


def _any_group(groups: Mapping[str, Terms]) -> Clause:
    """Return the condition that a protection is as one of the protocols asked for must be."""
    alternatives = []
    for protocol, group in groups.items():
        own = Clause("p.protocol = %s", (protocol,))
        terms = [any_of(terms) for key, terms in group.items() if key != "protocol"]
        held = all_of([own, *terms])
        alternatives.append(Clause(f"({held.sql})", held.params) if terms else held)
    return either(alternatives)
