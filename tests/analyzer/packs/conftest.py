"""Packs of a filled store, and a look inside them."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.analyzer.exports.conftest import filled, plain_static

__all__ = ["filled", "plain_static"]
AS_OF = "2026-04-01T08:30:00+00:00"
NOW = datetime(2026, 4, 1, 8, 30, tzinfo=UTC)


def make(path: Path, *words: str) -> Path:
    out = io.StringIO()
    given = ["make", "--output", str(path), "--as-of", AS_OF, "--by", "kim", *words]
    call_command("auditpack", *given, stdout=out)
    return path


def member(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def rows_of(path: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(member(path, name).decode(), newline="")))


@pytest.fixture
def pack(filled: Any, db: None, tmp_path: Path) -> Path:
    return make(tmp_path / "pack.zip", "--filter", "days=all")
