"""What is no zERT record is gone over and counted by its kind."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.builders.found import Found, read
from tests.builders.golden import load_golden


def found_in(directory: Path, *names: str) -> Found:
    dump = directory / "dump"
    dump.write_bytes(b"".join(load_golden(name) for name in names))
    return read(dump)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("other_marker_first", "marker"),
        ("other_marker_last", "marker"),
        ("other_type_30", "other_type"),
        ("other_type_42_short", "other_type"),
        ("other_subtype_5", "other_subtype"),
        ("other_extended", "extended_header"),
        ("s12_enabled", "aggregation_enabled"),
        ("s12_disabled", "aggregation_disabled"),
        ("d11_enabled", "zert_enabled"),
        ("d11_disabled", "zert_disabled"),
    ],
)
def test_each_kind_is_counted(tmp_path: Path, name: str, kind: str) -> None:
    found = found_in(tmp_path, name, "s12_none", name)
    assert found.ignored == {kind: 2}
    assert (found.records, len(found.intervals), found.rejects) == (3, 1, [])


def test_switching_is_ignored_and_listed(tmp_path: Path) -> None:
    found = found_in(tmp_path, "s12_enabled", "d11_disabled")
    assert Counter(row[-1] for row in found.coverage.elements()) == {
        "aggregation_enabled": 1,
        "zert_disabled": 1,
    }


def test_several_dumps_one_behind_the_other_have_several_markers(tmp_path: Path) -> None:
    one = ("other_marker_first", "s12_none", "other_marker_last")
    found = found_in(tmp_path, *one, *one, *one)
    assert found.ignored == {"marker": 6}
    assert len(found.intervals) == 3


def test_an_extended_header_hides_its_type(tmp_path: Path) -> None:
    record = bytearray(load_golden("other_extended"))
    dump = tmp_path / "dump"
    for record_type in (2, 119, 126):
        record[5] = record_type
        dump.write_bytes(bytes(record))
        assert read(dump).ignored == {"extended_header": 1}


def test_a_record_of_our_type_without_a_subtype_is_rejected(tmp_path: Path) -> None:
    record = bytearray(load_golden("other_type_42_short"))
    record[5] = 119
    dump = tmp_path / "dump"
    dump.write_bytes(bytes(record) + load_golden("s12_none"))
    found = read(dump)
    (reject,) = found.rejects
    assert (reject.offset, reject.length, reject.record_number) == (0, 18, 1)
    assert (reject.record_type, reject.subtype) == (119, None)
    assert len(found.intervals) == 1
