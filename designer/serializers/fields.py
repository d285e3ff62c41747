"""Fields of what programs send: strict about JSON types and about what nobody knows."""

from __future__ import annotations

from typing import Any, Final

from django.core.validators import RegexValidator
from rest_framework import serializers

from designer import facts, workspace
from policy.values.names import NAME_LIMIT

KEYS: Final = {"minimum": 1, "maximum": 2**31 - 1}
MARK: Final = "^[0-9a-f]{16}$"
DIGEST: Final = "^[0-9a-f]{64}$"


class Text(serializers.CharField):
    """A JSON text: a number is none, nor are halves of characters."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or any("\ud800" <= char <= "\udfff" for char in data):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Line(Text):
    """One printable line, at most `max_length` characters, without blanks around it."""

    grammar = "policy-line"

    def __init__(self, **more: Any) -> None:
        super().__init__(min_length=None if more.get("allow_blank") else 1, **more)


class Name(Line):
    """A line with something in it: of a rule set, a rule, an object or a group."""

    grammar = "policy-name"

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=NAME_LIMIT, **more)


class Image(Text):
    """What z/OS calls a sysplex, system or stack."""

    grammar = "policy-image"

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=8, **more)


class Mark(Text):
    """The `mark` of something as it was seen; it is compared with what is there."""

    def __init__(self, help_text: str) -> None:
        super().__init__(trim_whitespace=False, max_length=16, help_text=help_text)
        self.validators.append(RegexValidator(MARK, "This is no mark."))


class Digest(Text):
    """The SHA-256 of a file, in small letters."""

    def __init__(self, help_text: str) -> None:
        super().__init__(trim_whitespace=False, max_length=64, help_text=help_text)
        self.validators.append(RegexValidator(DIGEST, "This is no SHA-256 in small letters."))


class MarkOf(serializers.CharField):
    """In a few characters what a place says, or what is told of a stack: give it back as `seen`."""

    def __init__(self, what: str) -> None:
        words = f"Changes with {what}: give it back as `seen`."
        super().__init__(source="*", read_only=True, help_text=words)

    def to_representation(self, value: Any) -> str:
        return workspace.mark(value)


class MarkOfFacts(MarkOf):
    """The same of what is told of a stack."""

    def to_representation(self, value: Any) -> str:
        return facts.mark(value)


class Number(serializers.IntegerField):
    """A whole JSON number: a text or a switch is none."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer():  # 1.0 is a whole number of JSON's
            data = int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class Switch(serializers.BooleanField):
    """JSON's true or false: a number or a word is neither."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Given(serializers.Serializer[Any]):
    """Takes no field that it does not know."""

    refuses_unknown = True

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(
                    {name: f"`{name}` is not a field here" for name in unknown}
                )
        return super().to_internal_value(data)
