"""When a security session lives and how it changes: new, fading, migrating; outages of stacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from smf.sample_site.catalog import How, Outage
from smf.sample_site.options import MINUTES_PER_DAY, SiteOptions

FOREVER = 1 << 40
_WEEK_DAYS = 7
_COMERS, _LEAVERS = 0.1, 0.9
"""Of ten security sessions one begins within the dump, and one ends."""


@dataclass(frozen=True, slots=True)
class Life:
    """A security session is there from interval `first` until before `last`.

    `slope` is how much busier it has become at the end, as a share; `partial` says that its
    connections use it for a part of their life, `failing` that all end with the handshake, and
    `follows` that its connections are those of the session before it.
    """

    first: int = 0
    last: int = FOREVER
    slope: float = 0
    partial: bool = False
    failing: bool = False
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """A stack writes nothing after interval `first` until with `last`; equal ones: a restart."""

    first: int
    last: int


def lives(how: How, options: SiteOptions, chance: float, *, lasting: bool) -> tuple[Life, ...]:
    """Return the life of each of a variant's protections.

    `chance` (0 to 1) is drawn for each user of the service, a `lasting` one stays all the time.
    """
    if how is How.STEADY:
        return (_steady(options.intervals, 0.5 if lasting else chance),)
    return _STORIES[how](options, chance)


def _steady(intervals: int, chance: float) -> Life:
    if chance < _COMERS:
        return Life(first=int(intervals * chance / _COMERS))
    if chance > _LEAVERS:
        return Life(last=max(1, int(intervals * (chance - _LEAVERS) / (1 - _LEAVERS))))
    return Life()


def _new(options: SiteOptions, _: float) -> tuple[Life, ...]:
    week = _WEEK_DAYS * MINUTES_PER_DAY // options.interval_minutes
    return (Life(first=max(options.intervals - week, options.intervals * 3 // 4)),)


def _migrates(options: SiteOptions, chance: float) -> tuple[Life, ...]:
    middle = max(1, int(options.intervals * (0.4 + 0.2 * chance)))
    return (Life(last=middle), Life(first=middle))


_STORIES: dict[How, Callable[[SiteOptions, float], tuple[Life, ...]]] = {
    How.NEW: _new,
    How.MIGRATES: _migrates,
    How.GROWING: lambda *_: (Life(slope=1.5),),
    How.FADING: lambda *_: (Life(slope=-0.8),),
    How.CLEARED: lambda *_: (Life(partial=True), Life(partial=True, follows=True)),
    How.BOTH: lambda *_: (Life(), Life(follows=True)),
    How.FAILING: lambda *_: (Life(failing=True),),
}


def pauses(outages: tuple[Outage, ...], options: SiteOptions) -> dict[str, Pause]:
    """Return the pauses of the stacks, by place."""
    found = {}
    for one in outages:
        first = options.interval_at(int(options.days * one.at_day), one.hour)
        length = -(-one.hours * 60 // options.interval_minutes)
        found[one.place] = Pause(first, first + length)
    return found
