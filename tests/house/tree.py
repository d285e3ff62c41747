"""The files the house tests look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FLOORS = ("smf", "policy", "web", "analyzer", "designer", "enforcement", "config")


def files(*suffixes: str, below: tuple[str, ...] = (*FLOORS, "contrib", "tests")) -> list[Path]:
    """Files of our own with one of the suffixes, relative to the root."""
    return sorted(
        path.relative_to(ROOT)
        for top in below
        for path in (ROOT / top).rglob("*")
        if path.suffix in suffixes and path.is_file() and not _is_foreign(path)
    )


def code() -> list[Path]:
    """Python files that people write: no migrations."""
    return [path for path in files(".py") if "migrations" not in path.parts]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def text(name: str) -> str:
    return (ROOT / name).read_text()


def _is_foreign(path: Path) -> bool:
    return bool({"__pycache__", "vendor", "node_modules"} & set(path.parts))
