"""Collected when something changed, and left alone otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import get_finders

from web.static_files import collect


@pytest.fixture
def places(tmp_path: Path, settings: Any) -> tuple[Path, Path]:
    source, root = tmp_path / "source", tmp_path / "static"
    source.mkdir()
    root.mkdir()
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = root
    (source / "one.css").write_text("a {}")
    return source, root


def test_files_are_collected_once_and_again_when_one_changes(places: tuple[Path, Path]) -> None:
    source, root = places
    assert [collect(), collect()] == [True, False]
    (source / "one.css").write_text("b {}")
    assert [collect(), collect()] == [True, False]
    assert [one.read_text() for one in root.glob("one.*.css")] == ["b {}"]
    (source / "two.css").write_text("")
    assert [collect(), collect()] == [True, False]


def test_what_was_taken_away_or_half_done_is_collected_again(places: tuple[Path, Path]) -> None:
    _, root = places
    collect()
    (root / "staticfiles.json").unlink()
    assert [collect(), collect()] == [True, False]
    (root.parent / "static.collected").unlink()
    assert [collect(), collect()] == [True, False]


def test_what_packages_bring_is_not_collected() -> None:
    found = {path for finder in get_finders() for path, _ in finder.list([])}
    assert {path.split("/")[0] for path in found} == {"css", "img", "js", "vendor"}
