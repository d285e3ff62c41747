"""What bringing a policy in would do is said before anything is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from designer.bringing import ObjectKind, Preview, Standing, There, preview
from policy.attributes import Direction
from policy.checks import Surroundings
from policy.model import Policy, Requirement, Rule, RuleSet, Traffic
from policy.sources import read
from policy.values.actions import Action
from policy.values.addresses import AddressSet
from policy.values.ports import PortSet
from policy.vocabulary import Protocol
from policy.writer import write
from tests.policy.samples import ARTICLE, DATA, GENERAL, REST, TLS, TN3270, overlapping

HOSTS = AddressSet.parse("10.1.1.1", "10.20.0.0/16", name="Hosts")
PORTS = PortSet.parse("992", name="TN3270")
RULE = Rule(
    "TN3270",
    Action("Allow"),
    Traffic(remote=HOSTS, local_ports=PORTS, direction=Direction.INBOUND),
    Requirement.of(Protocol.TLS, "Old", version="TLSv1.1"),
)
SET = RuleSet("Company TLS", Protocol.TLS, GENERAL, (RULE,), REST)
DESCRIPTOR = Traffic(local_ports=PORTS, direction=Direction.INBOUND)
EMPTY = There()
TRAFFIC, ADDRESSES = ObjectKind.TRAFFIC, ObjectKind.ADDRESSES


def seen(there: There = EMPTY, *sets: RuleSet, against: Policy | None = None) -> Preview:
    text = write(Policy(sets or (SET,)))
    return preview(read(text.encode()), there, against=against)


def test_everything_is_new_in_an_empty_workspace() -> None:
    found = seen()
    assert found.ok
    assert found.clashes == ()
    (one,) = found.rule_sets
    assert (one.rule_set, one.standing, one.changes_meaning) == (SET, Standing.NEW, True)
    assert write(Policy((SET,))).split("\n")[one.place.line - 1].startswith("ZERTRule")
    assert {(o.kind.value, o.name, o.standing) for o in found.objects} == {
        ("addresses", "Hosts", Standing.NEW),
        ("traffic", "TN3270", Standing.NEW),
        ("security", "Old", Standing.NEW),
        ("security", "TLS12plus", Standing.NEW),
        ("action", "Allow", Standing.NEW),
        ("action", "Audit", Standing.NEW),
    }


def test_an_object_names_the_rules_that_use_it() -> None:
    used = {one.name: one.used_by for one in seen().objects}
    assert used["Allow"] == (("TLS", "TLS 1.2 or later"), ("TLS", "TN3270"))
    assert used["Hosts"] == (("TLS", "TN3270"),)


def test_what_is_there_already_is_the_same_whatever_its_order_and_name() -> None:
    other = AddressSet(tuple(reversed(HOSTS.members)), "Hosts")
    there = There({SET.name: SET}, {ADDRESSES: {"Hosts": other}, TRAFFIC: {"TN3270": DESCRIPTOR}})
    found = seen(there)
    assert found.rule_sets[0].standing is Standing.SAME
    assert not found.rule_sets[0].changes_meaning
    standing = {one.name: one.standing for one in found.objects}
    assert (standing["Hosts"], standing["TN3270"]) == (Standing.SAME, Standing.SAME)


@pytest.mark.parametrize(
    "other",
    [
        Traffic(local_ports=PortSet.parse("23", name="TN3270"), direction=Direction.INBOUND),
        Traffic(local_ports=PORTS),
    ],
)
def test_a_name_with_other_content_clashes_and_a_free_name_is_given(other: Traffic) -> None:
    there = There(objects={TRAFFIC: {"TN3270": other, "TN3270 (2)": other}})
    (clash,) = seen(there).clashes
    assert (clash.standing, clash.free_name) == (Standing.CLASH, "TN3270 (3)")


def test_a_changed_rule_set_shows_what_happens_otherwise() -> None:
    found = seen(There({SET.name: replace(SET, specific=())}))
    (one,) = found.rule_sets
    assert one.standing is Standing.CHANGED
    assert [(e.before, e.after) for e in one.difference.effects] == [("Rest", "TN3270")]
    assert [str(edit) for edit in one.difference.edits] == ["TLS: `TN3270` added"]


def test_it_can_be_held_against_what_a_stack_has() -> None:
    found = seen(against=Policy((replace(SET, name="Other"),)))
    assert found.rule_sets[0].standing is Standing.NEW
    assert not found.rule_sets[0].changes_meaning


def test_a_name_of_another_protocol_clashes() -> None:
    there = There({SET.name: RuleSet(SET.name, Protocol.SSH, catch_all=REST)})
    (one,) = seen(there).rule_sets
    assert (one.standing, one.free_name) == (Standing.CLASH, "Company TLS (2)")
    assert one.changes_meaning


def test_two_contents_of_one_name_in_the_file_clash() -> None:
    ssh = RuleSet("ssh", Protocol.SSH, catch_all=Rule("all", Action("Allow", audit=True)))
    allows = [one for one in seen(EMPTY, SET, ssh).objects if one.name == "Allow"]
    assert [one.standing for one in allows] == [Standing.NEW, Standing.CLASH]
    assert [one.free_name for one in allows] == ["Allow (2)", "Allow (3)"]


def test_ports_without_a_name_stay_in_their_rule() -> None:
    found = seen(EMPTY, replace(TLS, specific=(TN3270,)))
    assert not [one for one in found.objects if one.kind in (TRAFFIC, ADDRESSES)]


def test_errors_by_line_forbid_everything() -> None:
    text = (DATA / "article.policy").read_text().replace("Inbound", "Up")
    found = preview(read(text.encode()), EMPTY)
    assert not found.ok
    (fault,) = found.findings
    at = text.split("\n")[fault.place.line - 1]
    assert at[fault.place.column - 1 :] == "Up"


def test_checks_are_said_too() -> None:
    source = read(write(ARTICLE).encode())
    around = Surroundings(day=date(2028, 1, 1))
    assert [one.code for one in preview(source, EMPTY, around=around).findings] == [
        "expired-exception"
    ]
    assert not preview(source, EMPTY, around=around).ok


def test_too_many_rules_are_not_compared_in_what_they_mean() -> None:
    before, after = (replace(overlapping(120, shift), name="Many") for shift in (0, 1))
    found = seen(There({"Many": before}), after)
    (one,) = found.rule_sets
    assert one.standing is Standing.CHANGED
    assert not one.difference.compared
    assert one.changes_meaning
