"""Runs by the pages alone: start, read, follow up, compare, take away."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analyzer.models import AuditEntry
from designer import versions, workspace
from designer.content.rules import Content, RuleContent
from designer.models import Stack, Version
from designer.versions import NewRuleSet
from enforcement.models import Run, UnmetRule, Verdict
from enforcement.queries.tables import TABLES
from enforcement.runs import work
from policy.model import Kind
from policy.vocabulary import Protocol
from tests.designer.conftest import NOW

pytestmark = pytest.mark.usefixtures("filled", "db")
RESETS = Content(
    (
        RuleContent("Never", traffic="TN3270", inline_action={"audit": True}),
        RuleContent("Cut", Kind.CATCH_ALL, inline_action={"reset": True, "syslog_level": 4}),
    )
)


@pytest.fixture
def author(anna: User, roles: dict[str, Group]) -> Client:
    anna.groups.add(roles["analyst"])
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def none(draft: Version, anna: User) -> Version:
    """A rule set that resets what has no protection."""
    head = NewRuleSet("No protection", Protocol.NONE, "", "")
    return versions.make(head=head, by=anna, now=NOW, content=RESETS)


def started(client: Client, **given: Any) -> Run:
    asked = {"what": "chosen", "days": "365", "mode": "recorded", **given}
    answer = client.post(reverse("enforcement_new"), asked)
    assert answer.status_code == 302, re.findall(
        r'class="error"[^>]*>([^<]+)', answer.content.decode()
    )
    run = Run.objects.latest("pk")
    assert answer["Location"] == reverse("enforcement_run", args=[run.pk])
    return run


def done(run: Run) -> Run:
    assert work.run(run.pk)
    run.refresh_from_db()
    assert run.state == Run.State.COMPLETE, run.error
    return run


def plain(html: str) -> str:
    """A page without its tags."""
    return re.sub(r"<[^>]+>", "", html)


def text(client: Client, name: str, *args: object, status: int = 200) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status
    return answer.content.decode()


def taken(client: Client, run: Run, name: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    answer = client.get(reverse("enforcement_csv", args=[run.pk, name]))
    assert answer.status_code == 200
    found = answer.getvalue().decode()
    return list(csv.DictReader(io.StringIO(found)))


def test_from_the_empty_list_to_the_verdicts(author: Client, draft: Version, none: Version) -> None:
    assert "No run yet" in text(author, "enforcement_runs")
    assert "Start the run" in text(author, "enforcement_new")
    run = started(author, version_TLS=draft.pk, version_None=none.pk)
    waiting = text(author, "enforcement_run", run.pk)
    assert "Waiting for a worker" in waiting
    assert "hx-trigger" in waiting
    done(run)
    page = text(author, "enforcement_run", run.pk)
    assert "estimate" in page
    assert "would have been reset" in page
    for one in (
        "rules",
        "follow-up",
        "reset-servers",
        "reset-jobs",
        "reset-users",
        "reset-days",
        "reset-hours",
    ):
        assert f'id="{one}"' in page
    assert 'id="changes"' not in page
    assert "Never" in page.partition('id="unused"')[2]
    caught = Verdict.objects.filter(run=run, kind="catch-all").order_by("-connections")[0]
    make = f"{reverse('policy_make_rule', args=[caught.session])}?rule_set=Site%20TLS"
    assert make in page
    made = author.get(make).content.decode()
    assert f"{reverse('policy_rule', args=[draft.pk])}?session={caught.session}" in made
    assert run.title in text(author, "enforcement_runs")
    why = text(author, "enforcement_explained", run.pk, caught.session)
    assert caught.rule in why
    assert "matches" in why


def test_a_fragment_is_what_script_asks_for(author: Client, draft: Version) -> None:
    run = started(author, version_TLS=draft.pk)
    for address in (reverse("enforcement_runs"), reverse("enforcement_run", args=[run.pk])):
        answer = author.get(address, headers={"HX-Request": "true"}).content.decode()
        assert "hx-trigger" in answer
        assert "<html" not in answer


def test_errors_stand_at_the_field(author: Client, draft: Version) -> None:
    for given, said in (
        ({"what": "chosen"}, "at least one protocol"),
        ({"what": "assigned"}, "No stack has a rule set"),
        ({"what": "assigned", "version_TLS": draft.pk}, "say so here"),
        ({"what": "chosen", "version_TLS": "0"}, "valid choice"),
        ({"from_day": "2026-03-02", "to_day": "2026-03-01"}, "2026-03-01 is before 2026-03-02"),
        ({"to_day": "yesterday"}, "valid date"),
        ({"tag": "PROD"}, "No stack is left"),
    ):
        answer = author.post(reverse("enforcement_new"), {"days": "30", "mode": "zos", **given})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not Run.objects.exists()


def test_days_and_stacks_are_chosen_freely(
    author: Client, draft: Version, stack: Stack, anna: User
) -> None:
    group = workspace.make_group(name="FAR", by=anna, now=NOW)
    system = workspace.make_system(group=group, name="SYSF", sysplex="", by=anna, now=NOW)
    far = workspace.make_stack(system=system, name="TCPIP", by=anna, now=NOW)
    near, there = ["PLEX", "SYSA", "TCPIP"], ["", "SYSF", "TCPIP"]
    for given, stacks in (
        ({"group": group.pk}, [there]),
        ({"stacks": [stack.pk]}, [near]),
        ({"stacks": [stack.pk, far.pk], "tag": "DEV"}, [there, near]),
        ({}, []),
    ):
        assert started(author, version_TLS=draft.pk, **given).parts[0]["stacks"] == stacks
    for first, last, said in (
        ("2026-01-01", "2026-01-31", "2026-01-01 to 2026-01-31"),
        ("2026-01-01", "", "From 2026-01-01 on"),
        ("", "2026-01-31", "Up to 2026-01-31"),
    ):
        run = started(author, version_TLS=draft.pk, from_day=first, to_day=last)
        assert run.days is None
        assert said in text(author, "enforcement_run", run.pk)


def test_a_version_in_the_address_is_chosen(author: Client, draft: Version) -> None:
    page = author.get(reverse("enforcement_new"), {"version": draft.pk}).content.decode()
    assert f'<option value="{draft.pk}" selected>' in page
    assert '<option value="chosen" selected>' in page


def test_a_comparison_shows_both_explanations(
    author: Client, draft: Version, none: Version, anna: User
) -> None:
    head = NewRuleSet("Open", Protocol.NONE, "", "")
    calm = Content((RuleContent("Let", Kind.CATCH_ALL, inline_action={}),))
    other = versions.make(head=head, by=anna, now=NOW, content=calm)
    run = done(started(author, version_None=none.pk, against_None=other.pk))
    page = text(author, "enforcement_run", run.pk)
    changes = page.partition('id="changes"')[2].partition("</section>")[0]
    assert "Cut" in changes
    assert "Let" in changes
    changed = Verdict.objects.filter(run=run, changed=True)[0]
    why = text(author, "enforcement_explained", run.pk, changed.session)
    assert "catch-all rule Cut matches" in plain(why)
    assert "catch-all rule Let matches" in plain(why)
    assert "Compared: Open" in why


def test_rules_that_others_leave_nothing_for_name_them(
    author: Client, draft: Version, anna: User
) -> None:
    rules = (
        RuleContent("Inbound", inline_traffic={"direction": "Inbound"}),
        RuleContent(
            "Again", inline_traffic={"direction": "Inbound"}, inline_action={"audit": True}
        ),
        RuleContent("Rest", Kind.CATCH_ALL, inline_action={"audit": True}),
    )
    head = NewRuleSet("Behind", Protocol.TLS, "", "")
    behind = versions.make(head=head, by=anna, now=NOW, content=Content(rules))
    run = done(started(author, version_TLS=behind.pk))
    page = text(author, "enforcement_run", run.pk)
    shadowed = page.partition('id="shadowed"')[2].partition("</section>")[0]
    assert "Behind version 1" in shadowed
    assert "Inbound before it has the same conditions" in plain(shadowed)
    (row,) = taken(author, run, "shadowed")
    assert (row["rule"], row["taker"]) == ("Again", "Inbound")
    assert int(row["sessions"]) > 0
    why = text(author, "enforcement_explained", run.pk, row["session"])
    assert "specific rule Inbound matches" in plain(why)


def test_each_table_is_read_page_by_page_and_taken_as_csv(
    author: Client, draft: Version, none: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = done(started(author, version_TLS=draft.pk, version_None=none.pk))
    monkeypatch.setattr("enforcement.views.tables.PAGE_ROWS", 1)
    for name in TABLES:
        rows = taken(author, run, name)
        address, seen = reverse("enforcement_table", args=[run.pk, name]), 0
        query = ""
        while True:
            page = author.get(address + query).content.decode()
            main = page.partition("<main")[2].partition("</main>")[0]
            seen += main.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>")
            following = re.search(r'rel="next" href="(\?after=[^"]+)"', page)
            if following is None:
                break
            query = following[1]
        assert seen == len(rows), name
    assert AuditEntry.objects.filter(action="run.export").count() == len(TABLES)
    assert author.get(address + "?after=x").status_code == 302
    assert text(author, "enforcement_table", run.pk, "nothing", status=404)
    assert text(author, "enforcement_csv", run.pk, "nothing", status=404)
    met = sum(one.connections for one in Verdict.objects.filter(run=run))
    assert sum(int(row["connections"]) for row in taken(author, run, "rules")) == met > 0


def test_the_pages_cost_the_same_whatever_their_length(author: Client, draft: Version) -> None:
    counts = []
    for number in (1, 9):
        while Run.objects.count() < number:
            run = done(started(author, version_TLS=draft.pk))
        first = Verdict.objects.filter(run=run)[0]
        for extra in range(number * 3):
            first.pk, first.server = None, 10_000_000 + extra
            first.server_ip, first.job = f"10.0.0.{extra}", f"J{extra}"
            first.rule, first.kind = f"R{extra}", ("catch-all", "undecided")[extra % 2]
            first.action, first.resets, first.changed = f"A{extra}", True, True
            first.user, first.protection = f"U{extra}", f"P{extra}"
            first.save()
            UnmetRule.objects.create(
                run=run,
                part=0,
                protocol="TLS",
                place=extra,
                rule=f"R{extra}",
                taker="T",
                taker_place=0,
                session=first.session,
                sessions=1,
                connections=1,
            )
        addresses = [
            reverse("enforcement_runs"),
            reverse("enforcement_new"),
            reverse("enforcement_run", args=[run.pk]),
            *(reverse("enforcement_table", args=[run.pk, name]) for name in TABLES),
        ]
        costs = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert author.get(address).status_code == 200
            costs.append(len(captured))
        counts.append(costs)
    assert counts[0] == counts[1]
