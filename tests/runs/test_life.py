"""The life of a run: started, canceled, taken up after a kill, failed, deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from analyzer import history
from analyzer.ingest.claims import STALE_AFTER_S
from analyzer.models import AuditEntry
from analyzer.models import Stack as RecordedStack
from designer import installing, rulesets, versions, workspace
from designer.models import Stack, System, Version
from enforcement import tasks
from enforcement.models import Run, UnmetRule, Verdict
from enforcement.runs import starting, work
from enforcement.runs.claims import claims, handling
from enforcement.runs.errors import RunError
from enforcement.runs.handling import LATE_AFTER
from enforcement.runs.wanted import Wanted
from tests.designer.conftest import NOW, Release

pytestmark = pytest.mark.usefixtures("filled", "db")


def started(by: User, *chosen: Version, **more: Any) -> Run:
    wanted = Wanted(**{"days": 30, "versions": chosen, **more})
    return starting.start(wanted=wanted, by=by, now=timezone.now())


def test_a_run_keeps_the_rules_as_they_were(draft: Version, anna: User) -> None:
    run = started(anna, draft)
    (part,) = run.parts
    draft.rules.all().delete()
    run.refresh_from_db()
    assert len(run.parts[0]["document"]["rule_sets"]) == 1
    assert "TN3270" in str(run.parts[0]["document"])
    assert part["versions"][0]["id"] == draft.pk
    assert work.run(run.pk)
    run.refresh_from_db()
    assert run.state == Run.State.COMPLETE, run.error
    assert AuditEntry.objects.filter(action="run.start", data__run=run.pk).exists()


def test_each_stack_meets_what_it_has(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    with pytest.raises(RunError, match="no stack has a rule set"):
        started(anna)
    installing.assign(version=release(draft), stacks=[stack], by=anna, now=NOW)
    (part,) = started(anna).parts
    assert part["stacks"] == [("PLEX", "SYSA", "TCPIP")]


def twin_of(stack: Stack, by: User) -> Stack:
    """A stack of the same names in another z/OS group."""
    group = workspace.make_group(name="OTHER", by=by, now=NOW)
    names = {"name": stack.system.name, "sysplex": stack.system.sysplex}
    system = workspace.make_system(group=group, by=by, now=NOW, **names)
    return workspace.make_stack(system=system, name=stack.name, by=by, now=NOW)


def test_stacks_that_have_the_same_are_one_part_also_when_they_bear_one_name(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    twin, done = twin_of(stack, anna), release(draft)
    other = workspace.make_stack(system=stack.system, name="TCPIPB", by=anna, now=NOW)
    installing.assign(version=done, stacks=[stack, twin, other], by=anna, now=NOW)
    (part,) = started(anna).parts
    assert part["stacks"] == [("PLEX", "SYSA", "TCPIP"), ("PLEX", "SYSA", "TCPIPB")]


def test_stacks_of_one_name_with_different_rules_are_refused_unless_one_has_the_records(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    recorded = RecordedStack.objects.earliest("pk")
    names = (recorded.sysplex, recorded.system, recorded.stack)
    System.objects.update(sysplex=names[0], name=names[1])
    Stack.objects.update(name=names[2])
    stack.refresh_from_db()
    twin, done = twin_of(stack, anna), release(draft)
    copied = release(versions.copy(version=done, name="Other TLS", by=anna, now=NOW))
    installing.assign(version=done, stacks=[stack], by=anna, now=NOW)
    installing.assign(version=copied, stacks=[twin], by=anna, now=NOW)
    Stack.objects.update(recorded=None)
    with pytest.raises(RunError, match="is there twice, in OTHER and PLEX") as refused:
        started(anna)
    assert refused.value.field == "stacks"
    alone = started(anna, stacks=[one for one in rulesets.stacks() if one == twin])
    assert [one["id"] for part in alone.parts for one in part["versions"]] == [copied.pk]
    Stack.objects.filter(pk=stack.pk).update(recorded=recorded)
    run = started(anna)
    (part,) = run.parts
    assert [one["id"] for one in part["versions"]] == [done.pk]
    assert work.run(run.pk)
    run.refresh_from_db()
    assert run.state == Run.State.COMPLETE, run.error


def test_chosen_versions_meet_the_chosen_stacks_alone(
    draft: Version, stack: Stack, anna: User
) -> None:
    run = started(anna, draft, stacks=[stack])
    assert run.parts[0]["stacks"] == [("PLEX", "SYSA", "TCPIP")]
    assert run.title == "Site TLS version 1 on PLEX SYSA TCPIP"
    (entry,) = AuditEntry.objects.filter(action="run.start")
    assert entry.data["stacks"] == ["PLEX SYSA TCPIP"]


def test_two_versions_of_one_protocol_are_refused(draft: Version, anna: User) -> None:
    with pytest.raises(RunError, match="one version for TLS"):
        started(anna, draft, draft)


def test_a_canceled_run_stays_so_and_stores_nothing(
    draft: Version, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(anna, draft)
    read = history.sessions

    def canceled_meanwhile(*args: Any, **kwargs: Any) -> history.History:
        assert handling.cancel(run=run, by=anna, now=timezone.now())
        return read(*args, **kwargs)

    monkeypatch.setattr(history, "sessions", canceled_meanwhile)
    assert work.run(run.pk)
    run.refresh_from_db()
    assert run.state == Run.State.CANCELED
    assert not Verdict.objects.filter(run=run).exists()
    assert not handling.cancel(run=run, by=anna, now=timezone.now())
    assert not work.run(run.pk)


def test_a_run_whose_worker_is_gone_begins_anew(draft: Version, anna: User) -> None:
    run = started(anna, draft)
    assert claims.claim(run.pk, now=timezone.now())
    late = timezone.now() + timedelta(seconds=STALE_AFTER_S + 1)
    assert claims.orphans(now=late) == [run.pk]
    assert work.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts) == (Run.State.COMPLETE, 2)


def test_one_that_loses_its_worker_again_and_again_fails(draft: Version, anna: User) -> None:
    run = started(anna, draft)
    Run.objects.filter(pk=run.pk).update(attempts=claims.MAX_ATTEMPTS)
    assert work.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error[:19]) == (Run.State.FAILED, "the worker was lost")


def test_what_nobody_expected_ends_the_run_with_words(
    draft: Version, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(anna, draft)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(history, "sessions", broken)
    with pytest.raises(RuntimeError):
        tasks.work_on_run(run.pk)
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert "broken" in run.error


def test_too_many_sessions_are_said(
    draft: Version, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(anna, draft)

    def too_many(*_: Any, **__: Any) -> None:
        raise history.TooManySessionsError(5)

    monkeypatch.setattr(history, "sessions", too_many)
    tasks.work_on_run(run.pk)
    run.refresh_from_db()
    assert (run.state, "ask for fewer days" in run.error) == (Run.State.FAILED, True)


def test_only_a_run_that_has_ended_is_deleted(
    draft: Version, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(anna, draft)
    with pytest.raises(RunError, match="cancel it first"):
        handling.delete(run=run, by=anna, now=timezone.now())
    work.run(run.pk)
    handling.remove(run.pk)
    found = Verdict.objects.count()
    assert found > 3
    handling.delete(run=run, by=anna, now=timezone.now())
    with pytest.raises(RunError, match="being deleted already"):
        handling.delete(run=run, by=anna, now=timezone.now())
    assert AuditEntry.objects.filter(action="run.delete", data__run=run.pk).count() == 1
    assert Verdict.objects.count() == found
    late = timezone.now() + LATE_AFTER + timedelta(seconds=1)
    assert handling.recover(now=timezone.now()) == 0
    assert handling.recover(now=late) == 1
    monkeypatch.setattr("enforcement.runs.handling.BATCH_ROWS", 3)
    handling.remove(run.pk)
    assert not Run.objects.exists()
    assert not Verdict.objects.exists()
    assert not UnmetRule.objects.exists()
