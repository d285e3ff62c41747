"""Each import contract fails when its fault is planted, and none fails without."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import FLOORS, ROOT

LINT = Path(sys.executable).with_name("lint-imports")
PLANTED = [
    ("Floors: imports only go down", "web/gate.py", "import analyzer.models.people.roles"),
    ("Floors: imports only go down", "web/gate.py", "import smf.errors"),
    ("Floors: imports only go down", "policy/errors.py", "import smf.errors"),
    ("Floors: imports only go down", "smf/errors.py", "import policy.errors"),
    (
        "smf, policy and the pure rooms of enforcement: input in, values out",
        "policy/errors.py",
        "import django.conf",
    ),
    ("No cycles between siblings", "policy/errors.py", "import policy.model"),
    (
        "smf, policy and the pure rooms of enforcement: input in, values out",
        "smf/errors.py",
        "import django.conf",
    ),
    (
        "smf, policy and the pure rooms of enforcement: input in, values out",
        "smf/errors.py",
        "import time",
    ),
    (
        "Floors inside analyzer",
        "analyzer/models/people/roles.py",
        "import analyzer.queries.filters",
    ),
    (
        "The designer enters the analyzer by its doors",
        "designer/approval.py",
        "import analyzer.queries.report",
    ),
    (
        "smf, policy and the pure rooms of enforcement: input in, values out",
        "enforcement/engine/settings.py",
        "import time",
    ),
    (
        "The engine and aggregation know records and rules, and no app",
        "enforcement/engine/settings.py",
        "import designer.rulesets",
    ),
    (
        "Enforcement enters the designer by its doors",
        "enforcement/apps.py",
        "import designer.approval",
    ),
    ("Floors inside enforcement", "enforcement/attic.py", '"""On no floor."""'),
    ("Floors inside analyzer", "analyzer/attic.py", '"""On no floor."""'),
    ("web: nothing imports the entry point", "web/gate.py", "import web.apps"),
    ("No cycles between siblings", "smf/errors.py", "import smf.reader"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("house")
    for floor in FLOORS:
        shutil.copytree(ROOT / floor, place / floor, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", place)
    return place


def broken(place: Path) -> set[str]:
    done = subprocess.run(
        [str(LINT), "--no-cache"], cwd=place, capture_output=True, text=True, timeout=60
    )
    return {line.partition(" BROKEN")[0] for line in done.stdout.splitlines() if "BROKEN" in line}


def test_the_house_keeps_its_contracts(copy: Path) -> None:
    assert broken(copy) == set()


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED)
def test_a_planted_fault_breaks_its_contract(
    copy: Path, contract: str, file: str, line: str
) -> None:
    path = copy / file
    before = path.read_text() if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n")
    try:
        assert contract in broken(copy)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before)


def test_every_package_stands_on_a_floor() -> None:
    linter = configparser.ConfigParser()
    linter.read(ROOT / ".importlinter")
    packages = {
        path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"
    }
    assert packages == set(linter["importlinter"]["root_packages"].split())
    assert packages == set(FLOORS)
