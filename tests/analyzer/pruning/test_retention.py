"""Retention by age: off until somebody sets it, by default and by system."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from analyzer.models import AuditEntry, DailyActivity, Import, Prune
from analyzer.pruning import submit, work
from analyzer.pruning.claims import CLAIMS
from analyzer.pruning.errors import RulesChangedError
from analyzer.queries.data import retention
from analyzer.queries.data.plan import older_than
from analyzer.queries.data.prunes import Asked, going, parts_of
from tests.analyzer.pruning.conftest import system_of

DAY = datetime(2026, 10, 10, 12, tzinfo=UTC)


def test_so_many_days_before_today_stay() -> None:
    assert older_than(4, today=date(2026, 10, 10)) == date(2026, 10, 5)
    assert older_than(0, today=date(2026, 10, 10)) == date(2026, 10, 9)


def test_nothing_goes_until_somebody_says_so(site: Import) -> None:
    assert set(retention.saved().days().values()) == {None}
    assert submit.retain(now=DAY + timedelta(days=4000)) is None


def test_a_system_follows_the_default_or_its_own(site: Import) -> None:
    own, keeps = system_of("SYSA").pk, system_of("SYSB").pk
    submit.set_retention(default=4, systems={own: 100, keeps: None}, by=None, now=DAY)
    assert retention.saved().days() == {own: 100, keeps: None, system_of("PRD1").pk: 4}
    prune = submit.retain(now=DAY)
    assert prune is not None
    assert prune.words == "data past their retention of PLEXB PRD1"
    assert submit.retain(now=DAY) is None  # it waits already
    work.run(prune.pk)
    prune.refresh_from_db()
    assert (prune.state, prune.intervals) == ("complete", 549)
    left = DailyActivity.objects.filter(session__server__stack__system="PRD1")
    assert set(left.values_list("day", flat=True)) == {date(2026, 10, 6)}
    assert submit.retain(now=DAY) is None  # nothing is old enough any more
    submit.set_retention(default=None, systems={}, by=None, now=DAY)
    assert set(retention.saved().days().values()) == {None}
    assert AuditEntry.objects.filter(action="settings.retention").count() == 2


def test_rules_replace_only_those_that_were_shown(site: Import) -> None:
    seen = retention.saved()
    submit.set_retention(default=90, systems={}, by=None, now=DAY, over=seen)
    with pytest.raises(RulesChangedError):
        submit.set_retention(default=3, systems={}, by=None, now=DAY, over=seen)
    assert retention.saved() == retention.Rules(90, {})


def test_what_would_go_is_what_goes(site: Import) -> None:
    asked = Asked("older", older_days=4, systems=[system_of("PRD1").pk])
    (row,) = going(parts_of(asked, today=DAY.date()))
    assert (row.name, row.days, row.intervals, row.connections) == ("PLEXB PRD1", 1, 549, 0)
    assert (row.first, row.last) == (date(2026, 10, 5), date(2026, 10, 5))
    assert row.sessions == 21 - 14
    assert row.size_bytes
    prune = submit.submit(asked=asked, by=None, now=DAY, detach=False)
    work.run(prune.pk)
    prune.refresh_from_db()
    assert (prune.intervals, prune.sessions) == (row.intervals, row.sessions)
    assert going(parts_of(asked, today=DAY.date())) == []
    assert retention.parts(retention.saved(), today=DAY.date()) == []


def test_a_canceled_prune_removes_nothing(site: Import) -> None:
    prune = submit.submit(asked=Asked("all"), by=None, now=DAY, detach=False)
    assert submit.cancel(prune=prune, by=None, now=DAY)
    assert not work.run(prune.pk)
    assert not submit.cancel(prune=prune, by=None, now=DAY)
    assert DailyActivity.objects.count() == 94


def test_a_prune_whose_worker_is_gone_is_taken_up(site: Import) -> None:
    prune = submit.submit(asked=Asked("all"), by=None, now=DAY, detach=False)
    assert CLAIMS.claim(prune.pk, now=timezone.now())
    assert CLAIMS.claim(prune.pk, now=timezone.now())  # this very process is free again
    Prune.objects.update(worker="another@0/1/1/x")
    assert CLAIMS.claim(prune.pk, now=timezone.now()) is None
    assert CLAIMS.orphans(now=timezone.now()) == []
    Prune.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=1000))
    assert CLAIMS.orphans(now=timezone.now()) == [prune.pk]


def test_the_command_shows_first_and_removes_with_yes(site: Import) -> None:
    out = StringIO()
    call_command("prune", "--from=2026-10-05", "--to=2026-10-05", stdout=out)
    assert "PLEXB PRD1: 1 days, 549 interval records" in out.getvalue()
    assert "nothing was removed" in out.getvalue()
    assert not Prune.objects.exists()
    call_command("prune", "--all", "--system=PLEXB.PRD1", "--yes", stdout=out)
    assert "complete: 2 days, 563 interval records" in out.getvalue()
    with pytest.raises(CommandError, match=r"`X\.Y` is no system here"):
        call_command("prune", "--all", "--system=X.Y", stdout=out)
    call_command("prune", "--retention", stdout=out)
    assert "nothing would go" in out.getvalue()
