"""What programs get: objects, stacks, rule sets, versions."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from designer.approval import may_decide
from designer.content.rules import Content
from designer.models import (
    Assignment,
    Installation,
    Release,
    ReusableObject,
    RuleSet,
    SecurityDescriptor,
    Stack,
    System,
    Version,
    ZosGroup,
)
from designer.serializers.fields import MarkOf, MarkOfFacts

Tree = dict[str, Any]


class PolicyObjectSerializer(serializers.Serializer[Any]):
    """A reusable object; `uses` counts the rules that refer to it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    content = serializers.DictField()
    protocol = serializers.CharField(help_text="Of a security descriptor, else empty.")
    basis = serializers.CharField()
    confidence = serializers.CharField(help_text="Of a shipped object, else empty.")
    shipped = serializers.BooleanField()
    revision = serializers.IntegerField()
    uses = serializers.IntegerField()
    changed_at = serializers.DateTimeField()
    changed_by = serializers.CharField(help_text="Who changed it last; of a shipped object empty.")


def object_values(one: ReusableObject) -> Tree:
    """Return an object in plain values."""
    protocol = one.protocol if isinstance(one, SecurityDescriptor) else ""
    parts = (*("id", "name", "description", "content", "basis", "confidence"), "shipped")
    found = {part: getattr(one, part) for part in (*parts, "revision", "changed_at")}
    more = {
        "protocol": protocol,
        "uses": getattr(one, "uses", 0),
        "changed_by": one.changed_by_name,
    }
    return {**found, **more}


class UseSerializer(serializers.Serializer[Any]):
    """A rule that refers to an object."""

    rule_set = serializers.CharField()
    rule_set_id = serializers.IntegerField()
    version_id = serializers.IntegerField()
    number = serializers.IntegerField()
    state = serializers.CharField()
    rule = serializers.CharField()


class PolicyGroupSerializer(serializers.ModelSerializer[ZosGroup]):
    """A z/OS group."""

    mark = MarkOf("name and description")

    class Meta:
        model = ZosGroup
        fields = ("id", "name", "description", "dialect", "mark")


class PolicySystemSerializer(serializers.ModelSerializer[System]):
    """A system."""

    group = serializers.IntegerField(source="group_id")
    mark = MarkOf("group, sysplex and name")

    class Meta:
        model = System
        fields = ("id", "group", "sysplex", "name", "mark")


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """The version that a stack has for a protocol."""

    rule_set = serializers.CharField(source="version.rule_set.name")
    number = serializers.IntegerField(source="version.number")
    version = serializers.IntegerField(source="version_id")

    class Meta:
        model = Assignment
        fields = (
            *("protocol", "version", "rule_set", "number"),
            *("assigned_by_name", "assigned_at"),
        )


class FactsSerializer(serializers.Serializer[Any]):
    """What people have told of a stack; null and an empty release: nobody has."""

    zert_is_on = serializers.BooleanField(allow_null=True, help_text="GLOBALCONFIG ZERT.")
    audits_to_smf = serializers.BooleanField(allow_null=True, help_text="ZERTDETAILBYPOLICY.")
    audits_to_nmi = serializers.BooleanField(allow_null=True, help_text="ZERTSERVICEBYPOLICY.")
    trmd_runs = serializers.BooleanField(allow_null=True)
    release = serializers.ChoiceField(Release.choices, allow_blank=True)
    told_by = serializers.CharField(source="told_by_name")
    told_at = serializers.DateTimeField(allow_null=True)
    mark = MarkOfFacts("all of this and the dialect")


class PolicyStackSerializer(serializers.ModelSerializer[Stack]):
    """A stack with what is assigned to it; `recorded` says that there are records of it."""

    system = serializers.IntegerField(source="system_id")
    path = serializers.CharField(source="__str__", help_text="Sysplex, system and stack.")
    recorded = serializers.SerializerMethodField()
    assignments = AssignmentSerializer(many=True)
    facts = FactsSerializer(source="*")
    mark = MarkOf("system, name and tag")

    class Meta:
        model = Stack
        fields = (
            *("id", "system", "name", "path", "tag", "recorded", "assignments", "facts"),
            *("dialect", "mark"),
        )

    def get_recorded(self, stack: Stack) -> bool:
        return stack.recorded_id is not None


class InstallationSerializer(serializers.ModelSerializer[Installation]):
    """A record of a policy file that was put in force."""

    class Meta:
        model = Installation
        fields = (
            *("id", "digest", "dialect", "comment", "installed_by_name", "installed_at"),
            "policy_file",
        )


class VersionHeadSerializer(serializers.ModelSerializer[Version]):
    """A version without what it says."""

    rule_set = serializers.IntegerField(source="rule_set_id")
    based_on = serializers.IntegerField(source="based_on_id", allow_null=True)

    class Meta:
        model = Version
        fields = (
            *("id", "rule_set", "number", "state", "based_on", "revision", "comment"),
            *("author_name", "made_at", "edited_by_name", "edited_at", "submitted_by_name"),
            *("submitted_at", "decided_by_name", "decided_at", "decision_comment", "digest"),
        )


class RuleSetSerializer(serializers.ModelSerializer[RuleSet]):
    """A rule set with its open and its published version."""

    versions = VersionHeadSerializer(many=True, source="shown_versions")
    changed_by = serializers.CharField(
        source="changed_by_name", help_text="Who changed name, description or owner last, or empty."
    )

    class Meta:
        model = RuleSet
        fields = (
            *("id", "name", "protocol", "description", "owner", "made_at", "retired_at"),
            *("revision", "changed_by", "versions"),
        )


class VersionSerializer(VersionHeadSerializer):
    """A version with its rules, tests and results; `document` is null for a draft."""

    rules = serializers.ListField(child=serializers.DictField())
    tests = serializers.ListField(child=serializers.DictField())
    test_results = serializers.ListField(child=serializers.DictField())
    comments = serializers.ListField(
        child=serializers.CharField(), help_text="Lines of its policy file above the rules."
    )
    document = serializers.DictField(allow_null=True)
    planned = serializers.ListField(child=serializers.IntegerField(), help_text="Stacks.")
    may_decide = serializers.BooleanField(help_text="Whether you had no hand in it.")

    class Meta(VersionHeadSerializer.Meta):
        fields = (  # type: ignore[assignment]  # a tuple is a tuple
            *VersionHeadSerializer.Meta.fields,
            *("rules", "tests", "test_results", "comments"),
            *("document", "planned", "may_decide"),
        )


def version_values(version: Version, content: Content, user_pk: int | None) -> Tree:
    """Return a version in plain values."""
    return {
        **VersionHeadSerializer(version).data,
        **content.tree(),
        "test_results": version.test_results,
        "document": version.document,
        "planned": [one.stack_id for one in version.planned.all()],
        "may_decide": may_decide(version, user_pk),
    }


class FindingSerializer(serializers.Serializer[Any]):
    """What the checks say."""

    code = serializers.CharField()
    severity = serializers.ChoiceField(["error", "warning", "note"])
    message = serializers.CharField()
    hint = serializers.CharField()
    rule = serializers.CharField(source="place.rule")
    field = serializers.CharField(source="place.field")


class LapsingSerializer(serializers.Serializer[Any]):
    """An exception that ends."""

    rule_set = serializers.CharField(source="version.rule_set.name")
    version = serializers.IntegerField(source="version.pk")
    number = serializers.IntegerField(source="version.number")
    state = serializers.CharField(source="version.state")
    rule = serializers.CharField()
    owner = serializers.CharField()
    expires = serializers.DateField()
    days_left = serializers.IntegerField(help_text="Negative when its last day is past.")
    stacks = serializers.ListField(child=serializers.CharField())


class EffectSerializer(serializers.Serializer[Any]):
    """Connections to which something else happens."""

    before = serializers.CharField()
    after = serializers.CharField()
    did = serializers.CharField()
    does = serializers.CharField()
    example = serializers.CharField()


class EditSerializer(serializers.Serializer[Any]):
    """A rule that was added, removed, moved or changed."""

    rule = serializers.CharField()
    what = serializers.CharField()
    parts = serializers.ListField(child=serializers.CharField())


class DifferenceSerializer(serializers.Serializer[Any]):
    """What differs between two versions."""

    same_meaning = serializers.BooleanField(help_text="False also where it was not `compared`.")
    compared = serializers.BooleanField(
        help_text="False: not worked out to the end, there may be more effects."
    )
    effects = EffectSerializer(many=True)
    edits = EditSerializer(many=True)


class FilesSerializer(serializers.Serializer[Any]):
    """Everything that goes to a stack, as text."""

    policy_file = serializers.CharField()
    digest = serializers.CharField(
        help_text="The SHA-256 of the policy file in UTF-8: name it when it is installed."
    )
    image_line = serializers.CharField()
    profile_statements = serializers.CharField()
    syslogd_rule = serializers.CharField()
    pasearch_view = serializers.CharField()
    dialect = serializers.CharField(help_text="Id of the dialect that they are spelled in.")
    dialect_label = serializers.CharField()
