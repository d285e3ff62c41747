"""Why a session met its rules: every rule that was looked at, of both sides of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analyzer import history
from enforcement.models import Run
from enforcement.runs.connections import connection_of
from enforcement.runs.judging import in_stacks
from enforcement.runs.work import how
from policy import documents
from policy.explain import Explanation, explain, why_not_evaluated


@dataclass(frozen=True, slots=True)
class Side:
    """What one policy says; `name` are its versions. `compared` is the second side."""

    name: str
    compared: bool
    found: Sequence[Explanation]


@dataclass(frozen=True, slots=True)
class Why:
    """`row` is the session, `why_not` why no rule set applies to it, empty when one does."""

    row: dict[str, Any]
    sides: Sequence[Side]
    why_not: str

    @property
    def is_wide(self) -> bool:
        """Whether the record names a range of ports: decided is at its first one."""
        return bool(self.row["port_start"] != self.row["port_end"])

    @property
    def rule_set(self) -> str:
        """The name of the first rule set that it was checked against, empty without any."""
        found = (one.result.rule_set for side in self.sides for one in side.found)
        return next((one.name for one in found if one), "")


def why(run: Run, session: int, *, limit_s: float) -> Why | None:
    """Return why a session met its rules; None when it is not in the store (any more)."""
    frame = history.session(session, limit_s=limit_s)
    if frame.is_empty():
        return None
    (row,) = frame.iter_rows(named=True)
    connection, way = connection_of(row), how(run)
    sides = []
    for part in run.parts:
        if in_stacks(frame, part["stacks"]).is_empty():
            continue
        for one in filter(None, (part, part.get("other"))):
            policy = documents.from_tree(one["document"])
            name = ", ".join(version["name"] for version in one["versions"]) or "The policy"
            sides.append(Side(name, one is not part, explain(policy, connection, way)))
    return Why(row, sides, why_not_evaluated(connection, way))
