"""SSH: both directions, the raw keys of both sides, OpenSSH and X.509 certificates."""

from __future__ import annotations

from dataclasses import replace

from smf.describe.certificates import certificate_labels, certificate_words, key_bits
from smf.describe.fields import Fields
from smf.describe.judgement import ENCRYPTION, coded, judged, judged_mac
from smf.describe.label import Label, plain
from smf.describe.quantum import vulnerable
from smf.describe.section import Section

_VERSION = "ssh_protocol_version"
_DIRECTIONS = {0x80: "inbound", 0x40: "outbound"}
_NO_KEY = (0, 1)
"""A client without a key of its own, as with a password."""


def describe_ssh(fields: Fields) -> Section:
    """Return the labels and title of an SSH section."""
    source = coded("source", "ssh_source", fields.number("source"))
    if fields.is_blank("source"):
        version = coded("version", _VERSION, fields.number("version"))
        return Section((version, source), "SSH, handshake failed", failed=True)
    version = judged("version", _VERSION, fields.number("version"))
    exchange = judged("key_exchange", "ssh_key_exchange", fields.number("kex"))
    inbound, outbound = _direction(fields, "in"), _direction(fields, "out")
    labels = (
        version,
        *_authentication(fields),
        exchange,
        *inbound,
        *outbound,
        _encrypt_then_mac(fields.number("flags")),
        *_key(fields, "skey"),
        *_key(fields, "ckey"),
        source,
        *certificate_labels(fields, "scert"),
        *certificate_labels(fields, "ccert"),
    )
    other = outbound[0].text
    ciphers = inbound[0].text if other == inbound[0].text else f"{inbound[0].text} in, {other} out"
    return Section(
        labels,
        f"{version.text}, {exchange.text} with {ciphers}"
        + certificate_words(fields, "scert", "server")
        + certificate_words(fields, "ccert", "client"),
        quantum=vulnerable(labels),
    )


def _authentication(fields: Fields) -> tuple[Label, ...]:
    """Return the first method, and the last where there were several."""
    first = judged("auth", "ssh_auth_method", fields.number("auth"))
    last = fields.number("auth2")
    return (first, judged("auth2", "ssh_auth_method", last)) if last else (first,)


def _direction(fields: Fields, way: str) -> tuple[Label, Label]:
    cipher = judged(f"{way}_encryption", ENCRYPTION, fields.number(f"{way}_enc"))
    return cipher, judged_mac(f"{way}_mac", fields.number(f"{way}_mac"), cipher)


def _encrypt_then_mac(flags: int) -> Label:
    ways = [way for bit, way in _DIRECTIONS.items() if flags & bit]
    return replace(plain("etm", " and ".join(ways) or "no"), code=f"{flags:02X}")


def _key(fields: Fields, side: str) -> tuple[Label, ...]:
    """Return a raw key's type and length; a client need not have one."""
    value, bits = fields.number(side), fields.number(f"{side}_len")
    if side == "ckey" and value in _NO_KEY:
        return (coded("ckey_type", "ssh_key_type", value), plain("ckey_bits", str(bits)))
    kind = judged(f"{side}_type", "ssh_key_type", value)
    return (kind, key_bits(f"{side}_bits", bits, kind))
