"""Who talks to whom: owners, classes, client networks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from django.http import HttpRequest

from analyzer.charts.flows import OTHER, Flow, flows
from analyzer.queries.overview.flows import MOST, NAME, NETWORK_BITS
from analyzer.queries.overview.tallies import Tally
from analyzer.tables import overview as tables
from analyzer.views.overview.card import Card, Shown
from analyzer.views.overview.links import UNNAMED, Links, can_ask
from analyzer.views.report.rules import AUTHOR, action_behind
from analyzer.views.sheet import ACTIONS

_OTHER_OWNERS = f"{OTHER}servers"
_OTHER_NETWORKS = f"{OTHER}networks"


@dataclass(frozen=True, slots=True)
class _Ways:
    """To the report behind a flow; that behind the others leaves out all that are named."""

    links: Links
    found: Sequence[Tally]

    def to(self, owner: str | None, strength: str, network: str | None) -> str:
        """None is any, an empty name is all that are not named; empty where nobody can ask."""
        asked, but = {"strength": strength}, dict[str, list[str]]()
        if network:
            asked["client_ip"] = network
        elif network is not None:
            but["client_ip"] = self._named(2)
        if owner:
            name = _owner_param(owner)
            if not name:
                return ""
            asked |= {name: owner} if name == "job" else {name: owner, "job": UNNAMED}
        elif owner is not None:
            but["job"] = self._named(0)
            if any(_owner_param(one) != "job" for one in but["job"]):
                return ""  # one filter cannot leave out jobs, and addresses without a job
        return self.links.others(asked, but)

    def _named(self, part: int) -> list[str]:
        return [*dict.fromkeys(one.keys[part] for one in self.found if one.keys[part])]


def card(shown: Shown, request: HttpRequest) -> Card:
    """Return the flows with the greatest owners and networks by name, the rest together."""
    found = shown.facts.of(NAME)
    ways = _Ways(shown.links, found)
    may_make_rules = request.user.has_perm(AUTHOR)
    rows = [(_cells(one), ways.to(*one.keys)) for one in found]
    if may_make_rules:
        rows = [(_with_action(request, cells, href), href) for cells, href in rows]
    drawn = [Flow(_owner(one), one.keys[1], _network(one), one.connections) for one in found]
    lead = (
        f"Servers by job, class of protection, clients by network"
        f" (/{NETWORK_BITS[4]}, IPv6 /{NETWORK_BITS[6]}). The {MOST} greatest of each are named."
    )
    return Card(
        *("topology", "Who talks to whom", "server"),
        lead=lead,
        columns=(*tables.FLOWS, ACTIONS) if may_make_rules else tables.FLOWS,
        rows=rows,
        chart=flows(drawn, _hrefs(ways, found)),
        empty="No connections.",
        more_href=shown.links.report(),
        more_words="All servers",
        wide=True,
    )


def _with_action(request: HttpRequest, cells: dict[str, object], href: str) -> dict[str, object]:
    """The others together have no address, and nothing in common that a rule could say."""
    name = f"{cells['owner']}, {cells['strength']}, {cells['network']}"
    return {**cells, ACTIONS.key: action_behind(request, href, name) if href else []}


def _hrefs(ways: _Ways, found: Sequence[Tally]) -> dict[tuple[str, str, str], str]:
    hrefs: dict[tuple[str, str, str], str] = defaultdict(str)
    for one in found:
        owner, strength, network = one.keys
        hrefs[_owner(one), strength, ""] = ways.to(owner, strength, None)
        hrefs["", strength, _network(one)] = ways.to(None, strength, network)
    return hrefs


def _owner_param(owner: str) -> str:
    """Job names are no addresses: they have eight characters and none of these signs."""
    try:
        ip_address(owner)
    except ValueError:
        return "job" if can_ask(owner) else ""
    return "server_ip"


def _owner(one: Tally) -> str:
    return one.keys[0] or _OTHER_OWNERS


def _network(one: Tally) -> str:
    return one.keys[2] or _OTHER_NETWORKS


def _cells(one: Tally) -> dict[str, object]:
    return {
        "owner": _owner(one),
        "strength": one.keys[1],
        "network": _network(one),
        "connections": one.connections,
        "sessions": one.sessions,
    }
