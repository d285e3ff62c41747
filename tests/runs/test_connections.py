"""Sessions as connections: the plain matcher decides as the columns do, for each of them."""

from __future__ import annotations

import pytest

from analyzer import history
from enforcement.runs.connections import connection_of
from enforcement.runs.judging import PLACE, judged
from policy.matcher import first_match, protocols
from policy.settings import DEFAULTS
from policy.vectorised import NO_MATCH, SCHEMA, frame_of
from tests.analyzer.ingest.conftest import SAMPLES, Ingest
from tests.designer.effect.test_against_matcher import (
    ALL,
    ARTICLE,
    IPSEC,
    NONE,
    SSH,
    add_rare_sessions,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_matcher_decides_as_the_columns_do(ingest: Ingest) -> None:
    for name in ("site-rdw.smf.gz", "zos32.smf"):
        ingest(SAMPLES / name)
    add_rare_sessions()
    frame = history.sessions(history.last_days(3660), limit_s=20).frame
    single = frame.filter(frame["port_start"] == frame["port_end"])
    seen = 0
    for rule_set in (ARTICLE, SSH, IPSEC, NONE):
        for how in (DEFAULTS, ALL):
            placed = judged(single, rule_set, None, how)
            for row in placed.iter_rows(named=True):
                one = connection_of(row)
                assert rule_set.protocol in protocols(one, how)
                found = first_match(rule_set, one, how)
                assert (NO_MATCH if found is None else found) == row[PLACE]
                seen += 1
    assert seen > 100


def test_nothing_of_a_connection_is_lost(ingest: Ingest) -> None:
    ingest(SAMPLES / "site-rdw.smf.gz")
    frame = history.sessions(history.last_days(3660), limit_s=20).frame
    back = frame_of([connection_of(row) for row in frame.iter_rows(named=True)])
    for name in ("local_hi", "local_lo", "remote_lo", "local_port", "job", "user", "protocols"):
        assert back[name].to_list() == frame[name].to_list()
    assert set(back.columns) == set(SCHEMA)
