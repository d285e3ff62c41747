"""Objects are changed by two people, copied, deleted; drafts follow."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry
from designer import drafts, objects
from designer.content.rules import RuleContent
from designer.models import (
    ActionDescriptor,
    SecurityDescriptor,
    TrafficDescriptor,
    Version,
)
from designer.objects import Said
from designer.queries.contents import rule_set_of
from tests.designer.conftest import NOW, Release
from tests.designer.views.objects.conftest import address, errors

pytestmark = pytest.mark.django_db


def test_who_saves_second_sees_both_and_decides(shelf: None, author: Client, other: Client) -> None:
    row = ActionDescriptor.objects.get(name="Audit")
    path = address("edit", "actions", row.pk)
    theirs = {"name": "Audit", "revision": "1", "extras": ["audit", "console"]}
    assert other.post(path, theirs).status_code == 302
    mine = {"name": "Audit it", "revision": "1", "extras": ["audit", "reset"], "syslog_level": ""}
    answer = author.post(path, mine)
    assert answer.status_code == 409
    assert answer.context["conflict"].by == "BERT"
    found = {one.label: (one.saved, one.typed) for one in answer.context["conflict"].differences}
    assert found == {
        "Name": ("Audit", "Audit it"),
        "What else happens": (
            "a message to the console, an audit record (SMF 119, subtype 11)",
            "an audit record (SMF 119, subtype 11), the connection is reset",
        ),
    }
    page = answer.content.decode()
    assert "Changed meanwhile by BERT" in page
    assert 'value="Audit it"' in page
    row.refresh_from_db()
    assert (row.name, row.content) == ("Audit", {"console": True, "audit": True})
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision
    assert author.post(path, {**mine, "revision": revision[1]}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.content) == ("Audit it", {"audit": True, "reset": True})


def test_a_form_without_a_revision_overwrites_nothing(shelf: None, author: Client) -> None:
    row = ActionDescriptor.objects.get(name="Audit")
    answer = author.post(address("edit", "actions", row.pk), {"name": "Audit", "extras": "reset"})
    assert answer.status_code == 409
    row.refresh_from_db()
    assert row.content == {"audit": True}


def test_an_edit_says_how_many_rules_follow_it(
    draft: Version, release: Release, author: Client, anna: User
) -> None:
    rule = RuleContent("More", inline_traffic={"user": "TN"}, action="Allow")
    drafts.put_rule(version=draft, revision=1, rule=rule, by=anna, now=NOW)
    row = ActionDescriptor.objects.get(name="Allow")
    path = address("edit", "actions", row.pk)
    said = re.sub(r"\s+", " ", author.get(path).content.decode())
    assert "3 rules use it. 3 in drafts say what you save here from then on" in said
    draft.refresh_from_db()
    release(draft)
    said = re.sub(r"\s+", " ", author.get(path).content.decode())
    assert "3 rules use it. 3 in versions that are no drafts keep what it said before." in said
    row = ActionDescriptor.objects.create(name="Free", content={}, changed_at=NOW)
    assert "use it." not in author.get(address("edit", "actions", row.pk)).content.decode()


def test_a_change_reaches_drafts_and_a_new_name_too(draft: Version, author: Client) -> None:
    row = SecurityDescriptor.objects.get(name="TLS 1.1")
    given = {"name": "Old TLS", "revision": "1", "want_version": ["TLSv1.0", "TLSv1.1"]}
    assert author.post(address("edit", "security", row.pk), given).status_code == 302
    (rule,) = rule_set_of(draft).specific
    assert rule.requirement is not None
    assert rule.requirement.name == "Old TLS"


def test_a_change_that_a_draft_could_not_bear_names_the_draft(
    draft: Version, author: Client, anna: User
) -> None:
    rule = RuleContent("More", traffic="TN3270", inline_traffic={"user": "TN"})
    drafts.put_rule(version=draft, revision=1, rule=rule, by=anna, now=NOW)
    row = TrafficDescriptor.objects.get(name="TN3270")
    given = {"name": "TN3270", "revision": "1", "user": "OTHER"}
    answer = author.post(address("edit", "traffic", row.pk), given)
    assert answer.status_code == 422
    assert errors(answer)["__all__"] == [
        "Site TLS version 1, rule More: The user stands in the rule itself as well."
    ]


def test_shipped_objects_are_copied_and_never_changed(author: Client) -> None:
    objects.take_shipped(now=NOW)
    row = SecurityDescriptor.objects.get(name="TLS 1.2 or later")
    for page in ("edit", "delete"):
        path = address(page, "security", row.pk)
        for answer in (author.get(path), author.post(path, {"words": row.name, "name": "X"})):
            assert (answer.status_code, answer["Location"]) == (
                302,
                address("", "security", row.pk),
            )
    shown = author.get(address("", "security", row.pk)).content.decode()
    assert "Copy and change" in shown
    assert "/edit/" not in shown
    copy = address("copy", "security", row.pk)
    assert re.search(rf'href="{copy}"', shown)
    form = author.get(copy).context["form"]
    assert form["name"].value() == "TLS 1.2 or later copy"
    given = {"name": "Ours", "want_version": form["want_version"].value(), "basis": "decision 7"}
    assert author.post(copy, given).status_code == 302
    made = SecurityDescriptor.objects.get(name="Ours")
    assert (made.shipped, made.content, made.protocol) == (False, row.content, "TLS")
    row.refresh_from_db()
    assert row.shipped


def test_copies_get_names_that_are_free(shelf: None, author: Client) -> None:
    row = SecurityDescriptor.objects.get(name="TLS 1.2 or later")
    copy = address("copy", "security", row.pk)
    names = []
    for _ in range(3):
        form = author.get(copy).context["form"]
        names.append(form["name"].value())
        author.post(copy, {"name": names[-1], "want_version": "TLSv1.3"})
    assert names == [f"TLS 1.2 or later copy{end}" for end in ("", " 2", " 3")]
    long = objects.make(
        kind=ActionDescriptor, said=Said("x" * 32, {}), by=User.objects.get(), now=NOW
    )
    form = author.get(address("copy", "actions", long.pk)).context["form"]
    assert form["name"].value() == f"{'x' * 27} copy"


def test_an_object_in_use_says_where_and_stays(draft: Version, author: Client) -> None:
    row = TrafficDescriptor.objects.get(name="TN3270")
    path = address("delete", "traffic", row.pk)
    page = author.get(path).content.decode()
    assert "TN3270 is in use" in page
    assert "Site TLS version 1 (draft), rule TN3270" in page
    assert 'name="words"' not in page
    answer = author.post(path, {"words": "TN3270"})
    assert answer.status_code == 409
    assert TrafficDescriptor.objects.filter(pk=row.pk).exists()


def test_deleting_asks_for_the_name(shelf: None, author: Client) -> None:
    row = TrafficDescriptor.objects.get(name="TN3270")
    path = address("delete", "traffic", row.pk)
    for typed in ("", "tn3270", "TN3270 x"):
        answer = author.post(path, {"words": typed})
        assert answer.status_code == 422
        assert 'Type <b class="named">TN3270</b> as it stands here' in answer.content.decode()
    assert TrafficDescriptor.objects.exists()
    late = author.post(path, {"words": "TN3270", "revision": "7"})
    assert late.status_code == 409
    assert 'it is at revision <b class="named">1' not in late.content.decode()
    assert "has been changed meanwhile" in late.content.decode()
    assert TrafficDescriptor.objects.exists()
    assert author.post(path, {"words": " TN3270 ", "revision": "1"}).status_code == 302
    assert not TrafficDescriptor.objects.exists()
    assert AuditEntry.objects.get(action="policy.traffic.delete").target == "TN3270"


def test_readers_are_offered_nothing_to_change(shelf: None, author: Client, anna: User) -> None:
    anna.groups.remove(*anna.groups.filter(name="policy author"))
    row = ActionDescriptor.objects.get(name="Audit")
    for path in (reverse("policy_objects"), address("", "actions", row.pk)):
        page = author.get(path).content.decode()
        assert not re.search(r"/(new|edit|copy|delete)/", page.split("<main", 1)[1])


def test_what_policy_takes_no_more_is_said_and_breaks_no_list(shelf: None, author: Client) -> None:
    ActionDescriptor.objects.filter(name="Audit").update(content={"syslog_level": 99})
    page = author.get(reverse("policy_objects")).content.decode()
    assert "can&#x27;t be read: " in page
