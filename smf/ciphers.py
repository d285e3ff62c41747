"""TLS and SSL cipher suites by the code zERT records, read from `code_tables/cipher_suites.csv`.

The negotiated suite is the authority on a TLS session's algorithms; the record's three algorithm
codes are the cross-check.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from smf import tables
from smf.errors import CodeTableError
from smf.strength import CLASSES

_TEXTS = (
    *("code_hex", "iana_name", "zos_name", "protocols", "key_exchange", "authentication"),
    *("encryption", "mac", "strength", "strength_basis", "quantum", "iana_confidence"),
)
_CODES = ("zert_enc", "zert_mac", "zert_kex")
_PARTS = ("code", "confidence")
_FLAGS = {"yes": True, "no": False}
FAILED = "FFFFFF"
"""z/OS 3.2: the suite is unknown, as it is after every failed handshake."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The algorithm code that zERT is expected to record with a suite, and how sure that is."""

    value: int
    confidence: str


@dataclass(frozen=True, slots=True)
class Suite:
    """One row: `code_hex` has four characters, six for SSLv2.

    `enc`, `mac_code` and `kex` are None where nothing is expected (the key exchange of TLS 1.3).
    """

    code_hex: str
    iana_name: str
    zos_name: str
    protocols: str
    key_exchange: str
    authentication: str
    encryption: str
    mac: str
    aead: bool
    strength: str
    strength_basis: str
    quantum: str
    iana_confidence: str
    enc: Expected | None
    mac_code: Expected | None
    kex: Expected | None


def lookup(code_hex: str) -> Suite | None:
    """Return the suite with this code (`003D`), None when it is not listed."""
    return load().get(code_hex.upper())


@cache
def load() -> dict[str, Suite]:
    """Return the suites of this package by code, read once."""
    return parse(tables.read_text(tables.CIPHER_SUITES))


def parse(text: str) -> dict[str, Suite]:
    """Return the suites written in `text`; raises `CodeTableError` with the line that is wrong."""
    needed = (*_TEXTS, "aead", *(f"{name}_{part}" for name in _CODES for part in _PARTS))
    found: dict[str, Suite] = {}
    for line, row in tables.rows(text, needed):
        suite = _suite(row, line)
        if suite.code_hex in found:
            raise CodeTableError(f"line {line} lists the suite {suite.code_hex} twice")
        found[suite.code_hex] = suite
    return found


def _suite(row: dict[str, str], line: int) -> Suite:
    code = row["code_hex"]
    try:
        wide = len(bytes.fromhex(code)) in (2, 3) and code == code.upper()
        enc, mac, kex = (_expected(row, name) for name in _CODES)
    except ValueError as error:
        raise CodeTableError(f"line {line} has a code that is not hex") from error
    if not wide or row["strength"] not in CLASSES or row["aead"] not in _FLAGS:
        raise CodeTableError(f"line {line} has a wrong code, strength or AEAD mark")
    texts = {key: row[key] for key in _TEXTS}
    return Suite(aead=_FLAGS[row["aead"]], enc=enc, mac_code=mac, kex=kex, **texts)


def _expected(row: dict[str, str], name: str) -> Expected | None:
    code = row[f"{name}_code"]
    return Expected(int(code, 16), row[f"{name}_confidence"]) if code else None
