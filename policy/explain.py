"""Which rule matched and why those before it did not, in words."""

from __future__ import annotations

from dataclasses import dataclass

from policy.attributes import TCP, Connection
from policy.matcher import Failure, Result, evaluate, failures
from policy.model import Kind, Policy, Rule
from policy.settings import DEFAULTS, Settings
from policy.vocabulary import Protocol


@dataclass(frozen=True, slots=True)
class Step:
    """A rule that was looked at; no `failed` condition means that it matched."""

    rule: Rule
    kind: Kind
    failed: tuple[Failure, ...]

    def __str__(self) -> str:
        head = f"{self.kind.value} rule `{self.rule.name}`"
        if not self.failed:
            return f"{head} matches: {self.rule.action}"
        return f"{head} does not match: " + "; ".join(str(one) for one in self.failed)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened in the rule set of one protocol; rules behind the match are not looked at."""

    result: Result
    steps: tuple[Step, ...]

    def lines(self) -> tuple[str, ...]:
        """Return the explanation, a line a rule, the outcome first."""
        protocol = self.result.protocol
        what = "no recognized protection" if protocol is Protocol.NONE else str(protocol)
        rule_set, rule = self.result.rule_set, self.result.rule
        if rule_set is None:
            return (f"{what}: there is no rule set, so nothing happens",)
        outcome = f"rule `{rule.name}`: {rule.action}" if rule else "no rule matches: no action"
        return (f"{what}, rule set `{rule_set.name}`: {outcome}", *map(str, self.steps))


def explain(
    policy: Policy, connection: Connection, settings: Settings = DEFAULTS
) -> tuple[Explanation, ...]:
    """Return an explanation for each protocol that protects a connection."""
    return tuple(
        Explanation(result, _steps(result, connection, settings))
        for result in evaluate(policy, connection, settings).results
    )


def why_not_evaluated(connection: Connection, settings: Settings = DEFAULTS) -> str:
    """Return why no rule set applies, empty when one does."""
    if evaluate(Policy(), connection, settings).results:
        return ""
    if connection.ip_protocol != TCP:
        return "rules apply to TCP only"
    return "the handshake failed, and that is checked against no rule set"


def _steps(result: Result, connection: Connection, settings: Settings) -> tuple[Step, ...]:
    rule_set = result.rule_set
    if rule_set is None:
        return ()
    looked_at = rule_set.rules() if result.place is None else rule_set.rules()[: result.place + 1]
    return tuple(
        Step(
            rule,
            rule_set.kind(place),
            tuple(failures(rule, result.protocol, connection, settings)),
        )
        for place, rule in enumerate(looked_at)
    )
