"""Two matchers and the explanations against a naive one that knows every named choice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policy import vectorised
from policy.attributes import Connection, Direction, Protection, Source
from policy.explain import explain, why_not_evaluated
from policy.matcher import evaluate
from policy.model import Policy, Rule
from policy.settings import CHOICES as NAMED
from policy.settings import Absent, Failed, Scope, Settings, Together
from policy.vocabulary import Attribute, Protocol, word
from tests.policy.strategies import connections, policies
from tests.policy.test_matching import SETTINGS

CHOICES = st.builds(Settings, **{name: st.sampled_from(kind) for name, kind in NAMED.items()})
KINDS = {
    "version": {Protocol.TLS: "tls_version", Protocol.SSH: "ssh_version"},
    "key_exchange": {Protocol.TLS: "tls_key_exchange", Protocol.SSH: "ssh_key_exchange"},
}
PAIRED = (("_in", "_out"), ("phase1_", "phase2_"))


def naive_holds(rule: Rule, of: Protocol, seen: Connection, how: Settings) -> bool:
    """Every condition that is given holds, whatever was chosen of what IBM does not document."""
    t, r, p = rule.traffic, rule.requirement, seen.protection(of)
    ok = all(
        want is None
        or any(a.first.version == ip.version and a.first <= ip <= a.last for a in want.members)  # type: ignore[operator]
        for want, ip in ((t.local, seen.local_ip), (t.remote, seen.remote_ip))
    )
    for ports, port in ((t.local_ports, seen.local_port), (t.remote_ports, seen.remote_port)):
        ok &= ports is None or any(one.first <= port <= one.last for one in ports.members)
    names = (
        (seen.job, seen.user) if how.name_case == "exact" else (seen.job.upper(), seen.user.upper())
    )
    for mask, name in zip((t.job, t.user), names, strict=True):
        ok &= (
            mask is None or (name + "*").startswith(mask.text[:-1])
            if mask and mask.text[-1] == "*"
            else mask is None or mask.text == name
        )
    ok &= t.direction in (Direction.BOTH, seen.direction)
    if r is None or p is None:
        return ok and r is None
    seen_all = how.scope == Scope.ALL or of == Protocol.IPSEC or p.source == Source.OBSERVED
    seen_all |= p.source == Source.UNKNOWN and how.unknown_source == Absent.FITS
    good = {a: naive_code(a, of, names, p, how, seen_all=seen_all) for a, names in r.wanted}
    either = how.ssh_ways if of == Protocol.SSH else how.ipsec_phases
    for a in list(good):
        twin = next((o for o in good if o != a and stem(o) == stem(a)), None)
        if twin and either == Together.EITHER:
            good[a] = good[twin] = good[a] or good[twin]
    bits = (p.key_bits if seen_all else 0) or 0
    key = r.min_key_bits is None or (
        bits >= r.min_key_bits if bits else how.unknown_key_length == Absent.FITS
    )
    return ok and key and all(good.values())


def stem(attribute: Attribute) -> str:
    return (
        attribute.value.removesuffix("_in")
        .removesuffix("_out")
        .removeprefix("phase1_")
        .removeprefix("phase2_")
    )


def naive_code(
    a: Attribute,
    of: Protocol,
    names: tuple[str, ...],
    p: Protection,
    how: Settings,
    *,
    seen_all: bool,
) -> bool:
    if p.is_manual and a.value.startswith("phase1"):
        return how.manual_phase1 == Absent.FITS
    if p.codes.get(a, 0) * seen_all == 0 and how.unknown_attribute == Absent.FITS:
        return True
    kind = KINDS.get(stem(a), {}).get(of, stem(a))
    return any(p.codes.get(a, 0) * seen_all in word(kind, name).codes for name in names)


def naive(policy: Policy, seen: Connection, how: Settings) -> dict[Protocol, int | None]:
    if seen.ip_protocol != 6 or (
        seen.is_failed_handshake and how.failed_handshake == Failed.NOTHING
    ):
        return {}
    found: dict[Protocol, int | None] = {}
    for of in [one.protocol for one in seen.protections] or [Protocol.NONE]:
        rules = next((one.rules() for one in policy.rule_sets if one.protocol == of), ())
        hits = [n for n, rule in enumerate(rules) if naive_holds(rule, of, seen, how)]
        found[of] = hits[0] if hits else None
    return found


@SETTINGS
@given(policies(), st.lists(connections(), min_size=1, max_size=12), CHOICES)
def test_both_matchers_and_the_explanation_follow_every_named_choice(
    policy: Policy, seen: list[Connection], how: Settings
) -> None:
    frame = vectorised.evaluate(policy, vectorised.frame_of(seen), how)
    for one, row in zip(seen, frame.iter_rows(named=True), strict=True):
        wanted = naive(policy, one, how)
        plain = {result.protocol: result.place for result in evaluate(policy, one, how).results}
        assert plain == wanted
        assert row == {
            vectorised.result_column(of): (
                None if of not in wanted else -1 if wanted[of] is None else wanted[of]
            )
            for of in Protocol
        }
        for told in explain(policy, one, how):
            assert told.result.place == wanted[told.result.protocol]
            matching = [n for n, step in enumerate(told.steps) if not step.failed]
            assert matching == ([] if told.result.place is None else [told.result.place])
        assert bool(why_not_evaluated(one, how)) is not bool(wanted)


@SETTINGS
@given(policies(), st.lists(connections(), min_size=1, max_size=12), CHOICES)
def test_each_rule_by_itself_matches_what_the_naive_one_says(
    policy: Policy, seen: list[Connection], how: Settings
) -> None:
    frame = vectorised.frame_of(seen)
    for rule_set in policy.rule_sets:
        rules, of = rule_set.rules(), rule_set.protocol
        found = [
            {start * vectorised.MOST_RULES + bit for bit in range(64) if int(mask) >> bit & 1}
            for row in zip(*vectorised.matching(rule_set, frame, how), strict=True)
            for start, mask in enumerate(row)
        ]
        wanted = [
            {n for n, rule in enumerate(rules) if naive_holds(rule, of, one, how)}
            if of in naive(policy, one, how)
            else set()
            for one in seen
        ]
        assert len(rules) <= vectorised.MOST_RULES  # one mask a row, so that rows stay in order
        assert found == wanted if rules else not found
