"""Walking distinguished names: padding, neighbours and bounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smf.decode.names import split_names
from tests.builders.golden import load_golden
from tests.builders.reading import put, read_records, with_length
from tests.builders.surgery import resized, triplet, with_triplet

BEGIN, SIZE = 386, 72
NAMES = [[5, "CN=host [a]{b}\\c,O=Example"], [6, "CN=Issuing CA 2,O=Example"], [7, "CN=client"]]


def names_of(path: Path, record: bytes) -> object:
    batch = read_records(path, record)
    assert batch.rejects == []
    return json.loads(batch.protections["raw"][0])["dns"]


@pytest.mark.parametrize("style", ["total_count", "total_one", "first_count"])
@pytest.mark.parametrize("more", [1, 2, 3, 4, 7, 40])
def test_zeros_behind_the_names_are_padding(tmp_path: Path, style: str, more: int) -> None:
    record = with_length(load_golden(f"s12_names_{style}") + bytes(more))
    assert names_of(tmp_path, record) == NAMES
    if style != "first_count":
        begin, length, number = triplet(record, 5)
        record = with_triplet(record, 5, (begin, length + more, number))
        assert names_of(tmp_path, record) == NAMES


def test_padding_does_not_make_another_protection(tmp_path: Path) -> None:
    record = load_golden("s12_names_total_one")
    padded = resized(record, 5, SIZE + 5, bytes(5))
    batch = read_records(tmp_path, record, padded)
    assert (len(batch.protections), len(batch.sessions)) == (1, 1)


@pytest.mark.parametrize("rest", ["00 01", "00 00 01", "00 00 00 05", "00 00 00 00 01", "01"])
def test_other_bytes_behind_the_last_name_are_a_name_cut_short(tmp_path: Path, rest: str) -> None:
    data = bytes.fromhex(rest)
    record = resized(load_golden("s12_names_total_one"), 5, SIZE + len(data), data)
    (reject,) = read_records(tmp_path, record).rejects
    assert (reject.field, reject.reason) == ("SMF119SS_DN_Len", "name_length")


def test_the_next_section_bounds_names_that_a_count_measures(tmp_path: Path) -> None:
    # The names moved before the TLS section: names at 344, TLS at 416.
    whole = load_golden("s12_names_first_count")
    moved = whole[:344] + whole[BEGIN : BEGIN + SIZE] + whole[344:BEGIN]
    moved = with_triplet(with_triplet(moved, 5, (344, 30, 3)), 2, (416, 42, 1))
    assert names_of(tmp_path, moved) == NAMES
    # A fourth name would be the TLS section: it is not read; a longer third one is a fault.
    assert names_of(tmp_path, with_triplet(moved, 5, (344, 30, 4))) == NAMES
    (reject,) = read_records(tmp_path, put(moved, 344 + 59, 14, 2)).rejects
    assert reject.reason == "name_length"


def test_a_count_of_one_with_the_length_of_the_first_gives_the_first(tmp_path: Path) -> None:
    record = with_triplet(load_golden("s12_names_first_count"), 5, (BEGIN, 30, 1))
    assert names_of(tmp_path, record) == NAMES[:1]


def test_a_name_may_be_empty(tmp_path: Path) -> None:
    record = resized(load_golden("s12_names_total_one"), 5, SIZE + 4, bytes.fromhex("00040008"))
    assert names_of(tmp_path, record) == [*NAMES, [8, ""]]


def test_a_record_full_of_names_is_walked(tmp_path: Path) -> None:
    many = bytes.fromhex("0005 0007 C1") * 6_000
    record = resized(load_golden("s12_names_total_one"), 5, len(many) + SIZE, many)
    assert names_of(tmp_path, record) == [*NAMES, *([[7, "A"]] * 6_000)]


def test_many_records_with_padding_cost_no_more_than_their_number(tmp_path: Path) -> None:
    record = resized(load_golden("s12_names_total_one"), 5, SIZE + 8, bytes(8))
    batch = read_records(tmp_path, *([record] * 5_000))
    assert (len(batch.activity), len(batch.sessions), batch.rejects) == (5_000, 1, [])


def test_unknown_kinds_of_names_stay_numbers() -> None:
    assert split_names(bytes.fromhex("0006 FFFF C1C2 0004 0000"), "cp1047") == [
        (65_535, "AB"),
        (0, ""),
    ]
