"""The actions of matching rules: messages, audit, reset, in that order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from enforcement.engine.lives import Stack, upper
from enforcement.engine.messages.installing import audits_nowhere
from enforcement.engine.messages.writer import Values, Writer, drop_command, values_of
from enforcement.engine.outcome import Console, Event, Match, Outcome, State, Syslog, Verdict
from enforcement.engine.settings import Settings
from enforcement.engine.suppression import Counters, Suppression
from enforcement.engine.tally import Tally, key_of
from policy.attributes import Direction
from policy.checks import Surroundings

NOT_TOLD: Final[Mapping[Stack, Surroundings]] = MappingProxyType({})
"""Of no stack alone anything is known."""


class Actor:
    """Acts for all stacks; each has its own log suppression.

    `around` is so on all stacks but those that `arounds` names, in upper case.
    """

    def __init__(
        self,
        settings: Settings,
        around: Surroundings,
        tally: Tally,
        arounds: Mapping[Stack, Surroundings] = NOT_TOLD,
    ) -> None:
        self._limits = settings.limits
        self._writer = Writer(settings.wording)
        self._around = around
        self._arounds = dict(arounds)
        self._tally = tally
        self._stacks: dict[Stack, Suppression] = {}

    def memory(self) -> list[tuple[str, str, str, Counters]]:
        """Return the counters of all stacks."""
        return [(*stack, one.memory()) for stack, one in self._stacks.items()]

    def recall(self, stacks: Iterable[tuple[str, str, str, Counters]]) -> None:
        """Go on with counters that `memory` gave."""
        for sysplex, system, name, counters in stacks:
            one = self._stacks[sysplex, system, name] = Suppression(self._limits)
            one.recall(counters)

    def act(
        self, event: Event, state: State, direction: Direction | None, verdict: Verdict
    ) -> Outcome:
        """Return what the matching rules do about a connection whose protection is known."""
        around = self._around_of(event)
        syslog: list[Syslog] = []
        console: list[Console] = []
        suppressed = []
        is_reset = verdict.action.reset
        for match in (one for one in verdict.matches if one.rule.action.logs):
            held_back = self._ruling(event, match)
            if held_back is None:
                suppressed.append(match)
                continue
            values = values_of(event, state, direction, match)
            if around.trmd_runs is not False:
                syslog += self._to_syslog(event, values, match, held_back, is_reset=is_reset)
            console += self._to_console(event, values, match, held_back, is_reset=is_reset)
        outcome = Outcome(
            event,
            state,
            direction,
            verdict.matches,
            tuple(syslog),
            tuple(console),
            tuple(suppressed),
            audit=verdict.action.audit and not audits_nowhere(around),
            reset=drop_command(event) if is_reset else "",
        )
        self._tally.audits += outcome.audit
        self._tally.resets += is_reset
        self._tally.doubtful += outcome.is_doubtful
        return outcome

    def _to_syslog(
        self, event: Event, values: Values, match: Match, held_back: int, *, is_reset: bool
    ) -> Iterator[Syslog]:
        if match.rule.action.syslog_level is not None:
            self._tally.syslog[key_of(match)] += 1
            yield self._writer.syslog(event, values, match, is_reset=is_reset)
            if held_back:
                yield self._writer.syslog_held_back(event, match, held_back)

    def _to_console(
        self, event: Event, values: Values, match: Match, held_back: int, *, is_reset: bool
    ) -> Iterator[Console]:
        if match.rule.action.console:
            self._tally.console[key_of(match)] += 1
            yield self._writer.console(event, values, match, is_reset=is_reset)
            if held_back:
                yield self._writer.console_held_back(event, match, held_back)

    def _around_of(self, event: Event) -> Surroundings:
        if not self._arounds:
            return self._around
        return self._arounds.get(upper((event.sysplex, event.system, event.stack)), self._around)

    def _ruling(self, event: Event, match: Match) -> int | None:
        """Return None when the message is suppressed, else the number held back before."""
        stack = (event.sysplex, event.system, event.stack)
        if stack not in self._stacks:
            self._stacks[stack] = Suppression(self._limits)
        ruling = self._stacks[stack].rule_on(key_of(match), event.local_time)
        if not ruling.is_written:
            self._tally.suppressed[key_of(match)] += 1
            return None
        return ruling.held_back
