"""What comparing rules may cost is bounded, and what is not worked out is said, never guessed."""

from __future__ import annotations

from time import process_time

import pytest

from policy.checks import check
from policy.checks.order import HIDDEN, check_order
from policy.diff import diff
from policy.errors import GivenUpError
from policy.model import Policy, Rule, RuleSet, Traffic
from policy.parser import parse
from policy.regions import Space, Work, near, uncovered, within
from policy.regions.space import MOST_MEMBERS as MOST_OF_A_SPACE
from policy.regions.space import MOST_RULES
from policy.values.actions import ALLOW
from policy.values.addresses import AddressSet
from policy.values.members import MOST_MEMBERS
from policy.values.ports import PortSet
from policy.vocabulary import Protocol
from tests.policy.samples import AUDIT, overlapping

SECONDS = 20
"""Of the processor: some ten times what it takes, and far below what it took."""


def on(*ports: str) -> Rule:
    return Rule("-".join(ports), traffic=Traffic(local_ports=PortSet.parse(*ports)))


def spread(place: int, count: int = MOST_MEMBERS) -> AddressSet:
    """So many single addresses, none beside another, of a network of their own."""
    pairs = ((n >> 7, (n & 127) * 2) for n in range(count))
    return AddressSet.parse(*(f"10.{place}.{high}.{low}" for high, low in pairs))


def one_set(*rules: Rule, rest: Rule | None = None) -> RuleSet:
    return RuleSet("s", Protocol.TLS, None, rules, rest)


def test_a_question_that_is_too_hard_has_no_answer() -> None:
    rules = (on("1-10"), on("11-20"), on("1-20"))
    space = Space(Protocol.TLS, rules)
    boxes = [space.boxes(rule) for rule in rules]
    (one,), (two,), (both,) = boxes
    assert uncovered(both, [one, two], Work()) is None
    assert near([both], boxes, Work()) == [0, 1, 2]
    assert near([one], boxes, Work()) == [0, 2]
    with pytest.raises(GivenUpError):
        uncovered(both, [one, two], Work(1))
    with pytest.raises(GivenUpError):
        near([both], boxes, Work(2))
    assert within([one], [both], Work())
    assert not within([both], [one], Work())
    assert space.example(space.whole()) == "any connection"


def test_a_difference_that_is_given_up_says_so_and_states_nothing_false() -> None:
    before, after = (Policy((overlapping(120, shift),)) for shift in (0, 1))
    found = diff(before, after)
    assert not found.compared
    assert not found.same_meaning
    assert "not worked out to the end" in found.unfinished
    small = diff(*(Policy((overlapping(20, shift),)) for shift in (0, 1)))
    assert small.compared
    assert small.unfinished == ""
    said = {str(one) for one in small.effects}
    for most in (0, 10, 100, 1000, 3000):
        part = diff(*(Policy((overlapping(20, n),)) for n in (0, 1)), work=Work(most))
        assert {str(one) for one in part.effects} <= said
        assert not part.compared
        assert not part.same_meaning


def test_equal_policies_that_can_not_be_compared_are_not_called_the_same() -> None:
    """The order alone differs, so that the meaning does not; nobody knows it without work."""
    ports = [on(str(number)) for number in range(1, 9)]
    before, after = Policy((one_set(*ports),)), Policy((one_set(*ports[::-1]),))
    assert diff(before, after).same_meaning
    assert not diff(before, after, work=Work(5)).same_meaning
    assert diff(before, after, work=Work(5)).effects == ()
    assert diff(before, before, work=Work(0)).same_meaning


def test_work_that_is_shared_ends_for_all_protocols_together() -> None:
    tls = one_set(on("1"), on("2"))
    ssh = RuleSet("h", Protocol.SSH, None, (Rule("r", AUDIT),))
    found = diff(Policy((tls,)), Policy((ssh,)), work=Work(1))
    assert not found.compared
    assert found.effects == ()


def test_checks_that_are_given_up_name_only_what_is_hidden_for_sure() -> None:
    rules = (on("1-9"), on("3"), *(on(str(n)) for n in range(20, 60)), on("1-9", "20-29"))
    full = check_order(one_set(*rules))
    assert [one.place.rule for one in full if one.code in HIDDEN] == ["3", "1-9-20-29"]
    assert "not-worked-out" not in [one.code for one in full]
    part = check_order(one_set(*rules), work=Work(50))
    assert [one.code for one in part] == ["shadowed-rule", "not-worked-out"]


def test_a_catch_all_is_not_called_missing_where_nobody_knows() -> None:
    halves = one_set(*(on(f"{n}-{n}") for n in range(1, 50)), Rule("every", ALLOW))
    assert "catch-all-missing" not in [one.code for one in check_order(halves)]
    codes = [one.code for one in check_order(halves, work=Work(1300))]
    assert codes == ["not-worked-out", "specific-without-condition"]


def test_too_many_rules_or_members_are_not_compared_at_all() -> None:
    many = one_set(*(Rule(f"r{n}", AUDIT) for n in range(MOST_RULES + 1)))
    assert "not-worked-out" in [one.code for one in check(Policy((many,)))]
    assert not diff(Policy(), Policy((many,))).compared
    group = spread(0)
    count = MOST_OF_A_SPACE // MOST_MEMBERS + 1
    wide = one_set(*(Rule(f"r{n}", AUDIT, Traffic(remote=group)) for n in range(count)))
    assert [one.code for one in check_order(wide)] == ["not-worked-out"]
    assert not diff(Policy(), Policy((wide,))).compared


def test_large_groups_cost_no_more_than_their_members() -> None:
    """Cells times members took minutes: 20 groups of 2,000 addresses are 80,000 cells."""
    rules = [Rule(f"r{n}", AUDIT, Traffic(remote=spread(n))) for n in range(20)]
    again = Rule("again", AUDIT, Traffic(remote=AddressSet.parse("10.7.3.4", "10.7.3.6")))
    begun = process_time()
    found = check_order(one_set(*rules, again, rest=Rule("rest")))
    assert [(one.code, one.place.rule) for one in found] == [("shadowed-rule", "again")]
    (effect,) = diff(
        Policy((one_set(*rules),)), Policy((one_set(*rules[1:], rest=Rule("rest")),))
    ).effects
    assert (effect.before, effect.after, effect.example) == (
        "r0",
        "rest",
        "remote address 10.0.0.0",
    )
    assert process_time() - begun < SECONDS


def test_names_that_lead_nowhere_cost_no_more_than_the_file() -> None:
    """A hint for each took as long as all names for each: 50 KiB were ten seconds."""
    actions = "".join(f"ZERTAction name_of_action_{n}\n{{\n}}\n" for n in range(1500))
    rules = "".join(
        f"ZERTRule r{n}\n{{\n  Priority {n + 1}\n  SecurityProtocol TLS\n"
        f"  ZERTActionRef nome_of_actoin_{n}\n}}\n"
        for n in range(1500)
    )
    begun = process_time()
    found = parse(actions + rules).findings
    assert process_time() - begun < SECONDS
    wrong = [one for one in found if one.code == "unknown-reference"]
    assert len(wrong) > 900
    assert wrong[0].hint == "did you mean `name_of_action_0`?"
