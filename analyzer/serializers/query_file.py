"""Saved queries as a JSON file, to keep them or to take them to another Zertify."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from analyzer.models import SavedQuery
from analyzer.queries.saved import as_address
from analyzer.saved import Draft
from analyzer.serializers.queries import DraftSerializer

KIND: Final = "zertify queries"
VERSION: Final = 1
MOST_BYTES: Final = 1_000_000
MOST_QUERIES: Final = 500
_MOST_REASONS: Final = 20


class QueryFileError(ValueError):
    """The file can't be used; `reasons` are sentences, one for each thing that is wrong."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def file_of(queries: Sequence[SavedQuery]) -> str:
    """Return the text of a file with these queries; without owners and times."""
    found = {"kind": KIND, "version": VERSION, "queries": [_plain(query) for query in queries]}
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def drafts_of(content: bytes) -> list[Draft]:
    """Return the queries of a file. Raises QueryFileError, also when one of them is wrong."""
    given = _queries(content)
    forms = [DraftSerializer(data=one) for one in given]
    reasons = [reason for number, form in enumerate(forms, 1) for reason in _wrong(number, form)]
    reasons += _twice(given)
    if reasons:
        raise QueryFileError(*reasons[:_MOST_REASONS])
    return [form.draft() for form in forms]


def _plain(query: SavedQuery) -> dict[str, object]:
    return {
        "name": query.name,
        "description": query.description,
        "tab": query.tab,
        "shared": query.shared,
        "filters": dict(as_address(query.params).lists()),
    }


def _queries(content: bytes) -> list[Any]:
    found = _json(content)
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise QueryFileError(f"the file is not an export of queries: it has no `kind` `{KIND}`")
    if found.get("version") != VERSION:
        raise QueryFileError(f"the file has a `version` other than {VERSION}, the only one known")
    queries = found.get("queries")
    if not isinstance(queries, list) or not queries:
        raise QueryFileError("the file has no list `queries` with a query in it")
    if len(queries) > MOST_QUERIES:
        raise QueryFileError(f"{len(queries)} queries are too many: {MOST_QUERIES} at most")
    return queries


def _json(content: bytes) -> Any:
    if len(content) > MOST_BYTES:
        raise QueryFileError(f"the file is larger than {MOST_BYTES} bytes")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise QueryFileError("the file is not text in UTF-8") from None
    except json.JSONDecodeError as error:
        raise QueryFileError(f"line {error.lineno} is not JSON: {error.msg.lower()}") from None
    except (ValueError, RecursionError):
        raise QueryFileError("the file is JSON that nobody writes") from None


def _wrong(number: int, form: DraftSerializer) -> Iterator[str]:
    if form.is_valid():
        return
    name = form.initial_data.get("name") if isinstance(form.initial_data, dict) else None
    which = f"query {number}" + (f" (`{name}`)" if isinstance(name, str) else "")
    for field, found in form.errors.items():
        words = _sentence(found)
        yield f"{which}: {words}" if field == "non_field_errors" else f"{which}: {field}: {words}"


def _sentence(found: Any) -> str:
    """The sentences in whatever the serializer says, on one line."""
    parts = found.values() if isinstance(found, Mapping) else found
    if isinstance(parts, str):
        return parts
    return "; ".join(_sentence(part) for part in parts)


def _twice(given: Sequence[Any]) -> Iterator[str]:
    seen: set[str] = set()
    for one in given:
        name = str(one.get("name", "")).strip().lower() if isinstance(one, dict) else ""
        if name and name in seen:
            yield f"`{one['name']}` stands in the file twice"
        seen.add(name)
