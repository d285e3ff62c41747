"""Whether a quantum computer could break the key exchange or a signature of a protection."""

from __future__ import annotations

import re
from collections.abc import Iterable

from smf.describe.judgement import CONFIRMED
from smf.describe.label import Label
from smf.strength import rate

_BROKEN = "quantum-broken"
_KEY_EXCHANGE = "quantum/key_exchange"
_SIGNATURE = "quantum/signature"
_KINDS = {
    _KEY_EXCHANGE: (
        (
            re.compile(r"ecdh|ecmqv|curve25519|\(ecp", re.I),
            "ECDH/ECDHE (P-256/384/521, X25519, X448)",
        ),
        (re.compile(r"^rsa", re.I), "RSA key transport"),
        (re.compile(r"^dh|^gss-g|modp", re.I), "DH/DHE (all MODP/ffdhe groups)"),
        (re.compile(r"^psk$", re.I), "PSK without DH"),
    ),
    _SIGNATURE: (
        (re.compile(r"^rsa", re.I), "RSA (any padding and size)"),
        (re.compile(r"^dsa", re.I), "DSA"),
        (re.compile(r"^(ecc|ecdsa|ed25519)", re.I), "ECDSA, EdDSA"),
    ),
}
_EXCHANGES = frozenset({"key_exchange", "dh_group", "pfs_group"})
_SIGNERS = ("key_type", "local_auth", "remote_auth")


def vulnerable(labels: Iterable[Label], *known: bool | None) -> bool | None:
    """Return True when something in use could be broken, None when that is not known.

    `known` are answers from elsewhere (the cipher suite's); they replace the key exchange's.
    """
    answers = list(known)
    for label in labels:
        if label.key in _EXCHANGES and not known:
            answers.append(_is_broken(_KEY_EXCHANGE, label))
        elif label.key.endswith(_SIGNERS):
            answers.append(_is_broken(_SIGNATURE, label))
    if True in answers:
        return True
    return None if None in answers else False


def _is_broken(enumeration: str, label: Label) -> bool | None:
    if label.confidence != CONFIRMED:
        return None
    for pattern, kind in _KINDS[enumeration]:
        if pattern.search(label.text):
            return rate(enumeration, kind).classification.startswith(_BROKEN)
    return None
