"""What a prune takes: spans of local days by system, in data and in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Part:
    """A system and the days of it that go, both included; None is an open end."""

    system: int
    name: str
    first: date | None = None
    last: date | None = None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        first, last = (
            date.fromisoformat(value[key]) if value[key] else None for key in ("first", "last")
        )
        return cls(int(value["system"]), str(value["name"]), first, last)

    def as_json(self) -> dict[str, Any]:
        return {
            "system": self.system,
            "name": self.name,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
        }

    def has(self, day: date) -> bool:
        """True when the day goes."""
        return (self.first or date.min) <= day <= (self.last or date.max)


Plan = Sequence[Part]


def older_than(days: int, *, today: date) -> date:
    """The last day that goes when `days` days before today stay, and today."""
    return today - timedelta(days=days + 1)


def read(value: Iterable[dict[str, Any]]) -> Plan:
    """The plan of a row."""
    return [Part.from_json(one) for one in value]


def words(what: str, plan: Plan, *, systems: int) -> str:
    """What goes, as a person reads it: `all data of PLEXA SYSA`."""
    if len(plan) == systems:
        return f"{what} of all systems"
    names = [one.name for one in plan[:10]]
    more = f" and {len(plan) - 10} more" if len(plan) > 10 else ""
    return f"{what} of {', '.join(names)}{more}"
