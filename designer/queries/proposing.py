"""A rule set that accepts what a saved query finds acceptable, and what it could not be made for.

Sessions that no rule can tell apart are taken together first: cost grows with what is different.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Address
from itertools import islice
from typing import Any, Final

import polars as pl
from django.contrib.auth.models import User

from analyzer import history
from designer.content.errors import DesignerError
from designer.queries.effect.places import PLACE, UNDECIDED, places
from designer.queries.effect.summary import MOST_SHOWN, Hit, caught_by_the_end
from designer.queries.site import matching
from policy.attributes import TCP, Connection, Direction, Protection, source_of
from policy.errors import GivenUpError
from policy.model import RuleSet
from policy.proposal import ACCEPTABLE, Judged, Proposal, propose
from policy.settings import DEFAULTS, Settings
from policy.vectorised import column_of
from policy.vocabulary import KINDS, Attribute, Protocol
from policy.words import sentences

PROTOCOLS: Final = (Protocol.TLS, Protocol.SSH, Protocol.IPSEC)
"""Nothing is acceptable about traffic without protection, so there is nothing to propose."""
MOST_KINDS: Final = 20_000
MOST_PORTS: Final = 1_024
MOST_CASES: Final = 30_000
"""Kinds at each of their ports."""
MOST_RULES: Final = 300
WIDE: Final = f"its record names a range of more than {MOST_PORTS:,} ports"
_BITS: Final = {Protocol.TLS: 0x80, Protocol.SSH: 0x40, Protocol.IPSEC: 0x20}
_DIRECTIONS: Final = {1: Direction.INBOUND, 2: Direction.OUTBOUND}
_NOWHERE: Final = IPv4Address("0.0.0.0")  # noqa: S104 -- no address to listen on: none is asked for
_SERVICE: Final = ("direction", "port_start", "port_end", "job")
Row = dict[str, Any]
Case = tuple[Judged, int]
"""A kind at one port, and the number of the kind."""


@dataclass(frozen=True, slots=True)
class Met:
    """How many different sessions, and the connections in them."""

    sessions: int = 0
    connections: int = 0


@dataclass(frozen=True, slots=True)
class Proposed:
    """A rule of the proposal in words, and what it meets."""

    name: str
    sentence: str
    met: Met


@dataclass(frozen=True, slots=True)
class Reason:
    """Why acceptable sessions were left out; the services with the most connections, and more."""

    reason: str
    met: Met
    services: Sequence[str]
    more: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed rule set with what it would do to the sessions that it was made of.

    `acceptable` are those of an acceptable strength, `allowed` those that one rule accepts, `rest`
    what falls to the catch-all, by service in `caught`; `undecided` span ports of several rules.
    """

    rule_set: RuleSet
    query: history.SavedQuestion
    first: date | None
    last: date | None
    seen: Met
    acceptable: Met
    allowed: Met
    rest: Met
    undecided: Met
    rules: Sequence[Proposed]
    caught: Sequence[Hit]
    caught_groups: int
    left_out: Sequence[Reason]


def read_proposal(
    pk: int, *, protocol: Protocol, name: str, by: User, limit_s: float
) -> Draft | None:
    """Return what a saved query proposes; None when there is no such query for this person.

    Raises OutOfTimeError (web.budget), history.TooManySessionsError, DesignerError.
    """
    query = history.saved_query(pk, user=by)
    if query is None:
        return None
    if query.refused:
        raise DesignerError(f"the query can be used no more: {query.refused}")
    found = history.sessions(query.filters, limit_s=limit_s, role=query.role)
    return proposal_of(found, query, protocol, name, matching())


def proposal_of(
    found: history.History,
    query: history.SavedQuestion,
    protocol: Protocol,
    name: str,
    how: Settings = DEFAULTS,
) -> Draft:
    """Return the proposal for the sessions of a history. Raises DesignerError."""
    has = pl.col("protocols") & _BITS[protocol] != 0
    frame = found.frame.filter((pl.col("ip_protocol") == TCP) & has)
    kinds = _kinds(frame, protocol)
    if len(kinds) > MOST_KINDS:
        message = f"{len(kinds):,} different services and protections are too many to tell apart"
        raise DesignerError(f"{message}; narrow the query")
    judged = _bounded(
        (one, number) for number, row in enumerate(kinds) for one in _judged(row, protocol)
    )
    judged += _bounded(_unacceptable(kinds, judged, protocol))
    try:
        made = propose((one for one, _ in judged), protocol, name=name, settings=how)
    except GivenUpError as error:
        message = "it has too many services and protections to hold against each other"
        raise DesignerError(f"{message}; narrow the query") from error
    if len(made.rule_set.specific) > MOST_RULES:
        message = f"it would take {len(made.rule_set.specific):,} rules, more than {MOST_RULES}"
        raise DesignerError(f"{message}; narrow the query")
    return _draft(found, query, frame, made, _reasons(made, judged, kinds), how)


def _draft(
    found: history.History,
    query: history.SavedQuestion,
    frame: pl.DataFrame,
    made: Proposal,
    left_out: Sequence[Reason],
    how: Settings,
) -> Draft:
    rule_set = made.rule_set
    placed = frame.with_columns(places(rule_set, frame, how).alias(PLACE))
    sums = (pl.len().alias("sessions"), pl.col("connections").sum())
    rows = placed.group_by(PLACE).agg(sums).iter_rows()
    met = {place: Met(sessions, connections) for place, sessions, connections in rows}
    said = zip(rule_set.rules(), sentences(rule_set), strict=True)
    rules = [Proposed(r.name, s, met.get(place, Met())) for place, (r, s) in enumerate(said)]
    good = frame.filter(pl.col("strength").is_in(list(ACCEPTABLE)))
    caught, groups = caught_by_the_end(rule_set, placed)
    return Draft(
        rule_set=rule_set,
        query=query,
        first=found.first,
        last=found.last,
        seen=Met(len(frame), int(frame["connections"].sum())),
        acceptable=Met(len(good), int(good["connections"].sum())),
        allowed=_together(one.met for one in rules[:-1]),
        rest=rules[-1].met,
        undecided=met.get(UNDECIDED, Met()),
        rules=rules,
        caught=caught,
        caught_groups=groups,
        left_out=left_out,
    )


def _kinds(frame: pl.DataFrame, protocol: Protocol) -> list[Row]:
    """One row for all sessions that are alike to a rule and in their strength."""
    what = [attribute.value for attribute in KINDS[protocol]]
    what += ["key_bits", "manual" if protocol is Protocol.IPSEC else "source"]
    keys = [*_SERVICE, "strength", *(column_of(protocol, one) for one in what)]
    sums = (pl.len().alias("sessions"), pl.col("connections").sum())
    return frame.group_by(keys).agg(sums).sort(keys, nulls_last=True).rows(named=True)


def _judged(row: Row, protocol: Protocol) -> Iterator[Judged]:
    """An acceptable kind once for each port of its range; none for a range that is too wide."""
    if row["strength"] in ACCEPTABLE and row["port_end"] - row["port_start"] < MOST_PORTS:
        for port in range(row["port_start"], row["port_end"] + 1):
            yield Judged(_connection(row, protocol, port), row["strength"])


def _unacceptable(kinds: Sequence[Row], good: Sequence[Case], protocol: Protocol) -> Iterator[Case]:
    """The other kinds, at those ports alone at which something acceptable could be let in."""
    ports: dict[tuple[int, str], set[int]] = defaultdict(set)
    for one, number in good:
        at = one.connection
        port = at.remote_port if at.direction is Direction.OUTBOUND else at.local_port
        ports[_place(kinds[number])].add(port)
    ordered = {place: sorted(found) for place, found in ports.items()}
    for number, row in enumerate(kinds):
        if row["strength"] not in ACCEPTABLE:
            known = ordered.get(_place(row), [])
            first = bisect_left(known, row["port_start"])
            for port in known[first : bisect_right(known, row["port_end"])]:
                yield Judged(_connection(row, protocol, port), row["strength"]), number


def _bounded(cases: Iterator[Case]) -> list[Case]:
    found = list(islice(cases, MOST_CASES + 1))
    if len(found) > MOST_CASES:
        message = f"it has more than {MOST_CASES:,} services with each of their ports"
        raise DesignerError(f"{message}; narrow the query")
    return found


def _place(row: Row) -> tuple[int, str]:
    return row["direction"], row["job"].strip().upper()


def _connection(row: Row, protocol: Protocol, port: int) -> Connection:
    direction = _DIRECTIONS.get(row["direction"])
    ends = (0, port) if direction is Direction.OUTBOUND else (port, 0)
    return Connection(
        _NOWHERE,
        ends[0],
        _NOWHERE,
        ends[1],
        job=row["job"],
        direction=direction,
        protections=(_protection(row, protocol),),
    )


def _protection(row: Row, protocol: Protocol) -> Protection:
    codes: dict[Attribute, int] = {
        attribute: code
        for attribute in KINDS[protocol]
        if (code := row[column_of(protocol, attribute.value)]) is not None
    }
    bits = row[column_of(protocol, "key_bits")]
    if protocol is Protocol.IPSEC:
        manual = bool(row[column_of(protocol, "manual")])
        return Protection(protocol, codes, bits, is_manual=manual)
    return Protection(protocol, codes, bits, source_of(row[column_of(protocol, "source")]))


def _reasons(made: Proposal, judged: Sequence[Case], kinds: Sequence[Row]) -> list[Reason]:
    """What was left out, by its reason; a kind counts once, whatever ports it has."""
    number_of = {id(one): number for one, number in judged}
    by_reason: dict[str, set[int]] = defaultdict(set)
    for one in made.left_out:
        by_reason[one.reason].add(number_of[id(one.session)])
    for number, row in enumerate(kinds):
        if row["strength"] in ACCEPTABLE and row["port_end"] - row["port_start"] >= MOST_PORTS:
            by_reason[WIDE].add(number)
    found = [
        _reason(reason, [kinds[n] for n in sorted(some)]) for reason, some in by_reason.items()
    ]
    return sorted(found, key=lambda one: (-one.met.connections, one.reason))


def _reason(reason: str, rows: Sequence[Row]) -> Reason:
    by_service: dict[str, int] = defaultdict(int)
    for row in rows:
        by_service[_service(row)] += row["connections"]
    order = sorted(by_service, key=lambda name: (-by_service[name], name))
    met = _together(Met(row["sessions"], row["connections"]) for row in rows)
    return Reason(reason, met, order[:MOST_SHOWN], max(0, len(order) - MOST_SHOWN))


def _service(row: Row) -> str:
    start, end = row["port_start"], row["port_end"]
    ports = f"port {start}" if start == end else f"ports {start}-{end}"
    to = "to " if row["direction"] == 2 else ""
    return f"{row['job'] or 'no job name'} {to}{ports}"


def _together(some: Iterable[Met]) -> Met:
    found = list(some)
    return Met(sum(one.sessions for one in found), sum(one.connections for one in found))
