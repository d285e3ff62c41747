"""What leaves the store is what its writer says was in the dump, key by key."""

from __future__ import annotations

import json
from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from analyzer.models import SystemSettings
from tests.analyzer.ingest.conftest import SAMPLES, Ingest, expected

ALONE = ["site-vbs.smf", "site-rdw.smf.gz", "zos32.smf", "damaged.smf"]
SUMMED = (
    *("intervals", "conn", "partial", "short", "in_bytes", "out_bytes", "in_segs", "out_segs"),
    "failed",
)


def exported() -> list[dict[str, Any]]:
    out = StringIO()
    call_command("export", "sessions", "--format", "jsonl", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def counted(rows: list[dict[str, Any]]) -> Counter[str]:
    """Whole sessions, every key and value, in any order of keys and sessions."""
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


def summed(*dumps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sessions of several dumps without a common record: counters add up."""
    found: dict[str, dict[str, Any]] = {}
    for row in (row for dump in dumps for row in dump):
        parts = {**dict.fromkeys(SUMMED, 0), "first": row["first"], "last": row["last"]}
        known = found.setdefault(
            json.dumps({key: value for key, value in row.items() if key not in parts}), row | parts
        )
        known |= {key: known[key] + row[key] for key in SUMMED}
        known |= {
            "first": min(known["first"], row["first"]),
            "last": max(known["last"], row["last"]),
        }
    return list(found.values())


@pytest.mark.parametrize("name", ALONE)
def test_every_field_of_every_session_of_a_dump_is_under_raw(ingest: Ingest, name: str) -> None:
    ingest(SAMPLES / name)
    wanted = expected(name)["sessions"]
    assert len(wanted) >= 20
    assert counted([row["raw"] for row in exported()]) == counted(wanted)


def test_a_dump_and_the_next_one_add_up(ingest: Ingest) -> None:
    ingest(SAMPLES / "site-vbs.smf")
    ingest(SAMPLES / "overlap.smf")
    both = summed(expected("site-vbs.smf")["sessions"], expected("overlap.smf")["sessions"])
    assert counted([row["raw"] for row in exported()]) == counted(both)


def test_times_carry_the_offset_of_the_system(ingest: Ingest) -> None:
    ingest(SAMPLES / "zos32.smf")
    SystemSettings.objects.update(time_zone="Asia/Kolkata")
    wanted = [
        row | {key: row[key].replace("+00:00", "+05:30") for key in ("first", "last")}
        for row in expected("zos32.smf")["sessions"]
    ]
    assert counted([row["raw"] for row in exported()]) == counted(wanted)


def test_bytes_that_no_layout_describes_stand_beside_the_raw_codes(ingest: Ingest) -> None:
    ingest(SAMPLES / "zos32.smf")
    found = [row["opaque"] for row in exported() if row["raw"]["tls"]]
    assert {"tls.36": "000000000000"} in found


def test_labels_name_what_the_codes_mean(ingest: Ingest) -> None:
    ingest(SAMPLES / "site-vbs.smf")
    tls = next(row for row in exported() if (row["raw"]["tls"] or {}).get("cipher") == "003D")
    assert tls["labels"]["cipher_name"] == "TLS_RSA_WITH_AES_256_CBC_SHA256"
    assert tls["protocol"] == tls["raw"]["protocol"] == "TLS"
    assert tls["connections"] == tls["raw"]["conn"]
