"""A policy file by program: what is sent, and the plan that comes back."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from designer import dialects
from designer.bringing import FileError, Item, Plan, read_file, read_text
from designer.content.errors import DesignerError
from designer.queries.site import site
from designer.serializers.fields import Given, Number, Text
from designer.serializers.shown import DifferenceSerializer, FindingSerializer
from policy.findings import Finding
from policy.sources import Source

LONGEST_KEY = 40


class FileGiven(Given):
    """A policy in any form: `text`, or `base64` of a file's bytes as they lie on z/OS."""

    text = Text(required=False, trim_whitespace=False, allow_blank=True)
    base64 = Text(required=False, allow_blank=True)
    dialect = Text(
        required=False,
        allow_blank=True,
        default="",
        max_length=64,
        help_text="Id of the dialect that a policy file is spelled in; the site's unless given.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("text" in attrs) == ("base64" in attrs):
            raise serializers.ValidationError({"text": "give one of `text` and `base64`"})
        return attrs

    def read(self) -> Source:
        """Return what was sent. Raises FileError."""
        given = self.validated_data
        try:
            dialect = dialects.named(given["dialect"] or site().dialect)
        except DesignerError as error:
            raise serializers.ValidationError({"dialect": str(error)}) from error
        if "text" in given:
            return read_text(given["text"], dialect=dialect)
        try:
            return read_file(b64decode(given["base64"], validate=True), dialect=dialect)
        except (binascii.Error, ValueError) as error:
            if isinstance(error, FileError):
                raise
            raise FileError(f"`base64` is none: {error}") from error


class FilePreviewGiven(FileGiven):
    """The file, and the stack whose policy it is compared with."""

    against = Number(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=2**31 - 1,
        help_text="A stack; without one the rule sets of the same names.",
    )


class BringGiven(FileGiven):
    """The file as it was looked at, with what was decided."""

    seen = Text(max_length=64, help_text="`digest` of the preview.")
    choices = serializers.DictField(
        child=Text(max_length=10),
        required=False,
        default=dict,
        help_text="A way by the key of an item; `usual` where none is given.",
    )


class PlacedFindingSerializer(FindingSerializer):
    """What was found, with its place in the text."""

    line = serializers.IntegerField(source="place.line")
    column = serializers.IntegerField(source="place.column")


class ItemSerializer(serializers.Serializer[Any]):
    """Something of the file. Where `usual` is empty a way has to be chosen."""

    key = serializers.CharField()
    name = serializers.CharField(help_text="In the file.")
    standing = serializers.ChoiceField(["new", "same", "changed", "clash"])
    ways = serializers.DictField(child=serializers.CharField(), help_text="In words, by way.")
    usual = serializers.CharField()
    note = serializers.CharField()


class FoundRuleSetSerializer(ItemSerializer):
    """A rule set of the file."""

    protocol = serializers.CharField()
    rules = serializers.IntegerField(help_text="How many.")
    difference = DifferenceSerializer(help_text="From what is there to the file.")


class FoundObjectSerializer(ItemSerializer):
    """A named part of the file."""

    kind = serializers.ChoiceField(["addresses", "traffic", "security", "action"])
    used_by = serializers.ListField(child=serializers.CharField(), help_text="Rules.")


class PlanSerializer(serializers.Serializer[Any]):
    """What bringing it in would do. Without `ok` nothing may be brought in."""

    ok = serializers.BooleanField()
    form = serializers.ChoiceField(["policy", "json", "yaml"])
    code_page = serializers.CharField()
    digest = serializers.CharField(help_text="Of the text and of what is there.")
    findings = PlacedFindingSerializer(many=True)
    on_stack = FindingSerializer(
        many=True, help_text="What else would hold on the stack of `against`, as far as it is told."
    )
    rule_sets = FoundRuleSetSerializer(many=True)
    objects = FoundObjectSerializer(many=True)


def plan_values(found: Plan, on_stack: Sequence[Finding] = ()) -> dict[str, Any]:
    """Return a plan in plain values."""
    return {
        "ok": found.preview.ok,
        "form": found.source.form.value,
        "code_page": found.source.page.value,
        "digest": found.digest,
        "findings": PlacedFindingSerializer(found.preview.findings, many=True).data,
        "on_stack": FindingSerializer(on_stack, many=True).data,
        "rule_sets": [_rule_set(one) for one in found.rule_sets],
        "objects": [_object(one) for one in found.objects],
    }


def _rule_set(item: Item) -> dict[str, Any]:
    found: Any = item.found
    return _item(item, found.rule_set.name) | {
        "protocol": found.rule_set.protocol.value,
        "rules": len(found.rule_set.rules()),
        "difference": DifferenceSerializer(found.difference).data,
    }


def _object(item: Item) -> dict[str, Any]:
    found: Any = item.found
    return _item(item, found.name) | {
        "kind": found.kind.value,
        "used_by": [rule for _, rule in found.used_by],
    }


def _item(item: Item, name: str) -> dict[str, Any]:
    return {
        "key": item.key,
        "name": name,
        "standing": item.found.standing.value,
        "ways": {way.value: words for way, words in item.ways.items()},
        "usual": str(item.usual),
        "note": item.note,
    }
