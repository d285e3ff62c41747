"""What people have told of stacks, as a run keeps it: their profile can make a policy mute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from designer import rulesets
from enforcement.engine.lives import upper
from policy.checks import Surroundings

FACTS: Final[Mapping[str, str]] = {
    "zert_is_on": "zERT is on",
    "audits_to_smf": "audit records go to SMF",
    "audits_to_nmi": "audit records go to the network management interface",
    "trmd_runs": "TRMD runs",
}
Names = tuple[str, str, str]
Part = dict[str, Any]


def with_facts(parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a run, each with what is told of its stacks now.

    Of two stacks with the names of one, the one that records are linked to counts.
    """
    told: dict[Names, dict[str, bool]] = {}
    for stack in sorted(rulesets.stacks(), key=lambda one: one.recorded_id is not None):
        around = rulesets.surroundings_of(stack)
        facts = {name: getattr(around, name) for name in FACTS}
        told[upper(rulesets.recorded_name(stack))] = {
            name: value for name, value in facts.items() if value is not None
        }
    return [{**part, "facts": _of(part, told)} for part in parts]


def arounds_of(part: Mapping[str, Any]) -> dict[Names, Surroundings]:
    """Return what a part knows of its stacks, by their names in upper case."""
    return {tuple(names): Surroundings(**facts) for names, facts in part.get("facts", ())}


def lines_of(parts: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return each stack that something is told of, and what."""
    return [
        (" ".join(names), ", ".join(f"{FACTS[one]}: {_word(facts[one])}" for one in facts))
        for part in parts
        for names, facts in part.get("facts", ())
    ]


def _of(part: Part, told: Mapping[Names, dict[str, bool]]) -> list[tuple[Names, dict[str, bool]]]:
    wanted = {upper(names) for names in part["stacks"]}
    return sorted(
        (names, facts) for names, facts in told.items() if facts and (names in wanted or not wanted)
    )


def _word(value: bool) -> str:
    return "yes" if value else "no"
