"""IP addresses, prefixes and ranges (Policy Agent, general syntax rules; AT-TLS `LocalAddr`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self

from policy.errors import ValueInvalidError
from policy.values.members import Spans, check_members
from policy.values.names import check_label

IPAddress = IPv4Address | IPv6Address
_TRANSITION = IPv6Network("::/96")
FORMS = "an address is written `10.1.1.1`, a prefix `10.1.0.0/16`, a range `10.1.1.1-10.1.1.9`"


def parse_address(text: str) -> IPAddress:
    """Return the IPv4 or IPv6 address written in `text`; raises `ValueInvalidError`.

    IPv4-mapped addresses and those of `::/96` but `::` and `::1` are not valid in a policy
    (IBM Docs z/OS 3.1.0, General syntax rules for Policy Agent).
    """
    try:
        found = ip_address(text)
    except ValueError as error:
        raise ValueInvalidError(text, "is not an IP address", FORMS) from error
    if isinstance(found, IPv6Address):
        _refuse_mapped(text, found)
        if found.scope_id is not None:
            raise ValueInvalidError(text, "names a scope, which a policy can't")
    return found


def _refuse_mapped(text: str, address: IPv6Address) -> None:
    if address.ipv4_mapped is not None or (address in _TRANSITION and int(address) > 1):
        raise ValueInvalidError(
            text, "carries an IPv4 address in IPv6, which a policy can't", "write the IPv4 address"
        )


@dataclass(frozen=True, slots=True)
class AddressRange:
    """Addresses from `first` to `last`, both of one version; `prefix_bits` where written so."""

    first: IPAddress
    last: IPAddress
    prefix_bits: int | None = None

    def __post_init__(self) -> None:
        if self.first.version != self.last.version:
            raise ValueInvalidError(str(self), "mixes IPv4 and IPv6")
        if int(self.first) > int(self.last):
            raise ValueInvalidError(str(self), "ends before it begins", "lower address first")
        if self.prefix_bits is not None:
            low_bits = (1 << max(self.first.max_prefixlen - self.prefix_bits, 0)) - 1
            if int(self.first) & low_bits or int(self.last) != int(self.first) | low_bits:
                raise ValueInvalidError(str(self), "is not the whole of its prefix")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the address, prefix or range in `text`; raises `ValueInvalidError`."""
        if "/" in text:
            return cls._of_prefix(text)
        first, dash, last = text.partition("-")
        if not dash:
            one = parse_address(text)
            return cls(one, one)
        if not first or not last:
            raise ValueInvalidError(text, "is half a range", FORMS)
        return cls(parse_address(first), parse_address(last))

    @classmethod
    def _of_prefix(cls, text: str) -> Self:
        address, _, bits = text.partition("/")
        if not (bits.isascii() and bits.isdecimal()):
            raise ValueInvalidError(text, "has no prefix length in bits", FORMS)
        base = parse_address(address)
        if int(bits) > base.max_prefixlen:
            raise ValueInvalidError(text, f"has more than {base.max_prefixlen} bits")
        network = ip_network(f"{base}/{bits}", strict=False)
        if network.network_address != base:
            raise ValueInvalidError(text, "has bits set behind its prefix", f"write `{network}`")
        return cls(network[0], network[-1], int(bits))

    def __contains__(self, address: object) -> bool:
        return (
            isinstance(address, IPv4Address | IPv6Address)
            and address.version == self.first.version
            and int(self.first) <= int(address) <= int(self.last)
        )

    def __str__(self) -> str:
        if self.prefix_bits is not None:
            return f"{self.first}/{self.prefix_bits}"
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class AddressSet:
    """Any of `members`, 1 to `MOST_MEMBERS`, none twice; `name` where it is a named group."""

    members: tuple[AddressRange, ...]
    name: str = ""
    _v4: Spans = field(init=False, repr=False, compare=False)
    _v6: Spans = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_members(self.members, "an address", self.name)
        for name, kind in (("_v4", IPv4Address), ("_v6", IPv6Address)):
            mine = (one for one in self.members if isinstance(one.first, kind))
            spans = Spans((int(one.first), int(one.last)) for one in mine)
            object.__setattr__(self, name, spans)
        check_label(self.name)

    @classmethod
    def parse(cls, *texts: str, name: str = "") -> Self:
        """Return the set of what is written in `texts`; raises `ValueInvalidError`."""
        return cls(tuple(AddressRange.parse(text) for text in texts), name)

    def __contains__(self, address: object) -> bool:
        if isinstance(address, IPv4Address):
            return int(address) in self._v4
        return isinstance(address, IPv6Address) and int(address) in self._v6

    def __str__(self) -> str:
        return ", ".join(str(member) for member in self.members)
