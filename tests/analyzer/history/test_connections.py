"""Connection records out of the store: what a decoder gave, in the order of time, part by part."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from analyzer import history
from analyzer.models import Stack
from smf.decode.columns import CONNECTIONS
from smf.reader import DumpReader
from smf.sample_site.options import SiteOptions
from smf.sample_site.writer import write_site
from tests.analyzer.ingest.conftest import Ingest, ingest, store
from tests.builders.enforcement.records import TLS12, Connection, switched

__all__ = ["ingest", "store"]
pytestmark = pytest.mark.django_db(transaction=True)
LIMIT_S = 60


def everything() -> history.Window:
    found = history.connection_window(
        from_day=date(2026, 1, 1), to_day=date(2027, 1, 1), limit_s=LIMIT_S
    )
    assert found is not None
    return found


def parts(window: history.Window, most: int) -> list[pl.DataFrame]:
    found, place = [], None
    while True:
        part = history.connection_part(window, place, most=most, limit_s=LIMIT_S)
        found.append(part.frame)
        place = part.place
        if place is None:
            return found


@pytest.mark.parametrize("most", [100, 1_000_000])
def test_records_of_a_site_come_back_as_they_were(
    ingest: Ingest, tmp_path: Path, most: int
) -> None:
    path = tmp_path / "site.smf"
    with path.open("wb") as out:
        write_site(out, SiteOptions(date(2026, 10, 5), sessions=200, days=1, detail=True))
    ingest(path)
    with DumpReader(path) as reader:
        given = pl.concat([one.connections for one in reader])
    found = pl.concat(parts(everything(), most))
    assert found.schema == CONNECTIONS
    assert len(found) == len(given) > 100
    assert found["local_time"].is_sorted()
    plain = [name for name in CONNECTIONS if name != "raw"]
    assert found.select(plain).sort("fingerprint").equals(given.select(plain).sort("fingerprint"))
    pairs = zip(found.sort("fingerprint")["raw"], given.sort("fingerprint")["raw"], strict=True)
    assert all(json.loads(one) == json.loads(other) for one, other in pairs)


def test_records_of_one_hundredth_are_in_the_order_of_a_life(
    ingest: Ingest, tmp_path: Path
) -> None:
    one = Connection()
    life = [
        one.at(1, 10, in_segs=1),
        *(one.at(2, 10, {"TLS": TLS12}, in_segs=n) for n in range(2, 12)),
        one.at(3, 10, in_segs=20),
    ]
    path = tmp_path / "life.smf"
    path.write_bytes(b"".join([*reversed(life), Connection(number=1).at(4, 10)]))
    ingest(path)
    for most in (3, 12, 13, 14, 100):
        found = parts(everything(), most)
        if most >= len(life):  # of fewer records at once nobody could know the order
            events = pl.concat(found).filter(conn_id=one.number)
            assert events["event"].to_list() == [1, *[2] * 10, 3]
            assert events["in_segs"].to_list() == [*range(1, 12), 20]
        assert sum(map(len, found)) == len(life) + 1


def test_hostile_texts_are_neither_columns_nor_lines(ingest: Ingest, tmp_path: Path) -> None:
    names = {"ike_rule": 'a"\\N", "x": "', "lcl": "10.1.2.3", "rmt": "10.9.8.7"}
    path = tmp_path / "hostile.smf"
    jobs = ["A\\NB", "\\N", "Q\"'", "\\\\x", ""]
    records = [
        Connection(number=n, job=job).at(4, n, {"IPSEC": {"major": 2, **names}})
        for n, job in enumerate(jobs)
    ]
    path.write_bytes(b"".join(records))
    ingest(path)
    with DumpReader(path) as reader:
        given = pl.concat([one.connections for one in reader])
    (found,) = parts(everything(), 100)
    assert found["job"].to_list() == given["job"].to_list()
    assert found["job"][1] == "\\N"
    pairs = zip(found["raw"], given["raw"], strict=True)
    assert all(json.loads(one) == json.loads(other) for one, other in pairs)


def test_a_window_has_its_stacks_and_its_days(ingest: Ingest, tmp_path: Path) -> None:
    path = tmp_path / "two.smf"
    path.write_bytes(
        Connection().at(4, 0) + Connection(system="SYSB").at(4, 86_400) + switched(5, 60)
    )
    ingest(path)
    whole = history.connection_window(days=30, limit_s=LIMIT_S)
    assert whole is not None
    assert history.connection_count(whole, limit_s=LIMIT_S) == 2
    assert whole.until == datetime(2026, 1, 17)
    assert len(history.switches(whole, limit_s=LIMIT_S)) == 1
    last = history.connection_window(days=1, limit_s=LIMIT_S)
    assert last is not None
    assert history.connection_count(last, limit_s=LIMIT_S) == 1
    assert history.switches(last, limit_s=LIMIT_S).is_empty()
    only = history.connection_window(days=30, stacks=[("plexa", "sysa", "tcpip")], limit_s=LIMIT_S)
    assert only is not None
    assert only.stacks == (Stack.objects.get(system="SYSA").pk,)
    nowhere = history.connection_window(days=30, stacks=[("X", "Y", "Z")], limit_s=LIMIT_S)
    assert nowhere is None
