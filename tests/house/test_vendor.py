"""The front-end files are those that were reviewed, and need no other host."""

from __future__ import annotations

import json
import re

from config.vendor import LEFT_OUT, MANIFEST, VENDOR, manifest, words
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


def test_no_page_names_a_class_whose_rules_were_left_out() -> None:
    """`make vendor` takes the rules of Tabler that are named; one that is named anew is missing."""
    left_out = set(LEFT_OUT.read_text().split())
    assert len(left_out) > 1000
    assert "accordion-button" in left_out
    assert left_out & words() == set()
