"""What the schema says of texts and fields beyond what is read from the serializers' types."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

_TEXT: Final = r"^[^\x00]*$"
_SAID: Final = r"^[^\x00]*[^\s\x00][^\x00]*$"
"""Not only blanks."""


class Described(AutoSchema):
    """Fields that are not known are refused, and so are texts with a NUL, or without a word.

    A serializer with `refuses_unknown` says the first; a field with `grammar` is of a format of
    that name, which says what no pattern can.
    """

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if getattr(serializer, "refuses_unknown", False):
            schema["additionalProperties"] = False
        return schema

    def _map_serializer_field(
        self, field: Any, direction: str, bypass_extensions: bool = False
    ) -> Any:
        schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if direction != "request":
            return schema
        if grammar := getattr(field, "grammar", ""):
            return {**schema, "format": f"zertify-{grammar}"}
        if type(field) is not serializers.CharField:
            return schema
        return {**schema, "pattern": _TEXT if field.allow_blank else _SAID}

    def _insert_field_validators(self, field: Any, schema: Any) -> None:
        """An empty text may be among the others already: one of both is then no description."""
        super()._insert_field_validators(field, schema)  # type: ignore[no-untyped-call]
        if "oneOf" in schema:
            schema["anyOf"] = schema.pop("oneOf")
