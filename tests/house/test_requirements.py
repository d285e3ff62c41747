"""Every library is pinned and says why it is here."""

from __future__ import annotations

import re
from importlib.metadata import version

import pytest

from tests.house.tree import text

LINE = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)(\[[a-z,]+\])?==(?P<version>[\w.]+)\s+# (?P<why>.+)$")


def requirements(name: str) -> list[str]:
    return [line for line in text(name).splitlines() if line and not line.startswith(("#", "-r"))]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_line_is_pinned_and_has_a_reason(name: str) -> None:
    lines = requirements(name)
    assert lines
    assert not [line for line in lines if not LINE.match(line)]


def test_constraints_pin_what_is_required_and_what_is_installed() -> None:
    pins = dict(line.split("==") for line in text("constraints.txt").splitlines() if line)
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in requirements(name):
            found = LINE.match(line)
            assert found
            assert pins[found["name"]] == found["version"]
    assert not {n: pin for n, pin in pins.items() if version(n) != pin}
