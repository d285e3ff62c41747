"""Damaged dumps: the records around the damage are found, the damage is a reject at its place."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from smf.framing import Framing, Walk, Window, walk
from tests.builders import dumps
from tests.builders.dumps import FRAMED, RECORDS, block
from tests.builders.extents import Descriptor, assert_nothing_is_lost, descriptors, parts
from tests.builders.golden import load_golden

A, B = load_golden("s12_none"), load_golden("other_type_30")
WRONG = [b"\0\0\0\0", b"\xff\xff\0\0", b"\0\x04\0\0", b"\0\x11\0\0", b"\0\x64\0\0", b"\x01\x90\0\0"]
WRONG += [b"\xff\xff\xff\xff", b"\x7f\xff\0\0", b"\0\0\0\x64", b"\0\0\xff\0", b"\x80\0\0\x20"]
BLOCKED = [name for name, (framing, _) in FRAMED.items() if framing.blocked]


def walked(data: bytes, framing: Framing) -> Walk:
    found = walk(Window(data, len(data), 0, eof=True), framing)
    assert_nothing_is_lost(data, framing, found)
    return found


def healthy(name: str) -> tuple[Framing, bytes, list[tuple[int, int]], list[Descriptor]]:
    framing, data = FRAMED[name]
    whole = walked(data, framing)
    assert len(whole.starts) == len(RECORDS)
    return framing, data, parts(data, framing, whole), descriptors(data, framing)


def put(data: bytes, place: int, value: bytes) -> bytes:
    return data[:place] + value + data[place + len(value) :]


@pytest.mark.parametrize("name", FRAMED)
def test_a_dump_cut_anywhere_gives_what_is_whole_and_says_the_rest(name: str) -> None:
    framing, data, places, _ = healthy(name)
    for length in range(len(data)):
        found = walked(data[:length], framing)
        whole = [begin for begin, end in places if end <= length]
        # A first segment at the very end passes for a whole record: the decoder sees what lacks.
        assert found.offsets.tolist()[: len(whole)] == whole, length
        assert len(found.starts) - len(whole) in (0, 1), length
        assert [one.reason for one in found.rejects] in ([], ["segment_missing"]), length
        if found.tail is not None:
            assert found.tail.offset + found.tail.length == length
            assert found.tail.reason == "truncated_tail"
            assert found.tail.record_number == len(found.starts) + 1


@pytest.mark.parametrize("name", ["rdw", "zosmf", "whole records", "extended whole records"])
def test_a_cut_between_records_is_no_damage_and_any_other_a_tail(name: str) -> None:
    framing, data, places, _ = healthy(name)
    ends = {0, *(end for _, end in places)}
    block_ends = {one.place for one in descriptors(data, framing) if one.kind == "BDW"}
    whole = ends & block_ends if framing.blocked else ends
    for length in range(len(data)):
        found = walked(data[:length], framing)
        assert found.rejects == []
        assert (found.tail is None) == (length in whole), length


@pytest.mark.parametrize("value", WRONG, ids=bytes.hex)
@pytest.mark.parametrize("name", ["rdw", "zosmf", "whole records", "extended whole records"])
def test_a_wrong_record_length_costs_that_record_alone(name: str, value: bytes) -> None:
    framing, data, places, found_at = healthy(name)
    for place, kind, number in found_at:
        if kind == "RDW" and data[place : place + 4] != value:
            found = walked(put(data, place, value), framing)
            others = [begin for begin, _ in places[:number] + places[number + 1 :]]
            assert set(others) <= set(found.offsets.tolist()), place
            said = found.rejects if found.tail is None else [*found.rejects, found.tail]
            assert len(said) == 1, place
            assert places[number][0] <= said[0].offset < places[number][1]
            assert said[0].offset + said[0].length <= places[number][1]
            assert said[0].record_number in (number + 1, number + 2)
            assert said[0].message


@pytest.mark.parametrize(
    "name", ["segments", "vbs", "vbs of small blocks", "vbs of extended blocks"]
)
@pytest.mark.parametrize("value", WRONG, ids=bytes.hex)
def test_a_wrong_segment_costs_that_record_alone(name: str, value: bytes) -> None:
    framing, data, places, found_at = healthy(name)
    for place, kind, number in found_at:
        if kind == "RDW" and data[place : place + 4] != value:
            found = walked(put(data, place, value), framing)
            missing = {begin for begin, _ in places} - set(found.offsets.tolist())
            # In a block without another header, the block's other record is lost too.
            near = {begin for begin, _ in places[max(0, number - 1) : number + 3]}
            assert missing <= near, (place, missing)
            assert missing == {places[number][0]} or len(missing) <= 2


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, 0x80, 0xFF])
@pytest.mark.parametrize(
    "name", ["segments", "vbs", "vbs of small blocks", "vbs of extended blocks"]
)
def test_a_wrong_segment_code_costs_that_record_alone(name: str, code: int) -> None:
    framing, data, places, found_at = healthy(name)
    for place, kind, number in found_at:
        if kind == "RDW" and data[place + 2] != code:
            found = walked(put(data, place + 2, bytes([code])), framing)
            offsets = set(found.offsets.tolist())
            others = {begin for begin, _ in places[:number] + places[number + 1 :]}
            assert others - offsets <= {begin for begin, _ in places[number - 1 : number + 2]}
            assert len(others - offsets) <= 1


@pytest.mark.parametrize("value", WRONG, ids=bytes.hex)
@pytest.mark.parametrize("name", BLOCKED)
def test_a_wrong_block_length_costs_no_record_that_lies_in_one_block(
    name: str, value: bytes
) -> None:
    framing, data, places, found_at = healthy(name)
    bdws = [one.place for one in found_at if one.kind == "BDW"]
    for bdw in bdws:
        if data[bdw : bdw + 4] != value:
            found = walked(put(data, bdw, value), framing)
            in_one = {begin for begin, end in places if not any(begin < at < end for at in bdws)}
            assert in_one <= set(found.offsets.tolist()), bdw
            said = found.rejects if found.tail is None else [*found.rejects, found.tail]
            assert said, bdw


def test_a_block_that_says_too_little_goes_on() -> None:
    data = bytearray(block(B, A, B) + block(A))
    data[0:2] = (len(B) + 10).to_bytes(2, "big")
    found = walked(bytes(data), Framing.VBS)
    assert found.offsets.tolist() == [4, 4 + len(B), 4 + len(B) + len(A), len(data) - len(A)]
    (reject,) = found.rejects
    assert (reject.offset, reject.length) == (4 + len(B), 0)
    assert (reject.reason, reject.field) == ("block_length", "BDW")
    assert reject.head == data[4 + len(B) :][:256]
    assert reject.record_number == 2


def test_a_block_that_says_too_much_ends_where_the_next_begins() -> None:
    data = bytearray(block(B, A) + block(A) + block(B))
    data[0:2] = (len(B) + len(A) + 300).to_bytes(2, "big")
    found = walked(bytes(data), Framing.BDW_RDW)
    assert len(found.starts) == 4
    assert [(one.offset, one.length) for one in found.rejects] == [(4 + len(B) + len(A), 0)]


def test_a_dump_cut_behind_a_record_of_a_block_has_an_empty_tail() -> None:
    data = block(B, A, B)
    found = walked(data[: 4 + len(B) + len(A)], Framing.BDW_RDW)
    assert len(found.starts) == 2
    assert found.tail is not None
    assert (found.tail.offset, found.tail.length) == (4 + len(B) + len(A), 0)


@pytest.mark.parametrize("size", [1, 3, 4, 17, 18, 300, 4_000])
@pytest.mark.parametrize("name", ["rdw", "zosmf", "segments"])
def test_junk_between_records_is_rejected_and_the_next_found(name: str, size: int) -> None:
    framing, data, places, _ = healthy(name)
    begins = [begin for begin, _ in places]
    for number, junk in enumerate(
        [random.Random(size).randbytes(size), bytes(size), b"\xff" * size]
    ):
        for begin in begins[number::3]:
            found = walked(data[:begin] + junk + data[begin:], framing)
            moved = [at if at < begin else at + size for at in begins]
            assert found.offsets.tolist() == moved
            assert [(one.offset, one.length) for one in found.rejects] == [(begin, size)]
            assert found.rejects[0].head == junk[:256]
            assert found.rejects[0].field == "RDW"


def test_junk_between_all_records_loses_none() -> None:
    junk = b"\x07" * 23
    data = junk + junk.join(RECORDS)
    found = walked(data, Framing.RDW)
    assert len(found.starts) == len(RECORDS)
    assert [one.length for one in found.rejects] == [23] * len(RECORDS)
    assert [one.record_number for one in found.rejects] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("size", [1, 300, 4_000])
@pytest.mark.parametrize("name", BLOCKED)
def test_a_garbage_block_is_rejected_and_the_next_found(name: str, size: int) -> None:
    framing, data, places, found_at = healthy(name)
    bdws = [one.place for one in found_at if one.kind == "BDW"]
    for number, garbage in enumerate([random.Random(size).randbytes(size), bytes(size)]):
        for bdw in bdws[number::2]:
            found = walked(data[:bdw] + garbage + data[bdw:], framing)
            moved = [
                begin if begin < bdw else begin + size
                for begin, end in places
                if not begin < bdw < end
            ]
            assert set(moved) <= set(found.offsets.tolist()), bdw
            assert found.rejects[0].offset <= bdw
            assert any(
                one.offset <= bdw + size - 1 < one.offset + one.length for one in found.rejects
            )


@pytest.mark.parametrize("name", BLOCKED)
def test_a_block_overwritten_costs_its_own_records(name: str) -> None:
    framing, data, places, found_at = healthy(name)
    bdws = [*(one.place for one in found_at if one.kind == "BDW"), len(data)]
    for begin, end in pairwise(bdws):
        found = walked(
            data[:begin] + random.Random(begin).randbytes(end - begin) + data[end:], framing
        )
        others = {at for at, stop in places if stop <= begin or at >= end}
        assert others <= set(found.offsets.tolist())


def test_a_header_with_a_bad_date_is_left_to_the_decoder_between_good_records() -> None:
    bad = put(A, 10, b"\xff\xff\xff\xff")
    found = walked(b"".join([B, bad, bad, B]), Framing.RDW)
    assert len(found.starts) == 4
    other = put(B, 10, b"\xff\xff\xff\xff")
    assert len(walked(b"".join([A, other, A, other]), Framing.RDW).starts) == 4
    assert len(walked(block(A, other, A) + block(other, A), Framing.VBS).starts) == 5


def test_two_bad_headers_that_are_not_ours_are_rejected() -> None:
    other = put(B, 10, b"\xff\xff\xff\xff")
    found = walked(b"".join([A, other, other, A]), Framing.RDW)
    assert found.offsets.tolist() == [0, len(A) + 2 * len(B)]
    assert [(one.offset, one.length) for one in found.rejects] == [(len(A), 2 * len(B))]


def test_a_length_that_leads_by_chance_to_a_record_hides_none() -> None:
    # The second record lost its end; what stands where it should end has a length that fits.
    short = A[:100]
    inner = put(B, 30, (18 + len(B)).to_bytes(2, "big") + bytes(16))
    data = b"".join([B, short, inner, B, B, B, B, B, B, B])
    found = walked(data, Framing.RDW)
    assert found.offsets.tolist() == [0, *(148 + 48 * number for number in range(8))]
    assert [(one.offset, one.length) for one in found.rejects] == [(48, 100)]


def test_the_last_record_with_a_length_that_is_too_long_is_the_tail() -> None:
    found = walked(B + put(A, 0, b"\x7f\xff"), Framing.RDW)
    assert found.tail is not None
    assert (found.tail.offset, found.tail.length, found.tail.field) == (len(B), len(A), "RDW")


def test_a_tail_is_told_from_a_wrong_length_by_what_follows() -> None:
    data = dumps.rdw_stream([B, put(A, 0, b"\x7f\xff"), B, A])
    found = walked(data, Framing.RDW)
    assert found.tail is None
    assert [(one.offset, one.length) for one in found.rejects] == [(len(B), len(A))]
    assert len(found.starts) == 3


def test_a_few_bytes_at_the_end_are_a_tail() -> None:
    found = walked(B + b"\x1a\0\0", Framing.RDW)
    assert found.tail is not None
    assert (found.tail.offset, found.tail.length) == (len(B), 3)


def test_a_bad_header_in_front_of_a_few_bytes_is_rejected_with_them() -> None:
    found = walked(A + put(B, 10, b"\xff\xff\xff\xff") + b"end", Framing.RDW)
    assert found.offsets.tolist() == [0]
    assert [(one.offset, one.length) for one in found.rejects] == [(len(A), len(B) + 3)]


@pytest.mark.parametrize("rest", [0, 2, 30])
def test_a_last_block_without_bdw_is_read_to_its_cut_end(rest: int) -> None:
    found = walked(block(A) + b"\xff\xff\xff" + B + A + B[:rest], Framing.VBS)
    begin = 4 + len(A)
    assert found.offsets.tolist() == [4, begin + 3, begin + 3 + len(B)]
    assert [(one.offset, one.length) for one in found.rejects] == [(begin, 3)]
    assert (found.tail is None) == (rest == 0)


def test_a_record_between_two_damages_of_the_last_block_is_found() -> None:
    junk = b"\xff" * 9
    found = walked(block(A) + block(A, junk, B, junk), Framing.VBS)
    begin = 8 + 2 * len(A)
    assert found.offsets.tolist() == [4, 8 + len(A), begin + 9]
    places = [(one.offset, one.length) for one in found.rejects]
    assert places == [(begin, 9), (begin + 9 + len(B), 9)]


def test_counters_that_are_nearly_zero_make_no_record() -> None:
    # Length 24, time 0 and a date in 1900, but no system has such a name.
    junk = bytes.fromhex("FF 0018 0000 0000 00000000 0000006F 00000000 0000000000")
    found = walked(A + junk + B, Framing.RDW)
    assert found.offsets.tolist() == [0, len(A) + len(junk)]
    assert [(one.offset, one.length) for one in found.rejects] == [(len(A), len(junk))]
