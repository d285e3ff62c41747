"""IP addresses: one, a network, a range; written so that an index on the inet column serves."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.queries.terms.term import (
    Clause,
    FilterError,
    Scope,
    Term,
    either,
    parts,
    read,
    shown,
)

FORMS = "an address, a network like `10.1.0.0/16` or a range like `10.1.0.5-10.1.0.9`"


@dataclass(frozen=True, slots=True)
class AddressFilter:
    """Addresses, networks and ranges, both IP versions, separated by commas."""

    key: str
    label: str
    column: str
    scope: Scope
    help: str = f"Each value is {FORMS}; several with commas."

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return read(parts(texts), "addresses", self.term)

    def term(self, text: str) -> Term:
        if "/" in text:
            network = str(_network(text))
            return Term(network, network, Clause(f"{self.column} <<= %s::inet", (network,)))
        if "-" in text:
            return self._range(text)
        address = str(_address(text, text))
        return Term(address, address, Clause(f"{self.column} = %s::inet", (address,)))

    def _range(self, text: str) -> Term:
        low, high = (_address(part.strip(), text) for part in text.split("-", 1))
        if low.version != high.version:
            raise FilterError(f"{shown(text)} mixes IP versions")
        if int(low) > int(high):
            raise FilterError(f"{shown(text)} ends before it begins")
        words = f"{low}-{high}"
        clause = Clause(f"{self.column} BETWEEN %s::inet AND %s::inet", (str(low), str(high)))
        return Term(words, words, clause)


_LOCAL = AddressFilter("peer_ip", "", "sv.server_ip", "server")
_REMOTE = AddressFilter("peer_ip", "", "ss.client_ip", "session")


@dataclass(frozen=True, slots=True)
class PeerFilter:
    """Enterprise Extender traffic alone, by the address of the local or of the remote peer."""

    key: str = "peer_ip"
    label: str = "EE peer IP"
    scope: Scope = "session"
    help: str = f"The local or the remote peer of EE traffic: {FORMS}; several with commas."

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return read(parts(texts), "addresses", self._term)

    def _term(self, text: str) -> Term:
        local, remote = _LOCAL.term(text), _REMOTE.term(text)
        one = either([local.clause, remote.clause])
        return Term(
            local.text, local.words, Clause(f"(sv.role = 'peer' AND {one.sql})", one.params)
        )


def _address(text: str, whole: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    _refuse_zone(whole)
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise FilterError(f"{shown(whole)} is not {FORMS}") from None


def _refuse_zone(text: str) -> None:
    if "%" in text:
        raise FilterError(f"{shown(text)} has a zone, which records do not carry")


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    _refuse_zone(text)
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        pass
    try:
        meant = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise FilterError(f"{shown(text)} is not {FORMS}") from None
    raise FilterError(f"{shown(text)} names an address inside a network: did you mean `{meant}`")
