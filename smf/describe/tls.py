"""TLS and SSL: the cipher suite is the authority, the three algorithm codes the cross-check."""

from __future__ import annotations

from dataclasses import replace

from smf import ciphers, codes
from smf.ciphers import Expected, Suite
from smf.describe.certificates import certificate_labels, certificate_words
from smf.describe.fields import Fields
from smf.describe.judgement import (
    CONFIRMED,
    ENCRYPTION,
    MESSAGE_AUTHENTICATION,
    UNLISTED,
    coded,
    judge,
    judged,
    judged_mac,
)
from smf.describe.label import Label, plain
from smf.describe.quantum import vulnerable
from smf.describe.section import Section
from smf.strength import NOT_LISTED, UNKNOWN, Rating, rate
from smf.tables import worst_confidence

_VERSION = "tls_protocol_version"
_KEY_EXCHANGE = "tls_key_exchange"
_SPECIAL = "tls_neg_cipher_special"
_TLS13 = 0x0304
_ENCRYPT_THEN_MAC = 0x80
ANY_EXCHANGE = "ECDHE, DHE or PSK"
"""Suites of TLS 1.3 leave the key exchange open, and the record does not name the group."""
_SUITE_CLASS_CONFIDENCE = "recalled"
"""The table of suites does not mark its classes; their grounds are as sure as strength.csv."""
_NOT_RECORDED = Rating(UNKNOWN, "no cipher suite is recorded", CONFIRMED)


def describe_tls(fields: Fields) -> Section:
    """Return the labels, title and cross-check of a TLS section."""
    source = coded("source", "tls_source", fields.number("source"))
    cipher = fields.text("cipher").upper()
    if cipher == ciphers.FAILED and fields.is_blank("source", "cipher"):
        return _failed(fields, source)
    suite = ciphers.lookup(cipher)
    version = _version(fields.number("version"), suite)
    algorithms = _by_suite(fields, suite) if suite else _by_codes(fields)
    etm = fields.number("flags")
    labels = (
        version,
        *_cipher(cipher, suite),
        *algorithms,
        replace(
            plain("encrypt_then_mac", "yes" if etm & _ENCRYPT_THEN_MAC else "no"), code=f"{etm:02X}"
        ),
        source,
        *certificate_labels(fields, "scert"),
        *certificate_labels(fields, "ccert"),
    )
    return Section(
        labels=labels,
        title=f"{version.text}{_algorithm_words(suite, cipher, algorithms)}"
        + certificate_words(fields, "scert", "server")
        + certificate_words(fields, "ccert", "client"),
        quantum=vulnerable(labels, _by_quantum(suite)) if suite else vulnerable(labels),
        mismatch=_mismatch(fields, suite) if suite else "",
    )


def _failed(fields: Fields, source: Label) -> Section:
    special = coded("cipher", _SPECIAL, int(ciphers.FAILED, 16))
    labels = (
        coded("version", _VERSION, fields.number("version")),
        replace(special, text=ciphers.FAILED),
        plain("cipher_name", "handshake failed"),
        source,
    )
    return Section(labels, "TLS, handshake failed", failed=True)


def _version(value: int, suite: Suite | None) -> Label:
    """Return the version; a suite that is defined for one version alone proves its name."""
    label = coded("version", _VERSION, value)
    proven = suite is not None and suite.protocols == label.text
    return judge(label, rate(_VERSION, label.text), proven=proven)


def _cipher(cipher: str, suite: Suite | None) -> tuple[Label, ...]:
    if not cipher:
        return (judge(plain("cipher_name", "not recorded"), _NOT_RECORDED),)
    code = replace(plain("cipher", cipher), code=cipher)
    if suite is not None:
        rating = Rating(suite.strength, suite.strength_basis, _SUITE_CLASS_CONFIDENCE)
        named = replace(plain("cipher_name", suite.iana_name), confidence=suite.iana_confidence)
        return (
            replace(code, meaning=suite.iana_name, confidence=suite.iana_confidence),
            judge(replace(named, meaning=suite.zos_name), rating),
        )
    if cipher == ciphers.FAILED:
        special = coded("cipher_name", _SPECIAL, int(ciphers.FAILED, 16))
        return (replace(code, meaning=special.meaning), judge(special, _NOT_RECORDED))
    name = replace(plain("cipher_name", codes.unlisted(cipher)), confidence=UNLISTED)
    return (replace(code, confidence=UNLISTED), judge(name, NOT_LISTED))


def _by_suite(fields: Fields, suite: Suite) -> tuple[Label, ...]:
    """Return the algorithms the suite names, beside the recorded codes."""
    exchange = ANY_EXCHANGE if suite.key_exchange == "any" else suite.key_exchange
    return tuple(
        replace(label, text=text, meaning=label.meaning or label.text)
        for label, text in (
            (coded("key_exchange", _KEY_EXCHANGE, fields.number("kex")), exchange),
            (coded("encryption", ENCRYPTION, fields.number("enc")), _hyphens(suite.encryption)),
            (coded("mac", MESSAGE_AUTHENTICATION, fields.number("mac")), suite.mac),
        )
    )


def _by_codes(fields: Fields) -> tuple[Label, ...]:
    """Return the algorithms by their codes alone; the codes of a TLS 1.3 exchange say nothing."""
    encryption = judged("encryption", ENCRYPTION, fields.number("enc"))
    name_exchange = coded if fields.number("version") == _TLS13 else judged
    return (
        name_exchange("key_exchange", _KEY_EXCHANGE, fields.number("kex")),
        encryption,
        judged_mac("mac", fields.number("mac"), encryption),
    )


def _algorithm_words(suite: Suite | None, cipher: str, algorithms: tuple[Label, ...]) -> str:
    if suite is None:
        named = (
            f", cipher suite {codes.unlisted(cipher)}" if cipher else ", no cipher suite recorded"
        )
        return ", cipher suite unknown" if cipher == ciphers.FAILED else named
    exchange, encryption, _ = algorithms
    if exchange.text == ANY_EXCHANGE:
        return f" with {encryption.text}"
    return f", {_hyphens(exchange.text)} with {encryption.text}"


def _mismatch(fields: Fields, suite: Suite) -> str:
    """Return where the recorded codes contradict the suite; the code 0 (unknown) does not."""
    checks = (
        ("Key exchange", _KEY_EXCHANGE, suite.kex, fields.number("kex")),
        ("Encryption", ENCRYPTION, suite.enc, fields.number("enc")),
        ("Message authentication", MESSAGE_AUTHENTICATION, suite.mac_code, fields.number("mac")),
    )
    return " ".join(
        f"{words}: the suite means {_shown(kind, expected.value, expected)},"
        f" the record says {_shown(kind, value)}."
        for words, kind, expected, value in checks
        if expected and value and value != expected.value
    )


def _shown(enumeration: str, value: int, expected: Expected | None = None) -> str:
    digits = codes.hex_of(enumeration, value)
    code = codes.lookup(enumeration, value)
    if code is None:
        return codes.unlisted(digits)
    sure = worst_confidence(code.confidence, expected.confidence if expected else CONFIRMED)
    doubt = "" if sure == CONFIRMED else ", unverified"
    return f"{code.short_name} (X'{digits}'{doubt})"


def _by_quantum(suite: Suite) -> bool | None:
    if "broken" in suite.quantum:
        return True
    return False if suite.quantum.startswith("symmetric only") else None


def _hyphens(text: str) -> str:
    return text.replace("_", "-")
