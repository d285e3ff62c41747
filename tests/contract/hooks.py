"""For schemathesis: values of our own formats, keys of what is there, what excludes each other.

It runs in the process of schemathesis, which knows nothing of Zertify.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import strategies
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation

_API = "/api/v1/"
_NAME = re.compile(r"\{\w+\}")
_PAGES = frozenset({"json", None, ""})

_GIVEN: dict[str, Any] = json.loads(Path(os.environ["ZERTIFY_VALID"]).read_text())
_VALID: dict[str, list[str]] = _GIVEN["values"]
_KEYS: dict[str, list[Any]] = _GIVEN["keys"]
"""Keys of what is there, by the part of an address before them; what is made joins them."""
_BY_DETAIL = "/report/servers/{id}/sessions/"
"""Its columns follow from the protocol and the detail."""
_ALSO_MAKES = {
    "policy/rule-sets/": "policy/versions/",
    "policy/versions/{id}/draft/": "policy/versions/",
    "policy/versions/{id}/copy/": "policy/versions/",
}

for _name, _values in _VALID.items():
    schemathesis.openapi.format(f"zertify-{_name}", strategies.sampled_from(_values))


@schemathesis.hook
def map_case(context: Any, case: Any) -> Any:
    """Let a request that must be accepted reach something, and say nothing that excludes itself.

    Days exclude both ends of a period, a file has no pages, and only CSV has options.
    """
    asked, meta = case.query, case.meta
    if meta is None or meta.generation.mode != GenerationMode.POSITIVE:
        return case
    _reach(case)
    if not asked:
        return case
    gone = {"days"} if asked.get("from") or asked.get("to") else set()
    if asked.get("format") not in _PAGES:
        gone |= {"after", "limit"}
    if asked.get("format") != "csv":
        gone |= {"delimiter", "quoting"}
    if case.path.endswith(_BY_DETAIL):
        gone |= {"detail", "sort", "columns"}
    for name in gone & set(asked):
        del asked[name]
    return case


def _reach(case: Any) -> None:
    """Put keys of what is there in the place of most that were made up.

    What is deleted is never the first of its kind: the others need something to reach.
    """
    for found in _NAME.finditer(case.path):
        name, given = found[0][1:-1], (case.path_parameters or {}).get(found[0][1:-1])
        known = _KEYS.get(_under(case.path[: found.start()]), [])
        if case.method == "DELETE":
            known = known[1:]
        if given is None or given in known:
            continue
        place = zlib.crc32(repr(given).encode()) % (len(known) + 1)
        if place < len(known):
            case.path_parameters[name] = known[place]


def _under(path: str) -> str:
    return _NAME.sub("{id}", path.removeprefix(_API))


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """Learn the key of what was made."""
    if response.status_code != 201 or not response.content.startswith(b'{"id":'):
        return
    under = _under(case.path)
    key = json.loads(response.content)["id"]
    for place in {under, _ALSO_MAKES.get(under, under)}:
        _KEYS.setdefault(place, []).append(key)


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Leave out what only looks wrong: one text for a list of one, a value that we take.

    Schemathesis does not know our formats, and takes any value for one that violates them.
    """
    meta, asked = case.meta, case.query
    if not asked or meta is None or meta.generation.mode != GenerationMode.NEGATIVE:
        return True
    changes = getattr(meta.phase.data, "mutations", ()) or (meta.phase.data,)
    places = {getattr(one, "parameter_location", None) for one in changes}
    if not places <= {ParameterLocation.QUERY, None}:
        return True
    names = {getattr(one, "parameter", None) for one in changes} & set(asked) or set(asked)
    if not names <= set(_VALID):
        return True
    return not all(_is_taken(name, asked[name]) for name in names)


def _is_taken(name: str, given: object) -> bool:
    if isinstance(given, list):
        return all(one in _VALID[name] for one in given)
    return given is None or isinstance(given, str)  # null is sent as a word
