"""The list of rule sets says what the checks find of what is at work."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group, User
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from designer import approval, drafts, versions
from designer.content.rules import Content, RuleContent
from designer.models import ActionDescriptor, TrafficDescriptor, Version
from designer.versions import NewRuleSet
from policy.model import Kind
from policy.vocabulary import Protocol
from tests.analyzer.views.page import said
from tests.designer.conftest import NOW, Release

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def checks(client: Client) -> dict[str, str]:
    """What stands in the column of checks, by the address that it leads to."""
    page = client.get(reverse("policy_rule_sets")).content.decode()
    found = re.findall(r'<a class="quiet checked" href="([^"]+)">(.*?)</a>', page, re.DOTALL)
    return {href: " ".join(re.sub(r"<[^>]+>", " ", text).split()) for href, text in found}


def review(version: Version) -> str:
    return reverse("policy_review", args=[version.pk])


def test_errors_and_warnings_of_drafts_are_counted_and_lead_to_the_review(
    draft: Version, page: Client, anna: User
) -> None:
    rule = RuleContent("More", action="Allow")
    drafts.put_rule(version=draft, revision=1, rule=rule, by=anna, now=NOW)
    empty = NewRuleSet("Nothing yet", Protocol.SSH, "", "")
    nothing = versions.make(head=empty, by=anna, now=NOW, content=Content())
    audits = Content((RuleContent("Rest", Kind.CATCH_ALL, action="Audit"),))
    head = NewRuleSet("Clean", Protocol.IPSEC, "", "")
    clean = versions.make(head=head, by=anna, now=NOW, content=audits)
    assert checks(page) == {
        review(draft): "1 error 1 warning in version 1 of Site TLS",
        review(nothing): "1 error 1 warning in version 1 of Nothing yet",
        review(clean): "no warnings in version 1 of Clean",
    }


def test_what_is_submitted_is_checked_as_it_was_and_what_is_published_not_at_all(
    draft: Version, page: Client, anna: User, release: Release
) -> None:
    other = versions.copy(version=draft, name="Released", by=anna, now=NOW)
    approval.submit(version=draft, revision=1, comment="x", by=anna, now=NOW)
    release(other)
    ActionDescriptor.objects.filter(name="Audit").update(content={"reset": True})
    assert list(checks(page)) == [review(draft)]


def test_a_draft_that_no_longer_fits_its_objects_has_an_error(
    draft: Version, page: Client, anna: User
) -> None:
    rule = RuleContent("More", traffic="TN3270", inline_traffic={"user": "TN"})
    drafts.put_rule(version=draft, revision=1, rule=rule, by=anna, now=NOW)
    TrafficDescriptor.objects.update(content={"user": "OTHER"})
    assert checks(page) == {review(draft): "1 error in version 1 of Site TLS"}
    TrafficDescriptor.objects.update(content={"user": "N O N E"})
    assert checks(page) == {review(draft): "1 error in version 1 of Site TLS"}


def test_a_rule_set_is_retired_and_taken_up_again(
    draft: Version, page: Client, release: Release
) -> None:
    shown = reverse("policy_rule_set", args=[draft.rule_set_id])
    to = reverse("policy_rule_set_retire", args=[draft.rule_set_id])

    def send(**given: str) -> str:
        return page.post(to, given, follow=True).content.decode()

    assert "is a draft; delete it first" in send(retired="", revision="1")
    release(draft)
    assert "has been changed meanwhile" in send(retired="", revision="2")
    assert "Retired 2" in send(retired="", revision="1")
    assert "Take it up again" in page.get(shown).content.decode()
    again = send(revision="1")
    assert "Retired 2" not in again
    assert 'name="retired">Retire</button>' in again


def test_a_draft_that_somebody_saved_meanwhile_is_not_deleted(
    draft: Version, page: Client, bert: User
) -> None:
    to = reverse("policy_drop_draft", args=[draft.pk])
    assert (
        'name="revision" value="1"'
        in page.get(reverse("policy_rule_set", args=[draft.rule_set_id])).content.decode()
    )
    drafts.drop_rule(version=draft, revision=1, name="TN3270", by=bert, now=NOW)
    answer = page.post(to, {"revision": "1"}, follow=True).content.decode()
    assert "BERT has saved this draft meanwhile" in answer
    assert page.post(to).status_code == 302
    assert Version.objects.filter(pk=draft.pk).exists()
    page.post(to, {"revision": "2"})
    assert not Version.objects.filter(pk=draft.pk).exists()


def test_who_decides_is_led_to_what_differs(
    draft: Version, release: Release, anna: User, bert: User
) -> None:
    following = versions.open_draft(version=release(draft), by=anna, now=NOW)
    client = Client()
    client.force_login(bert)
    approval.submit(version=following, revision=1, comment="As agreed.", by=anna, now=NOW)
    page = client.get(reverse("policy_submit", args=[following.pk])).content.decode()
    (href,) = re.findall(r'href="([^"]*#difference)"', page)
    shown = client.get(unescape(href).partition("#")[0])
    assert (shown.context["older"], shown.context["newer"]) == (draft, following)


def test_versions_of_two_rule_sets_are_compared(
    draft: Version, page: Client, anna: User, release: Release
) -> None:
    other = versions.copy(version=draft, name="Stricter <TLS>", by=anna, now=NOW)
    other = drafts.drop_rule(version=other, revision=1, name="TN3270", by=anna, now=NOW)
    ssh = versions.make(head=NewRuleSet("SSH", Protocol.SSH), by=anna, now=NOW, content=Content())
    release(draft)
    shown = reverse("policy_rule_set", args=[draft.rule_set_id])
    plain = page.get(shown).content.decode()
    assert f'<option value="v{other.pk}">Stricter &lt;TLS&gt; version 1 (draft)</option>' in plain
    assert f"v{ssh.pk}" not in plain
    answer = page.get(shown, {"older": f"v{other.pk}", "newer": "1"})
    assert (answer.context["older"], answer.context["newer"]) == (other, draft)
    text = said(answer)
    assert f'<option value="v{other.pk}" selected>' in text
    assert "From <b>Stricter &lt;TLS&gt; version 1</b> to <b>Site TLS version 1</b>" in text
    found = answer.context["difference"]
    assert [(one.before, one.after) for one in found.effects] == [("Rest", "TN3270")]
    assert [(one.rule, one.what, one.parts) for one in found.edits] == [
        ("", "changed", ("name",)),
        ("TN3270", "added", ()),
    ]
    for unknown in (f"v{ssh.pk}", "v0", "x"):
        assert page.get(shown, {"older": unknown}).context["older"] is None


@pytest.mark.parametrize("is_draft", [True, False])
def test_what_falls_through_leads_to_a_rule(is_draft: bool, draft: Version) -> None:
    hit = {"name": "TN3270 port 23", "session_id": 7, "sessions": 1, "connections": 2}
    given = {"hits": [hit], "what": "Server", "is_draft": is_draft, "version": draft}
    text = render_to_string(
        "designer/_hits.html", given | {"perms": {"designer": {"author_policy": True}}}
    )
    of_session = f"{reverse('policy_make_rule', args=[7])}?rule_set=Site%20TLS"
    of_draft = f"{reverse('policy_rule', args=[draft.pk])}?session=7"
    assert (of_draft in text, of_session in text) == (is_draft, not is_draft)
    assert "Make a rule" not in render_to_string("designer/_hits.html", given)


def test_the_page_of_exceptions_looks_as_far_as_is_asked(
    draft: Version, release: Release, anna: User
) -> None:
    ends = timezone.localdate() + timedelta(days=60)
    rule = RuleContent("Old clients", owner="Payroll", expires=ends, inline_traffic={"job": "PAY*"})
    release(drafts.put_rule(version=draft, revision=1, rule=rule, by=anna, now=NOW))
    client = Client()
    client.force_login(anna)
    address = reverse("policy_exceptions")
    shown = {days: said(client.get(address, {"days": days})) for days in ("30", "90", "1e3")}
    assert ["Old clients" in page for page in shown.values()] == [False, True, False]
    assert "`1e3` days are not offered: take one of 7, 30, 90, 365. Shown are 30." in shown["1e3"]


def test_an_empty_list_says_who_may_begin(page: Client, roles: dict[str, Group]) -> None:
    begin = '<a class="btn btn-plain" href="/policy/new/">Begin a rule set</a>'
    asked = reverse("policy_rule_sets")
    assert begin in page.get(asked).content.decode()
    vera = User.objects.create_user("VERA")
    vera.groups.add(roles["viewer"])
    client = Client()
    client.force_login(vera)
    shown = client.get(asked).content.decode()
    assert begin not in shown
    assert "role policy author" in shown
