"""What came of one piece of a feed, for whoever keeps it: messages, counts, rejects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from enforcement.engine.outcome import Console, Outcome
from enforcement.engine.tally import RuleKey, Tally
from enforcement.live.sources import Where
from smf.errors import Rejected

SYSLOG, CONSOLE, RESET = "syslog", "console", "reset"


@dataclass(frozen=True, slots=True)
class Said:
    """One message, or the command of a reset; `number` is that of the syslog server's message."""

    kind: str
    sysplex: str
    system: str
    stack: str
    protocol: str
    rule: str
    time: int | None
    text: str
    level: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What the engines counted, of each rule and in all."""

    matches: Counter[RuleKey]
    messages: Counter[RuleKey]
    suppressed: Counter[RuleKey]
    evaluated: int
    audits: int
    resets: int
    forgotten: int = 0

    @classmethod
    def of(cls, tally: Tally) -> Counts:
        """Return what a tally says now."""
        return cls(
            Counter(tally.matches),
            tally.syslog + tally.console,
            Counter(tally.suppressed),
            tally.evaluated,
            tally.audits,
            tally.resets,
            tally.forgotten,
        )

    def since(self, before: Counts) -> Counts:
        """Return what was counted behind `before`."""
        return Counts(
            self.matches - before.matches,
            self.messages - before.messages,
            self.suppressed - before.suppressed,
            self.evaluated - before.evaluated,
            self.audits - before.audits,
            self.resets - before.resets,
            self.forgotten - before.forgotten,
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a state directory is: the last piece and message of its epoch; `is_new`: empty."""

    epoch: str
    piece: int = 0
    sequence: int = 0
    is_new: bool = True


@dataclass(slots=True)
class Worked:
    """A piece by its number in the feed; `sequence` is the number of the message before it.

    `place` is where the feed goes on behind everything that has come of it.
    """

    piece: int
    sequence: int
    place: Where
    said: list[Said] = field(default_factory=list)
    records: int = 0
    rejected: tuple[Rejected, ...] = ()
    counts: Counts | None = None


def said_of(outcome: Outcome, number: int | None) -> Iterator[Said]:
    """Yield the messages of one record; `number` is the syslog server's of the first."""
    event = outcome.event
    where = (event.sysplex, event.system, event.stack)
    for place, message in enumerate(outcome.syslog):
        own = None if number is None else number + place
        yield Said(SYSLOG, *where, *message.rule, message.time, message.text, message.level, own)
    for lines in outcome.console:
        yield Said(CONSOLE, *where, *lines.rule, lines.time, "\n".join(lines.lines))
    if outcome.reset:
        names = [one for one in outcome.matches if one.rule.action.reset]
        rule = (names[0].protocol.value, names[0].rule.name)
        yield Said(RESET, *where, *rule, event.local_time, outcome.reset)


def said_of_stack(message: Console) -> Said:
    """Return what a stack says when a policy is installed on it."""
    return Said(CONSOLE, *message.stack, "", "", message.time, "\n".join(message.lines))
