"""The same traffic as summaries and as connection records: an estimate, and what is so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone

from enforcement.models import HistoryHit, Run, Verdict
from enforcement.runs import work
from policy import documents
from policy.model import Policy, Requirement, Rule, RuleSet, Traffic
from policy.values.actions import Action
from policy.values.names import NamePattern
from policy.vocabulary import Protocol
from smf.reader import DumpReader
from smf.sample_site.options import SiteOptions
from smf.sample_site.writer import write_site
from tests.builders.enforcement.aggregated import summaries
from tests.builders.enforcement.records import policy
from tests.histories.conftest import Fill
from tests.histories.given import done, made, part
from tests.histories.test_checking import DETAILS, SUMMARIES, checked

pytestmark = pytest.mark.django_db(transaction=True)
LOG = Action("Log", syslog_level=4)
NEW = Requirement.of(Protocol.TLS, version="TLSv1.3")
RULES = Policy(
    (
        RuleSet(
            "TLS",
            Protocol.TLS,
            Rule("new", requirement=NEW),
            (Rule("ftp", LOG, Traffic(job=NamePattern("FTP*"))),),
            Rule("tls-rest", LOG),
        ),
        *(RuleSet(one.value, one, catch_all=Rule(f"{one.value}-rest", LOG))
          for one in (Protocol.SSH, Protocol.IPSEC, Protocol.NONE)),
    )
)  # fmt: skip
_SUBTYPE, _DETAIL = 22, 11


def estimated(rules: Policy) -> Counter[str]:
    """Connections by rule, from the summaries in the store."""
    run = Run.objects.create(
        title="x",
        parts=[{"stacks": [], "versions": [], "digest": "0", "document": documents.to_tree(rules)}],
        days=3660,
        submitted_at=timezone.now(),
    )
    assert work.run(run.pk)
    found: Counter[str] = Counter()
    for one in Verdict.objects.filter(run=run):
        found[one.rule or one.kind] += one.connections
    return found


def exact(rules: Policy, day: date = date(2026, 1, 15)) -> Counter[str]:
    """Evaluations by rule, from the connection records."""
    first = timezone.datetime(day.year, day.month, day.day)
    run = done(made(part(rules), first=first, until=first + timezone.timedelta(days=2)))
    found: Counter[str] = Counter()
    for one in HistoryHit.objects.filter(run=run, enforced=True):
        found[one.rule or one.kind] += one.evaluations
    return found


def details_of(dump: bytes) -> Iterator[bytes]:
    """The connection records of a dump."""
    at = 0
    while at < len(dump):
        length = int.from_bytes(dump[at : at + 2], "big")
        record = dump[at : at + length]
        subtype = int.from_bytes(record[_SUBTYPE : _SUBTYPE + 2], "big")
        if (record[5], subtype) == (119, _DETAIL):
            yield record
        at += length


def test_by_hand_both_say_the_same_where_nothing_is_reset(fill: Fill) -> None:
    fill([*DETAILS, *SUMMARIES])
    rules = policy(tls=LOG, none=LOG)
    assert estimated(rules) == exact(rules) == {"tls-rest": 2, "none-rest": 1}


def test_a_reset_ends_what_an_estimate_goes_on_counting(fill: Fill) -> None:
    fill([*DETAILS, *SUMMARIES])
    rules = policy(tls=Action("Cut", reset=True), none=LOG)
    assert estimated(rules) == {"tls-rest": 2, "none-rest": 1}
    assert exact(rules) == {"tls-rest": 2}


def test_on_a_site_whose_summaries_are_its_connections(fill: Fill, tmp_path: Path) -> None:
    """Both kinds of runs judge a site alike, and nothing is lost on the way through the store.

    Whether aggregation counts as z/OS does is not told here, since the summaries are its own.
    """
    day, dump = date(2026, 10, 5), BytesIO()
    write_site(dump, SiteOptions(day, sessions=2_000, days=1, detail=True, release="zos32"))
    details = [*details_of(dump.getvalue())]
    path = tmp_path / "details.smf"
    path.write_bytes(b"".join(details))
    with DumpReader(path) as reader:
        own = summaries(list(reader))
    fill([*details, *own])
    said, so = estimated(RULES), exact(RULES, day)
    assert so.pop("failed handshake")  # of which a run over summaries has no verdict
    assert said == so
    assert len(so) >= 5
    assert min(so.values()) > 0
    code, words = checked("--from", "2026-10-01", "--to", "2026-10-07")
    assert code == 0, words
