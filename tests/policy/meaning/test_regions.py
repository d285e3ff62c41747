"""Checks of the order and differences by meaning, held against the plain matcher."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy import vocabulary
from policy.attributes import Connection
from policy.checks import UNKNOWN_SURROUNDINGS, check
from policy.diff import Edit, diff
from policy.matcher import evaluate
from policy.model import Policy, Requirement, Rule, RuleSet, Traffic
from policy.settings import CHOICES as KINDS
from policy.settings import Absent, Settings, Together
from policy.values.actions import ALLOW, Action
from policy.values.addresses import AddressSet
from policy.values.names import NamePattern
from policy.values.ports import PortSet
from policy.vocabulary import Attribute, Protocol
from tests.policy.samples import ARTICLE, AUDIT, GENERAL, REST, TLS, TN3270
from tests.policy.strategies import LONG, connections, policies

SETTINGS = settings(
    max_examples=LONG or 60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
HIDDEN = {"unreachable-rule", "shadowed-rule", "duplicate-rule", "contradicting-rule"}


CHOICES = st.builds(Settings, **{name: st.sampled_from(kind) for name, kind in KINDS.items()})


def effect(policy: Policy, seen: Connection, how: Settings) -> dict[Protocol, object]:
    return {
        one.protocol: (one.rule.action if one.rule else ALLOW).effect
        for one in evaluate(policy, seen, how).results
    }


@SETTINGS
@given(policies(), st.lists(connections(), min_size=10, max_size=30), CHOICES)
def test_no_connection_reaches_a_rule_that_is_called_hidden(
    policy: Policy, seen: list[Connection], how: Settings
) -> None:
    said = check(policy, UNKNOWN_SURROUNDINGS, how)
    hidden = {(one.place.rule_set, one.place.rule) for one in said if one.code in HIDDEN}
    names = [one.name for one in policy.rule_sets]
    for one in seen:
        for result in evaluate(policy, one, how).results:
            if result.rule and result.rule_set and names.count(result.rule_set.name) == 1:
                assert (result.rule_set.name, result.rule.name) not in hidden


@SETTINGS
@given(
    policies(most=3), policies(most=3), st.lists(connections(), min_size=10, max_size=30), CHOICES
)
def test_policies_without_a_different_effect_treat_every_connection_alike(
    before: Policy, after: Policy, seen: list[Connection], how: Settings
) -> None:
    found = diff(before, after, how)
    changed = {one.protocol for one in found.effects}
    for one in seen:
        old, new = effect(before, one, how), effect(after, one, how)
        assert {of for of in old if old[of] != new[of]} <= changed
    assert diff(before, before, how).same_meaning
    assert diff(before, before, how).edits == ()


def one_set(*specific: Rule, catch_all: Rule | None = None) -> Policy:
    return Policy((RuleSet("s", Protocol.TLS, None, specific, catch_all),))


def on_ports(*ports: str, action: Action = ALLOW, name: str = "") -> Rule:
    return Rule(name or "-".join(ports), action, Traffic(local_ports=PortSet.parse(*ports)))


def test_a_rule_that_several_take_together_is_unreachable() -> None:
    policy = one_set(on_ports("1-500"), on_ports("501-999"), on_ports("400-600", name="last"))
    assert [one.code for one in check(policy) if one.place.rule == "last"] == ["unreachable-rule"]
    open_end = one_set(on_ports("1-500"), on_ports("502-999"), on_ports("400-600", name="last"))
    assert not [one for one in check(open_end) if one.place.rule == "last"]


def test_addresses_of_one_version_leave_the_other() -> None:
    v4 = Rule("v4", traffic=Traffic(remote=AddressSet.parse("0.0.0.0/0")))
    v6 = Rule("v6", traffic=Traffic(remote=AddressSet.parse("::/0")))
    every = Rule("all", AUDIT)
    assert "unreachable-rule" not in [one.code for one in check(one_set(v4, catch_all=every))]
    codes = [one.code for one in check(one_set(v4, v6, catch_all=every))]
    assert codes == ["unreachable-rule"]


def test_a_difference_names_the_rules_and_a_connection() -> None:
    stricter = Requirement.of(Protocol.TLS, version="TLSv1.3")
    general = Rule(GENERAL.name, GENERAL.action, requirement=stricter, comments=GENERAL.comments)
    after = Policy((RuleSet(TLS.name, Protocol.TLS, general, (TN3270,), REST, TLS.description),))
    (found,) = diff(ARTICLE, after).effects
    assert str(found) == (
        "TLS: for example version TLSv1.2: met `TLS 1.2 or later` (allow silently), "
        "meets `Rest` (log to syslogd at notice, write an audit record)"
    )
    assert diff(ARTICLE, after).edits == (
        Edit(Protocol.TLS, "TLS 1.2 or later", "changed", ("requirement",)),
    )


def test_another_way_to_say_the_same_is_no_difference_in_meaning() -> None:
    before = one_set(on_ports("1-10", "11-20", name="a"), on_ports("30", name="b"), catch_all=REST)
    after = one_set(on_ports("30", name="b"), on_ports("1-20", name="c"), catch_all=REST)
    found = diff(before, after)
    assert found.same_meaning
    assert [str(one) for one in found.edits] == [
        "TLS: `a` removed",
        "TLS: `c` added",
    ]
    swapped = one_set(on_ports("2"), on_ports("1"))
    moved = diff(one_set(on_ports("1"), on_ports("2")), swapped)
    assert moved.same_meaning
    assert [str(one) for one in moved.edits] == [
        "TLS: `2` moved (2 -> 1)",
    ]


def test_what_was_moved_is_told_and_not_what_stayed_around_it() -> None:
    def order(names: str) -> Policy:
        return one_set(*(on_ports(str(ord(name)), name=name) for name in names))

    for after, moves in (
        ("bcdefa", ["`a` moved (1 -> 6)"]),
        ("fabcde", ["`f` moved (6 -> 1)"]),
        ("abedcf", ["`e` moved (5 -> 3)", "`d` moved"]),
    ):
        found = diff(order("abcdef"), order(after))
        assert [str(one) for one in found.edits] == [f"TLS: {move}" for move in moves]


def test_another_kind_and_other_words_above_are_edits() -> None:
    rule = Rule("Rule")
    general, specific = RuleSet("a", Protocol.TLS, rule), RuleSet("b", Protocol.TLS, None, (rule,))
    found = diff(Policy((general,)), Policy((specific,)))
    assert found.same_meaning
    assert [str(one) for one in found.edits] == [
        "TLS: what stands above the rules changed (name)",
        "TLS: `Rule` changed (general -> specific)",
    ]


def test_an_example_is_of_what_is_known_if_it_can_be() -> None:
    jobs = Rule("jobs", traffic=Traffic(job=NamePattern("A")))
    before = one_set(jobs, on_ports("9"), catch_all=REST)
    (found,) = diff(before, one_set(jobs, on_ports("9", action=AUDIT), catch_all=REST)).effects
    assert found.example == "local port 9, job name that no rule names"


def test_no_rule_set_is_like_one_that_allows() -> None:
    assert diff(Policy(), one_set(on_ports("1"))).same_meaning
    (found,) = diff(Policy(), one_set(on_ports("1", action=AUDIT))).effects
    assert (found.before, found.after, found.example) == ("no rule", "1", "local port 1")


def ipsec(*rules: Rule) -> Policy:
    return Policy((RuleSet("i", Protocol.IPSEC, None, rules, REST),))


IKE = Requirement.of(Protocol.IPSEC, phase1_encryption="AES-CBC-256")
ESP = Requirement.of(Protocol.IPSEC, phase2_encryption="AES-CBC-256")
BOTH = Requirement.of(
    Protocol.IPSEC, phase1_encryption="AES-CBC-256", phase2_encryption="AES-CBC-256"
)


def effects(before: Policy, after: Policy, how: Settings) -> list[str]:
    return [one.example for one in diff(before, after, how).effects]


def test_what_a_rule_hides_depends_on_the_settings() -> None:
    """Both phases are asked for: where one is enough, a rule for one of them is hidden by it."""
    policy = ipsec(Rule("both", AUDIT, requirement=BOTH), Rule("esp", AUDIT, requirement=ESP))
    either = Settings(ipsec_phases=Together.EITHER)
    assert not [one for one in check(policy) if one.code in HIDDEN]
    found = check(policy, UNKNOWN_SURROUNDINGS, either)
    assert [one.place.rule for one in found if one.code in HIDDEN] == ["esp"]


def test_a_difference_that_only_some_settings_have() -> None:
    one_phase = ipsec(Rule("r", ALLOW, requirement=ESP))
    two_phases = ipsec(Rule("r", ALLOW, requirement=BOTH))
    either = Settings(ipsec_phases=Together.EITHER)
    (found,) = effects(one_phase, two_phases, Settings())
    assert "phase2 encryption AES-256-CBC" in found
    assert "phase1 encryption AES-256-CBC" in effects(one_phase, two_phases, either)[0]


def test_a_manual_tunnel_is_a_case_of_its_own() -> None:
    """A rule that asks for phase 1 does not reach manual tunnels, unless it is said to."""
    every = [word.name for word in vocabulary.load().of_kind("encryption")]
    asks = Requirement(Protocol.IPSEC, ((Attribute.PHASE1_ENCRYPTION, tuple(every)),))
    before, after = ipsec(Rule("r", ALLOW)), ipsec(Rule("r", ALLOW, requirement=asks))
    assert effects(before, after, Settings()) == ["tunnel manual"]
    fits = Settings(manual_phase1=Absent.FITS)
    assert effects(before, after, fits) == ["phase1 encryption one that no word means"]


def test_what_is_not_known_meets_a_condition_where_the_settings_say_so() -> None:
    known = Requirement.of(Protocol.TLS, min_key_bits=1)
    before, after = one_set(Rule("r")), one_set(Rule("r", requirement=known), catch_all=AUDITED)
    assert effects(before, after, Settings()) == ["key length not known"]
    assert effects(before, after, Settings(unknown_key_length=Absent.FITS)) == []
    asks = Requirement.of(Protocol.TLS, version="TLSv1.3")
    asked = one_set(Rule("r", requirement=asks), catch_all=AUDITED)
    unknown = one_set(
        Rule("u", requirement=Requirement.of(Protocol.TLS, version="Unknown TLSv1.3")),
        catch_all=AUDITED,
    )
    assert effects(asked, unknown, Settings()) == ["version Unknown"]
    assert effects(asked, unknown, Settings(unknown_attribute=Absent.FITS)) == []


AUDITED = Rule("rest", AUDIT)
