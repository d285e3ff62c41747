"""All filters of a report together: from an address, back into one, in words, and as SQL.

Values of one filter are alternatives, `!` takes a value away. Scope filters must all hold. Filters
of one protocol (TLS, SSH, IPsec) must all hold for its sessions; protocols, and what is
unprotected, are alternatives; strength and other filters of any protocol must hold beside.

A value that can't be used is an error by its parameter, and such filters match nothing: a report
never shows more than was asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from django.http import QueryDict

from analyzer.models import Server
from analyzer.queries.profiles.term import BaselineFilter
from analyzer.queries.terms.addresses import AddressFilter, PeerFilter
from analyzer.queries.terms.amounts import AMOUNTS
from analyzer.queries.terms.certificates import SerialFilter
from analyzer.queries.terms.choices import ChoiceFilter
from analyzer.queries.terms.names import DistinguishedNameFilter, NameFilter
from analyzer.queries.terms.period import ALL, DEFAULT, PARAMS, Period, parse_period
from analyzer.queries.terms.places import StackFilter
from analyzer.queries.terms.ports import PortFilter
from analyzer.queries.terms.security import SECURITY, clause_of, groups_of
from analyzer.queries.terms.sentence import chip_words, say
from analyzer.queries.terms.term import Clause, Filter, FilterError, Scope, Term, all_of, any_of

FILTERS: Final[tuple[Filter, ...]] = (
    ChoiceFilter(
        *("role", "Role", "sv.role"),
        tuple((str(value), str(words)) for value, words in Server.Role.choices),
        scope="server",
    ),
    NameFilter("sysplex", "Sysplex", "st.sysplex"),
    NameFilter("system", "System", "st.system"),
    StackFilter(),
    AddressFilter("server_ip", "Server IP", "sv.server_ip", "server"),
    AddressFilter("client_ip", "Client IP", "ss.client_ip", "session"),
    PeerFilter(),
    PortFilter(),
    NameFilter("job", "Job", "sv.job"),
    NameFilter("user", "User ID", 'sv."user"'),
    DistinguishedNameFilter(),
    SerialFilter(),
    *AMOUNTS,
    *SECURITY,
    BaselineFilter(),
)
NAMES: Final = frozenset([*PARAMS, *(one.key for one in FILTERS)])
NEUTRAL: Final = frozenset(
    [
        *("sort", "after", "limit", "columns", "detail", "page"),
        *("format", "delimiter", "own_delimiter", "quoting"),
    ]
)
"""Parameters of an address that are no filters and may stand beside them."""
_TOTALS: Final[Scope] = "totals"


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
                found.append(Chip(one.label, one.key, chip_words(self.terms[one.key]), rest))
        return found

    def sentence(self, subject: str = "") -> str:
        """What is asked, in words, to stand inside a sentence.

        `subject` is who it is about, where that does not follow from the filters.
        """
        if self.refused:
            opening = f"{subject}: " if subject else ""
            return f"{opening}nothing, because a filter cannot be used"
        return say(subject, self.period, FILTERS, self.terms, groups_of(self.terms))

    def clause(self, *, scope: str = "") -> Clause:
        """Return the condition on a session; with `scope` only that of one part of it.

        Without `totals`: those are a condition on sums.
        """
        if self.refused:
            return Clause("FALSE")
        return clause_of(FILTERS, self.terms, scope=scope)

    def totals(self) -> Clause:
        """Return the condition on the sums of a session over the period."""
        if self.refused:
            return Clause("FALSE")
        asked = [one.key for one in FILTERS if one.key in self.terms and one.scope == _TOTALS]
        return all_of([any_of(self.terms[key]) for key in asked])

    def has(self, scope: str) -> bool:
        """True when a filter looks at this part."""
        return any(one.key in self.terms for one in FILTERS if one.scope == scope)
