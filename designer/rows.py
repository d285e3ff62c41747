"""What a version says -> its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from designer.content.errors import ContentError
from designer.content.rules import Content, RuleContent, TestContent
from designer.models import (
    CATCH_ALL_PLACE,
    GENERAL_PLACE,
    ActionDescriptor,
    AddressGroup,
    Rule,
    RuleTest,
    SecurityDescriptor,
    TrafficDescriptor,
    Version,
)
from policy.model import Kind

_OBJECTS = {
    "local": AddressGroup,
    "remote": AddressGroup,
    "traffic": TrafficDescriptor,
    "security": SecurityDescriptor,
    "action": ActionDescriptor,
}


def write_rows(draft: Version, content: Content) -> None:
    """Make the rows say what the content says; a rule that keeps its name keeps its row.

    Raises ContentError for an object that is not there: its condition is never left out.
    """
    keys = {
        part: dict(model.objects.values_list("name", "pk"))  # type: ignore[attr-defined]  # all are models
        for part, model in _OBJECTS.items()
    }
    rows = {one.name: one for one in draft.rules.all()}
    draft.rules.exclude(name__in=[one.name for one in content.rules]).delete()
    specific = 0
    for one in content.rules:
        specific += one.kind is Kind.SPECIFIC
        places = {Kind.SPECIFIC: specific, Kind.GENERAL: GENERAL_PLACE}
        row = rows.get(one.name) or Rule(version=draft, name=one.name)
        row.kind, row.place = one.kind.value, places.get(one.kind, CATCH_ALL_PLACE)
        for field, value in _fields(one, keys).items():
            setattr(row, field, value)
        row.save()
    _write_tests(draft, content.tests)
    draft.comments = list(content.comments)
    draft.save(update_fields=["comments"])


def _fields(one: RuleContent, keys: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    plain = ("description", "owner", "expires", "inline_traffic", "inline_security")
    found = {field: getattr(one, field) for field in (*plain, "inline_action")}
    found["comments"] = list(one.comments)
    for part, known in keys.items():
        name = getattr(one, part)
        if name and name not in known:
            raise ContentError((one.name, part, f"there is no `{name}`"))
        found[f"{part}_id"] = known.get(name)
    return found


def _write_tests(draft: Version, tests: Iterable[TestContent]) -> None:
    draft.tests.all().delete()
    RuleTest.objects.bulk_create(
        RuleTest(
            version=draft,
            place=place,
            name=one.name,
            connection=one.connection,
            expected=one.expected,
        )
        for place, one in enumerate(tests, start=1)
    )
