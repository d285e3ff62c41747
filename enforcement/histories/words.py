"""What states and verdicts say, as tables keep them: each different one is put in words once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from enforcement.engine.messages.writer import action_name
from enforcement.engine.outcome import Match, State, Verdict
from policy import vocabulary
from policy.attributes import Protection, Source
from policy.model import Kind, Policy
from policy.vocabulary import KINDS, Protocol

NO_PLACE: Final = -1
NO_RULE, NO_RULE_SET, FAILED = "no rule", "no rule set", "failed handshake"
FALLS: Final = (Kind.CATCH_ALL.value, NO_RULE)
"""Kinds of what falls through to the end of a rule set."""
NOTHING: Final = "nothing happens"
RESET_BEFORE: Final = "not evaluated: a rule has reset the connection before"


@dataclass(frozen=True, slots=True)
class Saying:
    """What one rule set says about a connection; `place` is NO_PLACE where no rule matches.

    `action` is what happens, in words.
    """

    protocol: str
    rule_set: str
    place: int
    rule: str
    kind: str
    action: str
    resets: bool
    audits: bool
    action_name: str = ""

    def __str__(self) -> str:
        if not self.rule:
            return f"{self.protocol}: {self.kind}, {self.action}".removeprefix(": ")
        return f"{self.protocol}: {self.kind} rule `{self.rule}`, {self.action}"


def sayings(policy: Policy, verdict: Verdict) -> Iterator[Saying]:
    """Yield what each rule set says that a connection was held against; one at least."""
    matches = {one.protocol: one for one in verdict.matches}
    for protocol in verdict.protocols:
        if protocol in matches:
            yield said(policy, matches[protocol])
            continue
        rule_set = policy.rule_set(protocol)
        name, kind = (rule_set.name, NO_RULE) if rule_set else ("", NO_RULE_SET)
        yield Saying(protocol.value, name, NO_PLACE, "", kind, NOTHING, resets=False, audits=False)
    if not verdict.protocols:
        yield Saying("", "", NO_PLACE, "", FAILED, NOTHING, resets=False, audits=False)


def said(policy: Policy, match: Match) -> Saying:
    """Return what the rule says that a connection has met."""
    rule_set, action = policy.rule_set(match.protocol), match.rule.action
    kind = rule_set.kind(match.place).value if rule_set else ""
    return Saying(
        match.protocol.value,
        match.rule_set,
        match.place,
        match.rule.name,
        kind,
        str(action),
        action.reset,
        action.audit,
        action_name(action),
    )


def joined(found: Iterable[Saying]) -> str:
    """Return a verdict in a line."""
    return "; ".join(map(str, found))


def protection_words(state: State) -> str:
    """Return what protects a connection, as rules see it."""
    if state.is_failed_handshake:
        return "failed handshake"
    return "; ".join(map(_words, state.protections)) or "no recognized protection"


def _words(one: Protection) -> str:
    if one.source is Source.PROVIDER and not one.codes:
        return f"{one.protocol} (known from its provider alone)"
    names = [
        vocabulary.name_of(KINDS[one.protocol][attribute], code)
        for attribute, code in one.codes.items()
        if code
    ]
    if one.protocol is Protocol.IPSEC and one.is_manual:
        names.insert(0, "manual tunnel")
    if one.key_bits:
        names.append(f"{one.key_bits} bits")
    return " ".join([one.protocol.value, ", ".join(names)]).strip()
