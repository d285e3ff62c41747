"""Runs over history as programs ask for them and get them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rest_framework import serializers

from designer.models import Tag
from designer.serializers.fields import Given, Number
from enforcement.models import Run
from enforcement.queries.columns import KEY_KINDS
from enforcement.runs.explaining import Side, Why
from policy.explain import Step

MOST_DAYS: Final = 3660
MOST_KEYS: Final = 500
Tree = dict[str, Any]


def _keys(what: str) -> serializers.ListField:
    return serializers.ListField(
        child=Number(min_value=1, max_value=2**31 - 1),
        max_length=MOST_KEYS,
        required=False,
        default=list,
        help_text=what,
    )


class RunGiven(Given):
    """What a run is to do. `days` are the last ones in the store; else `from_day` or `to_day`."""

    days = Number(min_value=1, max_value=MOST_DAYS, required=False, help_text="30 unless given.")
    from_day = serializers.DateField(required=False, allow_null=True, default=None)
    to_day = serializers.DateField(required=False, allow_null=True, default=None)
    mode = serializers.ChoiceField(
        choices=Run.Mode.choices, required=False, help_text="The site's unless given."
    )
    versions = _keys("One for each protocol; none: each stack meets what is assigned to it.")
    against = _keys("What takes their place in a comparison, one for each protocol.")
    stacks = _keys("Stacks of the designer; none: all.")
    group = Number(
        min_value=1, max_value=2**31 - 1, required=False, help_text="Stacks of this z/OS group."
    )
    tag = serializers.ChoiceField(choices=Tag.choices, required=False, help_text="Of this tag.")


class RunVersionSerializer(serializers.Serializer[Any]):
    """A version as it was when the run was started."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.CharField()
    protocol = serializers.CharField()
    digest = serializers.CharField()


class RunPartSerializer(serializers.Serializer[Any]):
    """Which stacks met which versions; no stacks: all. `digest` is that of the rules."""

    stacks = serializers.ListField(child=serializers.CharField())
    digest = serializers.CharField()
    versions = RunVersionSerializer(many=True)
    against = RunVersionSerializer(many=True)


class RunHoursSerializer(serializers.Serializer[Any]):
    """Connections of each hour from 0 to 23, of the days from `first` to `last` alone."""

    first = serializers.DateField()
    last = serializers.DateField()
    connections = serializers.ListField(child=serializers.IntegerField())


class RunHeadSerializer(serializers.ModelSerializer[Run]):
    """A run without what it was about."""

    deleting = serializers.BooleanField(source="is_going", help_text="It is on its way out.")
    period = serializers.CharField(help_text="The days that were asked for, in words.")
    matching = serializers.DictField(
        child=serializers.CharField(),
        help_text="How rules matched on the site when it was started; the scope is that of `mode`.",
    )

    class Meta:
        model = Run
        fields = (
            *("id", "title", "state", "deleting", "mode", "period", "days", "from_day", "to_day"),
            *("submitted_at", "started_at", "finished_at", "started_by_name", "step"),
            *("steps_done", "steps_total", "first", "last", "sessions", "connections", "error"),
            *("compares", "matching"),
        )


class RunSerializer(RunHeadSerializer):
    """A run. All of its numbers are estimates from interval records."""

    parts = RunPartSerializer(many=True)
    reset_days = serializers.DictField(
        child=serializers.IntegerField(), help_text="Connections that a reset would have cut."
    )
    reset_hours = RunHoursSerializer(
        allow_null=True, help_text="The same by hour of the day; null where it was not read."
    )

    class Meta(RunHeadSerializer.Meta):
        fields = (  # type: ignore[assignment]  # a tuple is a tuple
            *RunHeadSerializer.Meta.fields,
            *("parts", "reset_days", "reset_hours"),
        )


def run_values(run: Run) -> Tree:
    """Return a run in plain values."""
    more = {
        "parts": part_values(run.parts),
        "reset_days": run.reset_days,
        "reset_hours": run.reset_hours or None,
    }
    return {**RunHeadSerializer(run).data, **more}


def part_values(parts: list[Tree]) -> list[Tree]:
    """Return the parts of a run in plain values, without the rules themselves."""
    return [
        {
            "stacks": [" ".join(filter(None, names)) for names in part["stacks"]],
            "digest": part["digest"],
            "versions": part["versions"],
            "against": part.get("other", {}).get("versions", []),
        }
        for part in parts
    ]


def _fields() -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    """Which of them a row has follows from the table."""
    found: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        name: serializers.CharField(required=False)
        if kind is str
        else serializers.IntegerField(required=False)
        for name, kind in KEY_KINDS.items()
    }
    for name in ("sessions", "connections"):
        found[name] = serializers.IntegerField()
    found["servers"] = serializers.IntegerField(required=False)
    example = "A session as an example; null where there is none."
    found["session"] = serializers.IntegerField(allow_null=True, help_text=example)
    return found


ROW_FIELDS: Final = _fields()


class StepSerializer(serializers.Serializer[Any]):
    """A rule that was looked at; without `failed` it matched."""

    rule = serializers.CharField()
    kind = serializers.CharField()
    failed = serializers.ListField(child=serializers.CharField())


class VerdictSerializer(serializers.Serializer[Any]):
    """What the rule set of one protocol says; rules behind the match are not looked at."""

    protocol = serializers.CharField()
    rule_set = serializers.CharField(help_text="Empty where there is none.")
    rule = serializers.CharField(help_text="Empty where none matched.")
    action = serializers.CharField()
    steps = StepSerializer(many=True)


class SideSerializer(serializers.Serializer[Any]):
    """One policy; `compared` is the second side of a comparison."""

    name = serializers.CharField()
    compared = serializers.BooleanField()
    verdicts = VerdictSerializer(many=True)


class WhySerializer(serializers.Serializer[Any]):
    """Why a session met its rules. `wide`: a range of ports, decided at its first one."""

    session = serializers.IntegerField()
    system = serializers.CharField()
    stack = serializers.CharField()
    role = serializers.CharField()
    server_ip = serializers.CharField()
    port_start = serializers.IntegerField()
    port_end = serializers.IntegerField()
    client_ip = serializers.CharField()
    job = serializers.CharField()
    protection = serializers.CharField()
    wide = serializers.BooleanField()
    why_not = serializers.CharField(help_text="Why no rule set applies; empty when one does.")
    sides = SideSerializer(many=True)


_PLAIN: Final = (
    *("system", "stack", "role", "server_ip", "port_start", "port_end", "client_ip"),
    *("job", "protection"),
)


def why_values(found: Why) -> Mapping[str, Any]:
    """Return an explanation in plain values."""
    row = {name: found.row[name] for name in _PLAIN}
    row |= {"session": found.row["session_id"], "job": found.row["job"] or ""}
    sides = [_side(one) for one in found.sides]
    return {**row, "wide": found.is_wide, "why_not": found.why_not, "sides": sides}


def _side(side: Side) -> Tree:
    verdicts = [
        {
            "protocol": one.result.protocol.value,
            "rule_set": one.result.rule_set.name if one.result.rule_set else "",
            "rule": one.result.rule.name if one.result.rule else "",
            "action": str(one.result.rule.action) if one.result.rule else "no action",
            "steps": [_step(step) for step in one.steps],
        }
        for one in side.found
    ]
    return {"name": side.name, "compared": side.compared, "verdicts": verdicts}


def _step(step: Step) -> Tree:
    failed = [str(one) for one in step.failed]
    return {"rule": step.rule.name, "kind": step.kind.value, "failed": failed}
