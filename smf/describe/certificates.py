"""Certificates of a section, and the distinguished names beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from smf import codes
from smf.describe.fields import Fields
from smf.describe.judgement import UNLISTED, coded, judge, judged
from smf.describe.label import DN, NAMES, Label, plain
from smf.strength import rate_key
from smf.times import certificate_time

_CODES = (
    ("signature", "cert_signature_method", "sig"),
    ("encryption", "cert_encryption_method", "enc"),
    ("digest", "cert_digest_algorithm", "dig"),
    ("key_type", "cert_key_type", "ktype"),
)
_BLANK = (0, 1)
"""All codes unknown or all none, and no key length: no certificate is recorded."""
_DN_TYPE = "dn_type"


def certificate_labels(section: Fields, prefix: str) -> tuple[Label, ...]:
    """Return the labels of a certificate (`scert`, ...), none when the record has none."""
    fields = section.inner(prefix)
    if is_absent(fields):
        return ()
    found = [judged(f"{prefix}_{part}", kind, fields.number(key)) for part, kind, key in _CODES]
    found.append(key_bits(f"{prefix}_key_bits", fields.number("klen"), found[-1]))
    if serial := fields.text("serial"):
        found.append(plain(f"{prefix}_serial", serial))
    if time := not_after(fields.text("not_after")):
        found.append(plain(f"{prefix}_not_after", time))
    return tuple(found)


def is_absent(fields: Fields) -> bool:
    """True when a certificate's fields say that there is none, or nothing at all."""
    values = {fields.number(key) for _, _, key in _CODES}
    return len(values) == 1 and values <= set(_BLANK) and not fields.number("klen")


def key_bits(key: str, bits: int, kind: Label) -> Label:
    """Return the label of a key's length, judged by the key type's name."""
    return judge(plain(key, str(bits)), rate_key(kind.text, bits), also=kind.confidence)


def certificate_words(section: Fields, prefix: str, whose: str) -> str:
    """Return `, server certificate RSA 2048` for a title, empty without a certificate."""
    fields = section.inner(prefix)
    if is_absent(fields):
        return ""
    kind = coded(f"{prefix}_key_type", "cert_key_type", fields.number("ktype"))
    return f", {whose} certificate {kind.text} {fields.number('klen') or ''}".rstrip()


def name_labels(names: Iterable[tuple[int, str]]) -> tuple[Label, ...]:
    """Return one label for each type of distinguished name; several of a type stand together."""
    found: dict[int, list[str]] = {}
    for kind, text in names:
        found.setdefault(kind, []).append(text)
    return tuple(_name_label(kind, "; ".join(texts)) for kind, texts in found.items())


def _name_label(kind: int, text: str) -> Label:
    digits = codes.hex_of(_DN_TYPE, kind)
    code = codes.lookup(_DN_TYPE, kind)
    if code is None:
        words = codes.unlisted(digits)
        return Label(f"dn_{digits}", words, text, DN, code=digits, confidence=UNLISTED)
    key = f"dn_{code.short_name.lower().replace(' ', '_')}"
    label = Label(key, NAMES[key], text, DN, code=digits, meaning=code.ibm_name)
    return replace(label, confidence=code.confidence, source=code.source)


def not_after(text: str) -> str:
    """Return the time in ISO form, as recorded where it is no time, empty where it is blank."""
    time = certificate_time(text)
    if time is not None:
        return time.isoformat().replace("+00:00", "Z")
    return text if text.strip("0") else ""
