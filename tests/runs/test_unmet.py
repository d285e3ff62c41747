"""Rules that met nothing, and who took what they would have matched: against the plain matcher."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest

from analyzer import history
from analyzer.models import Activity, DailyActivity, SecuritySession
from enforcement.models import UnmetRule, Verdict
from policy.matcher import failures, first_match, protocols
from policy.model import Requirement, Rule, RuleSet, Traffic
from policy.settings import DEFAULTS
from policy.values.actions import ALLOW, Action
from policy.values.names import NamePattern
from policy.values.ports import PortSet
from policy.vocabulary import Protocol
from tests.analyzer.ingest.conftest import SAMPLES, Ingest
from tests.builders.store_rows import activity, store_activity
from tests.designer.effect.test_against_matcher import NONE, add_rare_sessions, connections
from tests.runs.test_verdicts import done, make_run

pytestmark = pytest.mark.django_db(transaction=True)
OLD = Requirement.of(Protocol.TLS, version="TLSv1.1")
HIDDEN = RuleSet(
    "Hidden",
    Protocol.TLS,
    None,
    (
        Rule("Port 992", ALLOW, Traffic(local_ports=PortSet.parse("992"))),
        Rule("Same port", Action(audit=True), Traffic(local_ports=PortSet.parse("992"))),
        Rule("Old TN3270", ALLOW, Traffic(job=NamePattern("TN3270")), OLD),
        Rule("No such job", ALLOW, Traffic(job=NamePattern("NOBODY"))),
        Rule("Anything old", ALLOW, requirement=OLD),
    ),
    Rule("Rest", Action(audit=True)),
)
MIXED = RuleSet(
    "Mixed",
    Protocol.NONE,
    None,
    (
        Rule("Low ports", ALLOW, Traffic(local_ports=PortSet.parse("1-1999"))),
        Rule("Around 2000", ALLOW, Traffic(local_ports=PortSet.parse("1995-2005"))),
        Rule("At 1999", ALLOW, Traffic(local_ports=PortSet.parse("1999"))),
    ),
)


def naive(rule_set: RuleSet) -> dict[str, dict[str, tuple[int, int]]]:
    """Of each rule that no session met at any port: sessions and connections by taker."""
    rules = rule_set.rules()
    met: set[int] = set()
    taken: dict[tuple[int, int], set[int]] = defaultdict(set)
    numbers: dict[int, int] = {}
    for session in SecuritySession.objects.select_related("server", "protection"):
        numbers[session.pk] = sum(
            row.connections for row in DailyActivity.objects.filter(session=session)
        )
        for one in connections(session):
            if rule_set.protocol not in protocols(one, DEFAULTS):
                continue
            found = first_match(rule_set, one, DEFAULTS)
            met |= {found} if found is not None else set()
            for place, rule in enumerate(rules):
                if found is not None and not list(failures(rule, rule_set.protocol, one, DEFAULTS)):
                    taken[place, found].add(session.pk)
    result: dict[str, dict[str, tuple[int, int]]] = {
        rule.name: {} for place, rule in enumerate(rules) if place not in met
    }
    for (place, taker), keys in taken.items():
        if place not in met:
            sums = len(keys), sum(numbers[key] for key in keys)
            result[rules[place].name][rules[taker].name] = sums
    return result


def test_unmet_rules_and_their_takers_are_those_of_the_plain_matcher(ingest: Ingest) -> None:
    ingest(SAMPLES / "site-rdw.smf.gz")
    add_rare_sessions()
    run = done(make_run(HIDDEN, MIXED, mode="zos"))
    for rule_set in (HIDDEN, MIXED):
        found: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        for one in UnmetRule.objects.filter(run=run, rule_set=rule_set.name):
            found[one.rule] |= {one.taker: (one.sessions, one.connections)} if one.taker else {}
        assert found == naive(rule_set), rule_set.name
    hidden = {one.rule: one for one in UnmetRule.objects.filter(run=run, rule_set="Hidden")}
    assert (hidden["Old TN3270"].taker, hidden["Old TN3270"].finding) == ("Port 992", "")
    assert hidden["Same port"].finding.startswith("`Port 992` before it has the same conditions")
    assert (hidden["No such job"].taker, hidden["No such job"].session) == ("", None)
    example = SecuritySession.objects.get(pk=hidden["Old TN3270"].session or 0)
    assert example.server.job == "TN3270"


def test_a_rule_that_an_undecided_session_may_have_met_is_not_unmet(ingest: Ingest) -> None:
    ingest(SAMPLES / "site-rdw.smf.gz")
    add_rare_sessions()
    run = done(make_run(MIXED))
    unmet = {*UnmetRule.objects.filter(run=run).values_list("rule", flat=True)}
    assert Verdict.objects.filter(run=run, kind="undecided").exists()
    assert "Around 2000" not in unmet
    assert "At 1999" in unmet


def test_resets_are_told_by_the_hour_in_which_the_middle_of_an_interval_lies(
    ingest: Ingest,
) -> None:
    ingest(SAMPLES / "site-rdw.smf.gz")
    run = done(make_run(NONE))
    (cut, *_) = Verdict.objects.filter(run=run, resets=True)
    session = SecuritySession.objects.get(pk=cut.session)
    last = date(2026, 10, 20)
    store_activity(
        [
            activity(session, datetime(2026, 10, 20, 8, 0), connections=5),  # 7:30 to 8:00
            activity(session, datetime(2026, 10, 20, 8, 10), connections=3),  # from 7:40
            activity(session, datetime(2026, 10, 20, 8, 20), connections=7),  # from 7:50
            activity(session, datetime(2026, 10, 12, 12, 0), connections=11),
        ]
    )
    again = done(make_run(NONE))
    hours = again.reset_hours
    assert hours["last"] == str(last)
    days = sorted(again.reset_days)[-7:]
    assert hours["first"] == days[0]
    assert hours["connections"][7] >= 8
    assert hours["connections"][8] >= 7
    assert sum(hours["connections"]) == sum(again.reset_days[day] for day in days)
    alone = history.by_hour([last], [session.pk], limit_s=5)
    assert alone
    assert (alone.first, alone.last) == (last, last)
    assert {hour: n for hour, n in enumerate(alone.connections) if n} == {7: 8, 8: 7}
    after = last + timedelta(days=1)
    assert history.by_hour([after], [session.pk], limit_s=5) is None


def test_so_many_records_cut_the_hours_to_fewer_days(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(SAMPLES / "site-rdw.smf.gz")
    monkeypatch.setattr("analyzer.queries.history.by_hour.MOST_RECORDS", 1)
    keys = [*SecuritySession.objects.values_list("pk", flat=True)]
    days = history.by_day(history.last_days(30), keys, limit_s=5)
    found = history.by_hour(days, keys, limit_s=5)
    assert found
    assert found.first == found.last == DailyActivity.objects.latest("day").day
    day = Activity.objects.filter(
        interval_end__gte=datetime.combine(found.first, datetime.min.time())
    )
    assert sum(found.connections) == sum(row.connections for row in day)
