"""Values that the filters take: their grammars are more than a schema can say."""

from __future__ import annotations

from typing import Final

from analyzer.queries.filters import FILTERS
from analyzer.queries.terms.choices import ChoiceFilter
from analyzer.queries.terms.names import NameFilter

_ADDRESSES: Final = ["10.1.0.5", "10.1.0.0/16", "10.1.0.5-10.1.0.9", "2001:db8::/32", "!10.1.0.5"]
_NUMBERS: Final = ["0", ">=100", "<5", "5-20", "!7"]
_BITS: Final = ["2048", ">=3072", "<1024", "Unknown"]
_NAMED: Final = ["Unknown", "!Unknown"]
_VALUES: Final = {
    "stack": ["PLEXA.SYSA.TCPIP", "PLEXA.*.TCPIP", "!PLEXA.SYSB.TCPIP"],
    "server_ip": _ADDRESSES,
    "client_ip": _ADDRESSES,
    "peer_ip": _ADDRESSES,
    "port": ["992", "8000-8080", "!21", "23,992"],
    "dn": ["*", "CN=server, O=Site", "!*test*"],
    "serial": ["0A1B", "Unknown"],
    "connections": _NUMBERS,
    "bytes": _NUMBERS,
    "failed": [*_NUMBERS, "unknown"],
    "expiry": ["expired", "30d", "<2027-01-01", "2026-01-01..2026-12-31", "Unknown"],
    "version": ["TLSv1.2", "<=TLSv1.1", "SSHv2", "!TLSv1.3", "Unknown"],
    "tls_suite": ["C030", "TLS_RSA_*", "Unknown"],
    "baseline": ["pci-dss-4", "pci-dss-4:holds", "!nist-sp-800-52r2"],
}
_POLICY: Final = {
    "policy-name": ["Company TLS", "TN3270 may use TLS 1.1", "Übersee", "x" * 32],
    "policy-line": ["What we accept.", "Ask the network team", "%s <b>"],
    "policy-dialect": ["zpol-0"],
    "policy-image": ["SYSA", "TCPIP", "@A1#$", "sysb"],
    "username": ["anna", "bert.o@site-1_x+y", "Übersee", "x" * 150, "0"],
}


def values() -> dict[str, list[str]]:
    """Values by filter; an empty one is always as if it was not given."""
    found = {"days": ["30", "all", ""], "from": ["2026-01-05", "2026-02-01T08:30", ""]}
    found |= {"to": ["2026-03-31", "2026-04-01T23:15", ""], "after": [""]}
    found |= _POLICY
    for one in FILTERS:
        if isinstance(one, ChoiceFilter):
            given = [value for value, _ in one.choices]
            given.append(f"!{given[0]}")
        elif isinstance(one, NameFilter):
            given = ["TN3270", "TN*", "SYS?", "!SYSB", "a,b"]
        elif one.key.endswith("key_bits"):
            given = _BITS
        else:
            given = _VALUES.get(one.key, _NAMED)
        found[one.key] = [*given, ""]
    return found
