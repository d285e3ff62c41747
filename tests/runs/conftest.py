"""The designer's people and rule sets, and a store with sessions."""

from __future__ import annotations

from tests.analyzer.ingest.conftest import ingest, store
from tests.analyzer.views.conftest import filled
from tests.designer.conftest import anna, bert, draft, named, release, roles, shelf, stack

__all__ = [
    "anna",
    "bert",
    "draft",
    "filled",
    "ingest",
    "named",
    "release",
    "roles",
    "shelf",
    "stack",
    "store",
]
