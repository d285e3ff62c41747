"""Damaged records: each is a reject that says where and why, and the record behind it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from smf.batch import Batch
from smf.errors import Rejected
from smf.layout import Field, load_layout
from tests.builders.golden import GOLDEN, load_golden
from tests.builders.reading import put, read_records, with_length

SUMMARY = sorted(path.stem for path in GOLDEN.glob("s12_*.hex"))
DETAIL = sorted(path.stem for path in GOLDEN.glob("d11_*.hex"))
NAMES = [*SUMMARY, *DETAIL]
GOOD = load_golden("s12_ipv6")
GOOD_PORT = 8443
HEADER_END = 24
# The parts of a triplet: what the field is called, where it is in the triplet, its width.
PARTS = [("Off", 0, 4), ("Len", 4, 2), ("Num", 6, 2)]


def good_records(batch: Batch) -> int:
    sessions = batch.sessions.filter(batch.sessions["port_start"] == GOOD_PORT)
    return int(batch.activity["session_index"].is_in(sessions["session_index"].to_list()).sum())


def assert_is_whole(reject: Rejected, offset: int, number: int, record: bytes) -> None:
    assert (reject.offset, reject.record_number) == (offset, number)
    assert (reject.length, reject.head) == (len(record), record[:256])
    assert reject.field
    assert reject.reason
    assert reject.message


def test_golden_records_are_of_every_kind() -> None:
    assert (len(SUMMARY), len(DETAIL)) == (16, 7)


@pytest.mark.parametrize("name", NAMES)
def test_a_record_cut_anywhere_is_rejected_and_the_next_is_read(tmp_path: Path, name: str) -> None:
    whole = load_golden(name)
    cuts = [with_length(whole[:length]) for length in range(18, len(whole))]
    # Where the count alone bounds the names, a record that ends between two of them has fewer.
    between = {416, 417, 445, 446} if name == "s12_names_first_count" else set()
    batch = read_records(tmp_path, *(part for cut in cuts for part in (cut, GOOD)))
    assert good_records(batch) == len(cuts)
    assert batch.records == 2 * len(cuts)
    rejects = {reject.record_number: reject for reject in batch.rejects}
    offset = 0
    for place, cut in enumerate(cuts):
        if len(cut) not in between:
            reject = rejects.pop(2 * place + 1)
            assert_is_whole(reject, offset, 2 * place + 1, cut)
            assert (reject.record_type, reject.subtype) == (119, subtype_of(cut))
        offset += len(cut) + len(GOOD)
    assert not rejects


def subtype_of(record: bytes) -> int | None:
    return record[23] if len(record) >= HEADER_END else None


@pytest.mark.parametrize("name", NAMES)
def test_a_record_that_lost_its_end_takes_nobody_with_it(tmp_path: Path, name: str) -> None:
    whole = load_golden(name)
    # What it lacks is taken from the next ones; a whole number of them could not be told apart.
    for length in range(4, len(whole), 17):
        if (len(whole) - length) % len(GOOD):
            batch = read_records(tmp_path, GOOD, whole[:length], GOOD, GOOD, GOOD)
            assert good_records(batch) == 4, length
            assert [reject.offset for reject in batch.rejects] == [len(GOOD)], length
            assert batch.rejects[0].length == length


@pytest.mark.parametrize("name", NAMES)
def test_a_dump_that_ends_within_a_record_says_so(tmp_path: Path, name: str) -> None:
    whole = load_golden(name)
    for length in (5, 17, 23, 27, len(whole) // 2, len(whole) - 1):
        batch = read_records(tmp_path, GOOD, whole[:length])
        assert good_records(batch) == 1
        assert batch.rejects == []
        assert batch.tail is not None
        assert (batch.tail.offset, batch.tail.head) == (len(GOOD), whole[:length][:256])


def triplet_fields(record: bytes) -> list[tuple[int, str, str, int, int]]:
    """Slot, section, part, place and width of every number in the triplets a record has."""
    sections = load_layout(record[23]).sections
    found = []
    for slot, section in enumerate(sections):
        start = 28 + 8 * slot
        if int.from_bytes(record[start + 6 : start + 8], "big") and slot < record[25]:
            found += [(slot, section, part, start + at, width) for part, at, width in PARTS]
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [0, 1, None], ids=["0", "1", "max"])
def test_a_senseless_number_in_a_triplet_is_rejected_by_name(
    tmp_path: Path, name: str, value: int | None
) -> None:
    whole = load_golden(name)
    limit = {"Off": 2**32 - 1, "Len": 65_535, "Num": 65_535}
    cases = [
        (section, slot, part, limit[part] if value is None else value, place, width)
        for slot, section, part, place, width in triplet_fields(whole)
    ]
    records = [put(whole, place, wanted, width) for *_, wanted, place, width in cases]
    batch = read_records(tmp_path, *(part for record in records for part in (record, GOOD)))
    rejects = {reject.record_number: reject for reject in batch.rejects}
    offset = 0
    for number, ((section, slot, part, wanted, *_), record) in enumerate(
        zip(cases, records, strict=True)
    ):
        reject = rejects.pop(2 * number + 1, None)
        expected = reject_of(section, part, wanted, whole)
        assert expected == (reject and told(reject, slot)), (section, part)
        if reject is not None:
            assert_is_whole(reject, offset, 2 * number + 1, record)
        offset += len(record) + len(GOOD)
    assert not rejects
    own = len(records) - len(batch.rejects) if name == "s12_ipv6" else 0
    assert good_records(batch) == len(records) + own


def told(reject: Rejected, slot: int) -> tuple[str, str]:
    """The part of the triplet that a reject names, and why."""
    tag = "SMF119ID" if slot == 0 else f"SMF119S{slot}"
    assert reject.field.startswith(tag)
    return reject.field.removeprefix(tag), reject.reason


def reject_of(section: str, part: str, value: int, record: bytes) -> tuple[str, str] | None:
    """What a triplet's wrong number must lead to: field part and reason, worked out by hand."""
    if section in ("dn", "policy") and (part, value) in LENIENT[section]:
        return None
    if value > 1:
        return "Off", "section_past_end"
    if part == "Len":
        return "Len", "section_too_short"
    if value == 1:
        return None if part == "Num" else ("Off", "section_in_header")
    if section in ("ident", "common"):
        return "Num", "section_missing"
    # An enforcement record's content is not established; the others must keep their promise.
    optional = section in ("dn", "ipfilter", "policy") or event(record) == 7
    return None if optional else ("Num", "protocol_section_missing")


# The number of names is a bound, whatever it says; the policy section may have any length.
LENIENT = {"dn": [("Num", 65_535)], "policy": [("Len", 0), ("Len", 1)]}


def event(record: bytes) -> int:
    common = int.from_bytes(record[36:40], "big")
    return record[common + (8 if record[23] == 12 else 0)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("count", "reason"),
    [(0, "no_triplets"), (1, "too_few_triplets")],
)
def test_too_few_triplets_are_rejected(tmp_path: Path, name: str, count: int, reason: str) -> None:
    batch = read_records(tmp_path, put(load_golden(name), 24, count, 2), GOOD)
    assert [(r.field, r.reason) for r in batch.rejects] == [("SMF119SD_TRN", reason)]
    assert good_records(batch) == 1


@pytest.mark.parametrize("name", NAMES)
def test_any_higher_count_of_triplets_is_taken(tmp_path: Path, name: str) -> None:
    records = [put(load_golden(name), 24, count, 2) for count in (8, 9, 100, 65_535)]
    batch = read_records(tmp_path, *records)
    found = len(batch.activity) + len(batch.connections) + len(batch.coverage)
    assert (found, batch.rejects) == (4, [])


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("style", ["total_count", "total_one", "first_count"])
def test_a_wrong_length_of_a_name_is_rejected(tmp_path: Path, style: str, which: int) -> None:
    whole = load_golden(f"s12_names_{style}")
    place = 386 + [0, 30, 59][which]
    for value in (0, 1, 3, 65_535):
        batch = read_records(tmp_path, put(whole, place, value, 2), GOOD)
        found = [(r.field, r.reason) for r in batch.rejects]
        assert found == [("SMF119SS_DN_Len", "name_length")]
        assert good_records(batch) == 1


def test_a_wrong_length_of_a_subtype_11_name_is_rejected_by_its_own_name(tmp_path: Path) -> None:
    whole = load_golden("d11_initiation")
    batch = read_records(tmp_path, put(whole, 84 + 64 + 128 + 100 + 168, 500, 2), GOOD)
    assert [(r.field, r.subtype) for r in batch.rejects] == [("SMF119SC_DN_Len", 11)]


@pytest.mark.parametrize(
    ("name", "offset", "value", "field", "reason"),
    [
        ("s12_none", 6, 8_640_001, "SMF119TME", "time_invalid"),
        ("s12_none", 10, 0x0126278C, "SMF119DTE", "date_invalid"),
        ("s12_none", 10, 0x0126366F, "SMF119DTE", "date_invalid"),
        ("d11_short", 10, 0x01262A8F, "SMF119DTE", "date_invalid"),
        ("d11_short", 148 + 32, 8_640_001, "SMF119SC_SASTime", "time_invalid"),
        ("d11_short", 148 + 36, 0, "SMF119SC_SASDate", "date_invalid"),
        ("d11_short", 148 + 40, 8_640_001, "SMF119SC_SAETime", "time_invalid"),
        ("d11_short", 148 + 44, 0x0126400F, "SMF119SC_SAEDate", "date_invalid"),
    ],
)
def test_a_time_that_cannot_be_is_rejected_by_name(
    tmp_path: Path, name: str, offset: int, value: int, field: str, reason: str
) -> None:
    batch = read_records(tmp_path, GOOD, put(load_golden(name), offset, value, 4), GOOD)
    (reject,) = batch.rejects
    assert (reject.field, reject.reason) == (field, reason)
    assert good_records(batch) == 2


@pytest.mark.parametrize(
    ("name", "place", "value", "field", "reason"),
    [
        ("s12_none", 140 + 8, 4, "SMF119SS_SAEvent_Type", "event_unknown"),
        ("s12_none", 140 + 8, 0, "SMF119SS_SAEvent_Type", "event_unknown"),
        ("s12_none", 140 + 10, 0x10, "SMF119SS_SASecProtos", "protocol_unknown"),
        ("s12_none", 140 + 10, 0x80, "SMF119S2Num", "protocol_section_missing"),
        ("s12_none", 140 + 10, 0x40, "SMF119S3Num", "protocol_section_missing"),
        ("s12_none", 140 + 10, 0x20, "SMF119S4Num", "protocol_section_missing"),
        ("s12_tls_42", 140 + 10, 0xC0, "SMF119SS_SASecProtos", "protocol_unknown"),
        ("d11_short", 148, 0, "SMF119SC_SAEvent_Type", "event_unknown"),
        ("d11_short", 148, 8, "SMF119SC_SAEvent_Type", "event_unknown"),
        ("d11_short", 149, 0x80, "SMF119S3Num", "protocol_section_missing"),
        ("d11_short", 149, 0x40, "SMF119S4Num", "protocol_section_missing"),
        ("d11_short", 149, 0x20, "SMF119S5Num", "protocol_section_missing"),
    ],
)
def test_a_record_that_contradicts_itself_is_rejected_by_name(
    tmp_path: Path, name: str, place: int, value: int, field: str, reason: str
) -> None:
    batch = read_records(tmp_path, put(load_golden(name), place, value, 1), GOOD)
    (reject,) = batch.rejects
    assert (reject.field, reject.reason) == (field, reason)
    assert good_records(batch) == 1


def test_any_byte_of_a_record_may_be_wrong(tmp_path: Path) -> None:
    for name in ("s12_names_first_count", "s12_ipsec_32", "d11_initiation", "d11_enforcement"):
        whole = load_golden(name)
        wrong = [
            whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :]
            for place in range(18, len(whole))
            for flip in (0xFF, 0x01)
        ]
        batch = read_records(tmp_path, *(part for record in wrong for part in (record, GOOD)))
        assert good_records(batch) == len(wrong)
        read = len(batch.activity) - good_records(batch) + len(batch.connections)
        skipped = sum(batch.ignored.values())
        assert read + skipped + len(batch.rejects) == len(wrong)


def test_field_names_of_rejects_are_those_of_the_layout_tables() -> None:
    for subtype, common in ((12, "SMF119SS_SA"), (11, "SMF119SC_SA")):
        layout = load_layout(subtype)
        names = {field.name for field in layout.fields}
        assert {"SMF119LEN", "SMF119SD_TRN", "SMF119TME", "SMF119DTE"} <= names
        assert {f"{common}Event_Type", f"{common}SecProtos"} <= names
        for slot, section in enumerate(layout.sections):
            if section == "policy":
                assert layout.triplet_name(slot, "Off/Len/Num") in names
                continue
            for part, key in zip(
                ("Off", "Len", "Num"), ("offset", "length", "number"), strict=True
            ):
                field: Field = layout.field("self-defining", f"{section}.{key}")
                assert layout.triplet_name(slot, part) == field.name
