"""Subtype 11 records from values, read back by the reader."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from smf.encode.connection import (
    CHANGE,
    ENABLED,
    TERMINATION,
    ConnectionRecord,
    encode_connection,
)
from smf.encode.records import Stamp
from smf.reader import Batch, DumpReader

STAMP = Stamp(datetime(2026, 10, 5, 15, 30, 0), "SYSA")
IDENT = {"system": "SYSA", "sysplex": "PLEXA", "stack": "TCPIP", "component": "STACK"}
COMMON = {
    "job": "FTPD1",
    "job_id": "STC00042",
    "user": "FTPUSER",
    "ip_proto": 6,
    "flags": 0x10,
    "local_ip": "10.1.2.3",
    "remote_ip": "10.9.8.7",
    "local_port": 21,
    "remote_port": 40_000,
    "conn_id": 0x1A2B,
    "in_bytes": 77,
}
TLS = {"version": 0x0303, "source": 2, "handshake": 1, "role": 2, "cipher": "C030", "enc": 19}
IPSEC = {"major": 2, "lcl": "10.1.2.3", "rmt": "10.9.8.7", "ike_rule": "branch", "dh": 19}


def read(path: Path, record: bytes) -> Batch:
    path.write_bytes(record)
    with DumpReader(path) as reader:
        return next(iter(reader))


def test_two_protocols_on_one_connection_are_read_back(tmp_path: Path) -> None:
    record = ConnectionRecord(
        STAMP,
        IDENT,
        {**COMMON, "event": TERMINATION},
        start=datetime(2026, 10, 5, 13, 0),
        end=datetime(2026, 10, 5, 13, 30),
        protections={"TLS": TLS, "IPSEC": IPSEC},
        names=((5, "CN=ftp"), (1, "CN=ike")),
        ipfilter={"out_action": 2, "out_rule": "branch"},
    )
    batch = read(tmp_path / "dump", encode_connection(record))
    assert batch.rejects == []
    row = batch.connections.row(0, named=True)
    assert row["protocols"] == 0xA0
    assert (row["local_ip"], row["remote_port"], row["conn_id"]) == ("10.1.2.3", 40_000, 0x1A2B)
    assert row["local_time"] - row["end_utc"] == 2 * 3600 * 1_000_000
    assert row["end_utc"] - row["start_utc"] == 1800 * 1_000_000
    raw = json.loads(row["raw"])
    assert (raw["tls"]["cipher"], raw["ipsec"]["ike_rule"]) == ("C030", "branch")
    assert raw["ipfilter"]["out_rule"] == "branch"
    assert raw["dns"] == [[5, "CN=ftp"], [1, "CN=ike"]]


def test_a_connection_without_protection_has_no_end_yet(tmp_path: Path) -> None:
    record = ConnectionRecord(
        STAMP, IDENT, {**COMMON, "event": CHANGE}, start=datetime(2026, 10, 5, 13, 0)
    )
    data = encode_connection(record)
    assert len(data) == 84 + 64 + 128
    assert data[22:28] == bytes.fromhex("000B 0007 0000")
    assert data[148:150] == bytes.fromhex("0200")
    row = read(tmp_path / "dump", data).connections.row(0, named=True)
    assert (row["protocols"], row["end_utc"]) == (0, None)


def test_an_enforcement_section_makes_eight_triplets(tmp_path: Path) -> None:
    record = ConnectionRecord(
        STAMP,
        IDENT,
        {**COMMON, "event": 7},
        start=datetime(2026, 10, 5, 13, 0),
        policy=b"\xd9\xe4\xd3\xc5" * 8,
    )
    data = encode_connection(record)
    assert data[24:26] == bytes.fromhex("0008")
    raw = json.loads(read(tmp_path / "dump", data).connections["raw"][0])
    assert raw["policy"].lower() == "d9e4d3c5" * 8


def test_discovery_switched_on_is_coverage(tmp_path: Path) -> None:
    record = ConnectionRecord(STAMP, IDENT, {"event": ENABLED})
    batch = read(tmp_path / "dump", encode_connection(record))
    assert batch.coverage.height == 1
    assert batch.connections.height == 0


def test_identifiers_and_fingerprints_say_their_own_length(tmp_path: Path) -> None:
    ssh = {"version": 2, "source": 1, "skey_fp": "ab" * 32, "ckey_fp": "cd" * 20}
    record = ConnectionRecord(
        STAMP,
        IDENT,
        {**COMMON, "event": CHANGE},
        start=datetime(2026, 10, 5, 13, 0),
        protections={"TLS": {**TLS, "session_id": "07" * 5}, "SSH": ssh},
    )
    raw = json.loads(read(tmp_path / "dump", encode_connection(record)).connections["raw"][0])
    assert raw["tls"]["session_id"] == "07" * 5
    assert (raw["ssh"]["skey_fp"], raw["ssh"]["ckey_fp"]) == ("ab" * 32, "cd" * 20)
