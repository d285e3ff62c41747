"""The samples of an independent writer hold what their expectations say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from smf.framing import Framing
from smf.reader import DumpReader, ReadOptions
from tests.builders.found import Found, joined, read

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
FRAMINGS = {
    "damaged.smf": Framing.RDW,
    "detail-rdw.smf": Framing.RDW,
    "overlap.smf": Framing.RDW,
    "site-rdw.smf.gz": Framing.RDW,
    "site-vbs.smf": Framing.VBS,
    "zos32.smf": Framing.RDW,
}
NAMES = sorted(FRAMINGS)


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.expected.json").read_text())
    return found


def events(found: Found) -> int:
    return found.ignored["aggregation_enabled"] + found.ignored["aggregation_disabled"]


def others(found: Found) -> int:
    kinds = ("marker", "other_type", "other_subtype", "extended_header")
    return sum(found.ignored[kind] for kind in kinds)


def test_every_sample_is_read_here() -> None:
    there = {path.name for path in SAMPLES.iterdir() if path.suffix not in (".json", ".md")}
    assert there == set(NAMES)


@pytest.mark.parametrize("batch_bytes", [1 << 24, 50_000])
@pytest.mark.parametrize("name", NAMES)
def test_a_sample_holds_what_is_expected(name: str, batch_bytes: int) -> None:
    wanted = expected(name)
    with DumpReader(SAMPLES / name, ReadOptions(batch_bytes=batch_bytes)) as reader:
        assert reader.framing is FRAMINGS[name]
        assert reader.wrapper == ("gzip" if name.endswith(".gz") else "plain")
        found = joined(reader)
    assert len(found.intervals) == wanted.get("summary_interval", 0)
    assert len(found.connections) == wanted.get("detail", 0)
    assert len(found.rejects) == wanted.get("rejected", 0)
    assert events(found) == wanted.get("ignored_119_12_events", 0)
    assert others(found) == wanted.get("other_records", 0)
    assert (found.tail is not None) == bool(wanted.get("truncated_tail"))
    counted = len(found.intervals) + len(found.connections) + sum(found.ignored.values())
    assert found.records == counted + len(found.rejects)


def test_the_site_is_the_same_in_both_framings() -> None:
    rdw, vbs = read(SAMPLES / "site-rdw.smf.gz"), read(SAMPLES / "site-vbs.smf")
    rdw.position = vbs.position
    assert rdw == vbs
    assert rdw.ignored["marker"] == 2


def test_the_damaged_sample_says_where_and_why() -> None:
    data, found = (SAMPLES / "damaged.smf").read_bytes(), read(SAMPLES / "damaged.smf")
    starts, place = [], 0
    while place + 4 <= len(data):
        starts.append(place)
        place += int.from_bytes(data[place : place + 2], "big")
    *whole, last = starts
    for reject in found.rejects:
        assert reject.offset == whole[reject.record_number - 1]
        assert reject.head == data[reject.offset :][: min(reject.length, 256)]
        assert reject.field.startswith("SMF119")
    assert [one.reason for one in found.rejects] == [
        *("section_past_end", "section_missing", "section_too_short", "no_triplets"),
    ]
    assert found.tail is not None
    assert (found.tail.offset, found.tail.length) == (last, len(data) - last)
    assert (found.tail.reason, found.tail.record_number) == ("truncated_tail", len(whole) + 1)
