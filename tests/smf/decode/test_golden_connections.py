"""Subtype 11 records written by hand: every field that the decoder gives, worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smf.decode.details import DetailCache
from tests.builders.golden import load_golden
from tests.builders.reading import microseconds, read_records

CONNECTION = {
    "sysplex": "PLEXA",
    "system": "SYSA",
    "stack": "TCPIP",
    "local_time": microseconds(2026, 10, 5, 13, 30, 0, 250_000),
    "start_utc": microseconds(2026, 10, 5, 13, 29, 50, 250_000),
    "end_utc": None,
    "ip_proto": 6,
    "local_ip": "10.1.2.3",
    "local_port": 992,
    "remote_ip": "10.9.8.7",
    "remote_port": 41_000,
    "conn_id": 0x1A2B,
    "job": "TN3270",
    "job_id": "STC01234",
    "user": "TN3270",
    "in_bytes": 100,
    "out_bytes": 4_294_967_396,
    "in_segs": 7,
    "out_segs": 9,
}
BLANK = {"ipfilter": None, "tls": None, "ssh": None, "ipsec": None, "dns": [], "policy": None}
TLS = {
    "version": 0x0303,
    "source": 2,
    "handshake": 1,
    "role": 2,
    "session_id": "deadbeef",
    "provider": "System SSL",
    "cipher": "C02F",
    "enc": 18,
    "mac": 1,
    "kex": 20,
    "fips": 3,
    "flags": 0x80,
    "scert": {
        "sig": 7,
        "enc": 2,
        "dig": 6,
        "serial": "0102030405",
        "not_after": "261224000000Z",
        "ktype": 2,
        "klen": 2048,
    },
    "ccert": {
        "sig": 1,
        "enc": 1,
        "dig": 1,
        "serial": "",
        "not_after": "",
        "ktype": 1,
        "klen": 0,
    },
}
IPSEC = {
    "ike_tunnel_id": 17,
    "major": 2,
    "minor": 0,
    "ike_rule": "KeyExRule-Branch",
    "lauth": 3,
    "rauth": 2,
    "p1_mac": 6,
    "p1_enc": 14,
    "dh": 19,
    "prf": 4,
    "ike_lifesize": 0,
    "ike_lifetime": 480,
    "ike_reauth": 1440,
    "lcert": {
        "sig": 8,
        "enc": 2,
        "dig": 7,
        "serial": "0a0b",
        "not_after": "261224000000Z",
        "ktype": 2,
        "klen": 4096,
    },
    "rcert": {
        "sig": 7,
        "enc": 4,
        "dig": 6,
        "serial": "",
        "not_after": "",
        "ktype": 5,
        "klen": 384,
    },
    "tunnel_id": 4711,
    "tunnel_type": 2,
    "tunnel_state": 1,
    "encap": 1,
    "proto": 50,
    "p2_mac": 7,
    "p2_enc": 19,
    "pfs": 20,
    "lifesize": 4096,
    "lifetime": 240,
    "vpn_lifetime": 720,
}
SSH = {
    "version": 2,
    "source": 2,
    "fips": 0,
    "flags": 0xC0,
    "status": 0x80,
    "component": "SFTPS",
    "provider": "OpenSSH",
    "auth": 2,
    "auth2": 1,
    "in_enc": 17,
    "in_mac": 6,
    "kex": 6,
    "out_enc": 19,
    "out_mac": 7,
    "skey": 2,
    "skey_len": 3072,
    "ckey": 5,
    "ckey_len": 256,
    "skey_fp": "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf",
    "ckey_fp": "101112131415161718191a1b1c1d1e1f",
    "scert": {
        "sig": 7,
        "enc": 2,
        "dig": 6,
        "serial": "ff01",
        "not_after": "20301231235959Z",
        "ktype": 2,
        "klen": 4096,
    },
    "ccert": {
        "sig": 8,
        "enc": 4,
        "dig": 7,
        "serial": "7f",
        "not_after": "261224000000Z",
        "ktype": 5,
        "klen": 256,
    },
}
CASES: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "d11_initiation": (
        {"event": 1, "protocols": 0x80, "flags": 0x10, "sec_flags": 0xA0},
        {
            "tls": TLS,
            "ipfilter": {
                "out_action": 1,
                "in_action": 2,
                "out_rule": "PermitTn3270-Out",
                "out_rule_ext": "1",
                "in_rule": "DenyAll",
                "in_rule_ext": ".0",
            },
            "dns": [[5, "CN=tn3270"], [6, "CN=Issuing CA,O=Example"]],
        },
    ),
    "d11_change": (
        {
            "event": 2,
            "protocols": 0x60,
            "flags": 0x08,
            "sec_flags": 0xC0,
            "job": "SSHD3",
            "job_id": "STC00077",
            "user": "OMVSKERN",
            "remote_port": 22,
            "local_port": 40_022,
        },
        {
            "ssh": SSH,
            "ipsec": {**IPSEC, "lcl": "10.2.4.51", "rmt": "10.1.4.23", "tunnel_flags": 0x40},
        },
    ),
    "d11_termination": (
        {
            "event": 3,
            "protocols": 0x20,
            "flags": 0x30,
            "sec_flags": 0x80,
            "end_utc": microseconds(2026, 10, 6),
        },
        {"ipsec": {**IPSEC, "lcl": "2001:db8::51", "rmt": "2001:db8::23", "tunnel_flags": 0x80}},
    ),
    "d11_short": (
        {
            "event": 4,
            "protocols": 0,
            "flags": 0x90,
            "sec_flags": 0,
            "remote_ip": "2001:db8::7",
            "local_ip": "2001:db8::3",
            "end_utc": microseconds(2026, 10, 5, 13, 29, 59),
        },
        {},
    ),
    "d11_enforcement": (
        {"event": 7, "protocols": 0x80, "flags": 0x10, "sec_flags": 0},
        # `NoTls10` and `NoSshV1`, 16 EBCDIC characters each: both sections, uninterpreted.
        {
            "tls": TLS,
            "policy": "d596e393a2f1f0404040404040404040" + "d596e2a288e5f1404040404040404040",
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_field_of_a_golden_record_is_read(tmp_path: Path, name: str) -> None:
    connection, details = CASES[name]
    batch = read_records(tmp_path, load_golden(name))
    assert (batch.records, batch.rejects, batch.ignored) == (1, [], {})
    found = batch.connections.row(0, named=True)
    assert isinstance(found.pop("fingerprint"), int)
    assert json.loads(found.pop("raw")) == {**BLANK, **details}
    assert found == {**CONNECTION, **connection}
    assert batch.sessions.is_empty()
    assert len(batch.connections) == 1


@pytest.mark.parametrize("kind", ["enabled", "disabled"])
def test_switching_discovery_is_coverage_and_counted(tmp_path: Path, kind: str) -> None:
    batch = read_records(tmp_path, load_golden(f"d11_{kind}"))
    assert batch.ignored == {f"zert_{kind}": 1}
    assert batch.coverage.rows(named=True) == [
        {
            "sysplex": "PLEXA",
            "system": "SYSA",
            "stack": "TCPIP",
            "local_time": microseconds(2026, 10, 5, 13, 30, 0, 250_000),
            "kind": f"zert_{kind}",
        }
    ]
    assert batch.connections.is_empty()
    assert batch.rejects == []


def test_two_equal_records_have_one_fingerprint_and_others_another(tmp_path: Path) -> None:
    names = ("d11_short", "d11_initiation", "d11_short")
    batch = read_records(tmp_path, *(load_golden(name) for name in names))
    first, second, third = batch.connections["fingerprint"].to_list()
    assert first == third != second


def test_details_of_sections_are_right_however_many_were_seen() -> None:
    cache = DetailCache()
    kinds = [number.to_bytes(2, "big") for number in range(2**16)]
    for number, kind in enumerate(kinds):
        found = cache.section("dn", b"\0\x07" + kind + b"\xc1\xc2\xc3", "cp1047")
        assert found == (f'[[{number},"ABC"]]', {})
    # One more than are kept.
    for name in ("[]", "Ý¨"):
        data = bytes.fromhex("0006 0005 ADBD")
        page = "cp1047" if name == "[]" else "cp037"
        assert cache.section("dn", data, page) == (f'[[5,"{name}"]]', {})
