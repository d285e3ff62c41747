"""The designer's people, a stack with an installation, tokens, and the service as a process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from analyzer.tokens import TokenDraft, make_token
from tests.designer.conftest import anna, bert, named, roles
from tests.live.service import Live, Poster

__all__ = ["anna", "bert", "named", "roles"]


@pytest.fixture(autouse=True)
def live_place(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Feeds of a test lie in a directory of its own."""
    place = own_state / "live"
    place.mkdir()
    monkeypatch.setattr(settings, "LIVE", replace(settings.LIVE, place=place))
    return place


@pytest.fixture
def token(person: Callable[[str], User]) -> str:
    """A key that may feed, of an analyst."""
    draft = TokenDraft("forwarder", ("live",))
    return make_token(draft=draft, by=person("analyst"), now=timezone.now())


@pytest.fixture
def post(token: str) -> Poster:
    """Posts to the feed `main`."""
    return Poster(token)


@pytest.fixture
def live_of(
    transactional_db: None, process_environment: dict[str, str], own_state: Path
) -> Iterator[Callable[..., Live]]:
    """`manage.py live` as a process, with settings; killed at the end."""
    made: list[Live] = []

    def make(**given: object) -> Live:
        more = {f"ZERTIFY_LIVE_{name.upper()}": str(value) for name, value in given.items()}
        made.append(Live(process_environment | more, own_state))
        made[-1].start()
        return made[-1]

    yield make
    for one in made:
        one.kill()
