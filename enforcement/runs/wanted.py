"""What a run is asked for, in values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from designer.models import Stack, Version
from enforcement.models import Run

_FEW: Final = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """`days` in the store, or the days from one to another, one of which may be open.

    No `versions`: each stack meets what is assigned to it. `against`: what takes their place.
    `stacks` narrows all of it; none: every stack.
    """

    days: int | None = None
    from_day: date | None = None
    to_day: date | None = None
    mode: str = Run.Mode.ZOS
    versions: Sequence[Version] = ()
    against: Sequence[Version] = ()
    stacks: Sequence[Stack] = ()

    @property
    def title(self) -> str:
        """What is held against the sessions, in a line."""
        where = ", ".join(map(str, self.stacks))
        if len(self.stacks) > _FEW:
            where = f"{len(self.stacks)} stacks"
        said = ", ".join(map(str, self.versions))
        if said:
            said += f" on {where}" if where else ""
        else:
            said = f"What {where} {_has(self.stacks)}" if where else "What the stacks have"
        if self.against:
            said += f" against {', '.join(map(str, self.against))}"
        return said


def _has(stacks: Sequence[Stack]) -> str:
    return "has" if len(stacks) == 1 else "have"
