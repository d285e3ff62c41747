"""Verdicts of a run against the plain matcher in a loop, and against the effect preview."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from analyzer.models import DailyActivity
from designer.queries.effect.read import read_effect
from enforcement.models import Run, Verdict
from enforcement.queries.tables import TABLES, page
from enforcement.runs import work
from policy import documents
from policy.model import Policy, Rule, RuleSet
from policy.settings import DEFAULTS, Settings
from policy.values.actions import Action
from policy.vocabulary import Protocol
from tests.analyzer.ingest.conftest import SAMPLES, Ingest
from tests.designer.effect.test_against_matcher import (
    ALL,
    ARTICLE,
    IPSEC,
    NONE,
    SSH,
    add_rare_sessions,
    expected,
)

pytestmark = pytest.mark.django_db(transaction=True)
EVERY_DAY = 3660


def make_run(*rule_sets: RuleSet, mode: str = "zos", other: RuleSet | None = None) -> Run:
    part: dict[str, Any] = {"stacks": [], "versions": [], "digest": "0"}
    part["document"] = documents.to_tree(Policy(rule_sets))
    if other:
        part["other"] = {"versions": [], "document": documents.to_tree(Policy((other,)))}
    return Run.objects.create(
        title="x",
        parts=[part],
        compares=other is not None,
        days=EVERY_DAY,
        mode=mode,
        submitted_at=timezone.now(),
    )


def done(run: Run) -> Run:
    assert work.run(run.pk)
    run.refresh_from_db()
    assert run.state == Run.State.COMPLETE, run.error
    return run


def counted(run: Run, rule_set: RuleSet) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in Verdict.objects.filter(run=run, rule_set=rule_set.name):
        name = one.rule or {"no rule": "none"}.get(one.kind, one.kind)
        found[name] += one.sessions
        found[f"{name} connections"] += one.connections
    return +found


def test_every_rule_meets_what_the_plain_matcher_says(ingest: Ingest) -> None:
    for name in ("site-rdw.smf.gz", "site-vbs.smf", "zos32.smf"):
        ingest(SAMPLES / name)
    add_rare_sessions()
    four = (ARTICLE, SSH, IPSEC, NONE)
    ways: dict[str, Settings] = {"zos": DEFAULTS, "recorded": ALL}
    for mode, how in ways.items():
        run = done(make_run(*four, mode=mode))
        for rule_set in four:
            assert counted(run, rule_set) == +expected(rule_set, how), rule_set.name
            effect = read_effect(rule_set, days=EVERY_DAY, limit_s=20, settings=how)
            mine = Verdict.objects.filter(run=run, rule_set=rule_set.name)
            cut = sum(one.connections for one in mine if one.resets)
            assert cut == effect.reset.connections
        resets = Verdict.objects.filter(run=run, resets=True)
        assert sum(run.reset_days.values()) == sum(one.connections for one in resets) > 0
    assert run.first is not None
    assert run.sessions >= sum(one.sessions for one in Verdict.objects.filter(run=run))


def test_a_comparison_names_what_changes_and_nothing_else(ingest: Ingest) -> None:
    ingest(SAMPLES / "site-rdw.smf.gz")
    add_rare_sessions()
    strict = RuleSet(
        "Strict", Protocol.TLS, ARTICLE.general, (), Rule("Everything else", Action(audit=True))
    )
    run = done(make_run(ARTICLE, mode="zos", other=strict))
    changed = Verdict.objects.filter(run=run, changed=True)
    assert [(one.job, one.rule, one.other_rule, one.connections) for one in changed] == [
        ("TN3270", "TN3270", "Everything else", 7)
    ]
    assert Verdict.objects.filter(run=run, changed=False).exists()
    alike = done(make_run(ARTICLE, other=ARTICLE))
    assert not Verdict.objects.filter(run=alike, changed=True).exists()


def test_a_part_takes_only_the_sessions_of_its_stacks(ingest: Ingest) -> None:
    ingest(SAMPLES / "site-rdw.smf.gz")
    run = make_run(ARTICLE, NONE)
    run.parts[0]["stacks"] = [["nowhere", "SYSX", "TCPIP"]]
    run.save()
    assert not Verdict.objects.filter(run=done(run)).exists()
    whole = done(make_run(ARTICLE, NONE))
    first = Verdict.objects.filter(run=whole).earliest("pk")
    place = [first.sysplex, first.system, first.stack]
    run = make_run(ARTICLE, NONE)
    run.parts[0]["stacks"] = [[name.lower() for name in place]]
    run.save()
    found = Verdict.objects.filter(run=done(run)).values_list("sysplex", "system", "stack")
    assert {*found} == {tuple(place)}
    assert len(found) < Verdict.objects.filter(run=whole).count()


def test_what_rules_of_two_versions_meet_is_never_one_sum(ingest: Ingest) -> None:
    ingest(SAMPLES / "site-rdw.smf.gz")
    plain = done(make_run(ARTICLE))
    stacks = {*Verdict.objects.filter(run=plain).values_list("sysplex", "system", "stack")}
    first, *others = sorted(stacks)
    assert others
    run = make_run(ARTICLE)
    run.parts = [
        {**run.parts[0], "stacks": names, "versions": [{"protocol": "TLS", "name": f"v{number}"}]}
        for number, names in enumerate(([first], others))
    ]
    run.save()
    found: Counter[str] = Counter()
    for row in page(done(run).pk, TABLES["rules"], after=None, limit=100).rows:
        found[row["version"]] += row["connections"]
    expected: Counter[str] = Counter()
    for one in Verdict.objects.filter(run=plain):
        where = (one.sysplex, one.system, one.stack)
        expected["v0" if where == first else "v1"] += one.connections
    assert found == expected
    assert len(found) == 2


def test_a_run_looks_at_the_days_that_were_asked_for_and_no_others(ingest: Ingest) -> None:
    ingest(SAMPLES / "site-rdw.smf.gz")
    days = [*DailyActivity.objects.order_by("day").values_list("day", flat=True).distinct()]
    assert len(days) == 2
    seen = 0
    for first, last in ((days[0], days[0]), (days[1], None)):
        run = make_run(ARTICLE, NONE)
        Run.objects.filter(pk=run.pk).update(days=None, from_day=first, to_day=last)
        done(run)
        assert (run.first, run.last) == (first, last)
        seen += run.connections
    assert seen == done(make_run(ARTICLE, NONE)).connections > 0


@pytest.mark.parametrize(
    "days",
    [
        {"days": None},
        {"days": 7, "from_day": date(2026, 1, 1)},
        {"days": None, "from_day": date(2026, 1, 2), "to_day": date(2026, 1, 1)},
    ],
)
def test_the_store_takes_one_way_to_say_the_days(store: None, days: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        Run.objects.create(title="x", parts=[], submitted_at=timezone.now(), **days)


def test_an_empty_store_ends_with_nothing(store: None) -> None:
    run = done(make_run(ARTICLE, other=NONE))
    assert (run.sessions, run.reset_days) == (0, {})
