"""The context line of data pages: which filters hold, how much data they reach, the filter form."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from analyzer.forms.filters import FilterForm, Group
from analyzer.forms.queries import PREFIX
from analyzer.models import Server
from analyzer.queries import choices
from analyzer.queries.data import imports as import_reads
from analyzer.queries.filters import NAMES, Filters
from analyzer.queries.terms.period import ALL, DEFAULT
from analyzer.tables.columns import Table
from analyzer.views.sheet import pairs

# Parameters of the address that belong to the page and not to its filters.
PAGE_PARAMS = frozenset({"sort", "columns", "detail", "show"})
TABS = (
    (Server.Role.SERVER, "report_servers", "TCP Server Traffic"),
    (Server.Role.CLIENT, "report_clients", "TCP Client Traffic"),
    (Server.Role.PEER, "report_peers", "EE Peer Traffic"),
)

CERTIFICATES, COMPARE, BASELINES = "certificates", "compare", "baselines"
"""Stand in the place of a role for the tabs that belong to none."""
_PLACES = (
    (CERTIFICATES, "report_certificates", "Certificates"),
    (COMPARE, "report_compare", "Compare"),
    (BASELINES, "report_baselines", "Baselines"),
)


@dataclass(frozen=True, slots=True)
class ChipLink:
    """One filter in words; `href` is the address without it, empty when it can't go."""

    label: str
    value: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the report: `here` when the page lies in it, `exact` when it is its first page.

    `save_href` leads to the builder under the same filters, `pack_href` to an audit pack,
    `bill_href` to a bill of materials.
    """

    word: str
    href: str
    here: bool
    exact: bool
    save_href: str
    pack_href: str = ""
    bill_href: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What `components/_context_line.html` shows; `query` holds the filters for other addresses."""

    filters: Filters
    errors: Mapping[str, str]
    chips: Sequence[ChipLink]
    groups: Sequence[Group]
    kept: Sequence[tuple[str, str]]
    clear_href: str
    all_days_href: str
    coverage: import_reads.Coverage
    asked: Mapping[str, Sequence[str]]

    @property
    def status(self) -> int:
        """Of the page: 400 when a filter can't be used."""
        return HTTPStatus.BAD_REQUEST if self.errors else HTTPStatus.OK

    def beside(self, path: str, **changes: str) -> str:
        """The address of another page under the same filters, some of them changed."""
        params = {**self.asked, **{name: [value] for name, value in changes.items()}}
        query = urlencode(params, doseq=True)
        return f"{path}?{query}" if query else path


def read_scope(request: HttpRequest, *, also: Collection[str] = ()) -> Scope:
    """Return what holds on a page; `also` names parameters that it has beside its filters."""
    own = PAGE_PARAMS | {*also}
    filters, errors = Filters.from_params(request.GET, also=own)
    kept = [pair for pair in pairs(request.GET) if pair[0] in own]
    return Scope(
        filters=filters,
        errors=errors,
        chips=_chips(filters, kept),
        groups=FilterForm(request.GET, errors).groups(
            stacks=choices.stacks(), versions=choices.versions(), whole=False
        ),
        kept=kept,
        clear_href=f"?{urlencode(kept)}",
        all_days_href=_address(replace(filters, period=ALL).to_params(), kept),
        coverage=import_reads.coverage(filters),
        asked=_asked(request, filters),
    )


def tabs(request: HttpRequest, scope: Scope, role: str) -> list[Tab]:
    """The tabs, each under the same filters; `role` is the one of this page.

    The last ones belong to any role.
    """
    found = []
    for tab_role, name, word in TABS:
        path = reverse(name)
        opens = {f"{PREFIX}-tab": name.removeprefix("report_")}
        found.append(
            Tab(
                word,
                scope.beside(path),
                here=tab_role == role,
                exact=path == request.path,
                save_href=scope.beside(reverse("query"), **opens),
                pack_href=scope.beside(reverse("pack_new")),
                bill_href=scope.beside(reverse("report_cbom")),
            )
        )
    for place, name, word in _PLACES:
        path = reverse(name)
        here, exact = place == role, path == request.path
        # Nothing is before all days: comparing begins with the usual ones.
        usual = place == COMPARE and scope.filters.period == ALL
        href = scope.beside(path, **({"days": str(DEFAULT.days)} if usual else {}))
        found.append(Tab(word, href, here, exact, save_href=""))
    return found


def tab_step(scope: Scope, role: str) -> dict[str, str]:
    """The first step of a trail: the tab of a role."""
    name, word = next((name, word) for tab_role, name, word in TABS if tab_role == role)
    return {"href": scope.beside(reverse(name)), "word": word}


def known_sort(request: HttpRequest, table: Table) -> str:
    """The order of the address if the table has it, else the table's own."""
    asked = request.GET.get("sort", "")
    column = table.by_key.get(asked.removeprefix("-"))
    return asked if column is not None and column.sortable else table.default_sort


def _asked(request: HttpRequest, filters: Filters) -> Mapping[str, Sequence[str]]:
    """What other pages are to be asked for; wrong values go along, or those would show more."""
    if not filters.refused:
        return filters.to_params()
    return {name: values for name, values in request.GET.lists() if name in NAMES}


def _chips(filters: Filters, kept: Sequence[tuple[str, str]]) -> list[ChipLink]:
    found = [
        ChipLink(chip.label, chip.value, _address(chip.rest, kept)) for chip in filters.chips()
    ]
    if filters.period == DEFAULT:
        found.insert(0, ChipLink("Days", filters.period.words))
    return found


def _address(rest: Mapping[str, Sequence[str]], kept: Sequence[tuple[str, str]]) -> str:
    return f"?{urlencode([*((n, v) for n, values in rest.items() for v in values), *kept])}"
