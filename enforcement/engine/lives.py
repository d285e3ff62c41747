"""The lives of connections: which records ask for an evaluation, and which end something.

A connection is known by its stack, its ID and its start; what it was evaluated with is kept until
it ends (IBM Docs z/OS 2.5.0, How does zERT discovery provide the information).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from enforcement.engine.settings import Again, Remembering

INITIATION, CHANGE, TERMINATION, SHORT, ENFORCEMENT = 1, 2, 3, 4, 7
ENDS = (TERMINATION, SHORT)
Stack = tuple[str, str, str]
Life = tuple[int, int, Sequence[int], bool]
"""Start, time on record, numbers of its states, whether a rule has reset it; never changed."""
StackRow = tuple[str, str, str, int, list[int], list[Life]]
"""A stack, its clock, the IDs of its connections, the lives of those."""
_START: Final = 0
_SEEN: Final = 1
_NO_STATES: Final[Sequence[int]] = ()
_DAY_US = 86_400_000_000


def upper(names: Sequence[str]) -> Stack:
    """Return sysplex, system and stack as they are compared: in upper case."""
    sysplex, system, stack = (name.upper() for name in names)
    return sysplex, system, stack


class Step(Enum):
    """What a record asks for."""

    NOTHING = 0
    EVALUATE = 1
    IGNORE = 2
    """It speaks of a connection that a rule has reset before, or of an evaluation."""
    CUT = 3
    """It is the last record of a connection that a rule has reset."""


@dataclass(slots=True)
class _Lives:
    """The connections of a stack, the one first that has been without a record for longest.

    `clock` is the latest time of its records so far; before `due` no connection is too old.
    """

    clock: int
    due: int = 0
    up: OrderedDict[int, Life] = field(default_factory=OrderedDict)


class Lives:
    """Connections that are up, by stack; those that are up for too long are forgotten."""

    def __init__(self, again: Again, remembering: Remembering) -> None:
        self._again = again
        self._most, self._most_us = (
            remembering.remember_connections,
            remembering.remember_days * _DAY_US,
        )
        self._stacks: dict[Stack, _Lives] = {}
        self._forgotten = 0

    def __len__(self) -> int:
        return sum(len(one.up) for one in self._stacks.values())

    def take_forgotten(self) -> int:
        """Return how many were forgotten since this was asked last."""
        count, self._forgotten = self._forgotten, 0
        return count

    def forget(self, stack: Stack) -> None:
        """Forget the connections of a stack: zERT was switched on or off there."""
        own = self._stacks.get(stack)
        if own:
            own.up.clear()

    def advance(self, stack: Stack, time: int) -> None:
        """Move the clock of a stack on, before its record of that time; it never goes back."""
        own = self._stacks.get(stack)
        if own is None:
            own = self._stacks[stack] = _Lives(time)
        if time > own.clock:
            own.clock = time
            if time > own.due:
                self._drop_old(own)

    def step(self, event: int, stack: Stack, connection: int, start: int, state: int) -> Step:
        """Return what a record asks for, and remember it."""
        if event == ENFORCEMENT:
            return Step.IGNORE
        own = self._stacks[stack]
        life = own.up.get(connection)
        if life is None or life[_START] != start:
            life = (start, own.clock, _NO_STATES, False)
        _, _, states, is_reset = life
        if is_reset:
            found = Step.CUT if event in ENDS else Step.IGNORE
        elif state in states:
            found = Step.NOTHING
        else:
            found = Step.EVALUATE
            states = (state,) if self._again is Again.EACH_CHANGE else (*states, state)
        if event in ENDS:
            own.up.pop(connection, None)
        else:
            self._keep(own, connection, (start, own.clock, states, is_reset))
        return found

    def reset(self, event: int, stack: Stack, connection: int) -> bool:
        """Note that a rule resets a connection; whether this record is its last."""
        if event in ENDS:
            return True
        up = self._stacks[stack].up
        start, seen, states, _ = up[connection]
        up[connection] = (start, seen, states, True)
        return False

    def _keep(self, own: _Lives, connection: int, life: Life) -> None:
        own.up[connection] = life
        own.up.move_to_end(connection)
        if len(own.up) > self._most:
            own.up.popitem(last=False)
            self._forgotten += 1

    def _drop_old(self, own: _Lives) -> None:
        before = own.clock - self._most_us
        oldest = own.clock
        while own.up:
            oldest = next(iter(own.up.values()))[_SEEN]
            if oldest >= before:
                break
            own.up.popitem(last=False)
            self._forgotten += 1
        own.due = (oldest if own.up else own.clock) + self._most_us

    def memory(self) -> list[StackRow]:
        """Return what is remembered, as values that `recall` takes: a copy that is quickly made."""
        return [
            (*stack, own.clock, list(own.up), list(own.up.values()))
            for stack, own in self._stacks.items()
        ]

    def recall(self, rows: Iterable[StackRow], states: Sequence[int]) -> None:
        """Remember what `memory` gave; `states` are the numbers that its states have now."""
        for sysplex, system, name, clock, numbers, lives in rows:
            own = self._stacks[sysplex, system, name] = _Lives(clock)
            for number, (start, seen, had, is_reset) in zip(numbers, lives, strict=True):
                own.up[number] = (start, seen, tuple(states[one] for one in had), is_reset)
