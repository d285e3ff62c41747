"""The schema of a backup, and all places where a document departs from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources

from jsonschema import Draft202012Validator

SCHEMA_NAME = "zertify-designer-1"


@cache
def schema() -> dict[str, object]:
    """Return the JSON Schema."""
    text = (resources.files("designer") / "content" / "backup-1.json").read_text("utf-8")
    found: dict[str, object] = json.loads(text)
    return found


def faults(tree: object) -> Iterator[tuple[str, str]]:
    """Yield path and message of each departure; paths look like `/rule_sets/0/name`."""
    for error in Draft202012Validator(schema()).iter_errors(tree):
        path = "/" + "/".join(str(part) for part in error.absolute_path)
        yield path, error.message[:200]
