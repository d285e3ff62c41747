"""Recorded sessions -> the fields of the one rule that covers them, or why there is no such rule.

What the rule takes beside them is said in words, never silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from analyzer.history import Filters
from designer.forms.rules import OWN
from policy import vocabulary
from policy.attributes import Direction
from policy.errors import PolicyError
from policy.values.addresses import AddressRange
from policy.values.members import MOST_MEMBERS
from policy.values.names import NAME_LIMIT
from policy.values.ports import PortRange, merged
from policy.vectorised import column_of
from policy.vocabulary import KINDS, Attribute, Protocol

Row = dict[str, Any]
DIRECTIONS: Final = {"server": Direction.INBOUND.value, "client": Direction.OUTBOUND.value}
CLIENT: Final = "client_ip"
_UNASKED: Final = {
    "user": "the user ID",
    "peer_ip": "EE peers",
    "dn": "names in certificates",
    "serial": "serial numbers of certificates",
}
"""Filters that no condition of a made rule says, in words."""


class NoRuleError(Exception):
    """No one rule covers these sessions; the message is a sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class Covering:
    """The fields of a rule, and what it takes beside the sessions; or why there is none."""

    fields: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    why_not: str = ""


def of_rows(
    rows: Sequence[Row], filters: Filters | None, protocol: Protocol, *, client: str = ""
) -> Covering:
    """Return the rule for sessions of one protocol, of any servers, under the filters they met.

    Without filters they are met by every client, unless one is named.
    """
    try:
        found = _service(rows)
        clients = _clients(filters) if filters else [_address(client)] if client else []
        _require_bounded(clients)
    except NoRuleError as error:
        return Covering(why_not=str(error))
    theirs = "local_ips" if rows[0]["role"] == "client" else "remote_ips"
    found[theirs] = ", ".join(map(str, clients))
    wanted, notes = _protection(rows, protocol)
    open_ends = [] if clients else ["It takes every client."]
    return Covering(found | wanted, (*open_ends, *_ports_open(rows), *notes, *_unasked(filters)))


def of_connection(row: Row, protocol: Protocol) -> Covering:
    """Return the rule for one connection: its job, its service's port, its protection."""
    port = str(row["port_start"] or "")
    wanted, notes = _protection([row], protocol)
    found = {
        "name": f"{row['job'] or 'Port'} {port}".strip()[:NAME_LIMIT],
        "job": row["job"],
        "direction": DIRECTIONS.get(row["role"], ""),
        f"{row['serves']}_ports": port,
        "description": f"Taken from connection {row['connection']}"
        + (f" of {row['job']}" if row["job"] else ""),
    }
    return Covering(found | wanted, ("It takes every client.", *_ports_open([row]), *notes))


def _service(rows: Sequence[Row]) -> dict[str, Any]:
    """Job, direction and ports; addresses of servers where they have no job or several."""
    roles = {row["role"] for row in rows}
    if len(roles) > 1:
        raise NoRuleError("some were made here and others elsewhere: choose a role")
    role, jobs = rows[0]["role"], {row["job"] or "" for row in rows}
    if role not in DIRECTIONS:
        raise NoRuleError("the direction of these sessions is not known")
    ports = _ports_of(rows)
    mine = "remote" if role == "client" else "local"
    job = jobs.pop() if len(jobs) == 1 else ""
    servers = "" if job else ", ".join(map(str, _servers(rows, role)))
    said = _named(ports)
    return {
        "name": f"{job or ('Port' if said != 'ports' else 'Several')} {said}"[:NAME_LIMIT],
        "job": job,
        "direction": DIRECTIONS[role],
        f"{mine}_ports": ", ".join(map(str, ports)),
        f"{mine}_ips": servers,
    }


def _named(ports: Sequence[PortRange]) -> str:
    return str(ports[0]) if len(ports) == 1 else "ports"


def _ports_of(rows: Sequence[Row]) -> tuple[PortRange, ...]:
    known = [row for row in rows if row["port_start"]]
    if known and len(known) < len(rows):
        raise NoRuleError("the port of some of their servers is not known: choose a port")
    found = merged(PortRange(row["port_start"], row["port_end"]) for row in known)
    _require_bounded(found)
    return found


def _servers(rows: Sequence[Row], role: str) -> list[AddressRange]:
    """The servers' addresses, where each has all of the ports: together they are no more."""
    if len({row["job"] or "" for row in rows}) > 1 and role == "client":
        raise NoRuleError("they are of several jobs, and a rule has one: choose a job")
    ports: dict[str, set[tuple[int, int]]] = {}
    for row in rows:
        ports.setdefault(row["server_ip"], set()).add((row["port_start"], row["port_end"]))
    if len({frozenset(one) for one in ports.values()}) > 1:
        raise NoRuleError(
            "they are of several jobs at other ports of other addresses, and one rule for all would"
            " take every port at every address: choose a job, a port or an address"
        )
    found = [_address(one) for one in ports]
    _require_bounded(found)
    return found


def _clients(filters: Filters) -> list[AddressRange]:
    terms = filters.terms.get(CLIENT, ())
    taken_away = [term.text for term in terms if term.negated]
    if taken_away:
        said = f"`{taken_away[0]}`"
        raise NoRuleError(f"a rule can't leave out single clients ({said}): name those that count")
    return list(dict.fromkeys(_address(term.text) for term in terms))


def _address(text: str) -> AddressRange:
    try:
        return AddressRange.parse(text)
    except PolicyError as error:
        raise NoRuleError(str(error)) from error


def _require_bounded(members: Sequence[object]) -> None:
    if len(members) > MOST_MEMBERS:
        raise NoRuleError(
            f"they are {len(members):,} addresses or ranges of ports, and a rule takes"
            f" {MOST_MEMBERS:,} at most: choose fewer"
        )


def _ports_open(rows: Sequence[Row]) -> Iterator[str]:
    if not rows[0]["port_start"]:
        yield "It takes every port: the record names none."


def _unasked(filters: Filters | None) -> Iterator[str]:
    for key, words in _UNASKED.items():
        if filters and key in filters.terms:
            yield f"It does not ask for {words}, as the filter does."


def _protection(rows: Sequence[Row], protocol: Protocol) -> tuple[dict[str, Any], list[str]]:
    """The versions where there are any, else the algorithms: as few conditions as will do."""
    kinds = KINDS[protocol]
    asked = [Attribute.VERSION] if Attribute.VERSION in kinds else list(kinds)
    found: dict[str, Any] = {}
    notes = []
    for attribute in asked:
        codes = {row[column_of(protocol, attribute.value)] for row in rows}
        words = _words(protocol, attribute, codes)
        name = attribute.value.replace("_", " ")
        if words:
            found[f"want_{attribute.value}"] = words
        else:
            notes.append(f"It takes every {name}: no word means what some of them have.")
    if Attribute.VERSION in kinds and found:
        notes.append("It asks for the version, not for algorithms: add them where they count.")
    elif len({tuple(row[column_of(protocol, one.value)] for one in asked) for row in rows}) > 1:
        notes.append("It takes each of these algorithms together with each of the others.")
    return found | ({"security": OWN} if found else {}), notes


def _words(protocol: Protocol, attribute: Attribute, codes: Iterable[int | None]) -> list[str]:
    """The words that mean these codes; none where a code has no word."""
    found: list[str] = []
    for code in codes:
        fitting = [w.name for w in vocabulary.choices(protocol, attribute) if w.codes == {code}]
        if not fitting:
            return []
        found += fitting[:1]
    order = [one.name for one in vocabulary.choices(protocol, attribute)]
    return sorted(found, key=order.index)
