"""What is published was submitted by one person and approved by another."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User

from analyzer.models import AuditEntry
from designer import approval, drafts, installing, objects, rulesets, versions
from designer.content.errors import DesignerError, NotReadyError, NotYoursError, StaleDraftError
from designer.content.rules import Content, RuleContent, TestContent
from designer.models import SecurityDescriptor, Stack, Version
from designer.objects import Said
from designer.versions import Described
from policy.model import Kind
from tests.designer.conftest import NOW, Person, Release

pytestmark = pytest.mark.django_db
TN3270 = {
    "local_ip": "10.1.1.1",
    "local_port": 992,
    "remote_ip": "10.2.0.9",
    "remote_port": 50000,
    "job": "TN3270A",
    "protections": [{"protocol": "TLS", "version": "TLSv1.1"}],
}


def submit(draft: Version, by: User) -> Version:
    return approval.submit(
        version=draft, revision=draft.revision, comment="For the audit.", by=by, now=NOW
    )


def test_another_person_publishes(draft: Version, anna: User, bert: User) -> None:
    done = approval.publish(version=submit(draft, anna), comment="Fine.", by=bert, now=NOW)
    said = (done.state, done.submitted_by_name, done.decided_by_name, done.decision_comment)
    assert said == ("published", "ANNA", "BERT", "Fine.")
    found = rulesets.published("Site TLS")
    assert found is not None
    assert [rule.name for rule in found.rules()] == ["Good", "TN3270", "Rest"]
    entry = AuditEntry.objects.get(action="policy.publish")
    assert (entry.user_name, entry.data["digest"]) == ("BERT", done.digest)


def test_who_submitted_does_not_publish(draft: Version, anna: User) -> None:
    waiting = submit(draft, anna)
    with pytest.raises(NotYoursError, match="somebody else has to look at it"):
        approval.publish(version=waiting, comment="", by=anna, now=NOW)
    with pytest.raises(NotYoursError):
        approval.reject(version=waiting, comment="No.", by=anna, now=NOW)


def test_nobody_who_ever_edited_publishes(
    draft: Version, anna: User, bert: User, named: Person
) -> None:
    """Also one whose change somebody else saved over, and who did not submit."""
    rule = RuleContent("Rest", Kind.CATCH_ALL)
    edited = drafts.put_rule(version=draft, revision=1, rule=rule, by=bert, now=NOW)
    edited = drafts.put_rule(
        version=edited,
        revision=2,
        rule=RuleContent("More", local="", action="Audit", inline_traffic={"job": "CICS*"}),
        by=anna,
        now=NOW,
    )
    waiting = submit(edited, named("CARL"))
    for one in (anna, bert, named("CARL")):
        with pytest.raises(NotYoursError):
            approval.publish(version=waiting, comment="", by=one, now=NOW)
    assert approval.publish(version=waiting, comment="", by=named("DORA"), now=NOW).is_released


def test_a_superuser_does_not_publish_their_own(draft: Version, anna: User) -> None:
    anna.is_superuser = True
    anna.save()
    with pytest.raises(NotYoursError):
        approval.publish(version=submit(draft, anna), comment="", by=anna, now=NOW)


def test_what_is_approved_is_what_was_submitted(draft: Version, anna: User, bert: User) -> None:
    """An object that changes between both changes the next draft, not what was read."""
    waiting = submit(draft, anna)
    before = waiting.document
    row = waiting.rules.get(name="TN3270").security
    assert row is not None
    type(row).objects.filter(pk=row.pk).update(content={"version": ["SSLv3"]})
    done = approval.publish(version=waiting, comment="", by=bert, now=NOW)
    assert done.document == before
    found = rulesets.of_version(done).specific[0].requirement
    assert found is not None
    assert found.wanted[0][1] == ("TLSv1.1",)
    draft_of_it = versions.open_draft(version=done, by=anna, now=NOW)
    newer = rulesets.of_version(draft_of_it).specific[0].requirement
    assert newer is not None
    assert newer.wanted[0][1] == ("SSLv3",)


def test_a_rejected_version_stays_and_the_next_draft_begins_with_it(
    draft: Version, anna: User, bert: User
) -> None:
    waiting = submit(draft, anna)
    with pytest.raises(DesignerError, match="why it is rejected"):
        approval.reject(version=waiting, comment=" ", by=bert, now=NOW)
    gone = approval.reject(version=waiting, comment="Too wide.", by=bert, now=NOW)
    assert (gone.state, gone.decision_comment) == ("rejected", "Too wide.")
    following = versions.open_draft(version=gone, by=anna, now=NOW)
    assert (following.number, following.based_on_id) == (2, gone.pk)
    assert [one.name for one in following.rules.all()] == ["Good", "TN3270", "Rest"]


@pytest.mark.parametrize("is_copy", [False, True])
def test_what_begins_with_rejected_rules_is_of_those_who_wrote_them(
    draft: Version, anna: User, bert: User, named: Person, *, is_copy: bool
) -> None:
    """Else a rejected author publishes the own rules when somebody submits them once more."""
    carl = named("CARL")
    gone = approval.reject(version=submit(draft, anna), comment="No.", by=bert, now=NOW)
    if is_copy:
        again = versions.copy(version=gone, name="Other", by=carl, now=NOW)
    else:
        again = versions.open_draft(version=gone, by=carl, now=NOW)
    waiting = submit(again, carl)
    with pytest.raises(NotYoursError):
        approval.publish(version=waiting, comment="", by=anna, now=NOW)
    done = approval.publish(version=waiting, comment="", by=bert, now=NOW)
    following = versions.open_draft(version=done, by=carl, now=NOW)
    assert following.editors == [carl.pk]


def test_a_submitted_version_is_withdrawn_and_edited_again(draft: Version, anna: User) -> None:
    waiting = submit(draft, anna)
    with pytest.raises(DesignerError, match="only drafts are edited"):
        drafts.drop_rule(version=waiting, revision=1, name="TN3270", by=anna, now=NOW)
    back = approval.withdraw(version=waiting, by=anna, now=NOW)
    assert (back.state, back.document, back.digest, back.submitted_by) == ("draft", None, "", None)
    assert drafts.drop_rule(version=back, revision=1, name="TN3270", by=anna, now=NOW).revision == 2
    with pytest.raises(DesignerError, match="does not wait for approval"):
        approval.withdraw(version=back, by=anna, now=NOW)


def test_an_error_of_the_checks_blocks(draft: Version, anna: User) -> None:
    rule = RuleContent("Old", expires=date(2026, 11, 27), inline_traffic={"job": "OLD"})
    changed = drafts.put_rule(version=draft, revision=1, rule=rule, by=anna, now=NOW)
    with pytest.raises(NotReadyError, match="has expired on 2026-11-27") as caught:
        submit(changed, anna)
    assert [one.code for one in caught.value.findings] == ["expired-exception"]


def test_what_expired_while_it_waited_is_not_published(
    draft: Version, anna: User, bert: User
) -> None:
    rule = RuleContent("Brief", expires=date(2026, 11, 28), inline_traffic={"job": "OLD"})
    changed = drafts.put_rule(version=draft, revision=1, rule=rule, by=anna, now=NOW)
    waiting = submit(changed, anna)
    later = NOW.replace(month=12)
    with pytest.raises(NotReadyError, match="has expired"):
        approval.publish(version=waiting, comment="", by=bert, now=later)


def test_a_failing_test_blocks(draft: Version, anna: User) -> None:
    wrong = TestContent("TN3270 of today", TN3270, expected="Rest")
    changed = drafts.put_test(version=draft, revision=1, test=wrong, by=anna, now=NOW)
    assert changed.test_results == [
        {
            "name": "TN3270 of today",
            "expected": "Rest",
            "met": "TN3270",
            "passed": False,
            "note": "",
        }
    ]
    with pytest.raises(NotReadyError, match="the test `TN3270 of today` fails"):
        submit(changed, anna)
    right = TestContent("TN3270 of today", TN3270, expected="TN3270")
    mended = drafts.put_test(
        version=changed, revision=2, test=right, was=wrong.name, by=anna, now=NOW
    )
    assert submit(mended, anna).state == "submitted"


def test_a_rule_set_without_a_rule_is_not_submitted(draft: Version, anna: User) -> None:
    empty = drafts.save(version=draft, revision=1, content=Content(), by=anna, now=NOW)
    with pytest.raises(NotReadyError, match="there is no rule"):
        submit(empty, anna)


def test_nothing_is_submitted_without_a_comment(draft: Version, anna: User) -> None:
    with pytest.raises(DesignerError, match="what changes and why"):
        approval.submit(version=draft, revision=1, comment="  ", by=anna, now=NOW)


def test_the_next_version_supersedes_and_rolling_back_is_approved_too(
    draft: Version, release: Release, anna: User, bert: User
) -> None:
    first = release(draft)
    second = versions.open_draft(version=first, by=anna, now=NOW)
    second = release(drafts.drop_rule(version=second, revision=1, name="TN3270", by=anna, now=NOW))
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "published")
    waiting = approval.roll_back(version=first, comment="", by=anna, now=NOW)
    assert (waiting.number, waiting.state, waiting.comment) == (
        3,
        "submitted",
        "Back to version 1.",
    )
    assert (waiting.document, waiting.digest) == (first.document, first.digest)
    with pytest.raises(NotYoursError):
        approval.publish(version=waiting, comment="", by=anna, now=NOW)
    third = approval.publish(version=waiting, comment="", by=bert, now=NOW)
    assert rulesets.published("Site TLS") == rulesets.of_version(first)
    assert rulesets.published("Site TLS", 2) == rulesets.of_version(second)
    assert third.state == "published"


def test_only_what_was_published_is_rolled_back_to(
    draft: Version, release: Release, anna: User
) -> None:
    first = release(draft)
    other = versions.open_draft(version=first, by=anna, now=NOW)
    with pytest.raises(DesignerError, match="was never published"):
        approval.roll_back(version=other, comment="", by=anna, now=NOW)
    with pytest.raises(DesignerError, match="is a draft already"):
        approval.roll_back(version=first, comment="", by=anna, now=NOW)


def test_publishing_gives_the_planned_stacks_their_version(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    planned = drafts.plan(version=draft, revision=1, stacks=[stack], by=anna, now=NOW)
    assert not stack.assignments.exists()
    done = release(planned)
    assert rulesets.versions_of(stack) == [done]
    assert rulesets.assigned(stack).rule_sets == (rulesets.of_version(done),)
    with pytest.raises(DesignerError, match="stacks take published versions"):
        installing.assign(
            version=versions.open_draft(version=done, by=anna, now=NOW),
            stacks=[stack],
            by=anna,
            now=NOW,
        )


def test_who_changed_an_object_of_the_draft_has_edited_it(
    draft: Version, anna: User, bert: User, named: Person
) -> None:
    """Else an approver could weaken what was looked at, and publish the own work."""
    allowed = SecurityDescriptor.objects.get(name="TLS 1.1")
    seen = draft.revision
    said = Said("TLS 1.1", {"version": ["TLSv1.0", "TLSv1.1"]})
    objects.change(one=allowed, revision=allowed.revision, said=said, by=bert, now=NOW)
    with pytest.raises(StaleDraftError):
        approval.submit(version=draft, revision=seen, comment="Asked for.", by=anna, now=NOW)
    draft.refresh_from_db()
    assert {anna.pk, bert.pk} <= {*draft.editors}
    approval.submit(version=draft, revision=draft.revision, comment="Now.", by=anna, now=NOW)
    with pytest.raises(NotYoursError):
        approval.publish(version=draft, comment="", by=bert, now=NOW)
    approval.publish(version=draft, comment="", by=named("CARL"), now=NOW)


def test_who_changed_the_head_of_the_draft_has_edited_it(
    draft: Version, anna: User, bert: User
) -> None:
    seen = draft.revision
    versions.describe(
        rule_set=draft.rule_set, revision=1, said=Described("Other"), by=bert, now=NOW
    )
    with pytest.raises(StaleDraftError):
        approval.submit(version=draft, revision=seen, comment="Asked for.", by=anna, now=NOW)
    draft.refresh_from_db()
    assert bert.pk in draft.editors
