"""Values into the bytes of one section, by the layout tables; no offsets here.

Values carry the key names of the decoder (`scert.sig`, or nested as `{"scert": {"sig": 7}}`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from ipaddress import ip_address

from smf.ebcdic import encode
from smf.errors import SmfError
from smf.layout import Field, load_layout

Scalar = int | str | bytes
Values = Mapping[str, Scalar | Mapping[str, Scalar]]
Names = Sequence[tuple[int, str]]

_TIME_TYPES = {13: 1, 15: 2}
"""Certificate time types by the length of the text: UTCTime and GeneralizedTime."""


class EncodeError(SmfError):
    """A value that the layout has no field or no room for."""


def encode_section(
    subtype: int, section: str, values: Values, *, length: int | None = None
) -> bytes:
    """Return one section of `length` bytes (default: all that the layout table describes).

    Fields without a value are binary zero, or blanks in text; fields past `length` are left
    out. Serial lengths and time types follow from the serials and times. Raises `EncodeError`.
    """
    fields = fields_of(subtype, section)
    wanted = _derived(_flat(values), fields)
    unknown = wanted.keys() - fields.keys()
    if unknown:
        raise EncodeError(f"subtype {subtype} has no field `{section}.{min(unknown)}`")
    data = bytearray(blank_of(subtype, section))
    for key, value in wanted.items():
        field = fields[key]
        data[field.offset : field.end] = encode_field(field, value)
    return bytes(data[:length]).ljust(length or 0, b"\0")


@cache
def fields_of(subtype: int, section: str) -> dict[str, Field]:
    """Return a section's fields by key."""
    return {field.key: field for field in load_layout(subtype).section(section) if field.key}


@cache
def blank_of(subtype: int, section: str) -> bytes:
    """Return a section of which nothing is known: zeros, and blanks in text."""
    data = bytearray(load_layout(subtype).known_length(section))
    for field in fields_of(subtype, section).values():
        if field.format == "ebcdic":
            data[field.offset : field.end] = encode("", field.length)
    return bytes(data)


def encode_field(field: Field, value: Scalar) -> bytes:
    """Return the bytes of one field: numbers, text, addresses, bytes (or hex) left justified.

    Raises `EncodeError` when the value does not fit.
    """
    try:
        data = _field_bytes(field, value)
    except (ValueError, OverflowError) as error:
        raise EncodeError(f"`{value!r}` does not fit `{field.section}.{field.key}`") from error
    if len(data) > field.length:
        raise EncodeError(f"`{value!r}` is too long for `{field.section}.{field.key}`")
    return data.ljust(field.length, b"\0")


def encode_names(subtype: int, names: Names) -> list[bytes]:
    """Return one structure (length, type, text) per distinguished name."""
    fields = fields_of(subtype, "dn")
    length, kind = fields["length"], fields["type"]
    found = []
    for number, text in names:
        body = encode_field(kind, number) + encode(text, len(text))
        found.append(encode_field(length, length.length + len(body)) + body)
    return found


def _field_bytes(field: Field, value: Scalar) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, int):
        return value.to_bytes(field.length, "big")
    if field.format == "ebcdic":
        return _text(value, field.length)
    if field.format == "ip":
        return _address(value)
    return bytes.fromhex(value)


@lru_cache(1 << 14)
def _text(value: str, length: int) -> bytes:
    """Job, user and system names come again with every record."""
    return encode(value, length)


@lru_cache(1 << 14)
def _address(value: str) -> bytes:
    return ip_address(value).packed


def _flat(values: Values) -> dict[str, Scalar]:
    flat: dict[str, Scalar] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat |= {f"{key}.{inner}": one for inner, one in value.items()}
        else:
            flat[key] = value
    return flat


def _derived(flat: dict[str, Scalar], fields: Mapping[str, Field]) -> dict[str, Scalar]:
    """Add what a reader needs to find the end of serials and identifiers, and times' kinds."""
    derived: dict[str, Scalar] = {}
    for key, value in flat.items():
        holder, _, name = key.rpartition(".")
        length = f"{holder}.{name}_len" if holder else f"{name}_len"
        if length in fields and isinstance(value, str):
            derived[length] = len(value) // 2
        if name == "not_after" and isinstance(value, str):
            derived[f"{holder}.time_type"] = _TIME_TYPES.get(len(value), 0)
    return derived | flat
