"""Interval records made of the store, from the command line: planned, made, handed over."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.utils import timezone

from designer.management.policy_inputs import unusable
from enforcement.aggregation.recording import Recording
from enforcement.intervals import starting, work
from enforcement.intervals.errors import MakingError
from enforcement.intervals.planning import Asked, plan
from enforcement.models import Making
from enforcement.queries import makings

NO_LIMIT: Final = 0


def of_store(recording: Recording, options: Mapping[str, Any]) -> Iterator[str]:
    """Make them, unless it is a dry run; yield what is said of it. Raises CommandError."""
    first, last = options["from_day"], options["to_day"]
    if first and last and last < first:
        raise unusable(f"{last} is before {first}")
    named = ([name.upper() for name in one] for one in options["stacks"] or ())
    stacks = tuple((one[0], one[1], one[2]) for one in named)
    asked = Asked(recording, first, last, stacks)
    planned = plan(asked, limit_s=NO_LIMIT)
    for one in planned.groups:
        what = f"refused: {one.refused}" if one.refused else "interval records are made"
        yield f"{one.name}, {one.words}: {one.records} connection records; {what}"
    if options["dry_run"]:
        return
    try:
        made = starting.start(
            asked=asked, by=None, now=timezone.now(), limit_s=NO_LIMIT, detach=False
        )
    except MakingError as error:
        raise unusable(f"nothing is made: {error}") from error
    work.run(made.pk)
    yield _ended(made.pk)


def _ended(pk: int) -> str:
    found = makings.making(pk)
    if found is None or found.state != Making.State.COMPLETE:
        raise unusable(found.error if found and found.error else "it was canceled")
    if found.imported is None:
        return "no interval record came of it: nothing to import"
    return (
        f"{found.intervals} interval records of {found.records_done} connection records: import"
        f" {found.imported.pk} is with the workers"
    )


def day(text: str) -> date:
    """Return the day that an option names."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"`{text}` is no day; write 2026-10-05") from error
