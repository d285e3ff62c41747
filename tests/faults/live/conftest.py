"""Servers, web process, service, worker and forwarder of a test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.following.conftest import server_of
from tests.faults.live.site import Site

__all__ = ["server_of"]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site with an account, a token and a stack whose policy logs everything."""
    found = Site(tmp_path)
    yield found
    found.end()
