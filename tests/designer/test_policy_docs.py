"""docs/policy-language.md names everything that `manage.py policy` takes and says."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from designer.management import policy_reports
from designer.management.commands.policy import VERBS, Command
from designer.management.policy_inputs import FACTS
from policy.checks import CODES
from tests.house.tree import text
from tests.policy.test_parser_faults import FAULTS, REMARKS

PAGE = text("docs/policy-language.md")
SCHEMA = Path(policy_reports.__file__).parent / "policy_report_1.json"


def lines() -> list[str]:
    """The command lines that the page shows, up to a pipe or a redirection."""
    found = re.findall(r"(?<!`)manage\.py policy ([a-z]+ [^\n|>`]+)", PAGE)
    assert len(found) > 8
    return found


@pytest.mark.parametrize("line", lines())
def test_every_line_that_is_shown_is_one_the_command_takes(line: str) -> None:
    parsed = Command().create_parser("manage.py", "policy").parse_args(shlex.split(line))
    assert parsed.verb in VERBS


def keys(tree: object) -> Iterator[str]:
    if isinstance(tree, dict):
        yield from tree.get("properties", {})
        for value in tree.values():
            yield from keys(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from keys(value)


def test_every_key_code_fact_and_verb_is_named() -> None:
    prose = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    said = set(re.findall(r"`([^`]+)`", prose))
    codes = {case[1] for case in FAULTS} | {case[1] for case in REMARKS} | set(CODES)
    assert {*codes, *FACTS, *VERBS} <= said
    silent = {"error", "warning", "note", "syslog_level", "console", "audit", "reset"}
    assert set(keys(json.loads(SCHEMA.read_text("utf-8")))) - silent <= said
