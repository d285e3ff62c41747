"""The designer's people and rule sets, and a store with connection records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from analyzer.models import Import
from tests.analyzer.ingest.conftest import Ingest, ingest, store
from tests.designer.conftest import anna, bert, draft, named, release, roles, shelf, stack

__all__ = [
    "anna",
    "bert",
    "draft",
    "ingest",
    "named",
    "release",
    "roles",
    "shelf",
    "stack",
    "store",
]
Fill = Callable[[Sequence[bytes]], Import]


@pytest.fixture
def fill(ingest: Ingest, tmp_path: Path) -> Fill:
    """Import these records as one dump."""

    def run(records: Sequence[bytes]) -> Import:
        path = tmp_path / f"dump{len(list(tmp_path.iterdir()))}.smf"
        path.write_bytes(b"".join(records))
        return ingest(path)

    return run
