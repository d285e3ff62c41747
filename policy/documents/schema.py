"""The schema of documents, and all places where a document departs from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources

from jsonschema import Draft202012Validator, ValidationError

SCHEMA_NAME = "zertify-policy-1"
MOST_FAULTS = 1_000
"""A document of another kind would give one for each of its parts."""


@cache
def schema() -> dict[str, object]:
    """Return the JSON Schema."""
    text = (resources.files("policy") / "documents" / "schema-1.json").read_text("utf-8")
    found: dict[str, object] = json.loads(text)
    return found


def faults(tree: object) -> Iterator[tuple[str, str]]:
    """Yield path and message of each departure; paths look like `/rule_sets/0/name`."""
    yield from _faults(schema(), tree)


def faults_of(part: str, tree: object) -> Iterator[tuple[str, str]]:
    """Yield the same for one part: `traffic`, `requirement`, `action` or `group`."""
    yield from _faults({"$ref": f"#/$defs/{part}", "$defs": schema()["$defs"]}, tree)


def _faults(against: dict[str, object], tree: object) -> Iterator[tuple[str, str]]:
    for number, error in enumerate(Draft202012Validator(against).iter_errors(tree)):
        if number == MOST_FAULTS:
            yield "/", f"more than {MOST_FAULTS:,} faults: the rest is not looked at"
            return
        path = "/" + "/".join(str(part) for part in error.absolute_path)
        yield path, _message(error)


def _message(error: ValidationError) -> str:
    if error.validator == "maxItems" and isinstance(error.instance, list):
        return f"there are {len(error.instance):,}, at most {error.validator_value:,} are taken"
    is_number = isinstance(error.instance, int | float) and not isinstance(error.instance, bool)
    if error.validator == "type" and error.validator_value == "string" and is_number:
        return f"{error.instance} is a number and has to be a text: write it in quotes"
    return str(error.message)[:200]
