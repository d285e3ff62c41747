"""The effect of a rule set on the days in the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import Final, TypeVar

import polars as pl

from analyzer import history
from designer.queries.effect.summary import Effect, effect_of, met_at
from policy.model import RuleSet
from policy.settings import DEFAULTS, Scope, Settings
from web.budget import OutOfTimeError

Made = TypeVar("Made")
MOST_SESSIONS: Final = 500_000
"""For a page: more of them fill the memory of a web process."""
DAYS: Final = (7, 30, 90)
USUAL_DAYS: Final = 30
SCOPES: Final = {
    "zos": ("as z/OS sees it", Scope.AS_ZOS),
    "all": ("with all recorded data", Scope.ALL),
}
_one_at_a_time: Final = Lock()


def usual_scope(how: Settings) -> str:
    """Return the key of the scope that settings have."""
    return next(key for key, (_, scope) in SCOPES.items() if scope is how.scope)


def in_scope(how: Settings, key: str) -> Settings:
    """Return settings with the scope of this key; any other key leaves theirs."""
    return replace(how, scope=SCOPES[key][1]) if key in SCOPES else how


def read_effect(
    rule_set: RuleSet,
    *,
    days: int,
    limit_s: float,
    systems: tuple[str, ...] = (),
    settings: Settings = DEFAULTS,
) -> Effect:
    """Return what it would have done to the last days of all systems, or of those named.

    A process makes one at a time, others wait as long as one may take. Raises OutOfTimeError
    (web.budget) and history.TooManySessionsError.
    """
    return _of_sessions(
        lambda frame, period: effect_of(rule_set, frame, period=period, settings=settings),
        days=days,
        limit_s=limit_s,
        systems=systems,
    )


def read_met(
    rule_set: RuleSet, place: int, *, days: int, limit_s: float, settings: Settings = DEFAULTS
) -> pl.DataFrame:
    """Return the sessions that meet the rule at `place`, by their keys; the rest as above.

    NO_MATCH and UNDECIDED (`designer.queries.effect.places`) are places too.
    """
    return _of_sessions(
        lambda frame, _: met_at(rule_set, frame, place, settings=settings),
        days=days,
        limit_s=limit_s,
    )


def _of_sessions(
    make: Callable[[pl.DataFrame, str], Made],
    *,
    days: int,
    limit_s: float,
    systems: tuple[str, ...] = (),
) -> Made:
    asked = history.last_days(days, systems=systems)
    if not _one_at_a_time.acquire(timeout=limit_s or -1):
        raise OutOfTimeError(limit_s)
    try:
        found = history.sessions(asked, limit_s=limit_s, most=MOST_SESSIONS)
        return make(found.frame, asked.period.phrase)
    finally:
        _one_at_a_time.release()
