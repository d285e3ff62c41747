"""What filters ask, as people say it.

`TCP servers on PLEXA in the last 30 days, TLS 1.1 or older or unprotected, except job FTPD1`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from analyzer.models import Protection
from analyzer.queries.terms.period import Period
from analyzer.queries.terms.term import Filter, Term

_PLACES: Final = ("sysplex", "system", "stack")
_SUBJECT: Final = "traffic"
_ROLES: Final = {"server": "TCP servers", "client": "TCP clients", "peer": "EE peers"}
_PROTOCOLS: Final = {
    str(value): "unprotected" if value == Protection.Protocol.NONE else str(words)
    for value, words in Protection.Protocol.choices
}
_NAMING: Final = ("protocol", "version")
_OR: Final = " or "
_BESIDE: Final = ("strength", "quantum", "source", "expiry", "baseline")
"""Security filters of any protocol: they must hold beside those of single protocols."""
_PLAIN: Final = {
    **dict.fromkeys(("protocol", "version", "quantum", "baseline"), ""),
    "expiry": "certificate ",
}
"""What is said with something else in front than the filter's label."""
Terms = Mapping[str, Sequence[Term]]
Groups = Mapping[str, Terms]


def say(
    subject: str, period: Period, filters: Sequence[Filter], terms: Terms, groups: Groups
) -> str:
    """Return the sentence; `groups` are the security filters by protocol, `filters` in order."""
    grouped = {key for group in groups.values() for key in group}
    named = subject or _OR.join(_ROLES[term.text] for term in wanted(terms.get("role", ())))
    spoken = {*_PLACES, *grouped, *({"role"} if named and not subject else ())}
    rest = [one for one in filters if one.key not in spoken and wanted(terms.get(one.key, ()))]
    scope, beside = (
        [_said(one, wanted(terms[one.key])) for one in rest if (one.key in _BESIDE) == security]
        for security in (False, True)
    )
    opening = " ".join([named or _SUBJECT, *_places(terms), period.phrase])
    return ", ".join(
        [opening, *scope, *_protections(filters, groups), *beside, *_exceptions(filters, terms)]
    )


def chip_words(terms: Sequence[Term]) -> str:
    """Return the values of one filter by themselves."""
    kept, gone = wanted(terms), removed(terms)
    words = [f"not {term.words}" for term in gone]
    words += ["not unknown"] if _with_unknown(gone) else []
    return ", ".join([*([_alternatives(kept)] if kept else []), *words])


def wanted(terms: Sequence[Term]) -> list[Term]:
    """The values that are asked for."""
    return [term for term in terms if not term.negated]


def removed(terms: Sequence[Term]) -> list[Term]:
    """The values that are taken away."""
    return [term for term in terms if term.negated]


def lowered(label: str) -> str:
    """A label inside a sentence: what is no abbreviation begins with a small letter."""
    return f"{label[0].lower() if label[1].islower() else label[0]}{label[1:]}"


def _places(terms: Terms) -> list[str]:
    found = [_alternatives(wanted(terms[key])) for key in _PLACES if wanted(terms.get(key, ()))]
    return ["on", " and ".join(found)] if found else []


def _protections(filters: Sequence[Filter], groups: Groups) -> list[str]:
    said = [_group(protocol, filters, group) for protocol, group in groups.items()]
    plain = not any(" with " in one for one in said)
    return [(_OR if plain else ", or ").join(said)] if said else []


def _group(protocol: str, filters: Sequence[Filter], group: Terms) -> str:
    versions = group.get("version", ())
    name = _PROTOCOLS[protocol]
    known = [term for term in versions if len(term.protocols) == 1]
    if versions:
        name = _alternatives(versions) if len(known) == len(versions) else _of(name, versions)
    attributes = [
        f"{_noun(one, protocol)} {_alternatives(group[one.key])}"
        for one in filters
        if one.key in group and one.key not in _NAMING
    ]
    return f"{name} with {' and '.join(attributes)}" if attributes else name


def _of(name: str, versions: Sequence[Term]) -> str:
    return f"{name} of {_alternatives(versions)}"


def _noun(one: Filter, protocol: str) -> str:
    return one.label.removeprefix(f"{_PROTOCOLS[protocol]} ")


def _exceptions(filters: Sequence[Filter], terms: Terms) -> Iterator[str]:
    for one in filters:
        gone = removed(terms.get(one.key, ()))
        if gone:
            unknown = f"{_OR}unknown" if _with_unknown(gone) else ""
            yield f"except {_said(one, gone)}{unknown}"


def _with_unknown(gone: Sequence[Term]) -> bool:
    """Whether the unknown goes as well without being named."""
    return bool(gone) and all(term.with_unknown for term in gone)


def _said(one: Filter, terms: Sequence[Term]) -> str:
    words = _alternatives(terms)
    if one.scope == "totals":
        return f"{words} {lowered(one.label)}"
    return f"{_PLAIN.get(one.key, f'{lowered(one.label)} ')}{words}"


def _alternatives(terms: Sequence[Term]) -> str:
    return _OR.join(term.words for term in terms)
