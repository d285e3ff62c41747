"""What must always hold is held by the database, whoever writes: each guard from both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from designer import approval, installing, versions
from designer.models import (
    CATCH_ALL_PLACE,
    ActionDescriptor,
    AddressGroup,
    Assignment,
    Installation,
    PlannedStack,
    Rule,
    RuleSet,
    RuleTest,
    SecurityDescriptor,
    Stack,
    Version,
)
from tests.designer.conftest import NOW, Release, install

pytestmark = pytest.mark.django_db
Write = Callable[[], object]


def refused(write: Write, constraint: str) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        _at_once(write)
    cause: Any = caught.value.__cause__
    assert cause.diag.constraint_name == constraint


def _at_once(write: Write) -> None:
    """Deferred constraints speak at the end of a transaction, which a test never reaches."""
    write()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def taken(write: Write) -> None:
    with transaction.atomic():
        _at_once(write)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def update(row: Any, **values: object) -> Write:
    return lambda: type(row)._default_manager.filter(pk=row.pk).update(**values)


def rule(draft: Version, **values: Any) -> Write:
    given = {"kind": "specific", "place": 7, "name": "New", **values}
    return lambda: Rule.objects.create(version=draft, **given)


def test_a_version_has_one_general_and_one_catch_all_rule(draft: Version) -> None:
    refused(rule(draft, kind="general", place=0), "rule_place_once")
    refused(rule(draft, kind="catch-all", place=CATCH_ALL_PLACE), "rule_place_once")
    refused(rule(draft, kind="general", place=3), "rule_kind_in_its_place")
    refused(rule(draft, kind="catch-all", place=9), "rule_kind_in_its_place")
    refused(rule(draft, place=0), "rule_kind_in_its_place")
    refused(rule(draft, place=CATCH_ALL_PLACE), "rule_kind_in_its_place")
    taken(rule(draft))


def test_names_and_places_of_rules_are_there_once(draft: Version) -> None:
    refused(rule(draft, name="TN3270"), "rule_name_once")
    refused(rule(draft, place=1), "rule_place_once")
    refused(rule(draft, name=""), "rule_has_name")
    taken(rule(draft, name="tn3270"))


def test_rules_change_places_in_one_transaction(draft: Version) -> None:
    taken(rule(draft, place=2))

    def swap() -> None:
        Rule.objects.filter(name="New").update(place=1)
        Rule.objects.filter(name="TN3270").update(place=2)

    taken(swap)


def test_only_specific_rules_speak_of_connections(draft: Version) -> None:
    general, last = draft.rules.get(kind="general"), draft.rules.get(kind="catch-all")
    specific = draft.rules.get(kind="specific")
    for one in (general, last):
        refused(update(one, inline_traffic={"job": "X"}), "rule_only_specific_has_traffic")
        refused(update(one, traffic=specific.traffic), "rule_only_specific_has_traffic")
        refused(update(one, expires=date(2027, 1, 1)), "rule_only_specific_has_traffic")
    taken(update(specific, inline_traffic={"user": "X"}, expires=date(2027, 1, 1)))


def test_a_catch_all_asks_nothing(draft: Version) -> None:
    last, good = draft.rules.get(kind="catch-all"), draft.rules.get(kind="general")
    refused(update(last, security=good.security), "rule_catch_all_asks_nothing")
    refused(update(last, inline_security={"version": ["TLSv1.3"]}), "rule_catch_all_asks_nothing")


def test_a_condition_comes_from_one_place(draft: Version) -> None:
    good = draft.rules.get(kind="general")
    refused(update(good, inline_security={"version": ["TLSv1.3"]}), "rule_one_security")
    refused(update(good, inline_action={"audit": True}), "rule_one_action")
    taken(update(good, security=None, inline_security={"version": ["TLSv1.3"]}))


def test_a_rule_takes_security_of_its_protocol_only(draft: Version) -> None:
    ssh = SecurityDescriptor.objects.create(
        name="SSH 2", protocol="SSH", content={"version": ["SSHv2"]}, changed_at=NOW
    )
    good = draft.rules.get(kind="general")
    refused(update(good, security=ssh), "rule_security_of_its_protocol")
    tls = SecurityDescriptor.objects.create(
        name="TLS 1.3", protocol="TLS", content={"version": ["TLSv1.3"]}, changed_at=NOW
    )
    taken(update(good, security=tls))


def test_protocols_stay(draft: Version) -> None:
    refused(update(draft.rule_set, protocol="SSH"), "rule_set_keeps_protocol")
    taken(update(draft.rule_set, protocol="TLS"))
    row = SecurityDescriptor.objects.earliest("pk")
    refused(update(row, protocol="SSH"), "security_keeps_protocol")


def test_names_of_rule_sets_and_objects_are_there_once_in_any_case(draft: Version) -> None:
    given = {"protocol": "TLS", "made_at": NOW}
    refused(lambda: RuleSet.objects.create(name="SITE tls", **given), "rule_set_name_once")
    refused(lambda: RuleSet.objects.create(name="", **given), "rule_set_has_name")
    refused(
        lambda: RuleSet.objects.create(name="X", protocol="DTLS", made_at=NOW),
        "rule_set_known_protocol",
    )
    refused(
        lambda: ActionDescriptor.objects.create(name="ALLOW", content={}, changed_at=NOW),
        "actiondescriptor_name_once",
    )
    taken(lambda: AddressGroup.objects.create(name="ALLOW", content={}, changed_at=NOW))


def test_a_rule_set_has_one_open_draft(draft: Version) -> None:
    def another(state: str, **more: Any) -> Write:
        given = {"made_at": NOW, "edited_at": NOW, "author_name": "X", **more}
        return lambda: Version.objects.create(
            rule_set=draft.rule_set, number=2, state=state, **given
        )

    frozen = {"document": {}, "digest": "0" * 64, "submitted_at": NOW}
    refused(another("draft"), "version_one_open_draft")
    refused(another("submitted", **frozen), "version_one_open_draft")
    taken(another("rejected", **frozen, decided_at=NOW, restored_at=NOW))


def test_a_version_is_frozen_from_submission_to_its_end(
    draft: Version, anna: User, bert: User
) -> None:
    refused(update(draft, document={}), "version_frozen_once_submitted")
    refused(update(draft, state="submitted"), "version_frozen_once_submitted")
    waiting = approval.submit(version=draft, revision=1, comment="x", by=anna, now=NOW)
    refused(update(waiting, document={"other": 1}), "version_stays")
    refused(
        update(waiting, state="published", decided_at=NOW, decided_by=bert, digest="0" * 64),
        "version_stays",
    )
    taken(update(waiting, state="published", decided_at=NOW, decided_by=bert))


def test_nobody_decides_on_their_own(draft: Version, anna: User, bert: User) -> None:
    waiting = approval.submit(version=draft, revision=1, comment="x", by=bert, now=NOW)
    decision = {"state": "published", "decided_at": NOW}
    refused(update(waiting, **decision), "version_decided_by_somebody")
    refused(update(waiting, **decision, decided_by=anna), "version_decided_by_another")
    refused(update(waiting, **decision, decided_by=bert), "version_decided_by_another")
    carl = User.objects.create(username="CARL")
    taken(update(waiting, **decision, decided_by=carl))


def test_an_editor_alone_does_not_decide_either(draft: Version, anna: User, bert: User) -> None:
    taken(update(draft, editors=[anna.pk, bert.pk]))
    draft.refresh_from_db()
    waiting = approval.submit(version=draft, revision=1, comment="x", by=anna, now=NOW)
    refused(
        update(waiting, state="rejected", decided_at=NOW, decided_by=bert),
        "version_decided_by_another",
    )


def test_a_published_version_stays_with_all_that_belongs_to_it(
    draft: Version, stack: Stack, release: Release
) -> None:
    taken(lambda: RuleTest.objects.create(version=draft, place=1, name="t", connection={}))
    RuleTest.objects.all().delete()
    done = release(draft)
    for values in ({"comment": "y"}, {"state": "draft"}, {"revision": 9}, {"document": {}}):
        refused(update(done, **values), "version_stays")
    refused(lambda: Version.objects.filter(pk=done.pk)._raw_delete("default"), "version_stays")
    one = done.rules.earliest("pk")
    refused(update(one, description="y"), "version_stays")
    refused(lambda: one.delete(), "version_stays")
    refused(rule(done), "version_stays")
    refused(
        lambda: RuleTest.objects.create(version=done, place=1, name="t", connection={}),
        "version_stays",
    )
    taken(update(done, state="superseded"))
    refused(update(done, state="published"), "version_stays")


def test_the_planned_stacks_of_a_submitted_version_stay(
    draft: Version, stack: Stack, anna: User
) -> None:
    plan = PlannedStack.objects.create(version=draft, stack=stack)
    waiting = approval.submit(version=draft, revision=1, comment="x", by=anna, now=NOW)
    refused(lambda: plan.delete(), "version_stays")
    approval.withdraw(version=waiting, by=anna, now=NOW)
    taken(lambda: plan.delete())


def test_a_stack_takes_one_published_version_for_each_protocol(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    def assign(version: Version, protocol: str = "TLS") -> Write:
        given = {"assigned_by_name": "X", "assigned_at": NOW}
        return lambda: Assignment.objects.create(
            stack=stack, protocol=protocol, version=version, **given
        )

    refused(assign(draft), "assignment_of_published")
    done = release(draft)
    refused(assign(done, "SSH"), "assignment_of_published")
    taken(assign(done))
    refused(assign(done), "assignment_one_per_protocol")


def test_a_record_of_an_installation_stays(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    installing.assign(version=release(draft), stacks=[stack], by=anna, now=NOW)
    made = install(stack, anna)
    refused(update(made, policy_file=""), "installation_stays")
    refused(lambda: Installation.objects.all()._raw_delete("default"), "installation_stays")


def test_a_version_keeps_its_number(draft: Version) -> None:
    refused(update(draft, number=5), "version_keeps_its_number")


def test_shipped_objects_have_a_key_and_others_none(db: None) -> None:
    given = {"name": "A", "content": {}, "changed_at": NOW}
    refused(
        lambda: ActionDescriptor.objects.create(shipped=True, **given),
        "actiondescriptor_key_if_shipped",
    )
    refused(
        lambda: ActionDescriptor.objects.create(key="k", **given),
        "actiondescriptor_key_if_shipped",
    )
    refused(
        lambda: ActionDescriptor.objects.create(confidence="sure", **given),
        "actiondescriptor_known_confidence",
    )
    taken(lambda: ActionDescriptor.objects.create(shipped=True, key="k", **given))


def test_a_draft_can_be_dropped(draft: Version, anna: User) -> None:
    versions.drop_draft(version=draft, by=anna, now=NOW)
    assert not RuleSet.objects.exists()
