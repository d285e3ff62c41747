"""The inputs of the filter form: their words, and what they suggest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from analyzer.models import Protection, Server
from analyzer.queries.terms.attributes import KeyBitsFilter, NamedFilter
from analyzer.queries.terms.facts import ATTRIBUTES as NAMED
from analyzer.queries.terms.facts import UNKNOWN

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Input:
    """An input of the form; `repeated`: each value has a field of its own."""

    name: str
    label: str
    hint: str
    kind: str = "text"
    mono: bool = False
    placeholder: str = ""
    repeated: bool = False
    names: tuple[Choice, ...] = ()


TIME: Final = (
    Input(
        "days",
        "Last days",
        "Counted back from the latest day in the store; or all.",
        placeholder="30",
    ),
    Input("from", "From", "Day, or minute in the system's time: 2026-10-05T08:30."),
    Input("to", "To", "The same; the day or minute itself is included."),
)
ENDPOINTS: Final = (
    Input(
        "server_ip", "Server IP", "Address, CIDR or range: 10.1.0.0/16,10.2.0.1-10.2.0.9", mono=True
    ),
    Input("client_ip", "Client IP", "The same forms; several with commas.", mono=True),
    Input("port", "Server port", "Ports and ranges: 992,8000-8080", mono=True),
    Input("peer_ip", "EE peer IP", "Local or remote peer: EE traffic alone.", mono=True),
)
OWNERS: Final = (
    Input("job", "Job name", "With * and ?: TN3270*,CICS?1", mono=True),
    Input("user", "User ID", "With * and ?", mono=True),
    Input(
        "dn",
        "Distinguished name",
        "A part of any name of any certificate: O=Example",
        repeated=True,
    ),
    Input("serial", "Certificate serial", "In hex, with * and ?; z/OS 3.2", mono=True),
)
AMOUNTS: Final = (
    Input("connections", "Connections", "Of a session in these days: >=100, <5, 10-20", mono=True),
    Input("bytes", "Bytes", "In and out together: >=1000000", mono=True),
    Input("failed", "Failed handshakes", ">=1; or unknown, before z/OS 3.2", mono=True),
)
EXPIRY: Final = (
    Input("expiry", "Certificate expiry", "expired, 30d, <2026-12-31; z/OS 3.2", mono=True),
)
BASELINE: Final = (
    Input(
        "baseline",
        "Baseline",
        "Who breaks it, or a rule: pci-dss-4, pci-dss-4:encryption; :not-judged, :holds",
        mono=True,
    ),
)
ROLES: Final[tuple[Choice, ...]] = tuple((str(r.value), str(r.label)) for r in Server.Role)
PROTOCOLS: Final[tuple[Choice, ...]] = tuple(
    (str(p.value), str(p.label)) for p in Protection.Protocol
)
STRENGTHS: Final[tuple[Choice, ...]] = tuple(
    (str(s.value), str(s.label)) for s in Protection.Strength
)
OLDER: Final[tuple[Choice, ...]] = (("<=TLSv1.1", "TLS 1.1 or older"),)
QUANTUM: Final[tuple[Choice, ...]] = (
    ("vulnerable", "vulnerable"),
    ("not-vulnerable", "not vulnerable"),
    ("unknown", "unknown"),
)
SOURCES: Final[tuple[Choice, ...]] = (
    ("observed", "observed"),
    ("provider", "provider"),
    ("unknown", "unknown"),
)
_HINT: Final = f"Names with * and ?, with commas; {UNKNOWN.lower()}."
_SUITE: Final = Input("tls_suite", "TLS cipher suite", "Hex or name: C030,TLS_RSA_*", mono=True)


def _named(one: NamedFilter) -> Input:
    """Suggestions say where a code's name is not confirmed."""
    names = tuple(
        (name, "" if confidence == "confirmed" else f"name {confidence}")
        for name, confidence in one.confidences.items()
    )
    return Input(one.key, one.label, _HINT, names=names)


def _of_protocol(protocol: str) -> tuple[Input, ...]:
    bits = KeyBitsFilter(protocol)
    return (
        *((_SUITE,) if protocol == Protection.Protocol.TLS else ()),
        *(_named(NamedFilter(one)) for one in NAMED if one.protocol == protocol),
        Input(bits.key, bits.label, "Of any key, in bits: <2048", mono=True),
    )


ATTRIBUTES: Final = {
    str(protocol.label): _of_protocol(protocol)
    for protocol in (Protection.Protocol.TLS, Protection.Protocol.SSH, Protection.Protocol.IPSEC)
}
