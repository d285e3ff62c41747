"""Interval records that are made, as programs ask for them and get them."""

from __future__ import annotations

from typing import Any, Final

from django.core.validators import RegexValidator
from rest_framework import serializers

from designer.serializers.fields import Given, Number, Text
from enforcement.intervals.planning import Group, Plan
from enforcement.models import Making

MOST_STACKS: Final = 500
CLOCK: Final = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
_NAMES_MAX: Final = 26
Tree = dict[str, Any]


class MakingGiven(Given):
    """Which interval records are made; without days or stacks those that the plan names."""

    from_day = serializers.DateField(required=False)
    to_day = serializers.DateField(required=False)
    stack = serializers.ListField(
        child=Text(max_length=_NAMES_MAX),
        max_length=MOST_STACKS,
        required=False,
        help_text="Sysplex, system and stack, with blanks between them.",
    )
    smf = Number(min_value=1, max_value=60, required=False, help_text="Minutes; 30 unless given.")
    intval = Number(
        min_value=1, max_value=24, required=False, help_text="Hours, in the place of `smf`."
    )
    syncval = Text(
        max_length=5,
        required=False,
        validators=[RegexValidator(CLOCK, "This is no time of day; write hh:mm.")],
        help_text="hh:mm, with `intval`.",
    )


class MakingGroupSerializer(serializers.Serializer[Any]):
    """Days of a stack that are made, or are refused for one reason."""

    sysplex = serializers.CharField()
    system = serializers.CharField()
    stack = serializers.CharField()
    refused = serializers.CharField(help_text="Why; empty where interval records are made.")
    days = serializers.ListField(child=serializers.DateField())
    connection_records = serializers.IntegerField()


class MakingPlanSerializer(serializers.Serializer[Any]):
    """What would be made of the store as it is, and what is refused."""

    connection_records = serializers.IntegerField(help_text="Of those that are made.")
    groups = MakingGroupSerializer(many=True)


class MakingSerializer(serializers.ModelSerializer[Making]):
    """Interval records on their way or made; `imported` is the import that they became."""

    stack_days = serializers.DictField(
        source="days",
        child=serializers.ListField(child=serializers.DateField()),
        help_text="Days by the key of their stack.",
    )

    class Meta:
        model = Making
        fields = (
            *("id", "state", "submitted_at", "started_at", "finished_at", "started_by_name"),
            *("stack_days", "interval_min", "sync_min", "records_done", "records_total"),
            *("intervals", "imported", "error"),
        )


def plan_values(plan: Plan) -> Tree:
    """Return a plan in plain values."""
    return {"connection_records": plan.records, "groups": [_group(one) for one in plan.groups]}


def _group(one: Group) -> Tree:
    names = {name: getattr(one, name) for name in ("sysplex", "system", "stack", "refused")}
    days = [day.isoformat() for day in one.days]
    return {**names, "days": days, "connection_records": one.records}
