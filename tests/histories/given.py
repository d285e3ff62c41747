"""Exact runs as tests make them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from analyzer.models import Stack
from enforcement.engine.choices import settings_from, settings_tree
from enforcement.histories import work
from enforcement.models import HistoryRun
from enforcement.queries.histories.files import FILES, written
from policy import documents
from policy.model import Policy

DAY, NEXT_DAY = datetime(2026, 1, 15), datetime(2026, 1, 16)


def part(mine: Policy, other: Policy | None = None, *stacks: tuple[str, str, str]) -> Any:
    """A part of a run: what these stacks meet, all without any."""
    found: dict[str, Any] = {"stacks": list(stacks), "versions": [], "digest": "0"}
    found["document"] = documents.to_tree(mine)
    if other:
        found["other"] = {"versions": [], "document": documents.to_tree(other), "digest": "1"}
    return found


def made(*parts: Any, choices: Mapping[str, str] | None = None, **more: Any) -> HistoryRun:
    """A run over the day of the builders' records, waiting."""
    given = {"first": DAY, "until": NEXT_DAY, **more}
    return HistoryRun.objects.create(
        title="x",
        parts=list(parts),
        compares=any("other" in one for one in parts),
        choices=settings_tree(settings_from(choices or {})),
        stacks=list(Stack.objects.order_by("pk").values_list("pk", flat=True)),
        submitted_at=timezone.now(),
        **given,
    )


def done(run: HistoryRun) -> HistoryRun:
    """The run when it is complete."""
    assert work.run(run.pk)
    run.refresh_from_db()
    assert run.state == HistoryRun.State.COMPLETE, run.error
    return run


def file(run: HistoryRun, name: str) -> bytes:
    """What a run would have written."""
    return b"".join(written(run.pk, FILES[name], limit_s=60))
