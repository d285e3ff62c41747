"""What security filters mean, for one interval record: loops over labels, no SQL, no facts."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

Fact = dict[str, Any]
Test = Callable[[Fact, str], bool | None]
VERSIONS = {
    "TLS": ["SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"],
    "SSH": ["SSHv1", "SSHv2"],
    "IPSEC": ["IKEv1", "IKEv2"],
}
# What suites say in other words than the code tables.
SUITE_WORDS = {
    "3DES-EDE-CBC": "3DES",
    "CHACHA20-POLY1305": "ChaCha20-Poly1305",
    "NULL": "None",
    "SHA1": "HMAC-SHA1",
    "SHA256": "HMAC-SHA2-256",
    "MD5": "HMAC-MD5",
    "ECDHE, DHE or PSK": "ECDHE/DHE/PSK",
}
CERTIFICATES = {"TLS": ("scert", "ccert"), "SSH": ("scert", "ccert"), "IPSEC": ("lcert", "rcert")}


def compared(value: int | None, text: str) -> bool | None:
    """A number against `>=5`, `5`, `5-9`, `unknown`."""
    if text.lower() == "unknown":
        return value is None
    if value is None:
        return None
    sign, low, high = re.fullmatch(r"([<>]?=?)(\d+)(?:-(\d+))?", text).groups()  # type: ignore[union-attr]
    number = int(low)
    if not sign:
        return number <= value <= int(high or low)
    return {"<": value < number, ">": value > number, "<=": value <= number, ">=": value >= number}[
        sign
    ]


def _labels(fact: Fact) -> dict[str, str]:
    found: dict[str, str] = json.loads(fact["labels"])
    return found


def _strength(fact: Fact, text: str) -> bool | None:
    if fact["strength"] == text.lower():
        return True
    return None if fact["strength"] == "unknown" else False


def _quantum(fact: Fact, text: str) -> bool | None:
    if fact["protocol"] == "NONE":
        return False
    own = {True: "vulnerable", False: "not-vulnerable", None: "unknown"}[fact["quantum_vulnerable"]]
    return True if own == text else (None if own == "unknown" else False)


def _version(fact: Fact, text: str) -> bool | None:
    own = fact["version"]
    if fact["protocol"] == "NONE":
        return False
    if own in {"", "Unknown"} or own.startswith("unknown"):
        return text.lower() in {"unknown", own.lower()} or None
    sign, name = re.fullmatch(r"([<>]?=?)(.*)", text).groups()  # type: ignore[union-attr]
    names = [one.lower() for one in VERSIONS[fact["protocol"]]]
    if name.lower() not in names:
        return False
    return compared(names.index(own.lower()), f"{sign}{names.index(name.lower())}")


def said(fact: Fact, keys: Sequence[str]) -> list[str]:
    """The texts of labels in the words of the code tables; a client without a key says none."""
    labels = _labels(fact)
    if labels.get("ckey_type") in {"None", "Unknown"}:
        labels = {key: text for key, text in labels.items() if not key.startswith("ckey")}
    found = [
        labels[key].partition(" (MODP")[0].partition(" (ECP")[0] for key in keys if key in labels
    ]
    return [SUITE_WORDS.get(one, one) if fact["protocol"] == "TLS" else one for one in found]


def _attribute(protocol: str, *keys: str) -> Test:
    def fits(fact: Fact, text: str) -> bool | None:
        if fact["protocol"] != protocol:
            return False
        own = [one.lower() for one in said(fact, keys)]
        listed = [one for one in own if one not in {"unknown/manual", "none/aead", "ffffff"}]
        listed = [one for one in listed if not one.startswith("unknown")]
        doubtful = len(listed) < len(own) or not own
        if text.lower() == "unknown":
            return doubtful
        if text.lower() in own or any(fnmatch.fnmatchcase(one, text.lower()) for one in listed):
            return True
        return None if doubtful else False

    return fits


def _suite(fact: Fact, text: str) -> bool | None:
    if fact["protocol"] != "TLS":
        return False
    labels = _labels(fact)
    code, name = labels.get("cipher", "FFFFFF"), labels.get("cipher_name", "").upper()
    if text.lower() == "unknown" or code == "FFFFFF":
        return code == "FFFFFF" if text.lower() == "unknown" else None
    listed = not name.startswith("UNKNOWN")
    return text.upper() == code or (listed and fnmatch.fnmatchcase(name, text.upper()))


def _bits(protocol: str) -> Test:
    keys = [f"{one}_key_bits" for one in CERTIFICATES[protocol]] + ["skey_bits", "ckey_bits"]

    def fits(fact: Fact, text: str) -> bool | None:
        if fact["protocol"] != protocol:
            return False
        own = [int(one) for one in said(fact, keys)]
        doubtful = not own or 0 in own
        if text.lower() == "unknown":
            return doubtful
        if any(compared(one, text) for one in own if one):
            return True
        return None if doubtful else False

    return fits


def _of_certificates(part: str, fits: Callable[[str, str], bool]) -> Test:
    def test(fact: Fact, text: str) -> bool | None:
        if fact["protocol"] == "NONE":
            return False
        labels = _labels(fact)
        shown = [one for one in CERTIFICATES[fact["protocol"]] if f"{one}_key_type" in labels]
        own = [labels.get(f"{one}_{part}", "") for one in shown]
        known = [one for one in own if one and not (part == "not_after" and "Z" not in one)]
        doubtful = len(known) < len(own) or not own
        if text.lower() == "unknown":
            return doubtful
        return True if any(fits(one, text) for one in known) else (None if doubtful else False)

    return test


def _serial(own: str, text: str) -> bool:
    return fnmatch.fnmatchcase(own.lstrip("0").upper(), text.lstrip("0").upper())


def _expiry(own: str, text: str) -> bool:
    end, now = datetime.fromisoformat(own), datetime.now(UTC)
    if text == "expired":
        return end < now
    if text.endswith("d"):
        return now <= end < now + timedelta(days=int(text[:-1]))
    day = end.date().isoformat()
    if ".." in text:
        low, high = text.split("..")
        return low <= day <= high
    sign, other = re.fullmatch(r"([<>]?=?)(.*)", text).groups()  # type: ignore[union-attr]
    answers = {"<": day < other, ">": day > other, "<=": day <= other, ">=": day >= other}
    return answers[sign] if sign else day == other


def _source(fact: Fact, text: str) -> bool | None:
    if fact["protocol"] not in {"TLS", "SSH"}:
        return False
    own = _labels(fact)["source"].lower()
    if own.startswith("unknown"):
        return True if text.lower() == "unknown" else None
    return own == text.lower()


SECURITY: dict[str, Test] = {
    "version": _version,
    "strength": _strength,
    "quantum": _quantum,
    "source": _source,
    "serial": _of_certificates("serial", _serial),
    "expiry": _of_certificates("not_after", _expiry),
    "tls_suite": _suite,
    "tls_encryption": _attribute("TLS", "encryption"),
    "tls_mac": _attribute("TLS", "mac"),
    "tls_key_exchange": _attribute("TLS", "key_exchange"),
    "ssh_encryption": _attribute("SSH", "in_encryption", "out_encryption"),
    "ssh_mac": _attribute("SSH", "in_mac", "out_mac"),
    "ssh_key_exchange": _attribute("SSH", "key_exchange"),
    "ssh_key_type": _attribute("SSH", "skey_type", "ckey_type"),
    "ipsec_encryption": _attribute("IPSEC", "encryption", "p1_encryption"),
    "ipsec_mac": _attribute("IPSEC", "mac", "p1_mac"),
    "ipsec_key_exchange": _attribute("IPSEC", "dh_group", "pfs_group"),
    **{
        f"{protocol.lower()}_{key}": _attribute(protocol, *(f"{one}_{part}" for one in certs))
        for protocol, certs in CERTIFICATES.items()
        for key, part in (("cert_key_type", "key_type"), ("signature", "signature"))
    },
    **{f"{protocol.lower()}_key_bits": _bits(protocol) for protocol in CERTIFICATES},
}
