"""The engine against one that anybody would write: record by record, with `policy.matcher`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from enforcement.engine.engine import Engine
from enforcement.engine.outcome import Outcome
from enforcement.engine.settings import Again, Limits, Remembering, Settings
from policy import settings as matching
from policy.matcher import evaluate
from policy.model import Policy
from policy.values.actions import Action
from tests.builders.enforcement.histories import (
    Recorded,
    face_of,
    frame_of,
    histories,
    nothing_switched,
)
from tests.policy.strategies import LONG, policies

Said = tuple[int, list[str], list[str], list[str], bool, bool, bool]
"""Record, rules that matched, messages to syslogd and the console, audit, reset, cut."""


def naive(policy: Policy, history: list[Recorded], how: Settings) -> Iterator[Said]:
    """The lives of connections, one record at a time."""
    lives: dict[int, tuple[int, list[object]]] = {}
    cut: set[tuple[int, int]] = set()
    log, clock, seen_at = Log(how.limits), 0, dict[int, int]()
    for one in history:
        clock = max(clock, one.time)
        cut = forget(too_old(seen_at, clock, how.remembering), lives, seen_at, cut)
        if one.event == 7:
            continue
        life, ends = (one.number, one.start), one.event in (3, 4)
        start, seen = lives.get(one.number, (None, []))
        seen = seen if start == one.start else []
        cut = {other for other in cut if other[0] != one.number or other == life}
        face = face_of(one.connection, counts_all=how.matching.scope is matching.Scope.ALL)
        results = evaluate(policy, one.connection, how.matching).results
        is_new = face not in seen and life not in cut
        rules = [
            (f"{r.protocol} {r.rule.name}", r.rule.action) for r in results if r.rule and is_new
        ]
        lives[one.number] = one.start, [*seen, face] if how.again is Again.NEW_STATE else [face]
        audit, reset = any(action.audit for _, action in rules), resets(rules, how.matching)
        syslog, console = log.messages(rules, one.time, is_reset=reset)
        cut |= {life} if reset else set()
        if any(not action.is_silent for _, action in rules) or (ends and life in cut):
            names = [name for name, _ in rules]
            yield one.place, names, syslog, console, audit, reset, ends and life in cut
        seen_at.pop(one.number, None)
        if ends:
            cut.discard(life)
            del lives[one.number]
            continue
        seen_at[one.number] = clock
        cut = forget(too_many(seen_at, how.remembering), lives, seen_at, cut)


def resets(rules: list[tuple[str, Action]], how: matching.Settings) -> bool:
    all_must = how.several_rules is matching.Conflict.ALL_RESET
    return bool(rules) and (all if all_must else any)(action.reset for _, action in rules)


def too_old(seen_at: dict[int, int], clock: int, known: Remembering) -> list[int]:
    before = clock - known.remember_days * 86_400
    return [number for number, when in seen_at.items() if when < before]


def too_many(seen_at: dict[int, int], known: Remembering) -> list[int]:
    return [*seen_at][: max(0, len(seen_at) - known.remember_connections)]


def forget(
    gone: list[int],
    lives: dict[int, tuple[int, list[object]]],
    seen_at: dict[int, int],
    cut: set[tuple[int, int]],
) -> set[tuple[int, int]]:
    """Connections that have been without a record for too long; those that stay cut."""
    for number in gone:
        del lives[number], seen_at[number]
    return {other for other in cut if other[0] not in gone}


class Log:
    """The reference algorithm of log suppression."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.start: int | None = None
        self.matches: Counter[str] = Counter()
        self.suppressed: Counter[str] = Counter()
        self.carry: dict[str, int] = {}
        self.total = 0

    def messages(
        self, rules: list[tuple[str, Action]], time: int, *, is_reset: bool
    ) -> tuple[list[str], list[str]]:
        syslog, console = [], []
        for name, action in rules:
            count = self.held_back(name, time) if action.logs else None
            if count is None:
                continue
            if action.syslog_level is not None:
                syslog.append("EZZ8584I" if action.reset and is_reset else "EZZ8583I")
                syslog += [f"EZZ8585I {count}"] if count else []
            if action.console:
                console.append("EZZ8562I" if action.reset and is_reset else "EZZ8551I")
                console += [f"EZZ8563I {count}"] if count else []
        return syslog, console

    def held_back(self, rule: str, time: int) -> int | None:
        if self.start is None or abs(time - self.start) >= self.limits.interval_s:
            self.carry |= +self.suppressed
            self.matches, self.suppressed = Counter(), Counter()
            self.start, self.total = time, 0
        first = not self.matches[rule]
        self.matches[rule] += 1
        full = self.total >= self.limits.over_all
        if not first and (self.matches[rule] > self.limits.per_rule or full):
            self.suppressed[rule] += 1
            return None
        self.total += 1
        return self.carry.pop(rule, 0)


def said(one: Outcome) -> Said:
    return (
        one.event.fingerprint,
        [f"{match.protocol} {match.rule.name}" for match in one.matches],
        [short(message.text) for message in one.syslog],
        [short(message.lines[0]) for message in one.console],
        one.audit,
        bool(one.reset),
        one.is_cut,
    )


def short(text: str) -> str:
    """The message's ID, and the number of those that were held back."""
    name = text.split()[0]
    return f"{name} {text.split()[-1]}" if name in ("EZZ8585I", "EZZ8563I") else name


LIMITS = st.sampled_from([Limits(), Limits(per_rule=1, over_all=3), Limits(per_rule=2)])

MATCHING = st.builds(
    matching.Settings,
    scope=st.sampled_from(matching.Scope),
    several_rules=st.sampled_from(matching.Conflict),
)
REMEMBERING = st.sampled_from([Remembering(), Remembering(1), Remembering(1, 1), Remembering(9, 1)])


@settings(max_examples=LONG or 150, deadline=None)
@given(
    policies(2),
    histories(),
    LIMITS,
    MATCHING,
    st.sampled_from(Again),
    REMEMBERING,
    st.lists(st.integers(1, 39)),
)
def test_the_engine_does_what_a_naive_one_does(
    policy: Policy,
    history: list[Recorded],
    limits: Limits,
    how_to_match: matching.Settings,
    again: Again,
    remembering: Remembering,
    cuts: list[int],
) -> None:
    how = Settings(how_to_match, limits, remembering=remembering, again=again)
    engine = Engine(policy, how)
    places = sorted({0, *(cut for cut in cuts if cut < len(history)), len(history)})
    found: list[Said] = []
    for begin, end in pairwise(places):
        batch = frame_of(history[begin:end])
        memory = json.loads(json.dumps(engine.memory()))
        engine = Engine(policy, how)
        engine.recall(memory)
        found += [said(one) for one in engine.run(batch, nothing_switched())]
    assert found == list(naive(policy, history, how))


@settings(max_examples=LONG or 50, deadline=None)
@given(policies(2), histories())
def test_the_same_records_give_the_same_messages(policy: Policy, history: list[Recorded]) -> None:
    runs = [list(Engine(policy).run(frame_of(history), nothing_switched())) for _ in range(2)]
    assert runs[0] == runs[1]
