"""Starting exact runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from analyzer import history
from designer import rulesets
from enforcement.engine.choices import settings_from, settings_tree
from enforcement.engine.errors import ChoiceError
from enforcement.histories.claims import handling
from enforcement.histories.facts import with_facts
from enforcement.models import HistoryRun, Run
from enforcement.runs.errors import RunError
from enforcement.runs.handling import Person
from enforcement.runs.parts import parts_of
from enforcement.runs.wanted import Wanted
from enforcement.runs.work import SCOPES
from web.budget import OutOfTimeError

LONGEST_TITLE: Final = 500


@transaction.atomic
def start(*, wanted: Wanted, choices: Mapping[str, str], by: Person, now: datetime) -> HistoryRun:
    """Hand a run to the workers, with rules, settings and period as they are now.

    `choices` are settings of the engine by name; `wanted.mode` decides the scope. Raises RunError.
    """
    parts = with_facts(parts_of(wanted))
    window = _window(wanted, parts)
    frozen = _frozen(choices, wanted.mode)
    run = HistoryRun.objects.create(
        title=wanted.title[:LONGEST_TITLE],
        parts=parts,
        compares=bool(wanted.against),
        choices=frozen,
        stacks=list(window.stacks),
        first=window.first,
        until=window.until,
        started_by_id=by.pk,
        started_by_name=by.get_username(),
        submitted_at=now,
    )
    said: dict[str, Any] = {"first": str(run.first), "until": str(run.until), "choices": frozen}
    said["digests"] = [part["digest"] for part in parts]
    said["stacks"] = [str(stack) for stack in wanted.stacks]
    handling.record("start", run, by=by, now=now, **said)
    transaction.on_commit(partial(handling.send, run.pk))
    return run


def _window(wanted: Wanted, parts: list[dict[str, Any]]) -> history.Window:
    names = [names for part in parts for names in part["stacks"]]
    try:
        found = history.connection_window(
            days=wanted.days,
            from_day=wanted.from_day,
            to_day=wanted.to_day,
            stacks=names,
            limit_s=float(settings.TIME_LIMIT_PAGE_S),
        )
    except OutOfTimeError as error:
        raise RunError(f"looking for the records took too long: {error}", field="days") from error
    if found is None:
        raise RunError(
            "the store has no connection records (subtype 11) of these stacks: import dumps with"
            " them, or start an estimate from summaries",
            field="days",
        )
    return found


def _frozen(choices: Mapping[str, str], mode: str) -> dict[str, str]:
    try:
        usual, scope = rulesets.matching().tree(), SCOPES[Run.Mode(mode)].value
        return settings_tree(settings_from({**usual, **choices, "scope": scope}))
    except ChoiceError as error:
        raise RunError(str(error), field="choices") from error
