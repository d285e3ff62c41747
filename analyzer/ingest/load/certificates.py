"""Certificates of protections into the store: each once, by what records tell it by.

A serial number and an issuer's name tell a certificate from all others (RFC 5280 4.1.2.2). Records
from before z/OS 3.2 carry no serial number: there the names, the key, the signature and the end
must do, and the row says so. A serial number of zero is the default of self-signed certificates
and tells nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from analyzer.ingest.load.labels import NUL_SIGN
from analyzer.models import Certificate
from analyzer.queries.terms.facts import serial_of
from smf import codes
from smf.describe.certificates import is_absent, not_after
from smf.describe.fields import Fields
from smf.times import certificate_time

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_HEX: Final = re.compile("[0-9A-Fa-f]{2}")
_ATTRIBUTE: Final = re.compile(r'(?:[^,;+"\\]|\\.|"(?:[^"\\]|\\.)*"|["\\])+', re.DOTALL)
"""Up to a separator that is neither escaped nor in quotes."""
_MOST_SHARED: Final = 2_048
Raw = Mapping[str, Any]
_IDENTITY: Final = Certificate.Identity
_PARTS: Final = {"scert": "server", "ccert": "client", "lcert": "local", "rcert": "remote"}
_PREFIXES: Final = {
    "TLS": ("scert", "ccert"),
    "SSH": ("scert", "ccert"),
    "IPSEC": ("lcert", "rcert"),
}
_CODES: Final = {
    "signature": ("sig", "cert_signature_method"),
    "encryption": ("enc", "cert_encryption_method"),
    "hash": ("dig", "cert_digest_algorithm"),
    "key_type": ("ktype", "cert_key_type"),
}
_TYPES: Final = {
    "digest": "bytea",
    **dict.fromkeys(
        ("identity", "subject", "subject_name", "issuer", "issuer_name", "serial"), "text"
    ),
    "not_after": "timestamptz",
    "not_after_text": "text",
    "codes": "text",  # an array of arrays would have to be one of equal lengths
    "key_bits": "integer",
    **dict.fromkeys(_CODES, "text"),
}
_FILLED: Final = {
    **dict.fromkeys(("subject", "subject_name"), "c.subject = ''"),
    **dict.fromkeys(("not_after", "not_after_text"), "c.not_after IS NULL"),
    "key_bits": "c.key_bits IS NULL",
    "codes": "c.codes = '{}'",
    # Nothing recorded before, or the same codes under the names of newer tables.
    **dict.fromkeys(_CODES, "(c.codes = '{}' OR c.codes = excluded.codes)"),
}
_SETS: Final = ", ".join(
    f"{name} = CASE WHEN {open_} THEN excluded.{name} ELSE c.{name} END"
    for name, open_ in _FILLED.items()
)
_NEWS: Final = " OR ".join(
    f"({open_} AND c.{name} IS DISTINCT FROM excluded.{name})" for name, open_ in _FILLED.items()
)
_ADD: Final = f"""
    INSERT INTO analyzer_certificate AS c ({", ".join(_TYPES)})
    SELECT {", ".join("codes::integer[]" if name == "codes" else name for name in _TYPES)}
    FROM unnest({", ".join(f"%s::{kind}[]" for kind in _TYPES.values())}) n ({", ".join(_TYPES)})
    ON CONFLICT (digest) DO UPDATE SET {_SETS} WHERE {_NEWS}"""  # noqa: S608  # names of ours only
_LINK: Final = """
    INSERT INTO analyzer_protectioncertificate (protection_id, part, certificate_id)
    SELECT n.protection_id, n.part, c.id
    FROM unnest(%s::bigint[], %s::text[], %s::bytea[]) n (protection_id, part, digest)
    JOIN analyzer_certificate c ON c.digest = n.digest
    ON CONFLICT DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Found:
    """A certificate as a record describes it; the columns of its row."""

    digest: bytes
    identity: str
    subject: str
    subject_name: str
    issuer: str
    issuer_name: str
    serial: str
    not_after: datetime | None
    not_after_text: str
    codes: str
    key_bits: int | None
    signature: str
    encryption: str
    hash: str
    key_type: str


def learn(cursor: CursorWrapper, protections: Iterable[tuple[int, Raw]]) -> int:
    """Store the certificates of protections (their keys, their raw codes); how many they have."""
    links, found = [], dict[bytes, Found]()
    for pk, raw in protections:
        for part, one in certificates_of(raw):
            links.append((pk, part, one.digest))
            found[one.digest] = _together(found.get(one.digest), one)
    if not links:
        return 0
    # In one order, so that two who write the same ones wait for each other only once.
    rows = [found[digest] for digest in sorted(found)]
    cursor.execute(_ADD, [[getattr(row, name) for row in rows] for name in _TYPES])
    cursor.execute(_LINK, [list(column) for column in zip(*links, strict=True)])
    return len(links)


def certificates_of(raw: Raw) -> Iterator[tuple[str, Found]]:
    """Yield part and certificate; one of which only names are recorded is one too."""
    protocol = str(raw.get("protocol", ""))
    if protocol not in _PREFIXES:
        return
    section, names = Fields(raw.get(protocol.lower()) or {}), _names(raw)
    for prefix in _PREFIXES[protocol]:
        part, recorded = _PARTS[prefix], section.inner(prefix)
        subject = names.get(f"{protocol} {part} subject".lower(), "")
        issuer = names.get(f"{protocol} {part} issuer".lower(), "")
        if not is_absent(recorded):
            yield part, _found(tuple(recorded.values.items()), subject, issuer)
        elif subject or issuer:
            yield part, _found((), subject, issuer)


def common_name(name: str) -> str:
    r"""Return the first common name of a distinguished name, empty where it has none.

    Understands what RFC 4514 and its forerunners quote: `\,`, `\2C`, `"a, b"`.
    """
    for line in name.split("\n"):
        for kind, _, value in (part.partition("=") for part in _ATTRIBUTE.findall(line)):
            if kind.strip().upper() == "CN" and value.strip():
                return _plain(value.strip())
    return ""


def _names(raw: Raw) -> dict[str, str]:
    """The distinguished names by what the code tables call their type, in lower case."""
    found: dict[str, str] = {}
    for kind, text in raw.get("dns") or ():
        code = codes.lookup("dn_type", int(kind))
        if code is not None and text:
            key = code.short_name.lower()
            found[key] = f"{found[key]}\n{text}" if key in found else text
    return found


@lru_cache(_MOST_SHARED)
def _found(values_of: tuple[tuple[str, object], ...], subject: str, issuer: str) -> Found:
    """One certificate; a server shows the same in all of its protections."""
    recorded = Fields(dict(values_of))
    text = recorded.text("serial")
    serial = serial_of(text) if text else ""
    ends = not_after(recorded.text("not_after"))
    moment = certificate_time(recorded.text("not_after"))
    values = [recorded.number(key) for key, _ in _CODES.values()] if recorded.values else []
    bits = recorded.number("klen") or None
    known = [serial, issuer]
    identity = _IDENTITY.SERIAL
    if serial in {"", "0"} or not issuer:
        known = [serial, issuer, subject, values[-1:], values[:1], bits, ends]  # type: ignore[list-item]
        identity = _IDENTITY.NAMES if subject else _IDENTITY.LOOKS
    return Found(
        digest=hashlib.blake2b(json.dumps(known).encode(), digest_size=16).digest(),
        identity=identity.value,
        subject=subject,
        subject_name=common_name(subject),
        issuer=issuer,
        issuer_name=common_name(issuer),
        serial=serial,
        not_after=moment,
        not_after_text="" if moment else ends,
        codes="{" + ",".join(map(str, values)) + "}",
        key_bits=bits,
        **_named(values),
    )


def _named(values: list[int]) -> dict[str, str]:
    if not values:
        return dict.fromkeys(_CODES, "")
    pairs = zip(_CODES.items(), values, strict=True)
    return {name: codes.short_name(kind, value) for (name, (_, kind)), value in pairs}


def _together(one: Found | None, other: Found) -> Found:
    """What two records of the same certificate say; the first one speaks where both do."""
    if one is None:
        return other
    gaps = {
        field.name: getattr(other, field.name)
        for field in fields(Found)
        if getattr(one, field.name) in {"", None}
    }
    if one.codes == "{}":
        gaps |= {name: getattr(other, name) for name in ("codes", *_CODES)}
    return replace(one, **gaps) if gaps else one


def _plain(value: str) -> str:
    """A value without its quotes and escapes."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1]
    found, place = bytearray(), 0
    while place < len(value):
        sign, pair = value[place], value[place + 1 : place + 3]
        place += 1
        if sign == "\\" and _HEX.fullmatch(pair):
            found += bytes.fromhex(pair)
            place += 2
        elif sign == "\\" and pair:
            found += pair[0].encode()
            place += 1
        else:
            found += sign.encode()
    return found.decode(errors="replace").replace("\0", NUL_SIGN)
