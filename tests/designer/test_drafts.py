"""A stale draft never overwrites a newer one; both changes are merged by who decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from designer import drafts, objects, versions
from designer.content.errors import ContentError, DesignerError, StaleDraftError
from designer.content.merging import Decided, merge
from designer.content.rules import Content, RuleContent, TestContent
from designer.models import RuleSet, Version
from designer.objects import Said
from designer.queries.contents import content_of
from policy.model import Kind
from tests.designer.conftest import ARTICLE, NOW, Release

pytestmark = pytest.mark.django_db
FTP = RuleContent("FTP", inline_traffic={"job": "FTPD*"}, action="Allow")
CICS = RuleContent("CICS", inline_traffic={"job": "CICS*"}, action="Audit")


def names(version: Version) -> list[str]:
    return [one.name for one in content_of(version).rules]


def test_what_is_saved_is_what_is_read(draft: Version, anna: User) -> None:
    content = ARTICLE.put(FTP).put(CICS)
    saved = drafts.save(version=draft, revision=1, content=content, by=anna, now=NOW)
    assert saved.revision == 2
    assert content_of(saved) == content
    assert Content.of(content.tree()) == content


def test_a_stale_save_changes_nothing_and_carries_both_versions(
    draft: Version, anna: User, bert: User
) -> None:
    drafts.put_rule(version=draft, revision=1, rule=FTP, by=bert, now=NOW)
    with pytest.raises(StaleDraftError, match=r"BERT has saved this draft meanwhile") as caught:
        drafts.put_rule(version=draft, revision=1, rule=CICS, by=anna, now=NOW)
    assert names(draft) == ["Good", "TN3270", "FTP", "Rest"]
    sides = caught.value.sides
    assert sides.base == ARTICLE
    assert (sides.theirs, sides.mine) == (ARTICLE.put(FTP), ARTICLE.put(CICS))
    assert (sides.revision, caught.value.merged.is_clean) == (2, True)


def test_changes_that_do_not_touch_are_merged(draft: Version, anna: User, bert: User) -> None:
    drafts.put_rule(version=draft, revision=1, rule=FTP, by=bert, now=NOW)
    mine = ARTICLE.put(CICS).without("TN3270")
    done = drafts.merge(
        version=draft, revision=1, content=mine, decided=Decided(seen=2), by=anna, now=NOW
    )
    assert done.revision == 3
    first, *middle, last = names(done)
    assert (first, {*middle}, last) == ("Good", {"FTP", "CICS"}, "Rest")


def test_a_conflict_waits_for_a_choice(draft: Version, anna: User, bert: User) -> None:
    rest = RuleContent("Rest", Kind.CATCH_ALL, action="Allow")
    drafts.put_rule(version=draft, revision=1, rule=rest, by=bert, now=NOW)
    mine = ARTICLE.put(replace(rest, action="", description="nothing happens"))
    with pytest.raises(StaleDraftError) as caught:
        drafts.merge(
            version=draft, revision=1, content=mine, decided=Decided(seen=2), by=anna, now=NOW
        )
    (conflict,) = caught.value.merged.conflicts
    assert (conflict.key, conflict.base, conflict.theirs, conflict.mine) == (
        "Rest/action",
        "Audit",
        "Allow",
        "",
    )
    decided = Decided(2, {"Rest/action": "theirs"})
    done = drafts.merge(version=draft, revision=1, content=mine, decided=decided, by=anna, now=NOW)
    kept = content_of(done).rule("Rest")
    assert kept is not None
    assert (kept.action, kept.description) == ("Allow", "nothing happens")


def test_one_deleted_what_the_other_changed() -> None:
    base = Content((FTP, CICS))
    theirs = base.without("FTP")
    mine = base.put(replace(FTP, owner="me"))
    found = merge(base, theirs, mine)
    assert [one.key for one in found.conflicts] == ["FTP/"]
    assert merge(base, theirs, mine, {"FTP/": "mine"}).content == mine
    assert merge(base, theirs, mine, {"FTP/": "theirs"}).content == theirs


def test_orders_are_merged_or_decided() -> None:
    one, two, three = (RuleContent(name) for name in ("A", "B", "C"))
    base = Content((one, two, three))
    moved = base.moved("C", 1)
    assert merge(base, moved, base).content == moved
    assert merge(base, base, moved).content == moved
    other = base.moved("A", 3)
    assert [c.key for c in merge(base, moved, other).conflicts] == ["order"]
    assert merge(base, moved, other, {"order": "mine"}).content == other
    added = base.put(RuleContent("D"))
    assert [r.name for r in merge(base, moved, added).content.rules] == ["C", "A", "B", "D"]


def test_tests_are_merged_by_name() -> None:
    def test(expected: str) -> TestContent:
        return TestContent("t", {}, expected)

    base = Content(tests=(test("A"),))
    theirs, mine = Content(tests=(test("B"),)), Content(tests=(test("C"),))
    assert [c.key for c in merge(base, theirs, mine).conflicts] == ["test: t/"]
    assert merge(base, base, mine).content == mine


def test_rules_are_moved_renamed_and_dropped(draft: Version, anna: User) -> None:
    drafts.put_rule(version=draft, revision=1, rule=FTP, by=anna, now=NOW)
    drafts.put_rule(version=draft, revision=2, rule=CICS, by=anna, now=NOW)
    key = draft.rules.get(name="FTP").pk
    order = ["CICS", "TN3270", "FTP"]
    drafts.order_rules(version=draft, revision=3, names=order, by=anna, now=NOW)
    assert names(draft) == ["Good", "CICS", "TN3270", "FTP", "Rest"]
    renamed = replace(FTP, name="Files")
    drafts.put_rule(version=draft, revision=4, rule=renamed, was="FTP", by=anna, now=NOW)
    assert draft.rules.get(name="Files").pk == key
    order = ["Files", "TN3270", "CICS"]
    drafts.order_rules(version=draft, revision=5, names=order, by=anna, now=NOW)
    drafts.drop_rule(version=draft, revision=6, name="TN3270", by=anna, now=NOW)
    assert names(draft) == ["Good", "Files", "CICS", "Rest"]


def test_what_is_not_there_is_not_changed(draft: Version, anna: User) -> None:
    given = {"version": draft, "revision": 1, "by": anna, "now": NOW}
    with pytest.raises(DesignerError, match="has no rule `FTP`"):
        drafts.drop_rule(name="FTP", **given)
    with pytest.raises(DesignerError, match="names each specific rule once"):
        drafts.order_rules(names=["FTP"], **given)
    with pytest.raises(DesignerError, match="has no rule `FTP` any more"):
        drafts.put_rule(rule=FTP, was="FTP", **given)
    with pytest.raises(DesignerError, match="has no test `t`"):
        drafts.drop_test(name="t", **given)
    with pytest.raises(ContentError, match="there is a rule `TN3270` already"):
        drafts.add_rule(rule=replace(FTP, name="TN3270"), **given)
    with pytest.raises(DesignerError, match="has no revision 9"):
        drafts.drop_rule(version=draft, revision=9, name="Rest", by=anna, now=NOW)


def test_every_fault_is_said_with_its_place(draft: Version, anna: User) -> None:
    content = Content(
        (
            RuleContent("Good", Kind.GENERAL, inline_traffic={"job": "A"}),
            RuleContent("A", traffic="TN3270", inline_traffic={"job": "A"}, local="Nowhere"),
            RuleContent("B", inline_security={"version": ["TLSv9"]}, action="Allow"),
            RuleContent("B", security="SSH 2 strong"),
            RuleContent("Rest", Kind.CATCH_ALL, inline_action={"syslog_level": 9}),
        )
    )
    with pytest.raises(ContentError) as caught:
        drafts.save(version=draft, revision=1, content=content, by=anna, now=NOW)
    places = {(rule, field) for rule, field, _ in caught.value.faults}
    assert places == {
        ("Good", "traffic"),
        ("A", "traffic"),
        ("A", "local"),
        ("B", "inline_security/"),
        ("B", "security"),
        ("B", "name"),
        ("Rest", "inline_action/syslog_level"),
    }
    assert draft.rules.count() == 3


def test_tests_that_are_none_are_refused(draft: Version, anna: User) -> None:
    bad = TestContent("t", {"local_ip": "10.1.1.1"})
    with pytest.raises(ContentError, match="test: t / connection/local_port: this is missing"):
        drafts.put_test(version=draft, revision=1, test=bad, by=anna, now=NOW)


def test_a_name_that_no_record_has_is_no_sample(draft: Version, anna: User) -> None:
    sample = {"local_ip": "10.1.1.1", "local_port": 1, "remote_ip": "10.1.1.2", "remote_port": 2}
    bad = TestContent("t", {**sample, "job": "A\x00"})
    with pytest.raises(ContentError, match="connection/job: this is no printable text"):
        drafts.put_test(version=draft, revision=1, test=bad, by=anna, now=NOW)


def test_a_second_draft_is_not_opened(draft: Version, release: Release, anna: User) -> None:
    done = release(draft)
    versions.open_draft(version=done, by=anna, now=NOW)
    with pytest.raises(DesignerError, match=r"Site TLS version 2 is a draft already; go on"):
        versions.open_draft(version=done, by=anna, now=NOW)


def test_a_dropped_draft_leaves_the_rule_set_that_was_published(
    draft: Version, release: Release, anna: User
) -> None:
    following = versions.open_draft(version=release(draft), by=anna, now=NOW)
    versions.drop_draft(version=following, by=anna, now=NOW)
    assert RuleSet.objects.get().versions.count() == 1


def test_a_copy_begins_with_what_the_other_says(draft: Version, anna: User) -> None:
    made = versions.copy(version=draft, name="Other", by=anna, now=NOW)
    assert (made.rule_set.name, made.number, made.state) == ("Other", 1, "draft")
    assert content_of(made) == content_of(draft)
    with pytest.raises(ContentError, match="there is a rule set `OTHER` already"):
        versions.copy(version=draft, name="OTHER", by=anna, now=NOW)
    with pytest.raises(ContentError, match="longer than 32 characters"):
        versions.copy(version=draft, name="x" * 33, by=anna, now=NOW)


def test_an_object_that_changes_is_seen_by_drafts_and_renamed_in_their_past(
    draft: Version, anna: User
) -> None:
    sample = {
        "local_ip": "10.1.1.1",
        "local_port": 992,
        "remote_ip": "10.2.0.9",
        "remote_port": 5,
        "job": "TN3270",
        "protections": [{"protocol": "TLS", "version": "TLSv1.1"}],
    }
    test = TestContent("sample", sample, "TN3270")
    drafts.put_test(version=draft, revision=1, test=test, by=anna, now=NOW)
    one = draft.rules.get(name="TN3270").traffic
    assert one is not None
    said = Said("Terminals", {"local_ports": {"members": ["23"]}})
    objects.change(one=one, revision=1, said=said, by=anna, now=NOW)
    draft.refresh_from_db()
    assert [(t["met"], t["passed"]) for t in draft.test_results] == [("Rest", False)]
    with pytest.raises(StaleDraftError) as caught:
        drafts.put_rule(version=draft, revision=1, rule=FTP, by=anna, now=NOW)
    rule = caught.value.sides.mine.rule("TN3270")
    assert rule is not None
    assert rule.traffic == "Terminals"
