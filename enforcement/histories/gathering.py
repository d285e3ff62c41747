"""What a run has found and not yet stored: rows of tables, in the order of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import merge
from itertools import repeat
from typing import Any, Final

import polars as pl

from enforcement.engine import audit
from enforcement.engine.lives import Stack
from enforcement.engine.outcome import Event, Match, Outcome
from enforcement.histories.columns import HITS, HOUR_US
from enforcement.histories.shares import Share, Taken
from enforcement.histories.unmet import Row, counted
from enforcement.histories.words import Saying, said
from policy.values.actions import combined

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 -- header times are local
_CHANGE: Final = (
    *("sysplex", "system", "stack", "local_time", "event", "conn_id", "start_utc", "fingerprint"),
    *("local_ip", "local_port", "remote_ip", "remote_port", "job", "user", "protection"),
    *("mine", "other"),
)
_KINDS: Final = 3
_RESET: Final = "reset before"


@dataclass(slots=True)
class Numbers:
    """How many rows of each kind there are."""

    acts: int = 0
    messages: int = 0
    changes: int = 0


@dataclass(slots=True)
class Gathering:
    """Rows since the last time that they were stored."""

    numbers: Numbers
    acts: list[tuple[Any, ...]] = field(default_factory=list)
    messages: list[tuple[Any, ...]] = field(default_factory=list)
    changes: list[tuple[Any, ...]] = field(default_factory=list)
    hits: list[pl.DataFrame] = field(default_factory=list)
    falls: list[pl.DataFrame] = field(default_factory=list)
    rules: list[Row] = field(default_factory=list)

    def __len__(self) -> int:
        """Rows that weigh: those of single connections."""
        return len(self.acts) + len(self.messages) + len(self.changes)

    def add(self, taken: Iterable[tuple[Share, Taken]]) -> None:
        """Take what the shares made of one batch."""
        both = list(taken)
        for _, one in both:
            self.hits += one.hits
            self.falls.append(one.falls)
            self.rules = counted([*self.rules, *one.rules])
            for message in one.said:
                self._add_message(message.stack, None, (None, None), None, "\n".join(message.lines))
        changed = [one.changes for _, one in both if one.changes is not None]
        if changed:
            self._add_changes(pl.concat(changed).sort("local_time", maintain_order=True))
        counts: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * _KINDS)
        ways = [zip(repeat(share), one.outcomes, strict=False) for share, one in both]
        for share, outcome in merge(*ways, key=lambda pair: pair[1].event.local_time):
            self._add_act(share, outcome)
            self._add_messages(outcome)
            _count(counts, share, outcome)
        rows = [(*key, 0, *numbers) for key, numbers in counts.items()]
        self.hits.append(pl.DataFrame(rows, schema=HITS, orient="row"))

    def _add_changes(self, found: pl.DataFrame) -> None:
        for row in found.select(_CHANGE).iter_rows():
            self.numbers.changes += 1
            self.changes.append((self.numbers.changes, *row[:3], moment(row[3]), *row[4:]))

    def _add_act(self, share: Share, outcome: Outcome) -> None:
        event = outcome.event
        self.numbers.acts += 1
        done = combined(tuple(one.rule.action for one in outcome.matches))
        action = replace(done, reset=bool(outcome.reset))
        self.acts.append(
            (
                self.numbers.acts,
                *_connection(event),
                share.mine.told.words_of(outcome.state),
                outcome.direction.value if outcome.direction else "",
                _names(outcome.matches),
                str(action) if outcome.matches else _RESET,
                _names(outcome.suppressed),
                outcome.reset,
                outcome.is_cut,
                outcome.is_doubtful,
                audit.enforcement_record(outcome) if outcome.audit else None,
                audit.last_record(outcome) if outcome.is_cut else None,
            )
        )

    def _add_messages(self, outcome: Outcome) -> None:
        event = outcome.event
        texts: list[tuple[int | None, str]]
        texts = [(one.level, one.text) for one in outcome.syslog]
        texts += [(None, "\n".join(one.lines)) for one in outcome.console]
        stack, at = (event.sysplex, event.system, event.stack), moment(event.local_time)
        for level, text in texts:
            self._add_message(stack, at, (event.conn_id, event.start_utc), level, text)

    def _add_message(
        self,
        stack: Stack,
        at: datetime | None,
        connection: tuple[int | None, int | None],
        level: int | None,
        text: str,
    ) -> None:
        self.numbers.messages += 1
        self.messages.append((self.numbers.messages, *stack, at, *connection, level, text))


def moment(time: int) -> datetime:
    """Return a header time."""
    return _EPOCH + timedelta(microseconds=time)


def _count(counts: dict[tuple[Any, ...], list[int]], share: Share, outcome: Outcome) -> None:
    """Messages written and held back, by hour and rule."""
    event, hour = outcome.event, outcome.event.local_time // HOUR_US * HOUR_US
    for match in outcome.matches:
        if match.rule.action.logs:
            one: Saying = said(share.mine.policy, match)
            where = (event.sysplex, event.system, event.stack)
            version = share.mine.told.version_of(one)
            key = (hour, False, *where, True, version, *_values(one))
            found = counts[key]
            if match in outcome.suppressed:
                found[2] += 1
            else:
                found[0] += match.rule.action.syslog_level is not None
                found[1] += match.rule.action.console


def _values(one: Saying) -> tuple[Any, ...]:
    return (
        *(one.protocol, one.rule_set, one.place, one.rule, one.kind, one.action),
        *(one.resets, one.audits),
    )


def _names(matches: tuple[Match, ...]) -> str:
    return "; ".join(f"{one.protocol}: {one.rule.name}" for one in matches)


def _connection(event: Event) -> tuple[Any, ...]:
    return (
        *(event.sysplex, event.system, event.stack, moment(event.local_time), event.event),
        *(event.conn_id, event.start_utc, event.fingerprint, event.local_ip, event.local_port),
        *(event.remote_ip, event.remote_port, event.job, event.user),
    )
