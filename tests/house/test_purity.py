"""What an import contract can't see of a pure room: the clock, the environment, the terminal."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files

IMPURE = {
    *("now", "today", "utcnow", "environ", "getenv", "getenvb", "urandom", "stdout", "stderr"),
    *("print", "input", "urlopen"),
}


def impurities(source: str) -> list[tuple[int, str]]:
    """Line and name of each use of the clock, the environment or the terminal."""
    found = []
    for node in ast.walk(ast.parse(source)):
        name = getattr(node, "attr", "") or getattr(node, "id", "")
        if name in IMPURE and isinstance(node, ast.Attribute | ast.Name):
            found.append((node.lineno, name))
    return found


def test_pure_rooms_ask_nobody() -> None:
    looked_at = files(
        ".py", below=("smf", "policy", "enforcement/engine", "enforcement/aggregation")
    )
    assert looked_at
    assert not {p: i for p in looked_at if (i := impurities((ROOT / p).read_text()))}


@pytest.mark.parametrize(
    "line", ["datetime.now(UTC)", "os.environ['X']", "date.today()", "print(1)"]
)
def test_the_search_finds_what_is_planted(line: str) -> None:
    assert impurities(f"x = {line}")


def test_pure_tests_ask_for_no_database() -> None:
    asking = [
        path
        for path in files(
            ".py", below=("tests/smf", "tests/policy", "tests/enforcement", "tests/house")
        )
        if path != Path("tests/house/test_purity.py")
        and any(word in (ROOT / path).read_text() for word in ("django_db", "transactional_db"))
    ]
    assert not asking
