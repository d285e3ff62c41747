"""One line of `make bench`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement against its floor; `at_most` turns the floor into a ceiling.

    `ratio` is what is compared: for rates and times value against baseline, for sizes the value.
    """

    name: str
    value: float
    unit: str
    baseline: float | None
    ratio: float
    floor: float
    at_most: bool = False
    notes: dict[str, object] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.ratio <= self.floor if self.at_most else self.ratio >= self.floor

    def line(self) -> str:
        """As one JSON object."""
        baseline = None if self.baseline is None else round(self.baseline, 3)
        found = {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "baseline": baseline,
            "ratio": round(self.ratio, 3),
            "floor": self.floor,
            "ok": self.ok,
            **self.notes,
        }
        return json.dumps(found)
