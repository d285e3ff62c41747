"""The estimate of a run over summaries against the engine's exact counts, on the same site."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from enforcement.engine.engine import Engine
from enforcement.engine.settings import Opener, Settings
from enforcement.models import Verdict
from policy import settings as matching
from policy.attributes import Direction
from policy.model import Policy, Rule, RuleSet, Traffic
from policy.values.actions import ALLOW, Action
from policy.values.names import NamePattern
from policy.values.ports import PortSet
from policy.vocabulary import Protocol
from smf.reader import Batch, DumpReader
from tests.analyzer.ingest.conftest import SAMPLES, Ingest
from tests.builders.enforcement.aggregated import summaries
from tests.builders.enforcement.records import outcomes
from tests.designer.effect.test_against_matcher import ARTICLE, IPSEC, NONE, SSH
from tests.runs.test_verdicts import done, make_run

pytestmark = pytest.mark.django_db(transaction=True)
CALM = RuleSet(
    "Calm",
    Protocol.NONE,
    None,
    (
        Rule("ftp jobs", ALLOW, Traffic(job=NamePattern("FTP*"))),
        Rule(
            "half of the ports",
            Action(audit=True),
            Traffic(local_ports=PortSet.parse("1-2000"), direction=Direction.INBOUND),
        ),
        Rule("to others", ALLOW, Traffic(direction=Direction.OUTBOUND)),
    ),
    Rule("rest", Action(audit=True)),
)
FOUR = (ARTICLE, SSH, IPSEC, CALM)
Counts = Counter[tuple[str, str]]
SCOPES = {"zos": matching.Scope.AS_ZOS, "recorded": matching.Scope.ALL}


@pytest.mark.parametrize("mode", SCOPES)
def test_each_rule_meets_as_many_connections_as_the_engine_says(
    ingest: Ingest, tmp_path: Path, mode: str
) -> None:
    batches = site(ingest, tmp_path)
    exact, estimate = both(FOUR, batches, mode)
    assert estimate == exact
    assert exact.total() > 90
    assert {protocol for protocol, _ in exact} == {"TLS", "SSH", "IPsec", "None"}


def test_a_rule_about_the_port_of_a_client_is_what_summaries_cannot_tell(
    ingest: Ingest, tmp_path: Path
) -> None:
    """`half of the ports` takes some connections to others by the port that they had here."""
    exact, estimate = both((NONE,), site(ingest, tmp_path), "zos")
    asked, behind = ("None", "half of the ports"), ("None", "to others")
    assert estimate[asked] < exact[asked]
    assert estimate[behind] - exact[behind] == exact[asked] - estimate[asked]


def site(ingest: Ingest, tmp_path: Path) -> list[Batch]:
    """Connection records; the interval records that aggregation makes of them are in the store."""
    with DumpReader(SAMPLES / "detail-rdw.smf") as reader:
        batches = list(reader)
    dump = tmp_path / "sessions.smf"
    dump.write_bytes(b"".join(summaries(batches)))
    ingest(dump)
    return batches


def both(rule_sets: tuple[RuleSet, ...], batches: list[Batch], mode: str) -> tuple[Counts, Counts]:
    """Connections by protocol and rule, of the engine and of a run.

    The sample's records don't say who opened a connection: both go by the ports.
    """
    how = Settings(matching=matching.Settings(scope=SCOPES[mode]), opener=Opener.PORTS)
    engine = Engine(Policy(rule_sets), how)
    list(outcomes(engine, batches))
    estimate: Counts = Counter()
    found = Verdict.objects.filter(run=done(make_run(*rule_sets, mode=mode)))
    for one in found.exclude(rule=""):
        estimate[one.protocol, one.rule] += one.connections
    return Counter(engine.tally.matches), estimate
