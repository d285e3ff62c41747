"""Which steps there are, and how far a version is in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from designer.content.rules import Content
from designer.models import Version
from policy.findings import Finding, Severity
from policy.model import Kind

TITLES: Final = {
    "start": "Name and protocol",
    "general": "General rule",
    "rules": "Specific rules",
    "rest": "Catch-all rule",
    "review": "Review",
    "stacks": "Stacks",
    "submit": "Approval",
    "file": "Policy file",
}
"""Every step by the key in its address."""
EDITED: Final = ("start", "general", "rules", "rest", "stacks")
"""Steps that only a draft has."""
ADDRESSES: Final = {"stacks": "policy_plan"}
DONE, WARNING, OPEN = "done", "warning", "open"


@dataclass(frozen=True, slots=True)
class Step:
    """One step at the left; `words` say in short what was decided."""

    key: str
    number: int
    title: str
    state: str
    words: str
    href: str
    here: bool


def steps(
    version: Version, content: Content, findings: Sequence[Finding], *, planned: int, here: str
) -> list[Step]:
    """Return the steps of a version with their states."""
    states = dict(_states(version, content, findings, planned))
    return [
        Step(
            key,
            number,
            title,
            *states[key],
            address(key, version.pk),
            here=key == here,
        )
        for number, (key, title) in enumerate(TITLES.items(), start=1)
    ]


def address(key: str, pk: int) -> str:
    """Return where a step of a version is."""
    return reverse(ADDRESSES.get(key, f"policy_{key}"), args=[pk])


def after(key: str) -> str:
    """Return the key of the step that follows."""
    keys = list(TITLES)
    return keys[min(keys.index(key) + 1, len(keys) - 1)]


def before(key: str) -> str:
    """Return the key of the step in front, empty for the first."""
    place = list(TITLES).index(key)
    return list(TITLES)[place - 1] if place else ""


def _states(
    version: Version, content: Content, findings: Sequence[Finding], planned: int
) -> Iterator[tuple[str, tuple[str, str]]]:
    general, rest = content.of_kind(Kind.GENERAL), content.of_kind(Kind.CATCH_ALL)
    specific = content.of_kind(Kind.SPECIFIC)
    yield "start", (DONE, f"{version.rule_set.get_protocol_display()}")
    yield "general", (DONE, general[0].name) if general else (OPEN, "none yet")
    number = f"{len(specific)} rule{'' if len(specific) == 1 else 's'}"
    yield "rules", (DONE, number) if specific else (OPEN, "none yet")
    yield "rest", (DONE, rest[0].name) if rest else (WARNING, "missing")
    failed = sum(not one["passed"] for one in version.test_results)
    yield "review", _review(findings, failed)
    on = f"{planned} stack{'' if planned == 1 else 's'}"
    yield "stacks", (DONE, on) if planned else (OPEN, "none yet")
    is_draft = version.state == Version.State.DRAFT
    yield "submit", (OPEN, "a draft") if is_draft else (DONE, str(version.state))
    yield "file", (DONE, "ready") if version.is_released else (OPEN, "after approval")


def _review(findings: Sequence[Finding], failed: int) -> tuple[str, str]:
    errors = sum(one.severity is Severity.ERROR for one in findings)
    if errors:
        return WARNING, f"{errors} error{'' if errors == 1 else 's'}"
    if failed:
        return WARNING, "1 test fails" if failed == 1 else f"{failed} tests fail"
    if not findings:
        return DONE, "no findings"
    return WARNING, f"{len(findings)} finding{'' if len(findings) == 1 else 's'}"
