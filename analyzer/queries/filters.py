"""All filters of a report together: from an address, back into one, in words, and as SQL.

A value that can't be used is an error by its parameter, and such filters match nothing: a report
never shows more than was asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from django.http import QueryDict

from analyzer.models import Protection
from analyzer.queries.terms.addresses import AddressFilter
from analyzer.queries.terms.choices import ChoiceFilter
from analyzer.queries.terms.names import DistinguishedNameFilter, NameFilter
from analyzer.queries.terms.period import ALL, DEFAULT, PARAMS, Period, parse_period
from analyzer.queries.terms.places import StackFilter
from analyzer.queries.terms.ports import PortFilter
from analyzer.queries.terms.term import Clause, Filter, FilterError, Term, all_of, any_of
from smf import codes

_VERSIONED: Final = ("tls_protocol_version", "ssh_protocol_version", "ike_version")
VERSIONS: Final = tuple(
    dict.fromkeys(code.short_name for name in _VERSIONED for code in codes.members(name))
)
"""Names of protocol versions that a protection can have, as the code tables list them."""

FILTERS: Final[tuple[Filter, ...]] = (
    NameFilter("sysplex", "Sysplex", "st.sysplex"),
    NameFilter("system", "System", "st.system"),
    StackFilter(),
    AddressFilter("server_ip", "Server IP", "sv.server_ip", "server"),
    AddressFilter("client_ip", "Client IP", "ss.client_ip", "session"),
    PortFilter(),
    NameFilter("job", "Job", "sv.job"),
    NameFilter("user", "User ID", 'sv."user"'),
    DistinguishedNameFilter(),
    ChoiceFilter(
        "protocol",
        "Protocol",
        "p.protocol",
        tuple((str(value), str(words)) for value, words in Protection.Protocol.choices),
    ),
    ChoiceFilter(
        "version",
        "Version",
        "p.version",
        tuple((name, name) for name in VERSIONS),
        also=r"unknown \(X'[0-9A-F]+'?\)?",  # an unlisted code; the store's column may cut it
    ),
    ChoiceFilter(
        "strength",
        "Strength",
        "p.strength",
        tuple((str(value), str(words)) for value, words in Protection.Strength.choices),
    ),
)
NAMES: Final = frozenset([*PARAMS, *(one.key for one in FILTERS)])
NEUTRAL: Final = frozenset(["sort", "after", "limit", "format", "columns", "detail", "page"])
"""Parameters of an address that are no filters and may stand beside them."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One removable filter: `rest` are the parameters of all the others."""

    label: str
    param: str
    value: str
    rest: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Filters:
    """The days, and the values of each filter by key. `refused`: something in it can't be used."""

    period: Period = DEFAULT
    terms: Mapping[str, tuple[Term, ...]] = field(default_factory=dict)
    refused: bool = False

    @classmethod
    def from_params(
        cls, params: QueryDict, *, also: Collection[str] = ()
    ) -> tuple[Self, dict[str, str]]:
        """Return the filters of an address and the errors by parameter.

        `also` names further parameters that the page knows. With errors the filters match nothing.
        """
        errors = {
            name: f"`{name}` is not a filter"
            for name in params
            if name not in NAMES | NEUTRAL and name not in also
        }
        period = DEFAULT
        try:
            period = parse_period(*(params.get(name, "").strip() for name in PARAMS))
        except FilterError as error:
            errors[error.param] = str(error)
        terms: dict[str, tuple[Term, ...]] = {}
        for one in FILTERS:
            try:
                found = one.parse(params.getlist(one.key))
            except FilterError as error:
                errors[one.key] = str(error)
            else:
                terms |= {one.key: found} if found else {}
        return cls(period, terms, refused=bool(errors)), errors

    @classmethod
    def everything(cls) -> Self:
        """All days, no filter."""
        return cls(period=ALL)

    def to_params(self) -> dict[str, list[str]]:
        """The parameters of an address that asks the same."""
        chosen = {key: [term.text for term in terms] for key, terms in self.terms.items()}
        return self.period.to_params() | chosen

    def chips(self) -> list[Chip]:
        """The filters one by one, each removable; the default period is none."""
        whole = self.to_params()
        found = []
        if self.period != DEFAULT:
            rest = {name: values for name, values in whole.items() if name not in PARAMS}
            param = next(iter(self.period.to_params()))
            found.append(Chip("Days", param, self.period.words, rest))
        for one in FILTERS:
            if one.key in self.terms:
                rest = {name: values for name, values in whole.items() if name != one.key}
                found.append(Chip(one.label, one.key, _words(self.terms[one.key]), rest))
        return found

    def sentence(self) -> str:
        """What is asked, in words, to stand inside a sentence."""
        if self.refused:
            return "nothing, because a filter cannot be used"
        asked = [
            f"{one.label[0].lower() if one.label[1].islower() else one.label[0]}{one.label[1:]}"
            f" {_words(self.terms[one.key])}"
            for one in FILTERS
            if one.key in self.terms
        ]
        return ", ".join([*asked, self.period.words])

    def clause(self, *, scope: str = "") -> Clause:
        """Return the condition on a session; with `scope` only that of one part of it."""
        if self.refused:
            return Clause("FALSE")
        return all_of(
            [
                any_of(self.terms[one.key])
                for one in FILTERS
                if one.key in self.terms and scope in {"", one.scope}
            ]
        )

    def has(self, scope: str) -> bool:
        """True when a filter looks at this part."""
        return any(one.key in self.terms for one in FILTERS if one.scope == scope)


def _words(terms: tuple[Term, ...]) -> str:
    return " or ".join(term.words for term in terms)
