"""Baselines of a site: how rules and versions are shown, and what is taken."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from analyzer.baselines.profile import SEVERITIES, Profile, Rule, plain
from analyzer.baselines.reading import LONGEST, LONGEST_VALUE, MOST_ALTERNATIVES, PROTOCOLS
from analyzer.own_baselines import LONGEST_NOTE
from analyzer.queries.baselines.judged import VERDICTS
from analyzer.serializers.strict import Strict
from smf.tables import CONFIDENCES

_SURE = [*CONFIDENCES[:-1]]


class _Asked(serializers.DictField):
    """Filters that must all hold, their values by name."""

    child = serializers.CharField(max_length=LONGEST_VALUE)


class _Conditions(serializers.ListField):
    """Alternatives."""

    child = _Asked(allow_empty=False)


class Versioned(Strict):
    """A change of a baseline, with why."""

    note = serializers.CharField(
        max_length=LONGEST_NOTE,
        required=False,
        allow_blank=True,
        help_text="Stands in the list of versions.",
    )
    version = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        help_text="The one that you changed: status 409 when a later one says something else"
        " there. Without it, whatever is there is replaced.",
    )


class DetailsSerializer(Versioned):
    """What a baseline is called and covers."""

    name = serializers.CharField(max_length=LONGEST["name"])
    document = serializers.CharField(
        max_length=LONGEST["document"], required=False, allow_blank=True, default=""
    )
    about = serializers.CharField(
        max_length=LONGEST["about"], required=False, allow_blank=True, default=""
    )
    covers = serializers.ListField(
        child=serializers.ChoiceField(choices=PROTOCOLS), allow_empty=False, help_text="Protocols."
    )

    def told(self) -> dict[str, Any]:
        """What changes, once it is valid."""
        given = self.validated_data
        texts = {name: given[name] for name in ("name", "document", "about")}
        return {**texts, "covers": tuple(dict.fromkeys(given["covers"]))}


class CopySerializer(Strict):
    """A baseline to begin with."""

    copy_of = serializers.CharField(max_length=LONGEST["basis"], help_text="The key of another.")
    name = serializers.CharField(max_length=LONGEST["name"])
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True)


class RuleDraftSerializer(Versioned):
    """A rule: `breaks` and `not_judged` are alternatives of filters that must all hold."""

    title = serializers.CharField(max_length=LONGEST["title"])
    severity = serializers.ChoiceField(choices=[*SEVERITIES])
    clause = serializers.CharField(
        max_length=LONGEST["clause"], help_text="Document and section where it is written."
    )
    reason = serializers.CharField(max_length=LONGEST["reason"])
    confidence = serializers.ChoiceField(choices=_SURE, help_text="How sure the clause is.")
    breaks = _Conditions(required=False, max_length=MOST_ALTERNATIVES)
    not_judged = _Conditions(required=False, max_length=MOST_ALTERNATIVES)
    passes = _Asked(required=False, help_text="Names that pass; others are not judged.")

    def rule(self, *, rule_id: str, on: bool) -> Rule:
        """The rule, once it is valid."""
        given = self.validated_data
        names = ("title", "severity", "clause", "reason", "confidence")
        return Rule(
            id=rule_id,
            on=on,
            breaks=tuple(given.get("breaks", ())),
            not_judged=tuple(given.get("not_judged", ())),
            passes=given.get("passes") or None,
            **{name: given[name] for name in names},
        )


class RuleSerializer(serializers.Serializer[Any]):
    """A rule as it stands; `version` is that of its baseline."""

    id = serializers.CharField()
    title = serializers.CharField()
    severity = serializers.ChoiceField([*SEVERITIES])
    clause = serializers.CharField()
    reason = serializers.CharField()
    confidence = serializers.ChoiceField(_SURE)
    on = serializers.BooleanField(help_text="False: it is not evaluated.")
    breaks = _Conditions()
    not_judged = _Conditions()
    passes = _Asked(required=False)


class SaidRuleSerializer(serializers.Serializer[Any]):
    """A rule as far as it says something of a session."""

    id = serializers.CharField()
    title = serializers.CharField()
    severity = serializers.ChoiceField([*SEVERITIES])
    clause = serializers.CharField()
    reason = serializers.CharField()
    confidence = serializers.ChoiceField(_SURE, help_text="How sure the clause is.")


class JudgementSerializer(serializers.Serializer[Any]):
    """What a baseline that covers the session says of it, with the rules behind."""

    key = serializers.CharField(source="profile.key")
    name = serializers.CharField(source="profile.name")
    version = serializers.IntegerField(
        source="profile.version", help_text="0 for a baseline that is delivered."
    )
    verdict = serializers.ChoiceField([*VERDICTS[1:]])
    broken = SaidRuleSerializer(many=True)
    not_judged = SaidRuleSerializer(many=True)


class RulesSerializer(serializers.Serializer[Any]):
    """All rules of a baseline, in their order."""

    version = serializers.IntegerField(help_text="0 for a baseline that is delivered.")
    rules = RuleSerializer(many=True)


class OneRuleSerializer(serializers.Serializer[Any]):
    """One rule, and the version of its baseline."""

    version = serializers.IntegerField()
    rule = RuleSerializer()


class BaselineVersionSerializer(serializers.Serializer[Any]):
    """A version: what changed, and by whom."""

    number = serializers.IntegerField()
    note = serializers.CharField()
    made_by = serializers.CharField(source="made_by__username", allow_null=True)
    made_at = serializers.DateTimeField()


class ProfileFileSerializer(serializers.Serializer[Any]):
    """A file of a baseline, as Export profile makes it."""

    kind = serializers.CharField()
    version = serializers.IntegerField(help_text="Of the form of the file.")
    baseline = serializers.DictField()


def rules_values(profile: Profile) -> dict[str, Any]:
    """All rules of a profile."""
    return {"version": profile.version, "rules": plain(profile)["rules"]}


def rule_values(profile: Profile, rule_id: str) -> dict[str, Any]:
    """One of them; null when it is there no more."""
    found = next((one for one in plain(profile)["rules"] if one["id"] == rule_id), None)
    return {"version": profile.version, "rule": found}
