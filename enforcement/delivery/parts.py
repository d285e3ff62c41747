"""What happens because of one record, part by part, as lines and records that files take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from enforcement.engine import audit
from enforcement.engine.following import STACK
from enforcement.engine.lives import Stack
from enforcement.engine.messages.installing import installed
from enforcement.engine.outcome import Console, Outcome
from enforcement.engine.settings import Settings
from policy.checks import Surroundings
from policy.model import Policy


def console_text(message: Console) -> bytes:
    """Return a console message, line by line."""
    return b"".join(line.encode() + b"\n" for line in message.lines)


def audit_records(outcome: Outcome) -> Iterator[bytes]:
    """Yield the enforcement record, and the last record of a connection that was reset."""
    if outcome.audit:
        yield audit.enforcement_record(outcome)
    if outcome.is_cut:
        yield audit.last_record(outcome)


@dataclass(slots=True)
class Installing:
    """What stacks say when the policy is installed on them: once each, when first met."""

    policy: Policy
    around: Surroundings
    settings: Settings
    stacks: set[Stack] = field(default_factory=set)

    def meet(self, connections: pl.DataFrame) -> Iterator[Console]:
        """Yield what the stacks in these records say that were not met before."""
        for stack in connections.select(STACK).unique(maintain_order=True).rows():
            if stack not in self.stacks:
                self.stacks.add(stack)
                yield from installed(self.policy, stack, self.around, self.settings)
