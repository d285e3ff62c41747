"""Log suppression: which messages are written, so that syslogd and the console are not flooded.

IBM Z Hot Topics: in intervals of five minutes, ten messages of a rule and a hundred over all
rules, but one at least for each rule that matches; behind the interval the next match of a rule
is written with the number that was held back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from enforcement.engine.settings import Limits, Start
from enforcement.engine.tally import RuleKey

_SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a message is written, and how many of the rule were held back in an interval before.

    `held_back` is 0 but for the first message of an interval.
    """

    is_written: bool
    held_back: int = 0


class Counters(TypedDict):
    """The counters of one stack: of each rule protocol, name, matches and messages held back."""

    begin: int | None
    written: int
    counts: list[tuple[str, str, int, int]]
    carried: list[tuple[str, str, int]]


@dataclass(slots=True)
class _Count:
    matches: int = 0
    held_back: int = 0


class Suppression:
    """The counters of one stack, for syslogd and console together.

    `written` are the messages of this interval, as they count towards the limit over all rules.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._interval_us = limits.interval_s * _SECOND_US
        self._begin: int | None = None
        self.written = 0
        self._counts: dict[RuleKey, _Count] = {}
        self._carried: dict[RuleKey, int] = {}

    def rule_on(self, rule: RuleKey, time: int) -> Ruling:
        """Return what happens to the message of a match at `time` (microseconds), and count it."""
        self._turn(time)
        count = self._counts.get(rule)
        is_first = count is None
        if count is None:
            count = self._counts[rule] = _Count()
        count.matches += 1
        has_room = self.written < self._limits.over_all
        if not is_first and (count.matches > self._limits.per_rule or not has_room):
            count.held_back += 1
            return Ruling(is_written=False)
        if has_room or self._limits.guaranteed_count:
            self.written += 1
        return Ruling(is_written=True, held_back=self._carried.pop(rule, 0))

    def waiting(self) -> dict[RuleKey, int]:
        """Return how many messages were held back that no message has told of so far."""
        fresh = {rule: one.held_back for rule, one in self._counts.items() if one.held_back}
        return self._carried | fresh

    def memory(self) -> Counters:
        """Return the counters, as values that `recall` takes."""
        return {
            "begin": self._begin,
            "written": self.written,
            "counts": [(*rule, one.matches, one.held_back) for rule, one in self._counts.items()],
            "carried": [(*rule, count) for rule, count in self._carried.items()],
        }

    def recall(self, counters: Counters) -> None:
        """Go on with counters that `memory` gave."""
        self._begin, self.written = counters["begin"], counters["written"]
        self._counts = {
            (protocol, name): _Count(matches, held_back)
            for protocol, name, matches, held_back in counters["counts"]
        }
        self._carried = {(protocol, name): count for protocol, name, count in counters["carried"]}

    def _turn(self, time: int) -> None:
        """Begin another interval when the one before is over, or a clock was set back past it."""
        begin = self._begin
        if begin is not None and begin - self._interval_us < time < begin + self._interval_us:
            return
        self._carried = self.waiting()
        self._counts, self.written = {}, 0
        is_marked = self._limits.start is Start.FIXED_MARKS
        self._begin = time - time % self._interval_us if is_marked else time
