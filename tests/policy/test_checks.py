"""Every check finds its fault, and says nothing where there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from policy.checks import CODES, Surroundings, check
from policy.findings import Severity
from policy.model import Policy, Requirement, Rule, RuleSet, Traffic
from policy.regions.space import MOST_RULES
from policy.settings import DEFAULTS, Absent, Settings
from policy.values.actions import Action
from policy.values.names import NamePattern
from policy.values.ports import PortSet
from policy.vocabulary import Attribute, Protocol
from tests.policy.samples import ARTICLE, GENERAL, REST, TLS, TN3270

Codes = dict[tuple[Protocol, Attribute], frozenset[int]]
RESET = Action("Reset", reset=True)
LOUD = Action("Log and reset", syslog_level=4, console=True, audit=True, reset=True)
HERE = Surroundings()
EMPTY = Requirement(Protocol.TLS)
SSLV2 = Requirement.of(Protocol.TLS, version="SSLv2")
PORT = Traffic(local_ports=PortSet.parse("20-30"))


def with_rule(*rules: Rule, catch_all: Rule | None = REST) -> Policy:
    return Policy((replace(TLS, specific=(TN3270, *rules), catch_all=catch_all),))


def bare(action: Action) -> Policy:
    return Policy((RuleSet("open", Protocol.NONE, None, (), Rule("rest", action)),))


SEEN = {(Protocol.TLS, Attribute.VERSION): frozenset({0x0301, 0x0302, 0x0303, 0x0304})}
NARROWER = replace(TN3270.traffic, user=NamePattern("A"))
LONG_NAMED = Traffic(local_ports=PortSet.parse("1", name="z" * 33))
HALVES = tuple(
    Rule(half, traffic=Traffic(local_ports=PortSet.parse(half))) for half in ("1-22", "23-99")
)
MANY = tuple(Rule(f"r{number}", traffic=PORT) for number in range(MOST_RULES))
CASES = [
    ("shadowed-rule", with_rule(replace(TN3270, name="x", traffic=NARROWER)), HERE),
    ("duplicate-rule", with_rule(replace(TN3270, name="x")), HERE),
    ("contradicting-rule", with_rule(replace(TN3270, name="x", action=RESET)), HERE),
    ("unreachable-rule", with_rule(*HALVES, Rule("y", traffic=PORT)), HERE),
    ("specific-without-condition", with_rule(Rule("x")), HERE),
    ("catch-all-missing", with_rule(catch_all=None), HERE),
    ("not-worked-out", with_rule(*MANY), HERE),
    ("empty-condition", with_rule(Rule("x", traffic=PORT, requirement=EMPTY)), HERE),
    ("general-resets", Policy((replace(TLS, general=replace(GENERAL, action=RESET)),)), HERE),
    ("reset-without-log", with_rule(Rule("x", RESET, PORT)), HERE),
    ("reset-on-no-protection", bare(LOUD), HERE),
    ("audit-without-destination", ARTICLE, Surroundings(audits_to_smf=False, audits_to_nmi=False)),
    ("syslogd-without-trmd", ARTICLE, Surroundings(trmd_runs=False)),
    ("zert-is-off", ARTICLE, Surroundings(zert_is_on=False)),
    ("nothing-on-record", with_rule(Rule("x", requirement=SSLV2)), Surroundings(recorded=SEEN)),
    ("name-too-long", with_rule(Rule("x" * 33, traffic=PORT)), HERE),
    ("name-too-long", with_rule(Rule("x", Action("y" * 33), PORT)), HERE),
    ("name-too-long", with_rule(Rule("x", traffic=LONG_NAMED)), HERE),
    ("not-in-code-page", with_rule(Rule("x", traffic=PORT, comments=("€",))), HERE),
    ("expired-exception", ARTICLE, Surroundings(day=date(2027, 4, 1))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "policy", "around"), CASES)
def test_a_fault_is_found(code: str, policy: Policy, around: Surroundings) -> None:
    assert code in [one.code for one in check(policy, around)]


def never_met(
    requirement: Requirement, recorded: Codes, how: Settings = DEFAULTS, *, manual: bool = False
) -> bool:
    policy = Policy(
        (RuleSet("s", requirement.protocol, None, (Rule("x", requirement=requirement),)),)
    )
    around = Surroundings(recorded=recorded, has_manual=manual)
    return "nothing-on-record" in [one.code for one in check(policy, around, how)]


def test_what_meets_a_condition_is_as_the_settings_say() -> None:
    version = (Protocol.TLS, Attribute.VERSION)
    unknown = {version: frozenset({0})}
    fits = Settings(unknown_attribute=Absent.FITS)
    assert never_met(SSLV2, unknown)
    assert not never_met(SSLV2, unknown, fits)
    assert never_met(SSLV2, {version: frozenset({0x0303})}, fits)
    assert not never_met(Requirement.of(Protocol.TLS, version="Unknown"), unknown)
    phase_1 = Requirement.of(Protocol.IPSEC, phase1_encryption="AES-CBC-256")
    phase_2 = Requirement.of(Protocol.IPSEC, phase2_encryption="AES-CBC-256")
    manual = Settings(manual_phase1=Absent.FITS)
    assert never_met(phase_1, {}, manual)
    assert never_met(phase_1, {}, manual=True)
    assert not never_met(phase_1, {}, manual, manual=True)
    assert never_met(phase_2, {}, manual, manual=True)


def test_the_length_of_names_is_that_of_the_dialect() -> None:
    named = with_rule(Rule("x" * 20, traffic=PORT))
    (found,) = [one for one in check(named, Surroundings(name_limit=16)) if "name" in one.code]
    assert "longer than the 16 characters" in found.message
    longer = with_rule(Rule("x" * 40, traffic=PORT))
    assert not [one for one in check(longer, Surroundings(name_limit=64)) if "name" in one.code]


def test_every_code_has_a_case_and_a_meaning() -> None:
    assert {code for code, _, _ in CASES} == set(CODES)
    assert all(CODES.values())


def test_the_articles_scenario_has_no_fault() -> None:
    around = Surroundings(
        zert_is_on=True,
        audits_to_smf=True,
        audits_to_nmi=False,
        trmd_runs=True,
        knows_failures=True,
        recorded=SEEN,
        day=date(2027, 3, 31),
    )
    assert check(ARTICLE, around) == ()
    assert check(ARTICLE) == ()
    assert [one.code for one in check(bare(LOUD), around)] == []


def test_a_finding_names_rule_set_rule_and_field() -> None:
    found = [one for one in check(bare(RESET)) if one.code == "reset-without-log"]
    assert str(found[0].place) == "open / rest / action"
    assert found[0].severity is Severity.WARNING


def test_an_expired_exception_names_its_owner() -> None:
    (found,) = check(ARTICLE, Surroundings(day=date(2027, 4, 1)))
    assert found.hint == "ask Net team"
