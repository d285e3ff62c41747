"""The front-end files are those that were reviewed, and need no other host."""

from __future__ import annotations

import json
import re

from config.vendor import MANIFEST, VENDOR, manifest
from tests.house.tree import text

LIMIT_BYTES = 2 << 20


def test_files_and_versions_are_those_of_the_manifest() -> None:
    assert json.loads(MANIFEST.read_text()) == manifest()


def test_versions_are_exact() -> None:
    packages = json.loads(text("package.json"))["dependencies"]
    assert packages
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in packages.values())


def test_it_stays_lean() -> None:
    assert sum(path.stat().st_size for path in VENDOR.rglob("*") if path.is_file()) < LIMIT_BYTES


def test_style_sheets_fetch_nothing_from_elsewhere() -> None:
    for sheet in VENDOR.rglob("*.css"):
        for address in re.findall(r"url\(([^)]+)\)", sheet.read_text()):
            assert not re.match(r"[\"']?(https?:)?//", address), address
