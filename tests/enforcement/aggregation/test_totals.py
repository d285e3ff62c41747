"""Whole lives agree: with a naive count over histories, and with a site's own summaries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import groupby, pairwise
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from enforcement.aggregation.aggregator import Aggregator
from enforcement.aggregation.recording import Recording
from policy.attributes import Direction
from smf.encode.summary import SummaryRecord
from smf.reader import DumpReader
from smf.sample_site.options import SiteOptions
from smf.sample_site.writer import write_site
from tests.builders.enforcement.aggregated import activity, summaries
from tests.builders.enforcement.histories import Recorded, frame_of, histories, nothing_switched
from tests.policy.strategies import LONG

COUNTS = ("conn", "partial", "short", "in_bytes", "failed")
ENDS = (3, 4)


def lives(history: list[Recorded]) -> Iterator[list[Recorded]]:
    """The records of each connection, from its first to its end or to what follows under its ID."""
    by_number = sorted((one for one in history if one.event != 7), key=lambda one: one.number)
    for _, records in groupby(by_number, key=lambda one: one.number):
        life: list[Recorded] = []
        for one in records:
            if life and (life[-1].event in ENDS or life[-1].start != one.start):
                yield life
                life = []
            life.append(one)
        yield life


def ends(one: Recorded) -> tuple[object, ...]:
    """Server, client and IP protocol, and the role of the stack."""
    seen = one.connection
    serves = seen.direction is Direction.INBOUND or (
        seen.direction is None and seen.local_port <= seen.remote_port
    )
    is_peer = seen.ip_protocol != 6
    found = (seen.local_ip, seen.local_port, seen.remote_ip)
    if not serves and not is_peer:
        found = (seen.remote_ip, seen.remote_port, seen.local_ip)
    return (*found, "peer" if is_peer else serves, seen.ip_protocol)


def protections(one: Recorded) -> list[str]:
    seen = one.connection
    parts: list[object] = [
        (p.protocol, sorted((a, c) for a, c in p.codes.items() if c), p.key_bits or 0)
        + ((p.is_manual,) if p.protocol == "IPsec" else (int(p.source),))
        for p in seen.protections
    ]
    parts = parts or [("failed" if seen.is_failed_handshake else "none",)]
    return [repr(part) for part in parts]


def keys(life: list[Recorded]) -> list[list[tuple[object, ...]]]:
    """The sessions that each record of a connection speaks of: of one protection always the same.

    The job is that of the first record; the ends are those of the first, until one tells the role.
    """
    first, known = life[0], dict[str, tuple[object, ...]]()
    found = []
    for place, one in enumerate(life, 1):
        tellers = (other for other in life[:place] if other.connection.direction)
        own = ends(next(tellers, first))
        for part in protections(one):
            known.setdefault(part, (*own, first.connection.job, part))
        found.append([known[part] for part in protections(one)])
    return found


def naive(history: list[Recorded]) -> Counter[tuple[int, ...]]:
    totals: dict[tuple[object, ...], Counter[str]] = defaultdict(Counter)
    for life in lives(history):
        every = keys(life)
        began_before = life[0].event == 2
        for key in {key for some in every for key in some}:
            first = next(place for place, some in enumerate(every) if key in some)
            is_partial = began_before or not all(key in some for some in every)
            failed = "failed" in str(key[-1])
            totals[key] += Counter(
                conn=1, partial=is_partial, short=life[first].event == 4, failed=failed
            )
        moved = [0, *(one.moved for one in life)]
        using = [every[0], *every[:-1]]
        for place, (before, after) in enumerate(pairwise(moved)):
            for key in using[place] if place or not began_before else ():
                totals[key]["in_bytes"] += after - before
    return Counter(tuple(found[name] for name in COUNTS) for found in totals.values())


def total(records: list[SummaryRecord]) -> Counter[tuple[int, ...]]:
    """Sums over the intervals of each session."""
    sums: dict[object, Counter[str]] = defaultdict(Counter)
    for one in records:
        for name in COUNTS:
            change = int(str(one.common[f"end_{name}"])) - int(str(one.common[f"init_{name}"]))
            sums[one.common["session_id"]][name] += change
    return Counter(tuple(found[name] for name in COUNTS) for found in sums.values())


@settings(max_examples=LONG or 150, deadline=None)
@given(histories(), st.sampled_from([1, 5, 30, 1_440]), st.lists(st.integers(1, 39)))
def test_totals_are_those_of_a_naive_count(
    history: list[Recorded], minutes: int, cuts: list[int]
) -> None:
    aggregator = Aggregator(Recording(minutes))
    places = sorted({0, *(cut for cut in cuts if cut < len(history)), len(history)})
    found: list[SummaryRecord] = []
    for begin, end in pairwise(places):
        found += aggregator.add(frame_of(history[begin:end]), nothing_switched())
    found += aggregator.finish()
    expected = naive(history)
    expected[0, 0, 0, 0, 0] = 0
    assert total(found) == +expected


def test_sessions_of_a_site_are_those_of_its_own_summaries(tmp_path: Path) -> None:
    """The sample site writes both subtypes; its connections are some of those in the summaries."""
    path = tmp_path / "site.smf"
    with path.open("wb") as out:
        write_site(
            out, SiteOptions(date(2026, 10, 5), sessions=300, days=1, detail=True, release="zos32")
        )
    with DumpReader(path) as reader:
        batches = list(reader)
    found = activity(tmp_path, summaries(batches))
    own = pl.concat([one.sessions for one in batches])
    protections = pl.concat([one.protections for one in batches])
    known = set(protections["digest"])
    assert len(found) > 100
    assert {one for one in found["digest_of_protection"] if one not in known} == set()
    connections = pl.concat([one.connections for one in batches])
    assert found["connections"].sum() >= connections["conn_id"].n_unique()
    same = ["system", "stack", "role", "ip_proto", "server_ip", "client_ip", "job", "sa_flags"]
    assert found.join(own, on=same, how="anti").rows() == []
