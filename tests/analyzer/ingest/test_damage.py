"""What a damaged or hostile dump must not do: overflow sums, fill memory or disk."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from analyzer.ingest.load import notes
from analyzer.ingest.load.intervals import DAY_MOST, prepare
from analyzer.ingest.readahead import Decoded, Readahead
from analyzer.models import Activity, DailyActivity, Import, Protection, Reject, SecuritySession
from smf.reader import ReadOptions
from tests.analyzer.ingest.altered import COMMON_NAME, at, counting, intervals, named, write
from tests.analyzer.ingest.conftest import SAMPLES, Ingest
from tests.analyzer.ingest.load.test_rows import HOUR_US, frame

BAD = (60).to_bytes(2, "big") + intervals()[0][2:60]  # its sections are past its end
START = datetime(2026, 10, 5, 1)


def dns() -> bytes:
    """An interval record with a distinguished name."""
    return next(record for record in intervals() if COMMON_NAME in record)


def test_absurd_counters_neither_fail_the_import_nor_those_after_it(
    ingest: Ingest, tmp_path: Path
) -> None:
    record = counting(intervals()[0], 0, 2**64 - 1)
    hours = [at(record, START + timedelta(hours=n)) for n in range(4)]
    for name, part in (("first", hours[:3]), ("second", hours[3:])):
        found = ingest(write(tmp_path / name, part))
        assert (found.state, found.added) == (Import.State.COMPLETE, len(part))
    assert set(Activity.objects.values_list("in_bytes", flat=True)) == {2**63 - 1}
    assert DailyActivity.objects.get().in_bytes == DAY_MOST


def test_a_sum_that_overflows_is_cut_and_the_others_are_exact() -> None:
    rows = [{"local_end": HOUR_US * n, "session_index": 1, "in_bytes": 2**62} for n in range(5)]
    sane = {"local_end": HOUR_US, "session_index": 2, "in_bytes": 2**40 + 1}
    ready = prepare(frame(*rows, sane))
    assert ready.days[0].rows["in_bytes"].tolist() == [DAY_MOST, 2**40 + 1]


def test_a_counter_that_went_backwards_is_what_the_new_life_counted_and_is_noted(
    ingest: Ingest, tmp_path: Path
) -> None:
    record = intervals()[0]
    before, after = counting(record, 9_000, 10_000), counting(record, 10_000, 40)
    found = ingest(
        write(tmp_path / "dump", [at(before, START), at(after, START + timedelta(hours=1))])
    )
    rows = list(Activity.objects.order_by("interval_end").values_list("in_bytes", "restarted"))
    assert rows == [(1_000, False), (40, True)]
    assert found.restarts == 1
    day = DailyActivity.objects.get()
    assert (day.in_bytes, day.restarts) == (1_040, 1)


def test_both_records_of_the_hour_that_a_clock_repeats_are_kept(
    ingest: Ingest, tmp_path: Path
) -> None:
    record = at(intervals()[0], datetime(2026, 10, 25, 2, 30))
    twice = [counting(record, 0, 100), counting(record, 100, 350)]
    found = ingest(write(tmp_path / "dump", [*twice, twice[1]]))
    assert (found.added, found.duplicate) == (2, 1)
    assert DailyActivity.objects.get().in_bytes == 350


def test_rejects_are_all_counted_and_a_limited_number_is_kept(
    ingest: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "KEPT_REJECTS", 30)
    good = intervals()[0]
    dump = write(tmp_path / "dump", [good, *[BAD] * 50, good[:100]])
    found = ingest(dump)
    assert (found.state, found.added, found.rejected) == (Import.State.COMPLETE, 1, 50)
    assert found.truncated_tail
    kept = Reject.objects.filter(imported=found, is_tail=False).order_by("offset")
    assert [one.record_number for one in kept] == list(range(2, 32))
    assert {bytes(one.head) for one in kept} == {BAD}
    assert Reject.objects.filter(imported=found, is_tail=True).count() == 1


@pytest.mark.parametrize(("kind", "records"), [("rejects", 700_000), ("connections", 119_000)])
def test_windows_full_of_what_takes_memory_are_not_joined(
    tmp_path: Path, kind: str, records: int
) -> None:
    detail = (SAMPLES / "detail-rdw.smf").read_bytes()  # 170 records
    data = intervals()[0] + (BAD * records if kind == "rejects" else detail * (records // 170))
    dump = write(tmp_path / "dump", [data])
    with Readahead(dump, ReadOptions(), lambda: None) as ahead:
        sizes = [len(getattr(one.batch, kind)) for one in ahead if isinstance(one, Decoded)]
    assert sum(sizes) == records
    window_bytes, record_bytes = 12 << 20, len(data) / records
    assert max(sizes) < 1.2 * window_bytes / record_bytes


def test_thousands_of_protections_are_each_the_one_of_its_session(
    ingest: Ingest, tmp_path: Path
) -> None:
    record = dns()
    ingest(write(tmp_path / "some", [named(record, n) for n in range(500, 900)]))
    found = ingest(write(tmp_path / "all", [named(record, n) for n in range(4_500)]))
    assert (found.added, found.duplicate, found.new_sessions) == (4_100, 400, 4_100)
    assert Protection.objects.count() == 4_500
    pairs = SecuritySession.objects.values_list("protection__dn_text", "protection__raw")
    texts = {text for text, raw in pairs if text == "\n".join(name for _, name in raw["dns"])}
    assert {text[3:8] for text in texts} == {f"{n:05}" for n in range(4_500)}
    one = Protection.objects.filter(dn_text__startswith="CN=04321").get()
    assert one.details[0].keys() >= {"key", "text", "code", "meaning", "confidence", "source"}
    assert {detail["key"]: detail["text"] for detail in one.details} == one.labels


def test_an_empty_choice_of_days_sums_to_nothing() -> None:
    ready = prepare(frame({"local_end": HOUR_US}))
    assert ready.where(np.zeros(1, np.bool_)).days == []
