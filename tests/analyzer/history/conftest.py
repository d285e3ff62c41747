"""The store that the tests of the neighbour share."""

from __future__ import annotations

from tests.analyzer.queries.conftest import filled

__all__ = ["filled"]
