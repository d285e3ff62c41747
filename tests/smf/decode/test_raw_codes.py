"""The JSON of a protection's raw codes, against one that decodes every section anew."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from smf.decode.identity.protections import SECTIONS, ProtectionKey, canonical_json
from smf.decode.names import split_names
from smf.decode.sections import decode_section
from smf.layout import SUMMARY
from smf.reader import DumpReader
from tests.builders.many_protections import client_end, write_clients

PAGE = "cp1047"
BITS = {"tls": 0x80, "ssh": 0x40, "ipsec": 0x20}
LENGTHS = {"tls": (36, 150), "ssh": (46, 60), "ipsec": (74, 160)}
# Where a certificate's serial length and time type stand in a section of z/OS 3.2.
MARKS = {"tls": (42, 63, 79, 100), "ssh": (), "ipsec": (74, 95, 111, 132)}


def plain_raw(key: ProtectionKey) -> str:
    """As the layout says, field for field, with nothing kept from other protections."""
    value: dict[str, object] = {"protocol": key.protocol, "dns": split_names(key.names, PAGE)}
    opaque: dict[str, str] = {}
    for section, data in zip(SECTIONS, key.sections, strict=True):
        value[section] = None
        if section.upper() == key.protocol:
            found = decode_section(SUMMARY, section, data, ipv6=key.ipv6, code_page=PAGE)
            value[section] = found.fields
            opaque |= found.opaque
        elif data:
            opaque[f"{section}.0"] = data.hex()
    return canonical_json({**value, "opaque": opaque} if opaque else value)


@st.composite
def keys(draw: st.DrawFn) -> ProtectionKey:
    """Few codes, so that protections share them; own serials, dates, end points and names."""
    section = draw(st.sampled_from(SECTIONS))
    low, high = LENGTHS[section]
    data = bytearray(draw(st.integers(0, 255)).to_bytes(1, "big") * low)
    data += draw(st.binary(min_size=0, max_size=high - low))
    for place in MARKS[section]:
        if place < len(data):
            data[place] = draw(st.sampled_from([0, 1, 2, 8, 20, 21]))
    text = draw(st.binary(max_size=12))
    names = (len(text) + 4).to_bytes(2, "big") + b"\0\x07" + text
    other = draw(st.sampled_from([b"", b"\1\2"]))
    parts = {one: bytes(data) if one == section else other for one in SECTIONS}
    return ProtectionKey(
        BITS[section], tuple(parts[one] for one in SECTIONS), names, section == "ipsec"
    )


@settings(max_examples=300)
@given(st.lists(keys(), min_size=1, max_size=5))
@example([ProtectionKey(0x80, (b"\2" * 42 + b"\x15" * 74, b"", b""), b"", ipv6=False)])
def test_what_protections_share_changes_nothing_in_what_each_says(
    found: list[ProtectionKey],
) -> None:
    for key in found:
        assert key.raw(PAGE) == plain_raw(key)


def test_every_client_has_its_own_serial_end_and_name(tmp_path: Path) -> None:
    write_clients(tmp_path / "clients.smf", 300)
    with DumpReader(tmp_path / "clients.smf") as reader:
        (batch,) = reader
    found = [json.loads(raw) for raw in batch.protections["raw"]]
    certificates = [one["tls"]["ccert"] for one in found]
    assert [one["serial"] for one in certificates] == [f"{number:016x}" for number in range(300)]
    assert [one["not_after"] for one in certificates] == list(map(client_end, range(300)))
    assert [one["dns"][0] for one in found] == [
        [7, f"CN=client{number:07}.partner.example.net,O=Partner Net,C=US"] for number in range(300)
    ]
    assert [one["tls"]["cipher"] for one in found[:4]] == ["C030", "C02F", "1302", "003D"]
