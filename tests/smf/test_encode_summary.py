"""Subtype 12 records from values: bytes checked by hand, and read back by the reader."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from smf.encode.records import NameStyle, Stamp, marker_record
from smf.encode.summary import (
    ENABLED,
    V2R3,
    V2R5,
    Z32,
    Protection,
    Shape,
    SummaryRecord,
    encode_summary,
    stck,
)
from smf.encode.values import EncodeError, encode_section
from smf.reader import Batch, DumpReader

AT = datetime(2026, 10, 5, 13, 30, 0, 250_000)
IDENT = {"system": "SYSA", "sysplex": "PLEXA", "stack": "TCPIP", "component": "STACK"}
COMMON = {
    "duration": stck(1_800_000_000),
    "flags": 0x40,
    "job": "TN3270",
    "user": "TN3270",
    "ip_proto": 6,
    "server_ip": "10.1.2.3",
    "client_ip": "10.9.8.7",
    "port_start": 992,
    "port_end": 992,
    "session_id": "T-" + "0123456789" * 4,
    "init_conn": 5,
    "end_conn": 12,
    "init_in_bytes": 100,
    "end_in_bytes": 4_294_967_396,
}
CERT = {"sig": 7, "enc": 2, "dig": 6, "ktype": 2, "klen": 2048}
TLS = {"source": 2, "version": 0x0303, "cipher": "C030", "enc": 19, "mac": 1, "kex": 20}
NAMES = ((5, "CN=tn3270,O=Example [x]"), (6, "CN=Issuing CA,O=Example"))
ALL_STYLES = list(NameStyle)


def record(protection: Protection, **common: int | str) -> SummaryRecord:
    return SummaryRecord(Stamp(AT, "SYSA"), IDENT, {**COMMON, **common}, protection)


def read(path: Path, *records: bytes) -> Batch:
    path.write_bytes(b"".join(records))
    with DumpReader(path) as reader:
        return next(iter(reader))


def tls(**more: object) -> Protection:
    return Protection("TLS", {**TLS, "scert": CERT, **more}, NAMES)  # type: ignore[dict-item]


def test_an_unprotected_record_has_the_bytes_of_the_layout() -> None:
    data = encode_summary(record(Protection()))
    assert len(data) == 76 + 64 + 204
    assert data[:24] == bytes.fromhex(
        "0158 0000"  # 344 bytes, not segmented
        "C0 77"  # subsystem and subtypes used; type 119
        "004A2879"  # 13:30:00.25 = 4,860,025 hundredths
        "0126278F"  # day 278 of 2026
        "E2E8E2C1"  # SYSA
        "E2E3C340"  # STC
        "000C"
    )
    assert data[24:44] == bytes.fromhex("0007 0000  0000004C 0040 0001  0000008C 00CC 0001")
    assert data[44:76] == bytes(32)
    assert data[76:92] == bytes.fromhex("E2E8E2C1 40404040  D7D3C5E7 C1404040")
    common = data[140:]
    assert common[:11] == bytes.fromhex("000006B49D200000 01 40 00")
    assert common[11:19] == bytes.fromhex("E3D5F3F2 F7F04040")
    assert common[28:44] == bytes.fromhex("0A010203") + bytes(12)
    assert common[60:66] == bytes.fromhex("03E0 03E0 E360")
    assert common[108:112] == bytes.fromhex("00000005")
    assert common[172:180] == bytes.fromhex("0000000100000064")


@pytest.mark.parametrize("style", ALL_STYLES)
@pytest.mark.parametrize("shape", [V2R3, V2R5, Z32])
def test_the_reader_finds_what_was_written(tmp_path: Path, shape: Shape, style: NameStyle) -> None:
    shape = Shape(shape.common, shape.tls, shape.ipsec, style)
    batch = read(tmp_path / "dump", encode_summary(record(tls()), shape))
    assert batch.rejects == []
    raw = json.loads(batch.protections["raw"][0])
    assert raw["protocol"] == "TLS"
    assert raw["tls"]["cipher"] == "C030"
    assert raw["tls"]["scert"]["klen"] == 2048
    assert [tuple(name) for name in raw["dns"]] == list(NAMES)
    session = batch.sessions.row(0, named=True)
    assert (session["server_ip"], session["client_ip"]) == ("10.1.2.3", "10.9.8.7")
    assert (session["role"], session["port_end"], session["job"]) == ("server", 992, "TN3270")
    activity = batch.activity.row(0, named=True)
    assert (activity["connections"], activity["in_bytes"]) == (7, 4_294_967_296)
    assert activity["duration_us"] == 1_800_000_000


def test_every_style_is_the_same_session(tmp_path: Path) -> None:
    records = [encode_summary(record(tls()), Shape(names=style)) for style in ALL_STYLES]
    batch = read(tmp_path / "dump", *records)
    assert (len(batch.sessions), len(batch.activity)) == (1, 3)


def test_serials_and_times_are_written_where_the_release_has_them(tmp_path: Path) -> None:
    cert = {**CERT, "serial": "0a0b0c", "not_after": "261224000000Z"}
    batch = read(tmp_path / "dump", encode_summary(record(tls(scert=cert)), Z32))
    found = json.loads(batch.protections["raw"][0])["tls"]["scert"]
    assert (found["serial"], found["not_after"]) == ("0a0b0c", "261224000000Z")


def test_ipsec_end_points_follow_the_ipv6_flag(tmp_path: Path) -> None:
    values = {"major": 2, "lcl": "2001:db8::1", "rmt": "2001:db8::2", "dh": 19}
    one = record(
        Protection("IPSEC", values),
        flags=0xC0,
        server_ip="2001:db8::1",
        client_ip="2001:db8::2",
    )
    batch = read(tmp_path / "dump", encode_summary(one))
    raw = json.loads(batch.protections["raw"][0])["ipsec"]
    assert (raw["lcl"], raw["rmt"], raw["dh"]) == ("2001:db8::1", "2001:db8::2", 19)


def test_switching_aggregation_on_is_coverage(tmp_path: Path) -> None:
    event = SummaryRecord(Stamp(AT, "SYSA"), IDENT, {"event": ENABLED})
    records = [marker_record(Stamp(AT, "SYSA"), last=False), encode_summary(event)]
    batch = read(tmp_path / "dump", *records)
    assert batch.coverage["kind"].to_list() == ["aggregation_enabled"]
    assert batch.rejects == []


def test_values_without_a_field_or_room_are_refused() -> None:
    with pytest.raises(EncodeError, match=r"no field `tls\.ciphre`"):
        encode_section(12, "tls", {"ciphre": "C030"})
    with pytest.raises(EncodeError, match="does not fit"):
        encode_section(12, "common", {"job": "MUCHTOOLONG"})
    with pytest.raises(EncodeError, match="does not fit"):
        encode_section(12, "common", {"port_start": 65_536})
    with pytest.raises(EncodeError, match="too long"):
        encode_section(12, "tls", {"opaque": "00" * 7})


def test_a_record_longer_than_smf_allows_is_refused() -> None:
    names = tuple((5, "CN=" + "x" * 1_000) for _ in range(40))
    with pytest.raises(EncodeError, match=r"a record of .* bytes is too long"):
        encode_summary(record(Protection("TLS", TLS, names)))
