"""What programs send: strict about JSON types and about fields that nobody knows."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from designer.content.labels import OWNER_LIMIT, TEXT_LIMIT
from designer.content.rules import (
    MOST_COMMENTS,
    MOST_RULES,
    MOST_TESTS,
    TEST_NAME_LIMIT,
    Content,
    RuleContent,
    TestContent,
)
from designer.models import PROTOCOLS, Tag
from designer.serializers.fields import KEYS, Digest, Given, Image, Line, Mark, Name, Number, Switch
from policy.model import Kind
from policy.values.names import NAME_LIMIT

_HAS: Final = "The version that it has for the protocol, as it was seen; null: none."
_STOOD: Final = "The comment that stood there; another one is answered with 409."
_SEEN: Final = "The `mark` that was seen; another one is answered with 409."


def _optional(most: int) -> Line:
    return Line(max_length=most, required=False, allow_blank=True, default="")


def _comments(help_text: str) -> serializers.ListField:
    line = Line(max_length=TEXT_LIMIT, help_text="Without its `#`, and not beginning with # or @.")
    return serializers.ListField(
        child=line, max_length=MOST_COMMENTS, required=False, default=list, help_text=help_text
    )


def _revision() -> Number:
    return _key(help_text="The revision that is changed; a newer one is answered with 409.")


def _key(**more: Any) -> Number:
    return Number(min_value=KEYS["minimum"], max_value=KEYS["maximum"], **more)


class RuleField(Given):
    """A rule. An object is given by its name, or the condition stands inline, never both."""

    name = Name()
    kind = serializers.ChoiceField([one.value for one in Kind], default=Kind.SPECIFIC.value)
    description = _optional(TEXT_LIMIT)
    owner = _optional(OWNER_LIMIT)
    expires = serializers.DateField(required=False, allow_null=True, default=None)
    local = _optional(NAME_LIMIT)
    remote = _optional(NAME_LIMIT)
    traffic = _optional(NAME_LIMIT)
    security = _optional(NAME_LIMIT)
    action = _optional(NAME_LIMIT)
    inline_traffic = serializers.DictField(required=False, default=dict)
    inline_security = serializers.DictField(required=False, allow_null=True, default=None)
    inline_action = serializers.DictField(required=False, allow_null=True, default=None)
    comments = _comments("Lines of a policy file above the rule.")

    def content(self, given: dict[str, Any]) -> RuleContent:
        """Return the rule that was given."""
        found = {**given, "kind": Kind(given["kind"]), "comments": tuple(given["comments"])}
        return RuleContent(**found)


class TestField(Given):
    """A sample connection, and the rule that must match it (empty: none must)."""

    __test__ = False

    name = Line(max_length=TEST_NAME_LIMIT)
    connection = serializers.DictField()
    expected = _optional(NAME_LIMIT)


class ContentGiven(Given):
    """All rules in their order, and all tests, in the place of what the draft says."""

    revision = _revision()
    rules = serializers.ListField(child=RuleField(), max_length=MOST_RULES)
    tests = serializers.ListField(
        child=TestField(), max_length=MOST_TESTS, required=False, default=list
    )
    comments = _comments("Lines of a policy file above the rules.")

    def content(self) -> Content:
        """Return the content that was given."""
        given = self.validated_data
        return Content(
            tuple(RuleField().content(dict(one)) for one in given["rules"]),
            tuple(TestContent(**one) for one in given["tests"]),
            tuple(given["comments"]),
        )


class MergeGiven(ContentGiven):
    """A stale change, with what decides on its conflicts."""

    seen = _key(
        help_text="The revision of the draft that was looked at: `revision` of the answer with "
        "409; a newer one is answered with 409 again."
    )
    choices = serializers.DictField(
        child=serializers.ChoiceField(["mine", "theirs"]), required=False, default=dict
    )


class RuleGiven(Given):
    """A rule to add, or to put in the place of the one named `was`."""

    revision = _revision()
    rule = RuleField()
    was = _optional(NAME_LIMIT)


class TestGiven(Given):
    """A test to add, or to put in the place of the one named `was`."""

    __test__ = False

    revision = _revision()
    test = TestField()
    was = _optional(TEST_NAME_LIMIT)


class OrderGiven(Given):
    """All specific rules by name, in their new order."""

    revision = _revision()
    names = serializers.ListField(child=Name(), max_length=MOST_RULES)


class PlanGiven(Given):
    """The stacks that get the version when it is published."""

    revision = _revision()
    stacks = serializers.ListField(child=_key())


class RuleSetGiven(Given):
    """A rule set to make; version 1 is its draft."""

    name = Name()
    protocol = serializers.ChoiceField(PROTOCOLS)
    description = _optional(TEXT_LIMIT)
    owner = _optional(OWNER_LIMIT)
    template = _optional(64)


class HeadGiven(Given):
    """What stands above the rules."""

    revision = _revision()
    name = Name()
    description = _optional(TEXT_LIMIT)
    owner = _optional(OWNER_LIMIT)


class NameGiven(Given):
    """The name of a copy."""

    name = Name()


class RetireGiven(Given):
    """Whether the rule set is put aside."""

    revision = _revision()
    retired = Switch()


class SubmitGiven(Given):
    """What changes and why."""

    revision = _revision()
    comment = Line(max_length=TEXT_LIMIT)


class CommentGiven(Given):
    """A sentence for the record."""

    comment = _optional(TEXT_LIMIT)


class NoteGiven(CommentGiven):
    """The comment of a draft."""

    seen = Line(max_length=TEXT_LIMIT, allow_blank=True, help_text=_STOOD)


class DecisionGiven(CommentGiven):
    """What is decided on: the revision that was looked at."""

    revision = _key(help_text="The revision that was looked at; another one is answered with 409.")


class OnStackGiven(Given):
    """A stack that gets a version."""

    stack = _key()
    seen = _key(allow_null=True, help_text=_HAS)


class PublishGiven(DecisionGiven):
    """What is published, and what the stacks had that it is planned for."""

    stacks = serializers.ListField(
        child=OnStackGiven(), help_text="Those that it is planned for, each as it was seen."
    )


class PromoteGiven(Given):
    """Where the version goes."""

    to = serializers.ChoiceField([Tag.TEST.value, Tag.PROD.value])
    stacks = serializers.ListField(child=OnStackGiven(), min_length=1)


class ObjectGiven(Given):
    """What an object says; `protocol` is for security descriptors alone."""

    name = Name()
    content = serializers.DictField(help_text="In the form of a policy document, without a name.")
    description = _optional(TEXT_LIMIT)
    basis = _optional(TEXT_LIMIT)
    protocol = serializers.ChoiceField(PROTOCOLS, allow_blank=True, default="")


class ObjectChangeGiven(ObjectGiven):
    """What an object says from now on."""

    revision = _revision()


class GroupGiven(Given):
    """A z/OS group."""

    name = Name()
    description = _optional(TEXT_LIMIT)


class GroupChangeGiven(GroupGiven):
    """What a z/OS group is called from now on."""

    seen = Mark(_SEEN)


class SystemGiven(Given):
    """A system of a group."""

    group = _key()
    name = Image()
    sysplex = Image(required=False, allow_blank=True, default="")


class SystemChangeGiven(SystemGiven):
    """Where a system stands, and what it is called from now on."""

    seen = Mark(_SEEN)


class StackGiven(Given):
    """A stack of a system."""

    system = _key()
    name = Image()
    tag = serializers.ChoiceField(Tag.choices, default=Tag.DEV.value)


class StackChangeGiven(Given):
    """What a stack is for, and what it is called."""

    name = Image(required=False, allow_blank=True, default="")
    tag = serializers.ChoiceField(Tag.choices)
    seen = Mark(_SEEN)


class AssignGiven(Given):
    """The version that a stack gets."""

    version = _key()
    seen = _key(allow_null=True, help_text=_HAS)


class InstallGiven(Given):
    """A record of what was put in force."""

    digest = Digest(
        "The SHA-256 of the file that was put in force: `digest` of the stack's files, the `ETag` "
        "of its file, or `digest` of an earlier installation that was put back; that of another "
        "file, and of the newest installation, is answered with 409."
    )
    comment = _optional(TEXT_LIMIT)
    dialect = _optional(64)
