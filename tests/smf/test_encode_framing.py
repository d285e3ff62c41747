"""Framing writers: bytes by hand, and every framing read back to the same records."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from smf.encode.fast import COUNTERS, Interval, Templates
from smf.encode.framing import record_writer, write_records
from smf.encode.records import Stamp, filler_record, marker_record
from smf.encode.summary import V2R5, Z32, SummaryRecord, encode_summary, stck
from smf.framing import Framing
from smf.reader import DumpReader

STAMP = Stamp(datetime(2026, 10, 5, 13, 30), "SYSA")
IDENT = {"system": "SYSA", "sysplex": "PLEXA", "stack": "TCPIP"}


def summary(number: int, **common: int) -> bytes:
    values = {"session_id": f"N-{number:040X}", "ip_proto": 6, **common}
    return encode_summary(SummaryRecord(STAMP, IDENT, values), Z32 if number % 2 else V2R5)


def framed(framing: Framing, records: list[bytes], block_bytes: int = 1000) -> bytes:
    parts: list[bytes] = []
    writer = record_writer(framing, lambda part: parts.append(bytes(part)), block_bytes=block_bytes)
    write_records(writer, records)
    writer.close()
    return b"".join(parts)


SHORT = bytes.fromhex("000A0000") + b"abcdef"


def test_vbs_segments_a_record_that_crosses_its_block() -> None:
    assert framed(Framing.VBS, [SHORT, SHORT], 22) == (
        bytes.fromhex("0016 0000 000A 0000") + b"abcdef"  # whole
        + bytes.fromhex("0008 0100") + b"abcd"  # first
        + bytes.fromhex("000A 0000 0006 0200") + b"ef"  # last, in the next block
    )  # fmt: skip


def test_vbs_leaves_no_room_for_a_segment_without_data() -> None:
    assert framed(Framing.VBS, [SHORT, SHORT], 18) == 2 * (bytes.fromhex("000E 0000") + SHORT)


def test_a_long_record_has_middle_segments() -> None:
    data = framed(Framing.VBS, [bytes.fromhex("000E0000") + b"abcdefghij"], 12)
    codes = [data[place + 6] for place in (0, 12, 24)]
    assert codes == [1, 3, 2]


def test_blocks_of_whole_records_and_prefixes() -> None:
    assert framed(Framing.BDW_RDW, [SHORT, SHORT], 18) == 2 * (bytes.fromhex("000E 0000") + SHORT)
    assert framed(Framing.ZOSMF, [SHORT]) == bytes.fromhex("00000006") + b"abcdef"
    assert framed(Framing.RDW, [SHORT]) == SHORT


@pytest.mark.parametrize("framing", list(Framing))
def test_no_records_make_no_bytes(framing: Framing) -> None:
    assert framed(framing, []) == b""


@pytest.mark.parametrize("framing", list(Framing))
def test_every_framing_is_found_and_read_back(tmp_path: Path, framing: Framing) -> None:
    records = [marker_record(STAMP, last=False)]
    for number in range(200):
        records += [summary(number), filler_record(30, STAMP, 4, 300 + number)]
    records.append(marker_record(STAMP, last=True))
    path = tmp_path / "dump"
    path.write_bytes(framed(framing, records, 4096))
    ignored: Counter[str] = Counter()
    with DumpReader(path) as reader:
        found = [batch for batch in reader if not ignored.update(batch.ignored)]
    assert reader.framing is framing
    assert sum(batch.activity.height for batch in found) == 200
    assert [reject for batch in found for reject in batch.rejects] == []
    assert ignored == {"marker": 2, "other_type": 200}


def test_stamped_templates_are_the_records_encoded_one_by_one() -> None:
    templates = Templates([summary(number) for number in range(4)])
    init = np.arange(18, dtype=np.int64).reshape(2, 9)
    growth = np.array([7, 7, 7, 7, 5_000_000_000, 7, 7, 7, 7])
    interval = Interval(np.array([4_860_000] * 2), 0x0126278F, stck(60_000_000))
    data, ends = templates.stamp(np.array([1, 2]), interval, init, init + growth)
    expected = []
    for number, before in zip((1, 2), init.tolist(), strict=True):
        after = (np.array(before) + growth).tolist()
        values = {"duration": stck(60_000_000)}
        for name, begin, end in zip(COUNTERS, before, after, strict=True):
            values |= {f"init_{name}": begin, f"end_{name}": end}
        expected.append(summary(number, **values))
    assert data.tobytes() == b"".join(expected)
    assert ends.tolist() == [352, 352 + 344]
