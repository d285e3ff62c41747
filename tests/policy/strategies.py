"""Policies, texts and connections that hypothesis makes."""

from __future__ import annotations

import os
import string
from datetime import date
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from hypothesis import strategies as st

from policy import vocabulary
from policy.attributes import Connection, Direction, Protection, Source
from policy.model import Policy, Requirement, Rule, RuleSet, Traffic
from policy.values.actions import Action
from policy.values.addresses import AddressRange, AddressSet, IPAddress
from policy.values.names import NamePattern
from policy.values.ports import PortRange, PortSet
from policy.vocabulary import KINDS, Protocol

FEW = 3
LONG = int(os.environ.get("ZERTIFY_LONG_CASES", "0"))
"""How many cases a longer run makes of each property."""
# Few values, so that rules and connections meet.
ADDRESSES: list[IPAddress] = [
    ip_address(text)
    for text in (
        *("0.0.0.0", "10.0.0.0", "10.0.0.1", "10.0.0.255", "10.0.1.0", "255.255.255.255"),  # noqa: S104 - an address, not a socket
        *("::", "::1", "2001:db8::", "2001:db8::ffff", "fe80::1", "ffff:ffff::"),
    )
]
PREFIXES = ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/24", "::/0", "2001:db8::/112", "10.0.0.1/32"]
PORTS = [1, 20, 21, 22, 992, 65_535]
JOBS = ["TN3270A", "TN3270", "TN", "FTPD1", "A@#$1", "tn3270a", ""]
PATTERNS = ["TN3270*", "TN*", "*", "TN3270", "FTPD1", "tn3270a", "A@#*"]
LABELS = st.one_of(
    st.sampled_from(["A", "TLS 1.2 or later", "a", "A~2", "Größe", "{x}#"]),
    st.text(string.ascii_letters + string.digits + "-_~é€", min_size=1, max_size=20),
)
TEXTS = st.one_of(
    st.just(""),
    st.text("abc 'ZÄ€漢\\\"#@{}", max_size=20).map(str.strip),
)
COMMENTS = TEXTS.map(lambda text: f"c{text}")


def address_ranges() -> st.SearchStrategy[AddressRange]:
    of_version = st.sampled_from([ADDRESSES[:6], ADDRESSES[6:]])
    pairs = of_version.flatmap(lambda few: st.tuples(st.sampled_from(few), st.sampled_from(few)))
    ranges = pairs.map(lambda pair: AddressRange(*sorted(pair, key=int)))
    return st.one_of(ranges, st.sampled_from(PREFIXES).map(AddressRange.parse))


def port_ranges() -> st.SearchStrategy[PortRange]:
    pairs = st.tuples(st.sampled_from(PORTS), st.sampled_from(PORTS))
    return pairs.map(lambda pair: PortRange(*sorted(pair)))


ADDRESS_RANGES = st.lists(address_ranges(), min_size=1, max_size=FEW, unique=True)
PORT_RANGES = st.lists(port_ranges(), min_size=1, max_size=FEW, unique=True)
LABEL_OR_NONE = st.just("") | LABELS
ADDRESS_SETS = st.none() | st.builds(AddressSet, ADDRESS_RANGES.map(tuple), LABEL_OR_NONE)
PORT_SETS = st.none() | st.builds(PortSet, PORT_RANGES.map(tuple), LABEL_OR_NONE)
SOME_PATTERN = st.none() | st.sampled_from([NamePattern(text) for text in PATTERNS])
TRAFFICS = st.builds(
    Traffic,
    ADDRESS_SETS,
    ADDRESS_SETS,
    PORT_SETS,
    PORT_SETS,
    SOME_PATTERN,
    SOME_PATTERN,
    st.sampled_from(Direction),
)
ACTIONS = st.builds(
    Action,
    LABEL_OR_NONE,
    st.none() | st.integers(0, 7),
    console=st.booleans(),
    audit=st.booleans(),
    reset=st.booleans(),
)
LINES = st.lists(COMMENTS, max_size=2).map(tuple)


@cache
def requirements(protocol: Protocol) -> st.SearchStrategy[Requirement]:
    parts = []
    for attribute, kind in KINDS[protocol].items():
        names = [word.name for word in vocabulary.load().of_kind(kind)][:8]
        few = st.lists(st.sampled_from(names), min_size=1, max_size=FEW, unique=True)
        parts.append(st.none() | st.tuples(st.just(attribute), few.map(tuple)))
    wanted = st.tuples(*parts).map(lambda found: tuple(one for one in found if one))
    bits = st.none() | st.sampled_from([1, 1024, 2048, 4_294_967_295])
    return st.builds(Requirement, st.just(protocol), wanted, bits, LABEL_OR_NONE)


@cache
def rule_parts(protocol: Protocol, kind: str) -> st.SearchStrategy[tuple[Any, ...]]:
    """All of a rule but its name."""
    asks = kind != "catch-all" and protocol is not Protocol.NONE
    return st.tuples(
        ACTIONS,
        TRAFFICS if kind == "specific" else st.just(Traffic()),
        st.none() | requirements(protocol) if asks else st.none(),
        TEXTS,
        TEXTS,
        st.none() | st.dates(date(2000, 1, 1)),
        LINES,
    )


@cache
def rule_sets(protocol: Protocol, most: int = 4) -> st.SearchStrategy[RuleSet]:
    """Strategies are made once: making them anew for each part took longer than drawing."""
    return st.tuples(
        LABELS,
        st.lists(LABELS, min_size=most + 2, max_size=most + 2, unique=True),
        st.none() | rule_parts(protocol, "general"),
        st.lists(rule_parts(protocol, "specific"), max_size=most),
        st.none() | rule_parts(protocol, "catch-all"),
        TEXTS,
        LINES,
    ).map(lambda drawn: _rule_set(protocol, *drawn))


def _rule_set(protocol: Protocol, name: str, names: list[str], *drawn: Any) -> RuleSet:
    general, specific, catch_all, description, lines = drawn
    return RuleSet(
        name,
        protocol,
        Rule(names[0], *general) if general else None,
        tuple(Rule(one, *parts) for one, parts in zip(names[2:], specific, strict=False)),
        Rule(names[1], *catch_all) if catch_all else None,
        description,
        lines,
    )


@cache
def policies(most: int = 4) -> st.SearchStrategy[Policy]:
    some = st.tuples(*(st.none() | rule_sets(one, most) for one in Protocol))
    return some.map(lambda found: Policy(tuple(one for one in found if one)))


@st.composite
def protections(draw: st.DrawFn, protocol: Protocol) -> Protection:
    codes = {
        attribute: draw(st.sampled_from([0, 1, 2, 3, 0x0302, 0x0303, 0x21, 0x7777]))
        for attribute in KINDS[protocol]
        if draw(st.integers(0, 5))
    }
    return Protection(
        protocol,
        codes,
        draw(st.none() | st.sampled_from([0, 512, 1024, 2048, 4096])),
        draw(st.sampled_from(Source)),
        is_manual=protocol is Protocol.IPSEC and draw(st.booleans()),
    )


@st.composite
def connections(draw: st.DrawFn) -> Connection:
    some = draw(st.sets(st.sampled_from([Protocol.TLS, Protocol.SSH, Protocol.IPSEC]), max_size=2))
    near: st.SearchStrategy[IPv4Address | IPv6Address] = st.sampled_from(ADDRESSES)
    return Connection(
        draw(near),
        draw(st.sampled_from([0, *PORTS])),
        draw(near),
        draw(st.sampled_from(PORTS)),
        draw(st.sampled_from(JOBS)),
        draw(st.sampled_from(JOBS)),
        draw(st.sampled_from([None, Direction.INBOUND, Direction.OUTBOUND])),
        tuple(draw(protections(one)) for one in sorted(some)),
        is_failed_handshake=not some and draw(st.booleans()),
        ip_protocol=draw(st.sampled_from([6, 6, 6, 17])),
    )
