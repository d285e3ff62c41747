"""The sessions behind one line of an effect, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from designer.content.errors import DesignerError
from designer.queries.effect.places import NO_MATCH, UNDECIDED
from designer.queries.effect.read import read_met
from policy.model import RuleSet
from policy.settings import Settings

PAGE_ROWS: Final = 200
MOST_ROWS: Final = 1_000
ENDS: Final = {"none": NO_MATCH, "undecided": UNDECIDED}
"""What is met beside the rules, by its word."""
WORDS: Final = {"none": "no rule", "undecided": "rules that differ within the range of ports"}
_SHOWN: Final = ("session_id", "server", "client_ip", "protection", "strength", "connections")


@dataclass(frozen=True, slots=True)
class Met:
    """Some of the sessions; `next` is the key after which the rest begins, None at the end."""

    said: str
    total: int
    rows: Sequence[Mapping[str, Any]]
    next: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One line: a rule by its name, or what `ENDS` has; `after` is a key of a session."""

    rule: str = ""
    end: str = ""
    after: int = 0
    limit: int = PAGE_ROWS


def met(rule_set: RuleSet, asked: Asked, *, days: int, limit_s: float, settings: Settings) -> Met:
    """Return what a line counts. Raises DesignerError, and what `read_met` raises."""
    names = [one.name for one in rule_set.rules()]
    if asked.rule not in names and asked.end not in ENDS:
        raise DesignerError(f"`{asked.rule or asked.end}` is no rule of `{rule_set.name}`")
    place = names.index(asked.rule) if asked.rule in names else ENDS[asked.end]
    found = read_met(rule_set, place, days=days, limit_s=limit_s, settings=settings)
    rest = found.filter(pl.col("session_id") > asked.after).select(_SHOWN)
    rows = rest.head(asked.limit).rows(named=True)
    more = rows[-1]["session_id"] if len(rest) > asked.limit else None
    return Met(asked.rule or WORDS[asked.end], len(found), rows, more)
