"""Who talks to whom: owners, classes, client networks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from ipaddress import ip_address

from analyzer.charts.flows import OTHER, Flow, flows
from analyzer.queries.overview.flows import MOST, NAME, NETWORK_BITS
from analyzer.queries.overview.tallies import Tally
from analyzer.tables import overview as tables
from analyzer.views.overview.card import Card, Shown
from analyzer.views.overview.links import UNNAMED, can_ask

_OTHER_OWNERS = f"{OTHER}servers"
_OTHER_NETWORKS = f"{OTHER}networks"


def card(shown: Shown) -> Card:
    """Return the flows with the greatest owners and networks by name, the rest together."""
    found = shown.facts.of(NAME)
    rows = [(_cells(one), _href(shown, *one.keys)) for one in found]
    drawn = [Flow(_owner(one), one.keys[1], _network(one), one.connections) for one in found]
    lead = (
        f"Servers by job, class of protection, clients by network"
        f" (/{NETWORK_BITS[4]}, IPv6 /{NETWORK_BITS[6]}). The {MOST} greatest of each are named."
    )
    return Card(
        *("topology", "Who talks to whom", "server"),
        lead=lead,
        columns=tables.FLOWS,
        rows=rows,
        chart=flows(drawn, _hrefs(shown, found)),
        empty="No connections.",
        more_href=shown.links.report(),
        more_words="All servers",
        wide=True,
    )


def _hrefs(shown: Shown, found: Sequence[Tally]) -> dict[tuple[str, str, str], str]:
    hrefs: dict[tuple[str, str, str], str] = defaultdict(str)
    for one in found:
        owner, strength, network = one.keys
        hrefs[_owner(one), strength, ""] = _href(shown, owner, strength, "", any_network=True)
        hrefs["", strength, _network(one)] = _href(shown, "", strength, network, any_owner=True)
    return hrefs


def _href(
    shown: Shown,
    owner: str,
    strength: str,
    network: str,
    *,
    any_owner: bool = False,
    any_network: bool = False,
) -> str:
    """The report behind a flow; the others together have no address of their own."""
    asked = {"strength": strength}
    if not any_network:
        if not network:
            return ""
        asked["client_ip"] = network
    if not any_owner:
        name = _owner_param(owner)
        if not name:
            return ""
        asked |= {name: owner} if name == "job" else {name: owner, "job": UNNAMED}
    return shown.links.report(**asked)


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
