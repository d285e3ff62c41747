"""Every library is pinned and says why it is here."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import FLOORS, ROOT, files, text

LINE = re.compile(
    r"^(?P<name>[A-Za-z0-9_.-]+)(\[[a-z,-]+\])?==(?P<version>[\w.]+)\s+# (?P<why>.+)$"
)

BROUGHT_ALONG = {"kombu"}  # part of Celery's interface
DATA = {"tzdata"}  # found by zoneinfo


def requirements(name: str) -> list[str]:
    return [line for line in text(name).splitlines() if line and not line.startswith(("#", "-r"))]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_line_is_pinned_and_has_a_reason(name: str) -> None:
    lines = requirements(name)
    assert lines
    assert not [line for line in lines if not LINE.match(line)]


def imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def pins() -> dict[str, Requirement]:
    return {
        canonicalize_name(found.name): found
        for line in text("constraints.txt").splitlines()
        if (found := Requirement(line))
    }


def pinned(found: Requirement) -> str:
    (one,) = found.specifier
    assert one.operator == "=="
    return one.version


def test_constraints_pin_what_is_required_and_what_is_installed() -> None:
    found = pins()
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in requirements(name):
            parts = LINE.match(line)
            assert parts
            assert pinned(found[canonicalize_name(parts["name"])]) == parts["version"]
    here = {name: pin for name, pin in found.items() if not pin.marker or pin.marker.evaluate()}
    assert not {name for name, pin in here.items() if version(name) != pinned(pin)}


@pytest.mark.parametrize("python", ["3.11.2", "3.11.9", "3.12.0", "3.13.0", "3.14.0"])
def test_nothing_comes_along_unpinned_on_any_python(python: str) -> None:
    found = pins()
    there = {"python_full_version": python, "python_version": python.rpartition(".")[0]}
    missing = {
        (name, one.name)
        for name, pin in found.items()
        if not pin.marker or pin.marker.evaluate()
        for one in map(Requirement, requires(name) or [])
        if not one.marker or one.marker.evaluate({**there, "extra": ""})
        if canonicalize_name(one.name) not in found
    }
    assert not missing


def test_what_the_product_imports_is_required_and_what_is_required_is_used() -> None:
    required = {LINE.match(line)["name"] for line in requirements("requirements.txt")}  # type: ignore[index]
    sources = [(ROOT / path).read_text() for path in files(".py", below=FLOORS)]
    imported = {module.partition(".")[0] for source in sources for module in imports(source)}
    owners = {
        module: {canonicalize_name(one) for one in names}
        for module, names in packages_distributions().items()
    }
    names = {canonicalize_name(name) for name in required}
    for module in imported - set(FLOORS) - sys.stdlib_module_names:
        assert owners[module] & (names | BROUGHT_ALONG), module
    words = {word for source in sources for word in re.findall(r"\w+", source)}
    used = {name for module in owners.keys() & words for name in owners[module]} | DATA
    assert not names - used
