"""Values of filters made up by hypothesis: wildcards, networks and ranges near what is stored."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.utils.http import urlencode
from hypothesis import strategies as st

_NAMES = ["TN3270", "TN3270A", "A_B", "AXB", "A%B", "A\\B", "FTPD1", "O'NEIL", 'Q"UOTE', "ftpd", ""]
_SIGNS = "AB_%\\?*[]^$.'\"X7"
_DNS = ["CN=a_b", "CN=Root,O=Example", "CN=back\\slash", "O=50% Ltd", "CN=Root CA,O=Example"]
_ADDRESSES = [
    *("10.1.0.5", "10.1.0.200", "9.255.0.1", "0.0.0.0", "255.255.255.255", "192.0.2.1"),  # noqa: S104
    *("2001:db8::5", "2001:db8:1::a", "::ffff:10.1.0.5", "::", "ffff::"),
]
_PORTS = [0, 20, 21, 443, 992, 1023, 1024, 7999, 8000, 8079, 8080, 8081, 65534, 65535]
_SUMS = [0, 1, 5, 9, 20, 40, 1_000, 100_000, 250_000, 10**9]


@st.composite
def _pattern(draw: st.DrawFn, stored: list[str], *, most: int) -> str:
    """A stored text with signs replaced, or signs that LIKE, regular expressions and globs know."""
    kind = draw(st.integers(0, 2))
    if kind == 0:
        return draw(st.text(_SIGNS, min_size=1, max_size=min(most, 6)))
    if kind == 1:  # as the names that differ in such a sign alone
        ends = st.sampled_from(["?", "*", "A", "B", ""])
        return draw(ends) + draw(st.sampled_from("_%\\X?*")) + draw(ends)
    signs = list(draw(st.sampled_from([one for one in stored if one])))
    for place in draw(st.lists(st.integers(0, len(signs) - 1), max_size=3)):
        signs[place] = draw(st.sampled_from(["?", "*", "", "_", "%"]))
    return "".join(signs) or "*"


def _name() -> st.SearchStrategy[str]:
    return _pattern(_NAMES, most=8).filter(lambda one: len(one.replace("*", "")) <= 8)


@st.composite
def _address(draw: st.DrawFn) -> str:
    one = ip_address(draw(st.sampled_from(_ADDRESSES)))
    kind = draw(st.integers(0, 2))
    if kind == 0:
        return str(one)
    if kind == 1:
        length = draw(st.integers(0, one.max_prefixlen))
        return str(ip_network((one, length), strict=False))
    others = [ip_address(other) for other in _ADDRESSES]
    other = draw(st.sampled_from([other for other in others if other.version == one.version]))
    low, high = sorted([int(one), int(other)])
    # A little within or beyond the ends.
    last = 2**one.max_prefixlen - 1
    low = min(last, max(0, low + draw(st.integers(-1, 1))))
    high = min(last, max(low, high + draw(st.integers(-1, 1))))
    return f"{type(one)(low)}-{type(one)(high)}"


@st.composite
def _port(draw: st.DrawFn) -> str:
    low, high = sorted([draw(st.sampled_from(_PORTS)), draw(st.sampled_from(_PORTS))])
    return str(low) if draw(st.booleans()) else f"{low}-{high}"


@st.composite
def _sum(draw: st.DrawFn) -> str:
    low, high = sorted([draw(st.sampled_from(_SUMS)), draw(st.sampled_from(_SUMS))])
    return draw(
        st.sampled_from([f"{low}-{high}", *(f"{one}{low}" for one in ("", ">", "<=", "<"))])
    )


DRAWN: dict[str, st.SearchStrategy[str]] = {
    **dict.fromkeys(("job", "user"), _name()),
    "dn": _pattern(_DNS, most=30),
    **dict.fromkeys(("server_ip", "client_ip", "peer_ip"), _address()),
    "port": _port(),
    **dict.fromkeys(("connections", "bytes", "failed"), _sum()),
}


@st.composite
def drawn_queries(draw: st.DrawFn, key: str) -> str:
    """The parameters of an address over all days that asks for one filter."""
    texts = draw(st.lists(DRAWN[key], min_size=1, max_size=2, unique=True))
    asked = [f"!{text}" if draw(st.integers(0, 2)) == 0 else text for text in texts]
    return urlencode({"days": "all", key: asked}, doseq=True)
