"""A protection between two ends: its section's values, its certificates and their names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import blake2b

from smf.encode.summary import Protection
from smf.encode.values import Scalar
from smf.sample_site.catalog import Role, Service, Stack
from smf.sample_site.profiles import CertificateKind, Codes, Profile, code_of

_LAST_UTC_TIME_YEAR = 2049
_SERIAL_BYTES = 8
PARTNERS = 24
"""How many different certificates the other ends of a service have."""
_FAILED_SUITE = "FFFFFF"
_DN_TYPES = {"scert": (5, 6), "ccert": (7, 8), "lcert": (1, 2), "rcert": (3, 4)}
"""Subject and issuer of each certificate in the list of distinguished names."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The two ends of a connection; `partner` numbers the other ends of a service."""

    stack: Stack
    service: Service
    local: str
    remote: str
    partner: int


@dataclass(frozen=True, slots=True)
class Expiry:
    """When certificates end: one of `days` after `end`, dealt out by number."""

    end: date
    days: tuple[int, ...]

    def not_after(self, number: int) -> str:
        """Return UTCTime, or GeneralizedTime from 2050 on (RFC 5280 4.1.2.5)."""
        day = self.end + timedelta(days=self.days[number % len(self.days)])
        text = f"{day:%Y%m%d}120000Z"
        return text[2:] if day.year <= _LAST_UTC_TIME_YEAR else text


@dataclass(frozen=True, slots=True)
class _Holder:
    """Who a certificate is for; `number` tells which expiry it has."""

    subject: str
    number: int


def protect(profile: Profile, ends: Ends, expiry: Expiry) -> Protection:
    """Return the section's values by the decoder's keys, with the names of its certificates."""
    values: dict[str, Scalar | Codes] = dict(profile.codes)
    if profile.protocol == "IPSEC":
        values |= {"lcl": ends.local, "rmt": ends.remote}
    names: list[tuple[int, str]] = []
    for prefix, (kind, holder) in _certificates(profile, ends).items():
        values[prefix] = _absent()
        if kind is not None:
            values[prefix] = _certificate(kind, holder, expiry)
            names += zip(_DN_TYPES[prefix], (holder.subject, kind.issuer), strict=True)
    return Protection(profile.protocol, values, tuple(names))


def failed(profile: Profile, *, counted: bool) -> Protection:
    """Return what a failed handshake leaves: a blank section where it is counted, else nothing."""
    if not counted:
        return Protection()
    blank: dict[str, Scalar] = {"source": profile.codes["source"]}
    if profile.protocol == "TLS":
        blank["cipher"] = _FAILED_SUITE
    return Protection(profile.protocol, blank)


def _certificates(
    profile: Profile, ends: Ends
) -> dict[str, tuple[CertificateKind | None, _Holder]]:
    own, other = _own(ends.stack, ends.service), _other(ends.service, ends.partner % PARTNERS)
    if profile.protocol == "IPSEC":
        return {"lcert": (profile.certificate, own), "rcert": (profile.certificate, other)}
    server, client = (other, own) if ends.service.role is Role.CLIENT else (own, other)
    return {"scert": (profile.certificate, server), "ccert": (profile.client, client)}


def _own(stack: Stack, service: Service) -> _Holder:
    system = stack.system.lower()
    return _Holder(
        f"CN={service.host}.{system}.example.com,OU=Mainframe,O=Example,C=DE",
        service.host_number + stack.number,
    )


def _other(service: Service, partner: int) -> _Holder:
    return _Holder(
        f"CN={service.host}{partner:02}.partner.example.net,O=Partner Net,C=US",
        service.host_number + partner,
    )


def _certificate(kind: CertificateKind, holder: _Holder, expiry: Expiry) -> Codes:
    not_after = expiry.not_after(holder.number)
    identity = f"{kind.name} {holder.subject} {not_after}".encode()
    serial = blake2b(identity, digest_size=_SERIAL_BYTES).hexdigest()
    return {**kind.codes, "serial": serial, "not_after": not_after}


@cache
def _absent() -> Codes:
    """Return the values of a certificate that is not there."""
    none = {key: code_of("tls", f"scert.{key}", "None") for key in ("sig", "enc", "dig", "ktype")}
    return {**none, "klen": 0}
