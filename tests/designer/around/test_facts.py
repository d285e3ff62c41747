"""What is told of a stack decides what its checks say; what is not told is neither yes nor no."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry
from designer import approval, checking, drafts, facts, installing, workspace
from designer.content.errors import ChangedError, ContentError, NotReadyError
from designer.content.facts import Around, Facts
from designer.models import Stack, Version
from designer.queries.around import around_version, facts_of
from designer.queries.contents import rule_set_of
from policy import dialects
from policy.findings import Severity
from tests.analyzer.api.conftest import with_token
from tests.designer.conftest import NOW, Release

pytestmark = pytest.mark.django_db
DAY = NOW.date()
READY = Facts(zert_is_on=True, audits_to_smf=True, audits_to_nmi=False, trmd_runs=True)
DEAF = replace(READY, audits_to_smf=False)


def tell(stack: Stack, told: Facts, by: User) -> Stack:
    return facts.tell(stack=stack, facts=told, by=by, now=NOW)


def said(version: Version) -> dict[str, str]:
    """Messages of the findings by code."""
    version = Version.objects.get(pk=version.pk)
    found = checking.findings(rule_set_of(version), around_version(version, DAY))
    return {one.code: f"{one.severity}: {one.message}" for one in found}


@pytest.fixture
def planned(draft: Version, stack: Stack, anna: User) -> Version:
    return drafts.plan(version=draft, revision=1, stacks=[stack], by=anna, now=NOW)


@pytest.fixture
def other(stack: Stack, anna: User) -> Stack:
    return workspace.make_stack(system=stack.system, name="TCPIP2", by=anna, now=NOW)


def test_what_nobody_has_told_is_noted_and_hinders_nothing(planned: Version, anna: User) -> None:
    """The article's catch-all audits, and nothing goes to syslogd: TRMD is not asked for."""
    note = "note: for PLEX SYSA TCPIP it is not told whether zERT is on nor where audit records go"
    assert said(planned) == {"not-told": note}
    approval.submit(version=planned, revision=planned.revision, comment="x", by=anna, now=NOW)


@pytest.mark.parametrize(
    ("told", "code", "words"),
    [
        (DEAF, "audit-without-destination", "nothing receives the audit records (EZZ8565I)"),
        (replace(READY, zert_is_on=False), "zert-is-off", "zERT is off, so that nothing of this"),
    ],
)
def test_what_is_known_to_be_wrong_names_the_stack_and_keeps_from_submitting(
    told: Facts, code: str, words: str, planned: Version, stack: Stack, anna: User
) -> None:
    tell(stack, told, anna)
    found = said(planned)
    assert set(found) == {code}
    assert found[code].startswith(f"error: on PLEX SYSA TCPIP: {words}")
    with pytest.raises(NotReadyError, match=code):
        approval.submit(version=planned, revision=planned.revision, comment="x", by=anna, now=NOW)


def test_it_also_keeps_from_publishing_what_was_submitted_before(
    planned: Version, stack: Stack, anna: User, bert: User
) -> None:
    waiting = approval.submit(
        version=planned, revision=planned.revision, comment="x", by=anna, now=NOW
    )
    tell(stack, DEAF, anna)
    with pytest.raises(NotReadyError, match="audit-without-destination"):
        approval.publish(version=waiting, comment="", by=bert, now=NOW)
    tell(stack, READY, anna)
    assert approval.publish(version=waiting, comment="", by=bert, now=NOW).is_released


def test_one_destination_is_enough_and_all_that_is_well_is_silent(
    planned: Version, stack: Stack, anna: User
) -> None:
    tell(stack, READY, anna)
    assert said(planned) == {}
    tell(stack, replace(DEAF, audits_to_nmi=True), anna)
    assert said(planned) == {}
    tell(stack, replace(DEAF, audits_to_nmi=None), anna)
    assert said(planned) == {
        "not-told": "note: for PLEX SYSA TCPIP it is not told where audit records go"
    }


def test_of_two_stacks_the_one_is_named_of_which_it_holds(
    planned: Version, stack: Stack, other: Stack, anna: User
) -> None:
    both = drafts.plan(
        version=planned, revision=planned.revision, stacks=[stack, other], by=anna, now=NOW
    )
    tell(stack, READY, anna)
    tell(other, replace(DEAF, zert_is_on=None), anna)
    assert said(both) == {
        "audit-without-destination": "error: on PLEX SYSA TCPIP2: nothing receives the audit"
        " records (EZZ8565I)",
        "not-told": "note: for PLEX SYSA TCPIP2 it is not told whether zERT is on",
    }


def test_a_log_without_trmd_is_said_on_the_stack_that_has_it(
    draft: Version, stack: Stack, anna: User, release: Release
) -> None:
    logged = drafts.put_rule(
        version=draft,
        revision=1,
        rule=replace(
            drafts.content_of(draft).rules[2], action="", inline_action={"syslog_level": 4}
        ),
        by=anna,
        now=NOW,
        was="Rest",
    )
    done = release(logged)
    installing.assign(version=done, stacks=[stack], by=anna, now=NOW)
    assert "whether TRMD runs" in said(done)["not-told"]
    tell(stack, replace(READY, trmd_runs=False), anna)
    assert said(done) == {
        "syslogd-without-trmd": "error: on PLEX SYSA TCPIP: without TRMD the message does not"
        " reach syslogd"
    }
    (found,) = checking.of_stack(Stack.objects.get(pk=stack.pk), DAY)
    assert (found.code, found.severity) == ("syslogd-without-trmd", Severity.ERROR)


def test_the_release_says_whether_failed_handshakes_are_known() -> None:
    known = {key: Facts(release=key).surroundings().knows_failures for key in ("", "V2R5", "V3R2")}
    assert known == {"": None, "V2R5": False, "V3R2": True}


def test_the_profile_sends_records_where_they_go_already() -> None:
    assert Facts().destinations() == (True, False)
    assert READY.destinations() == (True, False)
    assert Facts(audits_to_nmi=True).destinations() == (False, True)
    assert Facts(audits_to_smf=True, audits_to_nmi=True).destinations() == (True, True)
    assert Facts(audits_to_smf=False, audits_to_nmi=False).destinations() == (True, False)


def test_telling_is_written_down_and_who_comes_second_is_told(stack: Stack, anna: User) -> None:
    seen = facts.mark(stack)
    tell(stack, DEAF, anna)
    row = Stack.objects.get(pk=stack.pk)
    assert (facts_of(row), row.told_by_name, row.told_at) == (DEAF, "ANNA", NOW)
    entry = AuditEntry.objects.get(action="policy.stack.tell")
    assert entry.data["before"]["audits_to_smf"] is None
    assert entry.data["after"]["audits_to_smf"] is False
    with pytest.raises(ChangedError):
        facts.tell(stack=stack, facts=READY, by=anna, now=NOW, seen=seen)
    with pytest.raises(ContentError, match="`V9R9` is none of"):
        tell(stack, Facts(release="V9R9"), anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stack.objects.filter(pk=stack.pk).update(release="V9R9")


def test_the_stacks_page_shows_and_takes_it(stack: Stack, draft: Version, release: Release) -> None:
    anna = User.objects.get(username="ANNA")
    installing.assign(version=release(draft), stacks=[stack], by=anna, now=NOW)
    client, page = Client(), reverse("policy_stack", args=[stack.pk])
    client.force_login(anna)
    form = reverse("policy_stack_facts", args=[stack.pk])
    assert client.get(page).content.decode().count("<strong>not told</strong>") == 5
    seen = client.get(form).context["seen"]
    given = {"zert_is_on": "yes", "audits_to_smf": "no", "audits_to_nmi": "no", "release": "V3R1"}
    assert client.post(form, {**given, "seen": seen}).status_code == 302
    text = client.get(page).content.decode()
    assert "on PLEX SYSA TCPIP: nothing receives the audit records" in text
    assert "<strong>z/OS 3.1</strong>" in text
    stale = client.post(form, {"zert_is_on": "no", "seen": seen})
    assert stale.status_code == 409
    assert "Meanwhile ANNA has told" in stale.content.decode()
    assert client.post(form, {"zert_is_on": "perhaps"}).status_code == 422
    assert facts_of(Stack.objects.get(pk=stack.pk)).zert_is_on is True


def test_programs_tell_it_too(stack: Stack, draft: Version, anna: User, release: Release) -> None:
    installing.assign(version=release(draft), stacks=[stack], by=anna, now=NOW)
    client = with_token(anna)
    address = reverse("api_policy_stack_facts", args=[stack.pk])
    told = {"zert_is_on": True, "audits_to_smf": False, "audits_to_nmi": False, "release": "V3R2"}
    seen = {"seen": facts.mark(stack)}
    answer = client.put(address, told | seen, content_type="application/json")
    assert answer.status_code == 200
    now = answer.json()["facts"]
    late = client.put(address, seen, content_type="application/json")
    assert (late.status_code, late.json()["current"]["facts"]) == (409, now)
    seen = {"seen": now.pop("mark")}
    assert now | {"told_at": ""} == {
        **told,
        "trmd_runs": None,
        "told_by": "ANNA",
        "told_at": "",
    }
    checks = client.get(reverse("api_policy_stack_checks", args=[stack.pk])).json()
    assert [one["code"] for one in checks] == ["audit-without-destination"]
    for wrong in ({"zert_is_on": "yes"}, {"release": "V1"}, {"zert": True}, {"seen": "x" * 16}):
        assert client.put(address, seen | wrong, content_type="application/json").status_code == 400
    assert facts_of(Stack.objects.get(pk=stack.pk)).zert_is_on is True


def test_an_import_says_what_would_hold_on_the_stack(stack: Stack, anna: User) -> None:
    tell(stack, DEAF, anna)
    text = "ZERTRule Rest\n{\n  Priority 1\n  SecurityProtocol TLS\n  ZERTActionRef a\n}\n"
    text += "ZERTAction a\n{\n  AuditRecord Yes\n}\n"
    client = Client()
    client.force_login(anna)
    asked = {"text": text, "against": stack.pk, "do": "look"}
    page = client.post(reverse("policy_bring"), asked).content.decode()
    assert "TLS / Rest / action: on PLEX SYSA TCPIP: nothing receives the audit records" in page
    answer = with_token(anna).post(
        reverse("api_policy_bring_preview"),
        {"text": text, "against": stack.pk},
        content_type="application/json",
    )
    assert [one["code"] for one in answer.json()["on_stack"]] == ["audit-without-destination"]


def test_names_are_as_long_as_the_strictest_dialect_takes() -> None:
    usual = dialects.load()
    short, shorter = (replace(usual, name_limit=limit) for limit in (20, 16))
    day = date(2026, 1, 1)
    assert Around(day).surroundings().name_limit == usual.name_limit
    around = Around(day, dialects=(short, "it can't be read", shorter))
    assert around.surroundings().name_limit == 16
