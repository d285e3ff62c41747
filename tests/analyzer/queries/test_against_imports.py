"""Report pages over imported dumps against loops over the single records: the roll-up is right."""

from __future__ import annotations

from functools import partial

import pytest

from analyzer.models import Server
from analyzer.queries import report
from analyzer.tables.report import ALL_SESSIONS, servers_table
from tests.analyzer.ingest.conftest import SAMPLES, Ingest, ingest, store
from tests.analyzer.queries import naive
from tests.analyzer.queries.conftest import filters
from tests.analyzer.queries.test_against_naive import pages, same

__all__ = ["ingest", "store"]  # fixtures of the neighbour
DUMPS = ("site-vbs.smf", "overlap.smf", "zos32.smf", "damaged.smf", "site-rdw.smf.gz")
QUERIES = (
    "days=all",
    "days=1",
    "protocol=NONE",
    "version=TLSv1.2&days=2",
    "port=992&dn=CN",
    "job=*",
)


@pytest.mark.django_db(transaction=True)
def test_pages_over_imported_dumps_are_those_of_the_single_records(ingest: Ingest) -> None:
    for name in DUMPS:
        ingest(SAMPLES / name)
    every = naive.facts()
    for query in QUERIES:
        asked = filters(query)
        found = pages(partial(report.all_sessions, asked), limit=1000)
        assert found, query
        same(found, naive.sessions(every, query), ALL_SESSIONS)
        for role in map(str, Server.Role.values):
            found = pages(partial(report.servers, asked, role=role), limit=1000)
            same(found, naive.servers(every, query, role), servers_table(role))
