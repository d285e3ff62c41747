"""The columnar decoder against a plain one that reads record by record with `struct`."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smf.batch import Batch
from smf.encode.records import NameStyle, Stamp
from smf.encode.summary import Protection, Shape, SummaryRecord, encode_summary
from tests.builders.plain_reader import Row, plain_reader
from tests.builders.reading import read_records
from tests.builders.site_dumps import SAMPLE

SAMPLES = SAMPLE.parent


CERT = ("sig", "enc", "dig", "ktype", "klen")
KEYS = {
    "TLS": ("source", "flags", "version", "cipher", "enc", "mac", "kex"),
    "SSH": (
        *("source", "version", "flags", "auth", "auth2", "in_enc", "in_mac", "kex", "out_enc"),
        *("out_mac", "skey", "skey_len", "ckey", "ckey_len"),
    ),
    "IPSEC": ("major", "minor", "lauth", "rauth", "p1_mac", "p1_enc", "dh", "prf"),
}
LAST = ("pfs", "encap", "proto", "p2_mac", "p2_enc")
COUNTS = ("connections", "partial", "short", "in_bytes", "out_bytes", "in_segs", "out_segs")


def decoded(batch: Batch) -> Iterator[Row]:
    """The decoder's rows in the words of the plain reader."""
    sessions = batch.sessions.rows(named=True)
    for row in batch.activity.iter_rows(named=True):
        session = sessions[row["session_index"]]
        protection = batch.protections.row(session["protection_index"], named=True)
        raw = json.loads(protection["raw"])
        own = raw[protection["protocol"].lower()] if protection["protocol"] != "NONE" else {}
        found = [own[key] for key in KEYS.get(protection["protocol"], ())]
        for holder in ("scert", "ccert", "lcert", "rcert"):
            found += [own[holder][key] for key in CERT] if holder in own else []
        found += [own[key] for key in LAST] if "pfs" in own else []
        yield {
            **{key: session[key] for key in ("system", "sysplex", "stack", "role", "job", "user")},
            **{key: session[key] for key in ("ip_proto", "server_ip", "client_ip", "session_id")},
            **{key: session[key] for key in ("port_start", "port_end")},
            **{key: row[key] for key in ("duration_us", "active", "failed")},
            "local_end": datetime(1970, 1, 1) + timedelta(microseconds=row["local_end"]),
            "protocol": protection["protocol"],
            "counts": [row[key] for key in COUNTS],
            "dns": raw["dns"],
            "codes": found,
        }


def interval_records(dump: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(dump):
        length = int.from_bytes(dump[at : at + 2], "big")
        record = dump[at : at + length]
        if record[5] == 119 and record[22:24] == b"\0\x0c":
            found.append(record)
        at += length
    return [one for one in found if one[int.from_bytes(one[36:40], "big") + 8] == 1]


@pytest.mark.parametrize("name", ["site-rdw.smf.gz", "overlap.smf", "zos32.smf"])
def test_every_record_of_a_sample_is_read_alike(tmp_path: Path, name: str) -> None:
    dump = (SAMPLES / name).read_bytes()
    records = interval_records(gzip.decompress(dump) if name.endswith("gz") else dump)
    assert len(records) > 200
    batch = read_records(tmp_path, *records)
    assert list(decoded(batch)) == [plain_reader(record) for record in records]


LETTERS = "ABCXYZ019$#@"
TEXT = st.text(LETTERS + " ", max_size=7).map(lambda one: one + "Z")
NAME = st.tuples(st.integers(0, 9), st.text("abcz=, []^{}\\" + LETTERS, max_size=30).map(str.strip))
HALF = st.integers(0, 65_535)
CERTS = st.fixed_dictionaries(dict.fromkeys(CERT, HALF))
IPS = {True: st.ip_addresses(v=6).map(str), False: st.ip_addresses(v=4).map(str)}
BOTH_CERTS = {"TLS": ("scert", "ccert"), "SSH": ("scert", "ccert"), "IPSEC": ("lcert", "rcert")}


@st.composite
def protections(draw: st.DrawFn) -> Protection:
    protocol = draw(st.sampled_from(["NONE", "TLS", "SSH", "IPSEC"]))
    keys = [*KEYS.get(protocol, ()), *(LAST if protocol == "IPSEC" else ())]
    small = {"source", "flags", "encap", "proto"} | ({"version"} if protocol == "SSH" else set())
    values: dict[str, object] = {
        key: draw(st.integers(0, 255) if key in small else HALF) for key in keys
    }
    values |= {key: draw(st.integers(0, 255)) for key in ("major", "minor") if key in values}
    values |= (
        {"cipher": draw(st.text("0123456789ABCDEF", max_size=6))} if "cipher" in values else {}
    )
    values |= {holder: draw(CERTS) for holder in BOTH_CERTS.get(protocol, ())}
    return Protection(protocol, values, tuple(draw(st.lists(NAME, max_size=4))))  # type: ignore[arg-type]


@st.composite
def records(draw: st.DrawFn) -> bytes:
    ipv6, failed = draw(st.booleans()), draw(st.booleans())
    common: dict[str, object] = {
        "duration": draw(st.integers(0, 2**63)),
        "flags": draw(st.sampled_from([0, 0x40, 0x20])) | (0x80 if ipv6 else 0),
        "job": draw(TEXT),
        "user": draw(TEXT),
        "session_id": draw(TEXT),
        "ip_proto": draw(st.sampled_from([6, 17])),
        "server_ip": draw(IPS[ipv6]),
        "client_ip": draw(IPS[ipv6]),
        "port_start": draw(HALF),
        "port_end": draw(HALF),
        "end_active": draw(st.integers(0, 2**31 - 1)),
    }
    for key in ("conn", "partial", "short", "failed"):
        low, high = sorted(draw(st.tuples(*[st.integers(0, 2**32 - 1)] * 2)))
        common |= {f"init_{key}": low, f"end_{key}": high}
    for key in COUNTS[3:]:
        low, high = sorted(draw(st.tuples(*[st.integers(0, 2**63 - 1)] * 2)))
        common |= {f"init_{key}": low, f"end_{key}": high}
    ident = {key: draw(TEXT) for key in ("system", "sysplex", "stack")}
    times = st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31))
    style = draw(st.sampled_from(list(NameStyle)))
    tls = draw(st.sampled_from([36, 42]))
    shape = Shape(common=212 if failed else 204, tls=tls, names=style)
    stamp = Stamp(draw(times), "SYSA")
    return encode_summary(SummaryRecord(stamp, ident, common, draw(protections())), shape)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(st.lists(records(), min_size=1, max_size=6))
def test_any_record_is_read_alike(
    tmp_path_factory: pytest.TempPathFactory, made: list[bytes]
) -> None:
    batch = read_records(tmp_path_factory.getbasetemp(), *made)
    assert batch.rejects == []
    assert list(decoded(batch)) == [plain_reader(record) for record in made]
