"""Records in segments: put together, also over blocks; segments without their fellows rejected."""

from __future__ import annotations

import pytest

from smf.framing import Framing, Walk, Window, walk
from tests.builders.dumps import FIRST, LAST, MIDDLE, WHOLE, block, rdw_stream, segment, segments
from tests.builders.golden import load_golden

A, B, C = load_golden("s12_none"), load_golden("other_type_30"), load_golden("s12_ssh")
SIZES = {"two": [100], "three": [50, 60], "four": [10, 1, 20]}


def walked(data: bytes, framing: Framing) -> Walk:
    return walk(Window(data, len(data), 0, eof=True), framing)


def records(found: Walk) -> list[bytes]:
    return [
        found.data[start : start + length].tobytes()
        for start, length in zip(found.starts.tolist(), found.lengths.tolist(), strict=True)
    ]


def rejects(found: Walk) -> list[tuple[int, int, str, str]]:
    return [(one.offset, one.length, one.reason, one.field) for one in found.rejects]


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_segments_one_behind_the_other_are_one_record(sizes: list[int]) -> None:
    found = walked(rdw_stream([B, *segments(A, sizes), C]), Framing.RDW)
    assert records(found) == [B, A, C]
    end = len(B) + len(A) + 4 * len(sizes)
    assert found.offsets.tolist() == [0, len(B), end]
    assert rejects(found) == []


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_each_segment_may_be_in_a_block_of_its_own(sizes: list[int], extended: bool) -> None:
    first, *middle, last = segments(A, sizes)
    blocks = [block(B, first), *map(block, middle), block(last, C)]
    if extended:
        blocks = [block(B, first, extended=True), *map(block, middle), block(last, C)]
    found = walked(b"".join(blocks), Framing.VBS)
    assert records(found) == [B, A, C]
    assert found.offsets.tolist() == [4, 4 + len(B), sum(map(len, blocks)) - len(C)]


def test_a_record_that_fills_the_next_block_begins_behind_its_bdw() -> None:
    first, last = segments(A, [100])
    found = walked(block(B) + block(first) + block(last) + block(C), Framing.VBS)
    assert records(found) == [B, A, C]
    assert found.offsets.tolist()[1] == 4 + len(B) + 4


def test_many_spanned_records_follow_each_other() -> None:
    data = rdw_stream([part for one in (A, C, A) for part in segments(one, [30])])
    assert records(walked(data, Framing.RDW)) == [A, C, A]


def test_a_first_segment_that_none_follows_is_a_whole_record() -> None:
    marked = A[:2] + bytes([FIRST, 0]) + A[4:]
    found = walked(rdw_stream([B, marked, C, marked]), Framing.RDW)
    assert records(found) == [B, marked, C, marked]
    assert rejects(found) == []


def test_a_first_segment_without_a_header_is_no_record() -> None:
    found = walked(rdw_stream([B, segment(FIRST, bytes(40)), C]), Framing.RDW)
    assert records(found) == [B, segment(FIRST, bytes(40)), C]  # what is around it fits
    found = walked(rdw_stream([segment(FIRST, bytes(40)), bytes(7), C]), Framing.RDW)
    assert records(found) == [C]
    assert rejects(found) == [(0, 51, "framing_lost", "RDW")]


def test_a_first_segment_shorter_than_a_header_needs_the_next() -> None:
    first, _ = segments(A, [10])
    found = walked(rdw_stream([B, first, C]), Framing.RDW)
    assert records(found) == [B, C]
    assert rejects(found) == [(len(B), 14, "segment_missing", "SDW")]
    assert found.rejects[0].record_number == 2
    assert found.rejects[0].head == first


def test_a_record_without_its_last_segment_is_rejected() -> None:
    first, middle, _ = segments(A, [50, 60])
    found = walked(rdw_stream([B, first, middle, C]), Framing.RDW)
    assert records(found) == [B, C]
    assert rejects(found) == [(len(B), 54 + 64, "segment_missing", "SDW")]


@pytest.mark.parametrize("framing", [Framing.RDW, Framing.VBS])
def test_segments_without_their_first_are_one_reject(framing: Framing) -> None:
    _, middle, last = segments(A, [50, 60])
    parts = [B, middle, last, C]
    data = block(*parts) if framing.blocked else rdw_stream(parts)
    found = walked(data, framing)
    lead = 4 if framing.blocked else 0
    assert records(found) == [B, C]
    assert rejects(found) == [
        (lead + len(B), len(middle) + len(last), "segment_orphan", "SDW"),
    ]


def test_orphans_without_an_end_are_rejected_up_to_the_next_record() -> None:
    _, middle, _ = segments(A, [50, 60])
    found = walked(rdw_stream([middle, middle, C]), Framing.RDW)
    assert rejects(found) == [(0, 2 * len(middle), "segment_orphan", "SDW")]
    assert records(found) == [C]


def test_a_long_row_of_orphans_is_rejected_in_stretches_of_a_record() -> None:
    middle = segment(MIDDLE, bytes(30_000))
    found = walked(rdw_stream([*[middle] * 5, C]), Framing.RDW)
    three, two = 3 * len(middle), 2 * len(middle)
    assert rejects(found) == [
        (0, three, "segment_orphan", "SDW"),
        (three, two, "segment_orphan", "SDW"),
    ]
    assert records(found) == [C]


def test_segments_that_make_no_record_are_rejected_by_their_length() -> None:
    short = [segment(FIRST, b"abc"), segment(LAST, b"defghij")]
    found = walked(rdw_stream([B, *short, C]), Framing.RDW)
    assert rejects(found) == [(len(B), 18, "span_length", "SDW")]
    assert records(found) == [B, C]


@pytest.mark.parametrize(("size", "fits"), [(15_531, True), (15_532, False)])
def test_a_record_is_at_most_as_long_as_its_length_can_say(size: int, fits: bool) -> None:
    first = segment(FIRST, A[4:].ljust(25_000, b"\0"))
    long = [first, segment(MIDDLE, bytes(25_000)), segment(LAST, bytes(size))]
    found = walked(rdw_stream([B, *long, C]), Framing.RDW)
    assert found.lengths.tolist() == ([len(B), 65_535, len(C)] if fits else [len(B), len(C)])
    assert [one.reason for one in found.rejects] == ([] if fits else ["span_length"])


def test_more_and_more_middle_segments_end_with_a_reject() -> None:
    middle = segment(MIDDLE, bytes(25_000))
    first = segment(FIRST, A[4:].ljust(25_000, b"\0"))
    found = walked(rdw_stream([first, *[middle] * 3, segment(LAST, b"x"), C]), Framing.RDW)
    assert [one.reason for one in found.rejects] == ["span_length", "segment_orphan"]
    assert records(found) == [C]


@pytest.mark.parametrize("code", [WHOLE, FIRST, LAST, MIDDLE])
def test_a_dump_that_ends_within_segments_has_a_tail(code: int) -> None:
    first, middle, last = segments(A, [50, 60])
    parts = {WHOLE: [A], FIRST: [first], MIDDLE: [first, middle], LAST: [first, middle, last]}
    data = rdw_stream([B, *parts[code]])[:-1]
    found = walked(data, Framing.RDW)
    assert records(found) == [B]
    assert found.tail is not None
    assert (found.tail.offset, found.tail.length) == (len(B), len(data) - len(B))
    assert found.tail.reason == "truncated_tail"
    assert found.rejects == []


def test_a_record_behind_one_marked_as_first_may_be_cut() -> None:
    marked = A[:2] + bytes([FIRST, 0]) + A[4:]
    found = walked(rdw_stream([marked, C])[:-1], Framing.RDW)
    assert records(found) == [marked]
    assert found.tail is not None
    assert found.tail.offset == len(A)


def test_orphans_at_the_end_are_rejected_or_too_short_to_say() -> None:
    _, middle, last = segments(A, [50, 60])
    data = rdw_stream([B, middle, last])
    found = walked(data[:-1], Framing.RDW)
    assert rejects(found) == [
        (len(B), len(middle), "segment_orphan", "SDW"),
        (len(B) + len(middle), len(last) - 1, "framing_lost", "RDW"),
    ]


def test_prefixes_of_zosmf_have_no_segments() -> None:
    found = walked(rdw_stream(segments(A, [100])), Framing.ZOSMF)
    assert records(found) == []
