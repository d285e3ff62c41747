"""A policy is brought in as it was decided: all of it or nothing, and over nobody else's work."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection

from analyzer.models import AuditEntry
from designer import drafts, objects, versions
from designer.bringing import (
    ChangedMeanwhileError,
    Plan,
    Way,
    bring_in,
    plan,
    read_text,
)
from designer.content.errors import ContentError, DesignerError
from designer.content.rules import RuleContent
from designer.models import (
    ActionDescriptor,
    AddressGroup,
    RuleSet,
    SecurityDescriptor,
    TrafficDescriptor,
    Version,
)
from designer.objects import Said
from designer.queries.contents import content_of, rule_set_of
from policy.model import Policy, Rule
from policy.model import RuleSet as PolicyRuleSet
from policy.sources import Source
from policy.values.actions import Action
from policy.vocabulary import Protocol
from policy.writer import write
from tests.designer.bringing.test_preview import SET
from tests.designer.conftest import ARTICLE, NOW, Person, Release

pytestmark = pytest.mark.django_db
SSH = PolicyRuleSet(
    "Site SSH", Protocol.SSH, catch_all=Rule("All SSH", Action("Record", audit=True))
)


def source_of(*sets: PolicyRuleSet) -> Source:
    return read_text(write(Policy(sets or (SET,))))


def brought(source: Source, by: User, /, **choices: str) -> list[Version]:
    """Bring it in as it is seen now; keys have `_` where the items have a blank."""
    seen = plan(source, by=by, day=NOW.date())
    said = {
        key.replace("_", " ").replace("rule set", "rule-set"): way for key, way in choices.items()
    }
    return bring_in(source=source, choices=said, seen=seen.digest, by=by, now=NOW)


def ways(found: Plan) -> dict[str, tuple[str, ...]]:
    return {one.key: tuple(one.ways) for one in found.rule_sets}


def test_an_empty_workspace_gets_objects_and_a_draft_that_refers_to_them(anna: User) -> None:
    (made,) = brought(source_of(), anna)
    assert (made.rule_set.name, made.state, made.number) == ("Company TLS", "draft", 1)
    rules = {rule.name: rule for rule in rule_set_of(made).rules()}
    assert {name: rule.action for name, rule in rules.items()} == {
        rule.name: rule.action for rule in SET.rules()
    }
    assert [(r.traffic, r.requirement) for r in rules.values()] == [
        (r.traffic, r.requirement) for r in SET.rules()
    ]
    rule = content_of(made).rule("TN3270")
    assert rule == RuleContent(
        "TN3270", remote="Hosts", traffic="TN3270", security="Old", action="Allow"
    )
    assert AddressGroup.objects.get().content == {"members": ["10.1.1.1", "10.20.0.0/16"]}
    entry = AuditEntry.objects.get(action="policy.bring_in")
    assert (entry.user_name, entry.data["drafts"]) == ("ANNA", ["Company TLS version 1"])


def test_brought_in_once_it_is_there(anna: User, release: Release) -> None:
    source = source_of()
    release(brought(source, anna)[0])
    seen = plan(source, by=anna, day=NOW.date())
    assert not seen.has_news
    assert {one.found.standing.value for one in (*seen.rule_sets, *seen.objects)} == {"same"}
    with pytest.raises(DesignerError, match="nothing is chosen"):
        brought(source, anna)


def test_a_published_one_gets_a_next_draft_that_keeps_its_tests(
    draft: Version, release: Release, anna: User
) -> None:
    release(draft)
    changed = replace(rule_set_of(draft), catch_all=Rule("Rest", Action("Audit", audit=True)))
    changed = replace(changed, specific=())
    (made,) = brought(source_of(changed), anna)
    assert (made.rule_set_id, made.number, made.based_on_id) == (draft.rule_set_id, 2, draft.pk)
    assert [rule.name for rule in rule_set_of(made).rules()] == ["Good", "Rest"]


def test_somebody_elses_draft_is_never_overwritten(draft: Version, bert: User) -> None:
    changed = source_of(replace(rule_set_of(draft), specific=()))
    seen = plan(changed, by=bert, day=NOW.date())
    (item,) = seen.rule_sets
    assert (ways(seen), item.usual) == ({"rule-set TLS": (Way.NEW, Way.LEAVE)}, "")
    assert "draft that others work on" in item.note
    with pytest.raises(ContentError, match="decide what becomes of it"):
        brought(changed, bert)
    for way in (Way.NEXT, Way.MINE):
        with pytest.raises(ContentError):
            brought(changed, bert, rule_set_TLS=way)
    (made,) = brought(changed, bert, rule_set_TLS=Way.NEW)
    assert made.rule_set.name == "Site TLS (2)"
    assert content_of(draft) == ARTICLE


def test_ones_own_draft_is_replaced_when_it_is_chosen(draft: Version, anna: User) -> None:
    changed = source_of(replace(rule_set_of(draft), specific=()))
    assert ways(plan(changed, by=anna, day=NOW.date()))["rule-set TLS"][0] is Way.MINE
    (made,) = brought(changed, anna, rule_set_TLS=Way.MINE)
    assert (made.pk, made.revision) == (draft.pk, 2)
    assert [rule.name for rule in rule_set_of(made).rules()] == ["Good", "Rest"]
    assert draft.saves.get(revision=1).content == ARTICLE.tree()


def test_what_waits_or_is_retired_takes_no_next_version(
    draft: Version, release: Release, anna: User
) -> None:
    done = release(draft)
    changed = source_of(replace(rule_set_of(done), specific=()))
    versions.retire(rule_set=done.rule_set, retired=True, by=anna, now=NOW)
    assert "is retired" in plan(changed, by=anna, day=NOW.date()).rule_sets[0].note
    versions.retire(rule_set=done.rule_set, retired=False, by=anna, now=NOW)
    brought(changed, anna)
    again = plan(source_of(replace(rule_set_of(done), general=None)), by=anna, day=NOW.date())
    assert ways(again)["rule-set TLS"][0] is Way.MINE


def test_a_name_of_another_protocol_gets_a_free_one(draft: Version, anna: User) -> None:
    other = source_of(replace(SSH, name="SITE tls"))
    (made,) = brought(other, anna, rule_set_SSH=Way.NEW)
    assert (made.rule_set.name, made.rule_set.protocol) == ("SITE tls (2)", "SSH")


def test_clashing_parts_take_a_free_name_or_stay_in_their_rules(anna: User) -> None:
    for kind, name, content, protocol in (
        (AddressGroup, "hosts", {"members": ["192.0.2.1"]}, ""),
        (SecurityDescriptor, "Old", {"version": ["TLSv1.0"]}, "TLS"),
    ):
        said = Said(name, content, protocol=protocol)
        objects.make(kind=kind, said=said, by=anna, now=NOW)
    source = source_of()
    seen = plan(source, by=anna, day=NOW.date())
    keys = {one.found.name: one.key for one in seen.objects if not one.usual}
    assert {*keys} == {"Hosts", "Old"}
    with pytest.raises(ContentError) as undecided:
        bring_in(source=source, choices={}, seen=seen.digest, by=anna, now=NOW)
    assert {where for where, _, _ in undecided.value.faults} == {*keys.values()}
    choices = {keys["Hosts"]: Way.MAKE, keys["Old"]: Way.INLINE}
    (made,) = bring_in(source=source, choices=choices, seen=seen.digest, by=anna, now=NOW)
    rule = content_of(made).rule("TN3270")
    assert rule is not None
    assert (rule.remote, rule.security) == ("Hosts (2)", "")
    assert rule.inline_security == {"name": "Old", "version": ["TLSv1.1"]}
    assert SecurityDescriptor.objects.get(name="Old").content == {"version": ["TLSv1.0"]}
    said_by_rule = rule_set_of(made).specific[0]
    assert said_by_rule.requirement == SET.specific[0].requirement


def test_two_contents_of_one_name_are_both_kept(anna: User) -> None:
    ssh = replace(SSH, catch_all=Rule("all", Action("Allow", audit=True)))
    source = source_of(SET, ssh)
    seen = plan(source, by=anna, day=NOW.date())
    (clash,) = [one for one in seen.objects if not one.usual]
    made = brought(source, anna, **{clash.key.replace(" ", "_"): Way.MAKE})
    assert {one.name for one in ActionDescriptor.objects.all()} == {"Allow", "Allow (3)", "Audit"}
    last = rule_set_of(made[1]).catch_all
    assert last is not None
    assert last.action == Action("Allow (3)", audit=True)


def test_what_is_left_out_leaves_no_objects(anna: User) -> None:
    (made,) = brought(source_of(SET, SSH), anna, rule_set_TLS=Way.LEAVE)
    assert made.rule_set.name == "Site SSH"
    assert not AddressGroup.objects.exists()
    assert not TrafficDescriptor.objects.exists()


def test_a_change_in_between_is_said_and_nothing_done(anna: User, bert: User) -> None:
    source = source_of()
    seen = plan(source, by=anna, day=NOW.date())
    said = Said("Hosts", {"members": ["192.0.2.1"]})
    objects.make(kind=AddressGroup, said=said, by=bert, now=NOW)
    with pytest.raises(ChangedMeanwhileError) as changed:
        bring_in(source=source, choices={}, seen=seen.digest, by=anna, now=NOW)
    assert [one.found.name for one in changed.value.plan.objects if not one.usual] == ["Hosts"]
    assert not RuleSet.objects.exists()


def test_another_text_than_was_seen_is_refused(anna: User) -> None:
    seen = plan(source_of(), by=anna, day=NOW.date())
    other = source_of(replace(SET, specific=()))
    with pytest.raises(ChangedMeanwhileError):
        bring_in(source=other, choices={}, seen=seen.digest, by=anna, now=NOW)


def test_a_save_of_the_own_draft_in_between_is_seen(draft: Version, anna: User) -> None:
    source = source_of(replace(rule_set_of(draft), specific=()))
    seen = plan(source, by=anna, day=NOW.date())
    drafts.drop_rule(version=draft, revision=1, name="TN3270", by=anna, now=NOW)
    with pytest.raises(ChangedMeanwhileError):
        bring_in(
            source=source,
            choices={"rule-set TLS": Way.MINE},
            seen=seen.digest,
            by=anna,
            now=NOW,
        )


FULL = """
CREATE FUNCTION pg_temp.no_room() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON designer_ruleset FOR EACH ROW
    WHEN (NEW.name = 'Site SSH') EXECUTE FUNCTION pg_temp.no_room()
"""


def test_a_fault_in_the_middle_leaves_nothing(anna: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FULL)
    with pytest.raises(OperationalError, match="no room"):
        brought(source_of(SET, SSH), anna)
    assert not RuleSet.objects.exists()
    assert not ActionDescriptor.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="policy.").exists()


def test_an_unknown_key_or_way_is_a_fault(anna: User) -> None:
    with pytest.raises(ContentError, match="no such thing in the file"):
        brought(source_of(), anna, object_99=Way.MAKE)
    with pytest.raises(ContentError, match="decide"):
        brought(source_of(), anna, object_1="throw away")


def test_nobody_else_sees_half_of_it(anna: User, named: Person) -> None:
    """A viewer's plan is one too: what may be done is the gate's to say."""
    seen = plan(source_of(), by=named("X"), day=NOW.date())
    assert seen.digest == plan(source_of(), by=anna, day=NOW.date()).digest
