"""What holds for the site and for single stacks: dialects, matching, facts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from designer.models import PolicySite, Release, ZosGroup
from designer.queries.site import matching
from designer.serializers.fields import Given, Mark, Number, Switch, Text
from policy.settings import CHOICES, DEFAULTS, SUBJECTS


class DialectId(Text):
    """The id of a dialect that there is, or nothing for the next that counts."""

    grammar = "policy-dialect"

    def __init__(self, **more: Any) -> None:
        super().__init__(allow_blank=True, max_length=64, **more)


class FactsGiven(Given):
    """What is so on a stack; what is null, empty or left out is not told."""

    zert_is_on = Switch(required=False, allow_null=True, default=None)
    audits_to_smf = Switch(required=False, allow_null=True, default=None)
    audits_to_nmi = Switch(required=False, allow_null=True, default=None)
    trmd_runs = Switch(required=False, allow_null=True, default=None)
    release = serializers.ChoiceField(Release.choices, allow_blank=True, default="")
    seen = Mark("The `mark` of the facts that were seen.")
    dialect = DialectId(
        required=False,
        allow_null=True,
        default=None,
        help_text="Of its files; empty: that of its group or the site. Null leaves it as it is.",
    )


class DialectSerializer(serializers.Serializer[Any]):
    """A dialect that files can be spelled in, or a file of the site that can't be used."""

    id = serializers.CharField(source="dialect_id", help_text="Empty where it can't be used.")
    label = serializers.CharField(help_text="What it says.")  # type: ignore[assignment]  # a field
    file = serializers.CharField(help_text="In the site's directory; empty for a shipped one.")
    keywords = serializers.DictField(
        source="marks", child=serializers.IntegerField(), help_text="How many, by confidence."
    )
    sha256 = serializers.CharField(source="digest", help_text="Of the file.")
    problem = serializers.CharField(help_text="Why it can't be used, else empty.")


class SettingSerializer(serializers.Serializer[Any]):
    """A choice that IBM does not document."""

    name = serializers.CharField()
    subject = serializers.CharField()
    value = serializers.CharField()
    usual = serializers.CharField()
    choices = serializers.ListField(child=serializers.CharField())


class GroupDialectSerializer(serializers.Serializer[Any]):
    """The dialect of a z/OS group; empty: that of the site."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    dialect = serializers.CharField()


class SiteSerializer(serializers.Serializer[Any]):
    """The policy settings of the site."""

    revision = serializers.IntegerField(help_text="0 before the first change.")
    dialect = serializers.CharField(help_text="Empty for the shipped one.")
    matching = SettingSerializer(many=True)
    groups = GroupDialectSerializer(many=True)
    changed_by = serializers.CharField()
    changed_at = serializers.DateTimeField(allow_null=True)


def site_values(row: PolicySite, groups: list[ZosGroup]) -> dict[str, Any]:
    """Return the site's settings in plain values."""
    now, usual = matching(row).tree(), DEFAULTS.tree()
    return {
        "revision": row.revision,
        "dialect": row.dialect,
        "matching": [
            {
                "name": name,
                "subject": SUBJECTS[name],
                "value": now[name],
                "usual": usual[name],
                "choices": [one.value for one in kind],
            }
            for name, kind in CHOICES.items()
        ],
        "groups": [{"id": one.pk, "name": one.name, "dialect": one.dialect} for one in groups],
        "changed_by": row.changed_by_name,
        "changed_at": row.changed_at,
    }


class GroupDialectGiven(Given):
    """A z/OS group, by its `id`, with the dialect of its files."""

    id = Number(min_value=1, max_value=2**31 - 1)
    dialect = DialectId()


class MatchingGiven(Given):
    """A value by the name of each setting that is not as usual."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            name: serializers.ChoiceField(
                [one.value for one in kind], required=False, help_text=SUBJECTS[name]
            )
            for name, kind in CHOICES.items()
        }


class SiteGiven(Given):
    """All of it at once: a setting that is left out is as usual, a group stays as it is."""

    revision = Number(
        min_value=0, max_value=2**31 - 2, help_text="The one that is changed; else status 409."
    )
    dialect = DialectId(required=False, default="")
    matching = MatchingGiven(required=False, default=dict)
    groups = GroupDialectGiven(many=True, required=False, default=list)
