"""What is told of stacks counts in an exact run: a profile can make a policy mute."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designer import facts, workspace
from designer.content.facts import Facts
from designer.models import Stack
from enforcement.histories import work
from enforcement.models import HistoryAct, HistoryMessage, HistoryRun
from tests.builders.enforcement.records import Connection
from tests.designer.conftest import NOW
from tests.histories.conftest import Fill
from tests.histories.given import done, file
from tests.histories.test_pages import author, started, text, version

__all__ = ["author"]
pytestmark = pytest.mark.django_db(transaction=True)
DOES = {"syslog_level": 4, "console": True, "audit": True}
NO_ZERT = "EZZ8564I NO ZERT POLICY WILL BE ENFORCED FOR TCPIP BECAUSE ZERT FUNCTION IS NOT ENABLED"
NO_AUDIT = "EZZ8565I NO AUDIT RECORD WILL BE WRITTEN BY ZERT POLICY ENFORCEMENT FOR TCPIP - "


@pytest.fixture
def told(fill: Fill, anna: User) -> dict[str, Stack]:
    """Stacks of which is told that zERT is off, that nothing receives audit records, nothing."""
    group = workspace.make_group(name="PLEX", by=anna, now=NOW)
    found = {}
    for name, known in (
        ("SYSA", Facts(zert_is_on=False)),
        ("SYSB", Facts(audits_to_smf=False, audits_to_nmi=False, trmd_runs=False)),
        ("SYSC", Facts()),
    ):
        system = workspace.make_system(group=group, name=name, sysplex="PLEXA", by=anna, now=NOW)
        found[name] = workspace.make_stack(system=system, name="TCPIP", by=anna, now=NOW)
        facts.tell(stack=found[name], facts=known, by=anna, now=NOW)
    return found


def records() -> list[bytes]:
    return [
        Connection(number=16 * at + n, system=name).at(1, 10 * n + at)
        for n in (1, 2)
        for at, name in enumerate(("SYSA", "SYSB", "SYSC"), 1)
    ]


def systems(run: HistoryRun, *, level: bool) -> list[str]:
    found = HistoryMessage.objects.filter(run=run, level__isnull=not level)
    return list(found.order_by("number").values_list("system", flat=True))


def test_mute_stacks_say_so_and_stay_mute(
    author: Client, anna: User, told: dict[str, Stack], fill: Fill
) -> None:
    fill(records())
    mine, other = version(anna, "Acts", **DOES), version(anna, "Audits", audit=True)
    run = done(started(author, version_None=mine.pk, against_None=other.pk))
    facts.tell(stack=told["SYSA"], facts=Facts(), by=anna, now=NOW)
    acts = HistoryAct.objects.filter(run=run).order_by("number")
    assert [(one.system, one.audit is not None) for one in acts] == [
        *(("SYSB", False), ("SYSC", True)) * 2,
    ]
    assert systems(run, level=True) == ["SYSC", "SYSC"]
    first = list(HistoryMessage.objects.filter(run=run).order_by("number")[:2])
    assert [(one.system, one.written_at, one.conn_id) for one in first] == [
        *(("SYSA", None, None), ("SYSB", None, None)),
    ]
    console = file(run, "console").decode().splitlines()
    assert console[0] == NO_ZERT
    assert console[1].startswith(NO_AUDIT)
    assert [sum(one.startswith(name) for one in console) for name in ("EZZ8564I", "EZZ8565I")] == [
        *(1, 1),
    ]
    counts = [run.totals[name] for name in ("records", "evaluated", "audits")]
    assert (counts, run.other_totals["audits"]) == ([6, 4, 2], 2)
    page = text(author, "history_run", run.pk)
    told_there = page.partition('id="facts"')[2].partition("</section>")[0]
    assert "PLEXA SYSA TCPIP" in told_there
    assert "ZERT is on: no" in told_there
    assert "SYSC" not in told_there
    assert "EZZ8564I" in text(author, "history_table", run.pk, "messages")
    api = author.get(reverse("api_history", args=[run.pk])).json()
    assert api["facts"][0] == {"stack": "PLEXA SYSA TCPIP", "zert_is_on": False}
    found = text(author, "history_find", run.pk, id="11")
    (address,) = re.findall(r'href="([^"]+/connections/\d+/[^"]+)"', found)
    why = author.get(address).content.decode()
    assert "zERT is told to be off on this stack" in why


def test_a_run_that_goes_on_says_nothing_twice(
    author: Client, anna: User, told: dict[str, Stack], fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(records())
    run = started(author, version_None=version(anna, "Acts", **DOES).pk)
    monkeypatch.setattr("enforcement.histories.reading.PART_ROWS", 3)
    monkeypatch.setattr(work, "EVERY_S", 0.0)
    keep, stored = work.store, []

    def store_once(*given: object, **more: object) -> None:
        keep(*given, **more)  # type: ignore[arg-type]
        stored.append(1)
        if len(stored) == 1:
            raise MemoryError

    monkeypatch.setattr(work, "store", store_once)
    with pytest.raises(MemoryError):
        work.run(run.pk)
    HistoryRun.objects.filter(pk=run.pk).update(state="pending", worker="", heartbeat_at=None)
    done(run)
    assert systems(run, level=False).count("SYSA") == 1
