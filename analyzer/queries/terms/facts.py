"""What can be asked of a protection: its attributes under the names of the code tables.

The store keeps them with each protection, so that a filter needs no look into its labels:
`facts` are texts like `tls_encryption=3DES`, `key_bits` the lengths of all its keys, `not_after`
the ends of all its certificates. An attribute that a protected session does not say, or whose
code no table lists, has the fact `...=Unknown`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Final

from smf import ciphers, codes
from smf.ciphers import Expected, Suite
from smf.describe.tls import ANY_EXCHANGE

RULES: Final = 1
"""Counts up with every change of this file that gives the same labels other facts."""
UNKNOWN: Final = "Unknown"
UNPROTECTED: Final = "NONE"
_UNLISTED: Final = "unknown (X'"
_AEAD: Final = "None/AEAD"
_NO_KEY: Final = frozenset({"", "None", UNKNOWN})
_TIME: Final = "not_after"
_OWN_TEXTS: Final = ("_serial", "_not_after", "_endpoint")
"""Labels that differ from one protection to the next, as names do; no code decides them."""
_OF_SUITES: Final = "confirmed"
"""Names that suites alone have are those of the IANA registry."""
_ANY: Final = ANY_EXCHANGE.replace(", ", "/").replace(" or ", "/")
"""Commas separate values in an address."""
_OWN: Final = {"any": _ANY, "NULL": "None"}


@dataclass(frozen=True, slots=True)
class Attribute:
    """Of one protocol: the labels of `smf.describe` that say it, the enumerations of its names.

    `suite` is the part of a TLS cipher suite that names it in other words.
    """

    key: str
    protocol: str
    noun: str
    labels: tuple[str, ...]
    enumerations: tuple[str, ...] = ()
    suite: str = ""


_TLS_CERTS: Final = ("scert", "ccert")
_IPSEC_CERTS: Final = ("lcert", "rcert")
_SIGNATURES: Final = ("cert_signature_method",)
_KEYS: Final = ("cert_key_type",)
_CIPHERS: Final = ("symmetric_encryption",)
_MACS: Final = ("message_authentication",)


def _of_certificates(protocol: str, certificates: Sequence[str]) -> tuple[Attribute, ...]:
    """What certificates of any protocol have."""
    name = protocol.lower()
    kinds = tuple(f"{one}_key_type" for one in certificates)
    signatures = tuple(f"{one}_signature" for one in certificates)
    return (
        Attribute(f"{name}_cert_key_type", protocol, "certificate key", kinds, _KEYS),
        Attribute(f"{name}_signature", protocol, "certificate signature", signatures, _SIGNATURES),
    )


SUITE: Final = Attribute("tls_suite", "TLS", "cipher suite", ("cipher",))
ATTRIBUTES: Final = (
    Attribute("tls_encryption", "TLS", "encryption", ("encryption",), _CIPHERS, "encryption"),
    Attribute("tls_mac", "TLS", "message authentication", ("mac",), _MACS, "mac"),
    Attribute(
        *("tls_key_exchange", "TLS", "key exchange", ("key_exchange",)),
        *(("tls_key_exchange",), "key_exchange"),
    ),
    *_of_certificates("TLS", _TLS_CERTS),
    Attribute("ssh_encryption", "SSH", "encryption", ("in_encryption", "out_encryption"), _CIPHERS),
    Attribute("ssh_mac", "SSH", "message authentication", ("in_mac", "out_mac"), _MACS),
    Attribute("ssh_key_exchange", "SSH", "key exchange", ("key_exchange",), ("ssh_key_exchange",)),
    Attribute("ssh_key_type", "SSH", "key", ("skey_type", "ckey_type"), ("ssh_key_type",)),
    *_of_certificates("SSH", _TLS_CERTS),
    Attribute("ipsec_encryption", "IPSEC", "encryption", ("encryption", "p1_encryption"), _CIPHERS),
    Attribute("ipsec_mac", "IPSEC", "message authentication", ("mac", "p1_mac"), _MACS),
    Attribute(
        *("ipsec_key_exchange", "IPSEC", "key exchange", ("dh_group", "pfs_group")),
        ("ike_dh_group", "ipsec_pfs_group"),
    ),
    *_of_certificates("IPSEC", _IPSEC_CERTS),
)
_CERTIFICATES: Final = {"TLS": _TLS_CERTS, "SSH": _TLS_CERTS, "IPSEC": _IPSEC_CERTS}


def names(attribute: Attribute) -> dict[str, str]:
    """Return the names that can be asked for with their confidence, unknown ones left out."""
    found: dict[str, str] = {}
    for enumeration in attribute.enumerations:
        for code in codes.members(enumeration):
            for name in _AEAD.split("/") if code.short_name == _AEAD else [code.short_name]:
                found.setdefault(_short(name), code.confidence)
    for name in _aliases(attribute.suite).values():
        found.setdefault(name, _OF_SUITES)
    return {name: found[name] for name in found if name != UNKNOWN}


def canonical(attribute: Attribute, text: str) -> str:
    """Return the name under which an attribute is kept: one for all words of the tables."""
    return _aliases(attribute.suite).get(text.lower(), _short(text))


def facts_of(protocol: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns `facts`, `key_bits` and `not_after` of a protection."""
    if protocol == UNPROTECTED:
        return {"facts": [], "key_bits": [], _TIME: []}
    coded = tuple(
        (key, text)
        for key, text in labels.items()
        if not key.endswith(_OWN_TEXTS) and not key.startswith("dn")
    )
    facts, bits, certificates = _coded(protocol, coded)
    serials = [labels.get(f"{one}_serial", "") for one in certificates]
    times = [_time(labels.get(f"{one}_{_TIME}", "")) for one in certificates]
    found = [f"serial={serial_of(text)}" for text in serials if text]
    found += [f"serial={UNKNOWN}"] if not serials or not all(serials) else []
    found += [f"{_TIME}={UNKNOWN}"] if not times or None in times else []
    return {
        "facts": list(dict.fromkeys([*facts, *found])),
        "key_bits": list(bits),
        _TIME: sorted({one for one in times if one}),
    }


def serial_of(text: str) -> str:
    """Return a serial number as it is kept: hex digits without separators and leading zeros."""
    return text.upper().replace(":", "").replace(" ", "").removeprefix("0X").lstrip("0") or "0"


@lru_cache(4096)
def _coded(
    protocol: str, labels: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, ...], tuple[int, ...], tuple[str, ...]]:
    """Facts and lengths that codes say, the same for many protections, and which certificates."""
    given = dict(labels)
    said = {key: text for key, text in given.items() if not _is_no_key(key, given)}
    pairs = [
        (one.key, name)
        for one in ATTRIBUTES
        if one.protocol == protocol
        for name in _names_of(one, said)
    ]
    pairs += _suites(said) if protocol == SUITE.protocol else []
    pairs += [("source", _known(said.get("source", "")))] if protocol != "IPSEC" else []
    bits = [int(text) for key, text in said.items() if key.endswith("_bits")]
    pairs += [("key_bits", UNKNOWN)] if not bits or 0 in bits else []
    facts = tuple(f"{key}={name}" for key, name in pairs)
    certificates = tuple(one for one in _CERTIFICATES[protocol] if f"{one}_key_type" in said)
    return facts, tuple(sorted({one for one in bits if one})), certificates


def _names_of(attribute: Attribute, said: Mapping[str, str]) -> list[str]:
    """The names of one attribute; what is unlisted stands there twice, as itself and unknown."""
    found = [canonical(attribute, said[key]) for key in attribute.labels if key in said]
    doubtful = [UNKNOWN] if not found or any(_known(one) != one for one in found) else []
    return [*(one for one in found if one != _AEAD), *doubtful]


def _suites(said: Mapping[str, str]) -> list[tuple[str, str]]:
    suite = said.get("cipher", "")
    return [(SUITE.key, UNKNOWN if suite in {"", ciphers.FAILED} else suite)]


def _known(name: str) -> str:
    """The name, or `Unknown` for one that says nothing."""
    return UNKNOWN if name in {"", _AEAD} or name.startswith(_UNLISTED) else name


def _is_no_key(key: str, labels: Mapping[str, str]) -> bool:
    """Whether it speaks of a client's key where there is none, as with a password."""
    return key in {"ckey_type", "ckey_bits"} and labels.get("ckey_type", "") in _NO_KEY


def _short(name: str) -> str:
    """Groups without what they are; one name for what a manual tunnel leaves open."""
    name = name.partition(" (")[0] if name.startswith("Group ") else name
    return UNKNOWN if name == "Unknown/manual" else name


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


@cache
def _aliases(part: str) -> dict[str, str]:
    """The kept name for each lower-case name that suites have for a part of theirs."""
    if not part:
        return {}
    found: dict[str, str] = {}
    for suite in ciphers.load().values():
        name = {"encryption": suite.encryption, "mac": suite.mac}.get(part, suite.key_exchange)
        kept = _kept(suite, part, name)
        found |= {name.lower(): kept, name.replace("_", "-").lower(): kept}
    return found | ({ANY_EXCHANGE.lower(): _ANY} if part == "key_exchange" else {})


def _kept(suite: Suite, part: str, name: str) -> str:
    """The name in the code tables of what a suite names, its own where they have none."""
    expected: dict[str, tuple[str, Expected | None]] = {
        "encryption": ("symmetric_encryption", suite.enc),
        "mac": ("message_authentication", suite.mac_code),
        "key_exchange": ("tls_key_exchange", suite.kex),
    }
    enumeration, code = expected[part]
    if code is None:
        return _OWN.get(name, name if part == "key_exchange" else name.replace("_", "-"))
    if part == "mac" and code.value == 1:
        return "AEAD" if suite.aead else "None"
    return codes.short_name(enumeration, code.value)
