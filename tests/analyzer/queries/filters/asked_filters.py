"""Filters as people could put them together: values that fit something in the store, and some
that don't, a `!` here and there, several filters at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils.http import urlencode
from hypothesis import strategies as st

_CIPHERS = ["3DES", "AES-256-GCM", "AES-*", "*CBC*", "DES", "RC4-128", "None", "Unknown"]
_KEYS = ["RSA", "ECC", "DSA", "unknown"]
_SIGNATURES = ["RSA-SHA256", "RSA-*", "*MD5", "Unknown"]
_BITS = ["<2048", ">=2048", "2048", "0-1024", ">3072", "<=256", "unknown", "1"]
_MACS = ["AEAD", "HMAC-SHA1", "HMAC-*", "None", "Unknown", "HMAC-SHA2-256-128"]


def _days(offset: int) -> str:
    return str((datetime.now(UTC) + timedelta(days=offset)).date())


VALUES = {
    "role": ["server", "client", "peer"],
    "sysplex": ["PLEXA", "plexb", "*", "NOSUCH"],
    "system": ["SYSA", "SYS?", "SYSB,SYSC"],
    "stack": ["PLEXA.SYSA.TCPIP", "*.*.TCP*", "PLEXA.*.*"],
    "server_ip": ["10.1.0.0/16", "10.1.0.5-10.2.0.5", "::/0", "9.255.0.1"],
    "client_ip": ["192.0.2.0/31", "10.1.0.9", "2001:db8::/32"],
    "peer_ip": ["10.0.0.0/8", "192.0.2.1", "::/0"],
    "port": ["443", "0-1023", "8000-8079,21", "1025"],
    "job": ["TN3270", "TN*", "A_B", "A?B", "FTPD1", "*"],
    "user": ["STCUSER", "O'NEIL", "?*"],
    "dn": ["CN=", "Example", "*", "a_b", "nosuch"],
    "serial": ["AB12", "0AB12", "7f", "0*", "DEADBEEF00", "D*", "unknown", "99"],
    "connections": [">=20", "<15", "0-9", "12", ">1000"],
    "bytes": [">=300000", "<200000", "0", "100000-300000"],
    "failed": [">=1", "0", "<10", "unknown", ">=12"],
    "protocol": ["NONE", "tls", "SSH", "IPSEC"],
    "version": [
        *("TLSv1.2", "<=TLSv1.1", "<SSLv3", ">=TLSv1.2", ">TLSv1.2", "SSHv2", "<=SSHv1"),
        *("IKEv1", ">=IKEv2", "Unknown", "unknown (X'0305')"),
    ],
    "tls_suite": ["C030", "000a", "TLS_RSA_*", "TLS_AES_128_GCM_SHA256", "ABCD", "Unknown", "*"],
    "tls_encryption": [*_CIPHERS, "chacha20-poly1305", "unknown (X'0099')"],
    "tls_mac": [*_MACS, "HMAC-MD5"],
    "tls_key_exchange": ["RSA", "ECDHE_RSA", "ECDHE/DHE/PSK", "*RSA*", "Unknown"],
    "tls_cert_key_type": _KEYS,
    "tls_signature": _SIGNATURES,
    "tls_key_bits": _BITS,
    "ssh_encryption": _CIPHERS,
    "ssh_mac": [*_MACS, "unknown (X'0066')"],
    "ssh_key_exchange": ["ecdh-nistp256", "dh-*", "dh-group1-sha1", "Unknown"],
    "ssh_key_type": ["RSA", "ECC", "RSA1", "*_CERT", "Unknown", "None"],
    "ssh_cert_key_type": _KEYS,
    "ssh_signature": _SIGNATURES,
    "ssh_key_bits": _BITS,
    "ipsec_encryption": _CIPHERS,
    "ipsec_mac": _MACS,
    "ipsec_key_exchange": ["Group 2", "Group 19", "Group 24", "Group 1*", "Unknown"],
    "ipsec_cert_key_type": _KEYS,
    "ipsec_signature": _SIGNATURES,
    "ipsec_key_bits": _BITS,
    "strength": ["none", "deprecated", "weak", "unknown", "acceptable", "strong"],
    "quantum": ["vulnerable", "not-vulnerable", "unknown"],
    "source": ["observed", "Provider", "unknown"],
    "expiry": [
        *("expired", "15d", "300d", "0d", "unknown", f"<{_days(5)}", f">={_days(5)}", _days(20)),
        *(f"{_days(-50)}..{_days(15)}", f"<={_days(200)}", f">{_days(100)}"),
    ],
    "baseline": [
        *("nist-sp-800-52r2", "pci-dss-4", "CNSA-2", "strength-classes:holds", "pci-dss-4:holds"),
        *("nist-sp-800-52r2:not-judged", "pci-dss-4:not-judged", "nist-sp-800-52r2:outside"),
        *(
            "pci-dss-4:encryption",
            "pci-dss-4:key-length:not-judged",
            "cnsa-1:certificate-signature",
        ),
        *("nist-sp-800-52r2:cipher-suites:not-judged", "cnsa-1:key-length,pci-dss-4:early-tls"),
    ],
}
MOMENTS = [
    *("2026-03-10", "2026-03-25", "2026-03-31", "2026-03-31T00:00", "2026-03-31T11:30"),
    *("2026-03-30T23:59", "2026-03-10T08:00", "2026-03-10T08:01", "2026-03-01T17:45"),
]


def periods() -> st.SearchStrategy[dict[str, str]]:
    """Days and minutes, from, to, both ways open."""
    ends = st.fixed_dictionaries(
        {}, optional={"from": st.sampled_from(MOMENTS), "to": st.sampled_from(MOMENTS)}
    ).filter(lambda given: "to" not in given or given.get("from", "") <= given["to"])
    days = st.sampled_from([{}, {"days": "7"}, {"days": "all"}, {"days": "all"}])
    return days | ends


@st.composite
def queries(draw: st.DrawFn, *, most: int = 4) -> str:
    """The parameters of an address."""
    asked: dict[str, list[str]] = {}
    for key in draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=most, unique=True)):
        texts = draw(st.lists(st.sampled_from(VALUES[key]), min_size=1, max_size=3, unique=True))
        asked[key] = [f"!{text}" if draw(st.integers(0, 2)) == 0 else text for text in texts]
    return urlencode({**draw(periods()), **asked}, doseq=True)
