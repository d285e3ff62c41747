"""Exact runs as programs ask for them and get them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from rest_framework import serializers

from enforcement.histories.connections.tracing import Decision, Step, Trace
from enforcement.models import HistoryRun
from enforcement.queries.histories.columns import Table
from enforcement.queries.histories.tables import TABLES
from enforcement.serializers.runs import RunGiven, RunPartSerializer, part_values

MOST_SETTING: Final = 64
Tree = dict[str, Any]
AnyField = serializers.Field[Any, Any, Any, Any]


class HistoryGiven(RunGiven):
    """What an exact run is to do, as with an estimate; `settings` are those of the engine by name.

    `scope` follows from `mode`.
    """

    settings = serializers.DictField(
        child=serializers.CharField(max_length=MOST_SETTING),
        required=False,
        default=dict,
        help_text="As `manage.py enforce --setting` takes them; what is left out is as usual.",
    )


class HistoryHeadSerializer(serializers.ModelSerializer[HistoryRun]):
    """An exact run without what it was about; `first` and `until` are header times, local."""

    deleting = serializers.BooleanField(source="is_going", help_text="It is on its way out.")

    class Meta:
        model = HistoryRun
        fields = (
            *(
                "id",
                "title",
                "state",
                "deleting",
                "compares",
                "submitted_at",
                "started_at",
                "finished_at",
            ),
            *("started_by_name", "records_done", "records_total", "error"),
        )


class HistoryFactsSerializer(serializers.Serializer[Any]):
    """What was told of a stack, named in upper case, when the run was started."""

    stack = serializers.CharField()
    zert_is_on = serializers.BooleanField(required=False)
    audits_to_smf = serializers.BooleanField(required=False)
    audits_to_nmi = serializers.BooleanField(required=False)
    trmd_runs = serializers.BooleanField(required=False)


class HistorySerializer(HistoryHeadSerializer):
    """An exact run. `totals` are the engine's counts, so far while it is active."""

    first = serializers.CharField(help_text="The first header time, local.")
    until = serializers.CharField(help_text="The header time behind the last, local.")
    parts = RunPartSerializer(many=True)
    settings = serializers.DictField(child=serializers.CharField())
    facts = HistoryFactsSerializer(many=True)
    totals = serializers.DictField(child=serializers.IntegerField())
    other_totals = serializers.DictField(child=serializers.IntegerField())

    class Meta(HistoryHeadSerializer.Meta):
        fields = (  # type: ignore[assignment]  # a tuple is a tuple
            *HistoryHeadSerializer.Meta.fields,
            *("first", "until", "parts", "settings", "facts", "totals", "other_totals"),
        )


def history_values(run: HistoryRun) -> Tree:
    """Return an exact run in plain values."""
    return {
        **HistoryHeadSerializer(run).data,
        "first": run.first.isoformat(),
        "until": run.until.isoformat(),
        "parts": part_values(run.parts),
        "settings": run.choices,
        "facts": [
            {"stack": " ".join(names), **told}
            for part in run.parts
            for names, told in part.get("facts", ())
        ],
        "totals": run.totals,
        "other_totals": run.other_totals,
    }


def _row_fields() -> dict[str, AnyField]:
    """Which of them a row has follows from the table."""
    found: dict[str, AnyField] = {}
    for table in TABLES.values():
        for column in table.columns:
            more: Any = {"required": False, "allow_null": True}
            if column.kind == "number":
                found[column.key] = serializers.IntegerField(**more)
            elif column.kind == "yes":
                found[column.key] = serializers.BooleanField(**more)
            else:
                found[column.key] = serializers.CharField(**more)
    trace = "Where the decisions about the connection are; empty where it is not known any more."
    found["trace"] = serializers.CharField(required=False, help_text=trace)
    return found


ROW_FIELDS: Final = _row_fields()


def row_values(table: Table, row: Mapping[str, Any], trace: str) -> Tree:
    """Return a row in plain values; times are local, without a zone."""
    found = {one.key: _plain(row[one.key]) for one in table.columns}
    return {**found, "trace": trace} if table.links else found


class LifeSerializer(serializers.Serializer[Any]):
    """A connection with an ID; its times are header times, local."""

    stack_id = serializers.IntegerField()
    sysplex = serializers.CharField()
    system = serializers.CharField()
    stack = serializers.CharField()
    start_utc = serializers.IntegerField(allow_null=True, help_text="Microseconds since 1970.")
    first = serializers.CharField()
    last = serializers.CharField()
    records = serializers.IntegerField()
    trace = serializers.CharField()


class LivesSerializer(serializers.Serializer[Any]):
    """Connections with an ID, the earliest first; `more`: there are others."""

    connections = LifeSerializer(many=True)
    more = serializers.BooleanField()


class DecisionSerializer(serializers.Serializer[Any]):
    """A verdict in a line, and a list of lines for each rule set: outcome, then rule by rule."""

    verdict = serializers.CharField()
    explanations = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    unjudged = serializers.CharField(help_text="Why no rule set applies; empty when one does.")


class HistoryStepSerializer(serializers.Serializer[Any]):
    """One record of a connection; without `decision`, `note` says why."""

    at = serializers.CharField()
    event = serializers.CharField()
    protection = serializers.CharField()
    decision = DecisionSerializer(allow_null=True)
    compared = DecisionSerializer(allow_null=True)
    note = serializers.CharField()
    action = serializers.CharField(help_text="What happened; empty for nothing.")
    held_back = serializers.CharField(help_text="Rules whose messages were suppressed.")
    reset = serializers.CharField(help_text="The operator command; empty without a reset.")
    messages = serializers.ListField(child=serializers.CharField())


class TraceSerializer(serializers.Serializer[Any]):
    """A connection decision by decision; `netstat` is a text whose labels are placeholders."""

    steps = HistoryStepSerializer(many=True)
    netstat = serializers.CharField()
    cut_off = serializers.BooleanField(help_text="It has more records than are shown.")


def trace_values(found: Trace) -> Tree:
    """Return a connection in plain values."""
    steps = [_step(one) for one in found.steps]
    return {"steps": steps, "netstat": found.netstat, "cut_off": found.is_cut_off}


def _step(one: Step) -> Tree:
    act = one.act
    return {
        "at": one.at.isoformat(),
        "event": one.event,
        "protection": one.protection,
        "decision": _decision(one.mine),
        "compared": _decision(one.other),
        "note": one.note,
        "action": act.action if act else "",
        "held_back": act.suppressed if act else "",
        "reset": act.reset if act else "",
        "messages": [message.text for message in one.messages],
    }


def _decision(one: Decision | None) -> Tree | None:
    if one is None:
        return None
    lines = [list(found) for found in one.explanations]
    return {"verdict": one.verdict, "explanations": lines, "unjudged": one.unjudged}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
