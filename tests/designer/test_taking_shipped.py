"""Shipped objects come with a release, never change by hand, and give way to a site's names."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from analyzer.models import AuditEntry
from designer import approval, drafts, objects, shipped
from designer.content.errors import ContentError, DesignerError, StaleDraftError
from designer.content.rules import RuleContent
from designer.models import ActionDescriptor, SecurityDescriptor, TrafficDescriptor, Version
from designer.objects import Said
from designer.queries.contents import content_of, rule_set_of, shelf
from tests.designer.conftest import NOW

pytestmark = pytest.mark.django_db
PORTS = "local_ports"


def test_every_shipped_object_is_taken_once() -> None:
    first, again = StringIO(), StringIO()
    call_command("take_shipped", stdout=first)
    call_command("take_shipped", stdout=again)
    found = shipped.load()
    total = sum(len(one) for one in (found.traffic, found.security, found.actions, found.addresses))
    assert first.getvalue() == f"{total} shipped objects are new or changed\n"
    assert again.getvalue() == "0 shipped objects are new or changed\n"


def test_a_shipped_object_on_the_shelf_is_the_value_that_is_shipped() -> None:
    objects.take_shipped(now=NOW)
    on_shelf, found = shelf(), shipped.load()
    assert {one.traffic for one in found.traffic.values()} == {*on_shelf.traffic.values()}
    assert {one.requirement for one in found.security.values()} == {*on_shelf.security.values()}
    assert {one.action for one in found.actions.values()} == {*on_shelf.actions.values()}
    assert {one.addresses for one in found.addresses.values()} == {*on_shelf.addresses.values()}


def test_a_new_release_corrects_what_was_shipped() -> None:
    objects.take_shipped(now=NOW)
    row = TrafficDescriptor.objects.filter(shipped=True).first()
    assert row is not None
    right = row.content
    TrafficDescriptor.objects.filter(pk=row.pk).update(content={"job": "WRONG"})
    assert objects.take_shipped(now=NOW) == 1
    row.refresh_from_db()
    assert (row.content, row.revision) == (right, 2)


def shipped_in(draft: Version, content: dict[str, object], by: User) -> Version:
    """A draft with a rule that uses a shipped descriptor as an older release had it."""
    objects.take_shipped(now=NOW)
    row = TrafficDescriptor.objects.filter(shipped=True).exclude(name="TN3270").first()
    assert row is not None
    TrafficDescriptor.objects.filter(pk=row.pk).update(content=content, name="As it was")
    rule = RuleContent("Shipped", traffic="As it was", action="Allow")
    return drafts.add_rule(version=draft, revision=1, rule=rule, by=by, now=NOW)


def test_drafts_follow_a_new_release_and_nobody_has_edited_them(draft: Version, anna: User) -> None:
    before = shipped_in(draft, {"job": "WRONG"}, anna)
    AuditEntry.objects.all().delete()
    objects.take_shipped(now=NOW)
    after = Version.objects.get(pk=draft.pk)
    assert (after.revision, after.editors) == (before.revision + 1, before.editors)
    assert after.edited_by_name == "a new release"
    saved = AuditEntry.objects.get(action="policy.draft.save")
    assert (saved.user, saved.data["revision"]) == (None, after.revision)
    with pytest.raises(StaleDraftError, match="a new release has saved this draft meanwhile"):
        approval.submit(version=after, revision=before.revision, comment="x", by=anna, now=NOW)
    mine = content_of(before).without("TN3270")
    with pytest.raises(StaleDraftError) as caught:
        drafts.save(version=after, revision=before.revision, content=mine, by=anna, now=NOW)
    assert caught.value.merged.is_clean


def test_a_draft_that_can_not_bear_what_a_release_says_moves_on_untested(
    draft: Version, anna: User
) -> None:
    """It is said when it is read; the release is taken all the same."""
    objects.take_shipped(now=NOW)
    row = next(
        one for one in TrafficDescriptor.objects.filter(shipped=True) if PORTS in one.content
    )
    TrafficDescriptor.objects.filter(pk=row.pk).update(content={"job": "OLD"})
    inline = {PORTS: {"members": ["7"]}}
    rule = RuleContent("Shipped", traffic=row.name, inline_traffic=inline, action="Allow")
    before = drafts.add_rule(version=draft, revision=1, rule=rule, by=anna, now=NOW)
    assert objects.take_shipped(now=NOW) == 1
    after = Version.objects.get(pk=draft.pk)
    assert (after.revision, after.test_results) == (before.revision + 1, before.test_results)
    with pytest.raises(ContentError, match="local ports stands in the rule itself as well"):
        rule_set_of(after)


def test_a_name_of_the_site_stays_with_the_site(anna: User) -> None:
    entry = next(iter(shipped.load().actions.values()))
    objects.make(
        kind=ActionDescriptor, said=Said(entry.name.upper(), {"audit": True}), by=anna, now=NOW
    )
    objects.take_shipped(now=NOW)
    assert ActionDescriptor.objects.get(key=entry.key).name == f"{entry.name} (shipped)"


def test_a_shipped_object_is_copied_not_changed(anna: User) -> None:
    objects.take_shipped(now=NOW)
    row = SecurityDescriptor.objects.filter(shipped=True).first()
    assert row is not None
    said = Said(row.name, row.content, protocol=row.protocol)
    with pytest.raises(DesignerError, match="comes with the product; copy it"):
        objects.change(one=row, revision=row.revision, said=said, by=anna, now=NOW)
    with pytest.raises(DesignerError, match="comes with the product; copy it"):
        objects.delete(one=row, by=anna, now=NOW)
    own = objects.copy(one=row, name="Ours", by=anna, now=NOW)
    assert isinstance(own, SecurityDescriptor)
    assert (own.content, own.protocol, own.shipped) == (row.content, row.protocol, False)
