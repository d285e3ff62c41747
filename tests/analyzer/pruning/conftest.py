"""A store of two days of three systems, and prunes that run here and now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from analyzer.models import Import, Prune, SystemSettings
from analyzer.pruning import submit, work
from analyzer.queries.data.prunes import Asked
from tests.analyzer.ingest.conftest import SAMPLES, ingest, store

__all__ = ["ingest", "store"]
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def prune(kind: str = "all", *, now: datetime = NOW, **given: Any) -> Prune:
    found = submit.submit(asked=Asked(kind, **given), by=None, now=now, detach=False)
    work.run(found.pk)
    found.refresh_from_db()
    assert found.state == "complete", found.error
    return found


@pytest.fixture
def site(ingest: Callable[..., Import]) -> Import:
    return ingest(SAMPLES / "site-rdw.smf.gz")


def system_of(name: str) -> SystemSettings:
    return SystemSettings.objects.get(system=name)
