"""Two matchers and the explanations against naive ones written from the documents alone.

The short one knows the usual settings in both modes; the long one knows every named choice.
"""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from ipaddress import ip_address
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy import vectorised
from policy.attributes import TCP, Connection, Direction, Protection, Source
from policy.errors import FrameError
from policy.explain import explain, why_not_evaluated
from policy.matcher import evaluate, failures
from policy.model import Kind, Policy, Requirement, Rule, RuleSet, Traffic
from policy.settings import Scope, Settings
from policy.values.actions import Action
from policy.values.addresses import AddressSet
from policy.values.names import NamePattern
from policy.values.ports import PortSet
from policy.vocabulary import Attribute, Protocol
from tests.policy.samples import ARTICLE, GENERAL, TLS
from tests.policy.strategies import LONG, connections, policies

SETTINGS = settings(
    max_examples=LONG or 100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def key(of: Any) -> tuple[int, int]:
    return getattr(of, "version", 0), int(of)  # of an address or a port


def naive_fits(rule: Rule, of: Protocol, seen: Connection, scope: Scope) -> bool:
    t, r, p = rule.traffic, rule.requirement, seen.protection(of)
    ends: list[Any] = [(t.local, seen.local_ip), (t.remote, seen.remote_ip)]
    ends += [(t.local_ports, seen.local_port), (t.remote_ports, seen.remote_port)]
    ok = all(any(key(m.first) <= key(x) <= key(m.last) for m in g.members) for g, x in ends if g)
    who = ((t.job, seen.job), (t.user, seen.user))
    ok &= all(fnmatchcase(x.upper(), m.text) for m, x in who if m)
    ok &= t.direction in (Direction.BOTH, seen.direction)
    if r and p:
        told = scope == Scope.ALL or of == Protocol.IPSEC or p.source == Source.OBSERVED
        there = [(a, wanted) for a, wanted in r.codes() if not (p.is_manual and "phase1" in a)]
        ok &= there == [*r.codes()] and all(p.codes.get(a, 0) * told in w for a, w in there)
        ok &= (r.min_key_bits or 0) <= told * (p.key_bits or 0)
    return ok and (r is None or p is not None)


def naive_places(policy: Policy, seen: Connection, scope: Scope) -> dict[Protocol, int | None]:
    """What the documents say of the usual settings, in both modes: the first rule that fits."""
    asked = [one.protocol for one in seen.protections] or [Protocol.NONE]
    applies = seen.ip_protocol == TCP and not seen.is_failed_handshake
    rules = {one.protocol: one.rules() for one in policy.rule_sets}
    fits = {of: [naive_fits(one, of, seen, scope) for one in rules.get(of, ())] for of in asked}
    return {of: found.index(True) if any(found) else None for of, found in fits.items() if applies}


@SETTINGS
@given(policies(), st.lists(connections(), min_size=1, max_size=12), st.sampled_from(Scope))
def test_both_matchers_mean_what_the_ten_line_one_means(
    policy: Policy, seen: list[Connection], scope: Scope
) -> None:
    how = Settings(scope=scope)
    frame = vectorised.evaluate(policy, vectorised.frame_of(seen), how)
    for one, row in zip(seen, frame.iter_rows(named=True), strict=True):
        wanted = naive_places(policy, one, scope)
        plain = {result.protocol: result.place for result in evaluate(policy, one, how).results}
        assert plain == wanted
        found = {of: row[vectorised.result_column(of)] for of in Protocol}
        assert found == {of: _as_row(wanted, of) for of in Protocol}


def _as_row(wanted: dict[Protocol, int | None], of: Protocol) -> int | None:
    """A frame has null where nothing applies and -1 where no rule fits."""
    place = wanted.get(of)
    return place if of not in wanted or place is not None else -1


def connection(version: int = 0x0303, **changes: object) -> Connection:
    tls = Protection(Protocol.TLS, {Attribute.VERSION: version}, source=Source.OBSERVED)
    ip = ip_address
    base = Connection(
        ip("10.0.0.5"), 992, ip("10.20.1.1"), 5000, "TN3270A", "U", Direction.INBOUND, (tls,)
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seen", "rule"),
    [
        (connection(0x0303), "TLS 1.2 or later"),
        (connection(0x0304), "TLS 1.2 or later"),
        (connection(0x0302), "TN3270"),
        (connection(0x0302, job="FTPD1"), "Rest"),
        (connection(0x0301), "Rest"),
        (connection(0x9999), "Rest"),
        (connection(0x0302, remote_ip=ip_address("10.21.0.1")), "Rest"),
    ],
)
def test_the_articles_scenario(seen: Connection, rule: str) -> None:
    (result,) = evaluate(ARTICLE, seen).results
    assert result.rule
    assert result.rule.name == rule


def test_explanations_say_which_condition_failed() -> None:
    (told,) = explain(ARTICLE, connection(0x0302, job=""))
    assert told.lines() == (
        "TLS, rule set `Company TLS`: rule `Rest`: log to syslogd at notice, write an audit record",
        "general rule `TLS 1.2 or later` does not match: "
        "version: wants TLSv1.2 or TLSv1.3, is TLSv1.1",
        "specific rule `TN3270` does not match: job name: wants TN3270*, is not known",
        "catch-all rule `Rest` matches: log to syslogd at notice, write an audit record",
    )
    assert told.steps[0].kind is Kind.GENERAL


def test_what_only_the_provider_knows_counts_on_demand() -> None:
    tls = Protection(Protocol.TLS, {Attribute.VERSION: 0x0303}, source=Source.PROVIDER)
    seen = connection(protections=(tls,))
    places = [evaluate(ARTICLE, seen, Settings(scope=scope)).results[0].place for scope in Scope]
    assert places == [2, 0]
    assert "not observed: known from the provider only" in explain(ARTICLE, seen)[0].lines()[1]


def test_explanations_where_there_is_little_to_explain() -> None:
    bare = connection(protections=())
    assert explain(ARTICLE, bare)[0].lines() == (
        "no recognized protection: there is no rule set, so nothing happens",
    )
    none = Policy((RuleSet("open", Protocol.NONE),))
    assert explain(none, bare)[0].lines() == (
        "no recognized protection, rule set `open`: no rule matches: no action",
    )
    assert why_not_evaluated(replace(bare, ip_protocol=17)) == "rules apply to TCP only"
    assert "handshake failed" in why_not_evaluated(replace(bare, is_failed_handshake=True))
    manual = Protection(Protocol.IPSEC, is_manual=True, key_bits=128)
    ike = Requirement.of(Protocol.IPSEC, min_key_bits=256, phase1_encryption="AES-CBC-256")
    policy = Policy((RuleSet("i", Protocol.IPSEC, Rule("g", requirement=ike)),))
    line = explain(policy, connection(protections=(manual,)))[0].lines()[1]
    assert "is not there: a manual tunnel; key length: wants at least 256 bits, is 128 bits" in line


def test_a_rule_of_another_protocol_misses_the_protection() -> None:
    (found,) = failures(GENERAL, Protocol.TLS, connection(protections=()))
    assert str(found) == "protection: wants TLS, is no such protection"


def test_several_protocols_give_several_results_and_reset_wins() -> None:
    ipsec = RuleSet("i", Protocol.IPSEC, catch_all=Rule("drop", Action("Drop", reset=True)))
    policy = Policy((TLS, ipsec))
    both = connection(protections=(*connection().protections, Protection(Protocol.IPSEC)))
    found = evaluate(policy, both)
    assert [one.rule.name for one in found.results if one.rule] == ["TLS 1.2 or later", "drop"]
    assert found.action == Action(reset=True)


def test_more_rules_than_one_mask_holds() -> None:
    rules = tuple(
        Rule(str(n), traffic=Traffic(remote=AddressSet.parse(f"10.0.{n}.0/24"))) for n in range(130)
    )
    policy = Policy((RuleSet("many", Protocol.NONE, None, rules),))
    seen = [connection(remote_ip=ip_address(f"10.0.{n}.1"), protections=()) for n in range(131)]
    found = vectorised.evaluate(policy, vectorised.frame_of(seen))["none_rule"].to_list()
    assert found == [*range(130), -1]


def test_a_frame_of_another_form_is_refused() -> None:
    frame = vectorised.frame_of([connection()])
    for wrong, message in (
        (frame.drop("job"), "no column `job`"),
        (frame.cast({"local_port": pl.Int64}), "`local_port` is Int64, not UInt16"),
        (frame.with_columns(local_hi=pl.lit(None, pl.UInt64)), "without an address"),
    ):
        with pytest.raises(FrameError, match=message):
            vectorised.evaluate(ARTICLE, wrong)
    assert vectorised.evaluate(ARTICLE, frame.clear()).height == 0


def test_more_rules_than_a_mask_has_bits_come_in_several() -> None:
    rules = tuple(Rule(f"R{n}", traffic=Traffic(job=NamePattern(f"J{n}"))) for n in range(70))
    rule_set = RuleSet("Many", Protocol.TLS, None, rules)
    frame = vectorised.frame_of([connection(job="J69"), connection(job="J3")])
    first, second = vectorised.matching(rule_set, frame)
    assert first.tolist() == [0, 1 << 3]
    assert second.tolist() == [1 << 5, 0]


def test_a_port_that_is_not_known_is_told_as_that() -> None:
    rule = Rule("r", traffic=Traffic(remote_ports=PortSet.parse("443")))
    here = ip_address("10.1.1.1")
    (failed,) = failures(rule, Protocol.NONE, Connection(here, 21, here, 0))
    assert str(failed) == "remote port: wants 443, is not known"
