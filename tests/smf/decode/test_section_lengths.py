"""Sections of other releases: the known part is read, the rest kept; too short is damage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smf.batch import Batch
from tests.builders.golden import load_golden
from tests.builders.reading import put, read_records
from tests.builders.surgery import resized, triplet, with_room, with_triplet

EXTRA = bytes.fromhex("c1c2c3c4")
# Slots of the sections, by subtype: the order of the triplets differs between the two.
SUMMARY = {"ident": 0, "common": 1, "tls": 2, "ssh": 3, "ipsec": 4, "dn": 5}
DETAIL = {"ident": 0, "common": 1, "ipfilter": 2, "tls": 3, "ssh": 4, "ipsec": 5, "dn": 6}


def longer(name: str, slot: int, extra: bytes) -> bytes:
    record = load_golden(name)
    return resized(record, slot, triplet(record, slot)[1] + len(extra), extra)


def protection(batch: Batch) -> dict[str, object]:
    assert batch.rejects == []
    return dict(json.loads(batch.protections["raw"][0]))


def opaque(batch: Batch) -> object:
    """What subtype 12 keeps with each interval."""
    assert batch.rejects == []
    return json.loads(batch.activity["opaque"][0] or "null")


def details(batch: Batch) -> dict[str, object]:
    assert batch.rejects == []
    return dict(json.loads(batch.connections["raw"][0]))


@pytest.mark.parametrize(
    ("name", "section", "place"),
    [
        ("s12_tls_v2r3", "tls", "tls.36"),
        ("s12_tls_32", "tls", "tls.116"),
        ("s12_ssh", "ssh", "ssh.46"),
        ("s12_ipsec", "ipsec", "ipsec.74"),
        ("s12_ipsec_32", "ipsec", "ipsec.148"),
    ],
)
def test_a_longer_protocol_section_of_subtype_12_keeps_the_rest(
    tmp_path: Path, name: str, section: str, place: str
) -> None:
    before = protection(read_records(tmp_path, load_golden(name)))
    after = protection(read_records(tmp_path, longer(name, SUMMARY[section], EXTRA)))
    assert after.pop("opaque") == {**before.pop("opaque", {}), place: "c1c2c3c4"}  # type: ignore[dict-item]
    assert after == before


@pytest.mark.parametrize(
    ("name", "section", "place"),
    [
        ("d11_initiation", "ident", "ident.64"),
        ("d11_initiation", "common", "common.128"),
        ("d11_initiation", "ipfilter", "ipfilter.100"),
        ("d11_initiation", "tls", "tls.168"),
        ("d11_change", "ssh", "ssh.284"),
        ("d11_change", "ipsec", "ipsec.236"),
    ],
)
def test_a_longer_section_of_subtype_11_keeps_the_rest(
    tmp_path: Path, name: str, section: str, place: str
) -> None:
    before = read_records(tmp_path, load_golden(name))
    after = read_records(tmp_path, longer(name, DETAIL[section], EXTRA))
    assert details(after) == {**details(before), "opaque": {place: "c1c2c3c4"}}
    assert after.connections.drop("raw", "fingerprint").equals(
        before.connections.drop("raw", "fingerprint")
    )


@pytest.mark.parametrize(
    ("section", "extra", "place"),
    [("ident", EXTRA, "ident.64"), ("common", EXTRA, "common.204")],
)
def test_longer_fixed_sections_of_subtype_12_keep_the_rest_with_the_interval(
    tmp_path: Path, section: str, extra: bytes, place: str
) -> None:
    before = read_records(tmp_path, load_golden("s12_none"))
    after = read_records(tmp_path, longer("s12_none", SUMMARY[section], extra))
    assert opaque(after) == {place: "c1c2c3c4"}
    assert after.activity["failed"].to_list() == [None]
    assert after.sessions.equals(before.sessions)
    assert after.activity["fingerprint"].equals(before.activity["fingerprint"])


def test_a_common_section_longer_than_that_of_3_2_keeps_the_rest(tmp_path: Path) -> None:
    batch = read_records(tmp_path, longer("s12_failed_tls", SUMMARY["common"], EXTRA))
    assert opaque(batch) == {"common.212": "c1c2c3c4"}
    assert batch.activity["failed"].to_list() == [17]


def test_certificates_of_3_2_are_read_as_far_as_the_section_reaches(tmp_path: Path) -> None:
    whole = load_golden("s12_tls_32")
    for length, server, client in ((42, False, False), (78, False, False), (79, True, False)):
        found = protection(read_records(tmp_path, resized(whole, 2, length)))
        tls = found["tls"]
        assert isinstance(tls, dict)
        assert ("serial" in tls["scert"], "serial" in tls["ccert"]) == (server, client)
        assert tls["scert"]["klen"] == 384
        begin = 344 + 8 + 8  # the room for a seventh triplet, 212 bytes of common section
        kept = {"tls.36": "00" * 6}
        if length == 78:
            kept["tls.42"] = whole[begin + 42 : begin + 78].hex()
        assert found["opaque"] == kept
    kept_of = protection(read_records(tmp_path, resized(whole, 2, 39)))["opaque"]
    assert kept_of == {"tls.36": "000000"}


@pytest.mark.parametrize(
    ("place", "value"),
    [(42, 21), (63, 3), (79, 255), (100, 3)],
    ids=["server serial", "server time type", "client serial", "client time type"],
)
def test_a_senseless_extension_is_kept_as_bytes(tmp_path: Path, place: int, value: int) -> None:
    record = load_golden("s12_tls_32")
    begin = triplet(record, 2)[0]
    record = put(record, begin + place, value, 1)
    found = protection(read_records(tmp_path, record))
    assert found["opaque"] == {"tls.36": "00" * 6, "tls.42": record[begin + 42 :].hex()}
    assert "serial" not in str(found["tls"])


@pytest.mark.parametrize(
    ("name", "slot", "base", "field"),
    [
        ("s12_none", 0, 64, "SMF119IDLen"),
        ("s12_none", 1, 204, "SMF119S1Len"),
        ("s12_tls_42", 2, 36, "SMF119S2Len"),
        ("s12_ssh", 3, 46, "SMF119S3Len"),
        ("s12_ipsec", 4, 74, "SMF119S4Len"),
        ("s12_names_total_one", 5, 4, "SMF119S5Len"),
        ("d11_initiation", 0, 64, "SMF119IDLen"),
        ("d11_initiation", 1, 128, "SMF119S1Len"),
        ("d11_initiation", 2, 100, "SMF119S2Len"),
        ("d11_initiation", 3, 168, "SMF119S3Len"),
        ("d11_change", 4, 284, "SMF119S4Len"),
        ("d11_change", 5, 236, "SMF119S5Len"),
        ("d11_initiation", 6, 4, "SMF119S6Len"),
    ],
)
def test_a_section_shorter_than_that_of_v2r3_is_rejected_by_its_length(
    tmp_path: Path, name: str, slot: int, base: int, field: str
) -> None:
    batch = read_records(tmp_path, resized(load_golden(name), slot, base - 1))
    (reject,) = batch.rejects
    assert (reject.field, reject.reason) == (field, "section_too_short")
    assert f"{base} bytes of V2R3" in reject.message


def test_further_sections_of_one_kind_are_kept(tmp_path: Path) -> None:
    record = load_golden("s12_ssh")
    begin, length, _ = triplet(record, 3)
    twice = resized(record, 3, 2 * length, b"\x07" * length)
    batch = read_records(tmp_path, with_triplet(twice, 3, (begin, length, 2)))
    assert opaque(batch) == {"ssh#2": "07" * 46}
    assert protection(batch) == protection(read_records(tmp_path, record))


def test_what_an_unknown_triplet_points_to_is_kept(tmp_path: Path) -> None:
    record = load_golden("s12_tls_32") + EXTRA
    record = put(with_triplet(record, 6, (len(record) - 4, 2, 2)), 0, len(record), 2)
    assert opaque(read_records(tmp_path, record)) == {"S6": "c1c2c3c4"}

    record = with_room(load_golden("d11_enforcement") + EXTRA, 2)
    record = with_triplet(record, 9, (len(record) - 4, 4, 1))
    batch = read_records(tmp_path, record)
    assert details(batch)["opaque"] == {"S9": "c1c2c3c4"}
    assert details(batch)["policy"] is not None


def test_an_unknown_triplet_is_not_read_past_the_record(tmp_path: Path) -> None:
    record = load_golden("s12_tls_32")
    for offset, kept in ((len(record) - 2, record[-2:].hex()), (2**32 - 1, "")):
        batch = read_records(tmp_path, with_triplet(record, 6, (offset, 65_535, 65_535)))
        assert opaque(batch) == {"S6": kept}


def test_a_protocol_byte_with_more_bits_than_known_is_kept(tmp_path: Path) -> None:
    batch = read_records(tmp_path, put(load_golden("s12_tls_v2r3"), 140 + 10, 0x81, 1))
    assert protection(batch)["opaque"] == {"common.10": "81"}
    assert protection(batch)["protocol"] == "TLS"


def test_a_section_that_the_protocol_does_not_name_is_kept_as_bytes(tmp_path: Path) -> None:
    record = put(load_golden("s12_ssh"), 140 + 10, 0x00, 1)
    found = protection(read_records(tmp_path, record))
    assert found["protocol"] == "NONE"
    assert found["ssh"] is None
    assert found["opaque"] == {"ssh.0": record[344:].hex()}


def test_certificate_times_are_ebcdic_or_ascii_or_blank(tmp_path: Path) -> None:
    record = load_golden("s12_tls_32")
    begin = triplet(record, 2)[0] + 64
    times = {
        b"\xf2\xf6\xf1\xf2\xf2\xf4\xf0\xf0\xf0\xf0\xf0\xf0\xe9\x40\x40": "261224000000Z",
        b"261224000000Z  ": "261224000000Z",
        b"261224000000Z\0\0": "261224000000Z",
        b" " * 15: "",
        b"\x40" * 15: "",
        b"\0" * 15: "",
    }
    for data, text in times.items():
        changed = record[:begin] + data + record[begin + 15 :]
        tls = protection(read_records(tmp_path, changed))["tls"]
        assert isinstance(tls, dict)
        assert tls["scert"]["not_after"] == text
