"""What every shape that is sent to us demands: no field that it does not know, and JSON's types.

The framework takes a number for a text, "5" for a number and "true" for a switch, of which the
description of the interface says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from rest_framework import serializers
from rest_framework.utils import html


class Strict(serializers.Serializer[Any]):
    """Takes no field that it does not know, and no value of another type."""

    refuses_unknown = True

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            wrong = {
                name: f"`{name}` is not a field here" for name in data if name not in self.fields
            }
            if not html.is_html_input(data):  # a form has texts alone
                wrong |= _misfits(self, data)
            if wrong:
                raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)


def _misfits(shape: serializers.Serializer[Any], data: dict[str, Any]) -> dict[str, str]:
    """The fields of a shape whose value has another type, each with the reason."""
    found = {name: _misfit(field, data.get(name)) for name, field in shape.fields.items()}
    return {name: why for name, why in found.items() if why}


def _misfit(field: Any, value: Any) -> str:
    """Why a value is not of the type of a field; empty when it is, or the framework says so."""
    parts = _parts(field, value)
    if parts is not None:
        return next(filter(None, (_misfit(field.child, one) for one in parts)), "")
    if value is None:
        return ""
    if isinstance(field, serializers.ChoiceField):
        return "" if _is_choice(field, value) else _words(field, "invalid_choice", value)
    for kind, is_one in _KINDS:
        if isinstance(field, kind) and not is_one(value):
            return _words(field, "invalid", value)
    return ""


def _words(field: Any, which: str, value: object) -> str:
    return str(field.error_messages[which]).format(input=value)


def _parts(field: Any, value: Any) -> Any:
    """What a list or an object of equal parts consists of; None for what is neither."""
    if isinstance(field, serializers.ListField) and isinstance(value, list):
        return value
    if isinstance(field, serializers.DictField) and isinstance(value, dict):
        return value.values()
    return None


def _is_whole(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def _is_choice(field: serializers.ChoiceField, value: object) -> bool:
    blank = field.allow_blank and value == ""
    return blank or any(type(value) is type(one) and value == one for one in field.choices)


_KINDS: Final[tuple[tuple[type, Callable[[object], bool]], ...]] = (
    (serializers.CharField, lambda value: isinstance(value, str)),
    (serializers.BooleanField, lambda value: isinstance(value, bool)),
    (serializers.IntegerField, _is_whole),
)


class Revised(Strict):
    """A change of something that somebody else may have changed meanwhile."""

    revision = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        help_text="The one that you changed: status 409 when there is a later one. Without it,"
        " whatever is there is replaced.",
    )
