"""The sample site's certificates and cryptographic protections, read from `protections.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from smf import ciphers, codes
from smf.encode.values import Scalar, fields_of
from smf.errors import CodeTableError
from smf.layout import SUMMARY
from smf.sample_site.catalog import read_table
from smf.sample_site.options import RELEASES

_PROTOCOLS = ("tls", "ssh", "ipsec")
_OURS = frozenset({"certificate", "client", "provider", "since", "older"})
_DEFAULTS: dict[str, dict[str, Scalar]] = {
    "tls": {"source": "Provider"},
    "ssh": {"source": "Provider", "version": "SSHv2"},
    "ipsec": {},
}
_PROVIDERS = {"tls": "IBM System SSL", "ssh": "IBM OpenSSH", "ipsec": ""}
_TLS13_KEY_EXCHANGE = "ECDHE (1.3)"
"""What no suite of TLS 1.3 says itself."""

Codes = dict[str, Scalar]


@dataclass(frozen=True, slots=True)
class CertificateKind:
    """Algorithms and key of a certificate in the record's codes, and who signed it."""

    name: str
    codes: Codes
    issuer: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One cryptographic protection: `codes` of its section, kinds of the two ends' certificates.

    `since` is the first release that records it, an older one has the profile `older`.
    """

    name: str
    protocol: str
    codes: Codes
    certificate: CertificateKind | None
    client: CertificateKind | None
    provider: str
    since: str
    older: str


@dataclass(frozen=True, slots=True)
class Profiles:
    """All protections by name, and the days until certificates expire."""

    by_name: dict[str, Profile]
    expiry_days: tuple[int, ...]

    def recorded(self, name: str, release: str) -> Profile:
        """Return what a release records for a protection: itself, or what it had before."""
        profile = self.by_name[name]
        order = list(RELEASES)
        if order.index(release) < order.index(profile.since):
            return self.by_name[profile.older]
        return profile


@cache
def load() -> Profiles:
    """Return the protections of this package, read once; raises `CodeTableError`."""
    data = tomllib.loads(read_table("protections.toml"))
    kinds = {
        name: CertificateKind(
            name,
            {key: code_of("tls", f"scert.{key}", row[key]) for key in row if key != "issuer"},
            data["issuers"][row["issuer"]],
        )
        for name, row in data["certificates"].items()
    }
    profiles = {
        name: Profile(
            name=name,
            protocol=protocol.upper(),
            codes=_codes(protocol, {key: row[key] for key in row if key not in _OURS}),
            certificate=kinds.get(row.get("certificate", "")),
            client=kinds.get(row.get("client", "")),
            provider=row.get("provider", _PROVIDERS[protocol]),
            since=row.get("since", next(iter(RELEASES))),
            older=row.get("older", ""),
        )
        for protocol in _PROTOCOLS
        for name, row in data[protocol].items()
    }
    return Profiles(profiles, tuple(data["expiry"]["days"]))


def code_of(section: str, key: str, value: Scalar) -> Scalar:
    """Return the code that a short name stands for in a field; other values as they are.

    Raises `CodeTableError` when the field's enumeration has no such name.
    """
    enumeration = fields_of(SUMMARY, section)[key].enumeration
    if not enumeration or not isinstance(value, str):
        return value
    for code in codes.members(enumeration):
        if code.short_name == value and code.value is not None:
            return code.value
    raise CodeTableError(f"`{enumeration}` has no code `{value}`")


def _codes(protocol: str, row: dict[str, Scalar]) -> Codes:
    named = {**_DEFAULTS[protocol], **row}
    found = {key: code_of(protocol, key, value) for key, value in named.items()}
    return {**suite_codes(found["cipher"]), **found} if protocol == "tls" else found


def suite_codes(cipher: Scalar) -> Codes:
    """Return the three algorithm codes that go with a suite; raises `CodeTableError`."""
    suite = ciphers.lookup(cipher) if isinstance(cipher, str) else None
    if suite is None or suite.enc is None or suite.mac_code is None:
        raise CodeTableError(f"no algorithms are known for the suite `{cipher!r}`")
    kex = suite.kex.value if suite.kex else code_of("tls", "kex", _TLS13_KEY_EXCHANGE)
    return {"enc": suite.enc.value, "mac": suite.mac_code.value, "kex": kex}
