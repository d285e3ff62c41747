"""What is decoded, what is counted and left alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from smf.encode.records import Stamp, filler_record, marker_record
from tests.builders.golden import load_golden
from tests.builders.reading import put, read_records, with_length

STAMP = Stamp(datetime(2026, 10, 5, 12), "SYSA")


def test_every_kind_of_record_is_counted(tmp_path: Path) -> None:
    batch = read_records(
        tmp_path,
        marker_record(STAMP, last=False),
        load_golden("s12_none"),
        filler_record(30, STAMP, 4, 200),
        filler_record(119, STAMP, 1, 200),
        load_golden("d11_short"),
        filler_record(80, STAMP, None, 100),
        load_golden("s12_enabled"),
        put(filler_record(126, STAMP, 5, 90), 4, 0x60, 1),  # the flag of an extended header
        marker_record(STAMP, last=True),
    )
    assert batch.records == 9
    assert batch.ignored == {
        "marker": 2,
        "other_type": 2,
        "other_subtype": 1,
        "extended_header": 1,
        "aggregation_enabled": 1,
    }
    assert (len(batch.activity), len(batch.connections)) == (1, 1)
    assert batch.rejects == []


def test_an_extended_header_is_no_zert_record_whatever_its_type(tmp_path: Path) -> None:
    record = load_golden("s12_none")
    batch = read_records(tmp_path, put(record, 4, record[4] | 0x20, 1))
    assert batch.ignored == {"extended_header": 1}


def test_a_record_that_ends_before_its_subtype_is_a_reject(tmp_path: Path) -> None:
    good = load_golden("s12_none")
    batch = read_records(tmp_path, good, with_length(good[:22]), good)
    (reject,) = batch.rejects
    assert (reject.field, reject.reason) == ("SMF119LEN", "record_too_short")
    assert (reject.offset, reject.record_number, reject.length) == (len(good), 2, 22)
    assert (reject.record_type, reject.subtype) == (119, None)
    assert len(batch.activity) == 2


def test_a_long_record_is_rejected_with_its_first_256_bytes(tmp_path: Path) -> None:
    record = put(load_golden("s12_none"), 24, 0, 2)
    (reject,) = read_records(tmp_path, record).rejects
    assert reject.head == record[:256]
    assert reject.length == 344


def test_only_the_first_fault_of_a_record_is_told(tmp_path: Path) -> None:
    record = put(put(load_golden("s12_none"), 10, 0, 4), 6, 2**32 - 1, 4)
    (reject,) = read_records(tmp_path, record).rejects
    assert reject.field == "SMF119DTE"


def test_codes_that_no_table_lists_stay_as_they_are(tmp_path: Path) -> None:
    record = load_golden("s12_tls_42")
    record = put(record, 344 + 2, 0x9999, 2)
    record = put(record, 344 + 10, 0xFFFE, 2)
    raw = read_records(tmp_path, record).protections["raw"][0]
    assert '"version":39321' in raw
    assert '"enc":65534' in raw


def test_an_empty_batch_has_the_columns_of_a_full_one(tmp_path: Path) -> None:
    full = read_records(tmp_path, load_golden("s12_none"), load_golden("d11_short"))
    none = read_records(tmp_path, marker_record(STAMP, last=False))
    for name in ("protections", "sessions", "activity", "connections", "coverage"):
        assert getattr(none, name).schema == getattr(full, name).schema
        assert getattr(none, name).is_empty()
