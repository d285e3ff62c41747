"""Rules, rule sets and policies hold together or are refused."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from policy.attributes import Connection, Direction, Protection
from policy.errors import ModelError, ValueInvalidError
from policy.findings import Finding, Place, Severity, errors
from policy.model import Kind, Policy, Requirement, Rule, RuleSet, Traffic
from policy.values.ports import PortSet
from policy.vocabulary import Attribute, Protocol

TLS12 = Requirement.of(Protocol.TLS, "TLS 1.2 or later", version="TLSv1.3 tlsv1.2")


def test_words_are_put_in_the_order_of_the_vocabulary() -> None:
    assert TLS12.words(Attribute.VERSION) == ("TLSv1.2", "TLSv1.3")
    assert TLS12.words(Attribute.ENCRYPTION) == ()
    assert dict(TLS12.codes()) == {Attribute.VERSION: {0x0303, 0x0304}}
    assert Requirement.of(Protocol.TLS, encryption="AES-GCM-128").words(Attribute.ENCRYPTION) == (
        "AES-128-GCM",
    )
    group = Requirement.of(Protocol.TLS, encryption="ARIA")
    assert dict(group.codes()) == {Attribute.ENCRYPTION: {0x21, 0x22, 0x23, 0x24}}
    assert Requirement(Protocol.SSH).is_empty


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"version": "SSHv2"}, "is no TLS version; one of Unknown, SSLv2"),
        ({"encryption": "AES-999"}, "one of AES-128-CBC"),
        ({"encryption_in": "3DES"}, "is no attribute of TLS"),
        ({"version": ""}, "without naming one"),
        ({"version": "TLSv1.2 TLSv1.2"}, "named twice"),
        ({"min_key_bits": 0}, "no key length"),
    ],
)
def test_a_requirement_asks_for_what_its_protocol_has(wanted: dict[str, str], message: str) -> None:
    with pytest.raises((ModelError, ValueInvalidError), match=message):
        Requirement.of(Protocol.TLS, **wanted)  # type: ignore[arg-type]


def test_other_requirements_that_make_no_sense() -> None:
    with pytest.raises(ModelError, match="nothing that a rule could ask"):
        Requirement(Protocol.NONE)
    pair = (Attribute.VERSION, ("TLSv1.2",))
    with pytest.raises(ModelError, match="asked for twice"):
        Requirement(Protocol.TLS, (pair, pair))


def test_a_rule_set_evaluates_general_specifics_and_catch_all() -> None:
    general, last = Rule("general", requirement=TLS12), Rule("rest")
    special = Rule("tn3270", traffic=Traffic(local_ports=PortSet.parse("992")))
    found = RuleSet("tls", Protocol.TLS, general, (special,), last)
    assert found.rules() == (general, special, last)
    assert [found.kind(place) for place in range(3)] == [
        Kind.GENERAL,
        Kind.SPECIFIC,
        Kind.CATCH_ALL,
    ]
    assert not general.is_any
    assert last.is_any
    assert RuleSet("x", Protocol.TLS, None, (special,)).kind(0) is Kind.SPECIFIC


def test_rule_sets_that_contradict_themselves_are_refused() -> None:
    port = Traffic(local_ports=PortSet.parse("992"))
    ssh = Requirement.of(Protocol.SSH, version="SSHv2")
    for message, make in {
        "traffic conditions": lambda: RuleSet("a", Protocol.TLS, Rule("g", traffic=port)),
        "has conditions": lambda: RuleSet(
            "a", Protocol.TLS, catch_all=Rule("c", requirement=TLS12)
        ),
        "two rules": lambda: RuleSet("a", Protocol.TLS, Rule("x"), (Rule("x"),)),
        "asks for SSH": lambda: RuleSet("a", Protocol.TLS, Rule("x", requirement=ssh)),
        "one rule set": lambda: Policy((RuleSet("a", Protocol.TLS), RuleSet("b", Protocol.TLS))),
    }.items():
        with pytest.raises(ModelError, match=message):
            make()
    with pytest.raises(ValueInvalidError, match="no comment"):
        Rule("x", comments=("# y",))


def test_a_policy_keeps_its_rule_sets_in_order() -> None:
    found = Policy((RuleSet("n", Protocol.NONE), RuleSet("t", Protocol.TLS)))
    assert [one.name for one in found.rule_sets] == ["t", "n"]
    assert found.rule_set(Protocol.NONE) is found.rule_sets[1]
    assert found.rule_set(Protocol.SSH) is None


def test_connections_hold_what_zert_can_record() -> None:
    ip = ip_address("10.1.1.1")
    tls = Protection(Protocol.TLS, {Attribute.VERSION: 0x0303})
    found = Connection(ip_address("::ffff:10.1.1.1"), 992, ip, 5000, protections=(tls,))
    assert found.local_ip == ip
    assert found.protection(Protocol.TLS) is tls
    assert found.protection(Protocol.SSH) is None
    for make in (
        lambda: Protection(Protocol.TLS, {Attribute.ENCRYPTION_IN: 1}),
        lambda: Protection(Protocol.NONE),
        lambda: Protection(Protocol.TLS, is_manual=True),
        lambda: Connection(ip, 65_536, ip, 1),
        lambda: Connection(ip, 1, ip, 1, direction=Direction.BOTH),
        lambda: Connection(ip, 1, ip, 1, protections=(tls, tls)),
    ):
        with pytest.raises(ModelError):
            make()


def test_findings_say_where() -> None:
    at_line = Finding("x", Severity.ERROR, "wrong", Place(3, 5), "right it")
    assert str(at_line) == "line 3, column 5: error x: wrong (right it)"
    at_rule = Finding("y", Severity.NOTE, "odd", Place(rule_set="TLS", rule="general"))
    assert str(at_rule) == "TLS / general: note y: odd"
    assert str(Finding("z", Severity.NOTE, "all")) == "note z: all"
    assert errors((at_line, at_rule)) == (at_line,)
