"""One connection against the rules, plainly; the vectorised matcher means the same.

First match in the order general, specific rules, catch-all; one result for each protocol that
protects the connection (IBM Z Hot Topics; IBM Education Assistant z/OS V2R5, slide 53).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policy import vocabulary
from policy.attributes import TCP, Connection, Direction, Protection, Source
from policy.model import Policy, Requirement, Rule, RuleSet, Traffic
from policy.settings import DEFAULTS, Absent, Case, Conflict, Failed, Scope, Settings, Together
from policy.values.actions import Action, combined
from policy.values.members import named
from policy.vocabulary import KINDS, Attribute, Protocol

UNKNOWN_CODE = 0
PHASE_1 = (Attribute.PHASE1_ENCRYPTION, Attribute.PHASE1_AUTHENTICATION)
PAIRS = {
    Attribute.ENCRYPTION_IN: Attribute.ENCRYPTION_OUT,
    Attribute.AUTHENTICATION_IN: Attribute.AUTHENTICATION_OUT,
    Attribute.PHASE1_ENCRYPTION: Attribute.PHASE2_ENCRYPTION,
    Attribute.PHASE1_AUTHENTICATION: Attribute.PHASE2_AUTHENTICATION,
}
"""Conditions that `ssh_ways` and `ipsec_phases` speak of."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A condition that does not hold: `field` in words, what is `wanted` and what was `found`."""

    field: str
    wanted: str
    found: str

    def __str__(self) -> str:
        return f"{self.field}: wants {self.wanted}, is {self.found}"


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome for one protocol; `rule` is None when no rule matched or no rule set is there."""

    protocol: Protocol
    rule_set: RuleSet | None
    place: int | None

    @property
    def rule(self) -> Rule | None:
        """The rule that matched."""
        if self.rule_set is None or self.place is None:
            return None
        return self.rule_set.rules()[self.place]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All results of a connection, and what happens to it in all."""

    results: tuple[Result, ...]
    settings: Settings = DEFAULTS

    @property
    def action(self) -> Action:
        """Everything the matching rules do; what resets is a setting."""
        all_must = self.settings.several_rules is Conflict.ALL_RESET
        done = tuple(one.rule.action for one in self.results if one.rule)
        return combined(done, all_must_reset=all_must)


def evaluate(policy: Policy, connection: Connection, settings: Settings = DEFAULTS) -> Evaluation:
    """Return the results for the protocols that protect a connection, in their order."""
    found = []
    for protocol in protocols(connection, settings):
        rule_set = policy.rule_set(protocol)
        place = first_match(rule_set, connection, settings) if rule_set else None
        found.append(Result(protocol, rule_set, place))
    return Evaluation(tuple(found), settings)


def protocols(connection: Connection, settings: Settings = DEFAULTS) -> tuple[Protocol, ...]:
    """Return the protocols whose rule sets a connection is checked against; TCP only."""
    if connection.ip_protocol != TCP:
        return ()
    if connection.is_failed_handshake and not connection.protections:
        return (Protocol.NONE,) if settings.failed_handshake is Failed.NO_PROTECTION else ()
    there = [one for one in Protocol if connection.protection(one)]
    return tuple(there) or (Protocol.NONE,)


def first_match(
    rule_set: RuleSet, connection: Connection, settings: Settings = DEFAULTS
) -> int | None:
    """Return the place in `rule_set.rules()` of the first rule that matches."""
    for place, rule in enumerate(rule_set.rules()):
        if matches(rule, rule_set.protocol, connection, settings):
            return place
    return None


def matches(
    rule: Rule, protocol: Protocol, connection: Connection, settings: Settings = DEFAULTS
) -> bool:
    """Return whether every condition of a rule holds."""
    return next(failures(rule, protocol, connection, settings), None) is None


def failures(
    rule: Rule, protocol: Protocol, connection: Connection, settings: Settings = DEFAULTS
) -> Iterator[Failure]:
    """Yield each condition of a rule that does not hold."""
    yield from _of_traffic(rule.traffic, connection, exact=settings.name_case is Case.EXACT)
    protection = connection.protection(protocol)
    if rule.requirement and protection is None:
        yield Failure("protection", protocol.value, "no such protection")
    elif rule.requirement and protection:
        yield from _of_protection(rule.requirement, protection, settings)


def _of_traffic(traffic: Traffic, connection: Connection, *, exact: bool) -> Iterator[Failure]:
    for field, addresses, address in (
        ("local address", traffic.local, connection.local_ip),
        ("remote address", traffic.remote, connection.remote_ip),
    ):
        if addresses and address not in addresses:
            yield Failure(field, named(addresses.members), str(address))
    for field, ports, port in (
        ("local port", traffic.local_ports, connection.local_port),
        ("remote port", traffic.remote_ports, connection.remote_port),
    ):
        if ports and port not in ports:
            yield Failure(field, named(ports.members), str(port) if port else "not known")
    for field, pattern, name in (
        ("job name", traffic.job, connection.job),
        ("user ID", traffic.user, connection.user),
    ):
        if pattern and not pattern.fits(name, exact=exact):
            yield Failure(field, str(pattern), name or "not known")
    if traffic.direction not in (Direction.BOTH, connection.direction):
        found = connection.direction.value if connection.direction else "not known"
        yield Failure("direction", traffic.direction.value, found)


def counts(given: Protection, settings: Settings) -> bool:
    """Return whether the attributes of a protection count; those that do not are unknown."""
    if settings.scope is Scope.ALL or given.protocol is Protocol.IPSEC:
        return True
    if given.source is Source.UNKNOWN:
        return settings.unknown_source is Absent.FITS
    return given.source is Source.OBSERVED


def _of_protection(wanted: Requirement, given: Protection, settings: Settings) -> Iterator[Failure]:
    is_seen = counts(given, settings)
    codes = given.codes if is_seen else {}
    failed = {
        attribute: codes.get(attribute, UNKNOWN_CODE)
        for attribute, fitting in wanted.codes()
        if not _holds(attribute, codes.get(attribute, UNKNOWN_CODE), fitting, given, settings)
    }
    asked = dict(wanted.wanted)
    for one, other in PAIRS.items():
        is_pair = _is_either(given.protocol, settings) and one in asked and other in asked
        if is_pair and (one not in failed or other not in failed):
            failed.pop(one, None)
            failed.pop(other, None)
    for attribute, code in failed.items():
        found = vocabulary.name_of(KINDS[given.protocol][attribute], code)
        if attribute in PHASE_1 and given.is_manual:
            found = "not there: a manual tunnel"
        elif not is_seen:
            of_provider = given.source is Source.PROVIDER
            known = "known from the provider only" if of_provider else "no source is named"
            found = f"not observed: {known}"
        yield Failure(attribute.value.replace("_", " "), " or ".join(asked[attribute]), found)
    yield from _of_key(wanted, (given.key_bits or 0) if is_seen else 0, settings)


def _holds(
    attribute: Attribute,
    code: int,
    fitting: frozenset[int],
    given: Protection,
    settings: Settings,
) -> bool:
    if attribute in PHASE_1 and given.is_manual:
        return settings.manual_phase1 is Absent.FITS
    if code == UNKNOWN_CODE and settings.unknown_attribute is Absent.FITS:
        return True
    return code in fitting


def _is_either(protocol: Protocol, settings: Settings) -> bool:
    chosen = settings.ssh_ways if protocol is Protocol.SSH else settings.ipsec_phases
    return chosen is Together.EITHER


def _of_key(wanted: Requirement, bits: int, settings: Settings) -> Iterator[Failure]:
    if wanted.min_key_bits is None:
        return
    unknown_fails = settings.unknown_key_length is Absent.FAILS
    if (not bits and unknown_fails) or (bits and bits < wanted.min_key_bits):
        found = f"{bits} bits" if bits else "not known"
        yield Failure("key length", f"at least {wanted.min_key_bits} bits", found)
