"""Nobody has to read code to find a setting, a command or a make target."""

from __future__ import annotations

import re

import pytest

from tests.house.tree import ROOT, files, text

READ = re.compile(r"env_(?:str|bool|int|list|path|secret)\(\s*\"([A-Z][A-Z_]+)\"")
TARGETS = (
    *("setup", "demo", "check", "fix", "test", "test-pure", "browser", "faults", "bench", "ci"),
    "screenshots",
)


def variables() -> set[str]:
    """Environment variables that the product reads."""
    found = set()
    for path in files(".py", below=("config", "analyzer", "designer", "enforcement", "web")):
        found |= set(READ.findall((ROOT / path).read_text()))
    return found


def test_the_search_finds_settings() -> None:
    assert {"DATABASE_URL", "ZERTIFY_VAR", "ZERTIFY_PORT", "ZERTIFY_DEBUG"} <= variables()


@pytest.mark.parametrize(
    ("name", "form"), [(".env.example", "# {}="), ("docs/operations.md", "| `{}` |")]
)
def test_every_setting_is_documented(name: str, form: str) -> None:
    page = text(name)
    assert not {found for found in variables() if form.format(found) not in page}


@pytest.mark.parametrize(
    ("name", "form"),
    [(".env.example", r"^# ([A-Z_]+)="), ("docs/operations.md", r"^\| `([A-Z_]+)` \|")],
)
def test_no_setting_is_documented_that_nobody_reads(name: str, form: str) -> None:
    documented = set(re.findall(form, text(name), re.MULTILINE))
    assert documented == variables()


def test_only_the_reader_asks_the_environment() -> None:
    allowed = {"config/env.py", "config/embedded/__init__.py"}
    asking = [
        str(path)
        for path in files(
            ".py", below=("config", "analyzer", "designer", "enforcement", "web", "smf")
        )
        if re.search(r"os\.(getenv|environ(?!\.setdefault))", (ROOT / path).read_text())
    ]
    assert set(asking) <= allowed


def test_every_make_target_is_there_and_explained() -> None:
    explained = set(re.findall(r"^([a-z-]+):.*## .+$", text("Makefile"), re.MULTILINE))
    assert set(TARGETS) <= explained


def test_ci_calls_make_ci_which_calls_check_and_test() -> None:
    assert "make ci" in text(".ci/run").splitlines()[-1]
    assert re.search(r"^ci: check test\b", text("Makefile"), re.MULTILINE)
    assert re.search(r"^test: .*test-pure test-db browser faults\b", text("Makefile"), re.MULTILINE)
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100


def test_the_readme_shows_the_two_commands_and_pages_that_exist() -> None:
    readme = text("README.md")
    assert "make demo" in readme
    assert "make test" in readme
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", readme):
        assert (ROOT / target).exists(), target
