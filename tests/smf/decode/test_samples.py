"""The sample dumps of an independent writer: every field of every session and connection."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from smf.reader import DumpReader, ReadOptions
from tests.builders.site_dumps import SAMPLE

SAMPLES = SAMPLE.parent
EPOCH = datetime(1970, 1, 1)
DUMPS = sorted(path.name for path in SAMPLES.iterdir() if path.suffix in (".smf", ".gz"))
SUMMARIES = [name for name in DUMPS if not name.startswith(("detail", "overlap"))]
SUMMED = {"conn": "connections", "partial": "partial", "short": "short", "failed": "failed"} | {
    name: name for name in ("in_bytes", "out_bytes", "in_segs", "out_segs")
}
PROTOCOLS = {"tls": 0x80, "ssh": 0x40, "ipsec": 0x20}
Frames = dict[str, pl.DataFrame]


def expected(name: str) -> dict[str, object]:
    return dict(json.loads((SAMPLES / f"{name}.expected.json").read_text()))


def read(name: str, batch_bytes: int) -> tuple[Frames, Counter[str], dict[str, int]]:
    frames: dict[str, list[pl.DataFrame]] = {}
    ignored: Counter[str] = Counter()
    counts = {"rejected": 0, "truncated_tail": 0, "records": 0}
    with DumpReader(SAMPLES / name, ReadOptions(batch_bytes=batch_bytes)) as reader:
        for batch in reader:
            for kind in ("protections", "sessions", "activity", "connections", "coverage"):
                frames.setdefault(kind, []).append(getattr(batch, kind))
            ignored.update(batch.ignored)
            counts["rejected"] += len(batch.rejects)
            counts["truncated_tail"] += batch.tail is not None
            counts["records"] += batch.records
    return {kind: pl.concat(parts) for kind, parts in frames.items()}, ignored, counts


def as_utc(microseconds: int) -> str:
    """As the writer notes times: the local time, called UTC."""
    return (EPOCH + timedelta(microseconds=microseconds)).isoformat() + "+00:00"


def sessions_of(frames: Frames, keys: set[str]) -> list[dict[str, object]]:
    """The sessions in the words of `expected.json`."""
    raws = dict(frames["protections"].select("protection_index", "raw").iter_rows())
    rows = frames["activity"].partition_by("session_index", as_dict=True)
    found = []
    for session in frames["sessions"].iter_rows(named=True):
        activity = rows[(session["session_index"],)]
        raw = json.loads(raws[session["protection_index"]])
        raw.pop("opaque", None)
        sums = {key: int(activity[column].sum()) for key, column in SUMMED.items()}
        one = {
            **session,
            **raw,
            **sums,
            "intervals": len(activity),
            "first": as_utc(activity["local_end"].min()),  # type: ignore[arg-type]
            "last": as_utc(activity["local_end"].max()),  # type: ignore[arg-type]
        }
        found.append({key: value for key, value in one.items() if key in keys})
    return found


def by_text(items: list[dict[str, object]]) -> list[str]:
    return sorted(json.dumps(item, sort_keys=True) for item in items)


@pytest.mark.parametrize("name", SUMMARIES)
@pytest.mark.parametrize("batch_bytes", [20_000, 48 << 20], ids=["many batches", "one"])
def test_every_field_of_every_session_is_found(name: str, batch_bytes: int) -> None:
    wanted = expected(name)
    sessions = wanted["sessions"]
    assert isinstance(sessions, list)
    frames, ignored, counts = read(name, batch_bytes)
    assert by_text(sessions_of(frames, set(sessions[0]))) == by_text(sessions)
    assert all(set(session) == set(sessions[0]) for session in sessions)
    assert counts["rejected"] == wanted["rejected"]
    assert counts["truncated_tail"] == wanted.get("truncated_tail", 0)
    assert len(frames["activity"]) == wanted.get("summary_interval", len(frames["activity"]))
    events = ignored["aggregation_enabled"] + ignored["aggregation_disabled"]
    assert events == wanted.get("ignored_119_12_events", 0)
    # The writer counts markers among the others.
    others = ignored["other_type"] + ignored["other_subtype"] + ignored["marker"]
    assert others == wanted.get("other_records", others)


def test_every_framing_of_the_site_is_the_same_site() -> None:
    first, second = (read(name, 48 << 20)[0] for name in ("site-vbs.smf", "site-rdw.smf.gz"))
    for kind, frame in first.items():
        assert frame.equals(second[kind]), kind


def test_an_overlapping_dump_brings_what_the_site_does_not_have() -> None:
    wanted = expected("overlap.smf")
    sessions = wanted["sessions"]
    assert isinstance(sessions, list)
    site, overlap = (read(name, 48 << 20)[0] for name in ("site-rdw.smf.gz", "overlap.smf"))
    key = ["digest", "local_end", "fingerprint"]
    known, rows = (
        frames["activity"].join(
            frames["sessions"].select("session_index", "digest"), on="session_index"
        )
        for frames in (site, overlap)
    )
    assert len(rows) == len(rows.unique(key)) == wanted["summary_interval"]
    new = rows.join(known, on=key, how="anti")
    assert len(new) == wanted["new_after_site"]
    assert len(rows) - len(new) == wanted["duplicates_after_site"]
    # The expected sessions are those of the new records alone.
    overlap["activity"] = new
    met = new["session_index"].unique().to_list()
    overlap["sessions"] = overlap["sessions"].filter(pl.col("session_index").is_in(met))
    assert by_text(sessions_of(overlap, set(sessions[0]))) == by_text(sessions)


def test_rejects_of_the_damaged_dump_say_where_and_why() -> None:
    with DumpReader(SAMPLES / "damaged.smf") as reader:
        batches = list(reader)
    rejects = [reject for batch in batches for reject in batch.rejects]
    # Section past the end, no common section, common section too short, no triplets.
    assert sorted((reject.field, reject.reason) for reject in rejects) == [
        ("SMF119S1Len", "section_too_short"),
        ("SMF119S1Num", "section_missing"),
        ("SMF119S1Off", "section_past_end"),
        ("SMF119SD_TRN", "no_triplets"),
    ]
    dump = (SAMPLES / "damaged.smf").read_bytes()
    for reject in rejects:
        assert reject.head == dump[reject.offset : reject.offset + reject.length][:256]
        assert int.from_bytes(dump[reject.offset : reject.offset + 2], "big") == reject.length
    tail = batches[-1].tail
    assert tail is not None
    assert tail.offset + tail.length == len(dump)


def connections_of(frames: Frames) -> list[dict[str, object]]:
    found = []
    for row in frames["connections"].iter_rows(named=True):
        raw = json.loads(row["raw"])
        tls, ssh, ipsec = (raw[name] or {} for name in ("tls", "ssh", "ipsec"))
        found.append(
            {
                **{
                    key: row[key]
                    for key in ("event", "in_bytes", "out_bytes", "job", "user", "stack", "sysplex")
                },
                **{key: row[key] for key in ("system", "local_ip", "local_port")},
                **{key: row[key] for key in ("remote_ip", "remote_port")},
                "connid": row["conn_id"],
                "jobid": row["job_id"],
                "start": str(EPOCH + timedelta(microseconds=row["start_utc"])) + "+00:00",
                "when": str(EPOCH + timedelta(microseconds=row["local_time"])) + "+00:00",
                "protocols": [
                    name.upper() for name, bit in PROTOCOLS.items() if row["protocols"] & bit
                ],
                "tls_cipher": tls.get("cipher"),
                "tls_source": tls.get("source"),
                "tls_version": tls.get("version"),
                "ssh_kex": ssh.get("kex"),
                "p2_enc": ipsec.get("p2_enc"),
            }
        )
    return found


def test_every_field_of_every_connection_is_found() -> None:
    wanted = expected("detail-rdw.smf")
    connections = wanted["connections"]
    assert isinstance(connections, list)
    frames, _, counts = read("detail-rdw.smf", 20_000)
    assert by_text(connections_of(frames)) == by_text(connections)
    assert len(frames["connections"]) == wanted["detail"]
    assert counts["rejected"] == wanted["rejected"]
    events = Counter(frames["connections"]["event"])
    assert set(events) == {1, 2, 3, 4}


def test_the_dumps_are_those_that_have_expectations() -> None:
    files = {path.name for path in Path(SAMPLES).iterdir()}
    assert {f"{name}.expected.json" for name in DUMPS} <= files
    assert len(DUMPS) == 6
