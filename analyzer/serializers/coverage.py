"""Which stacks have data of which days, and when something was switched off."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from analyzer.queries.overview.coverage import CoverageMap


class GapSerializer(serializers.Serializer[Any]):
    """Days without data in a row, both ends included."""

    first = serializers.DateField()
    last = serializers.DateField()


class OffSerializer(serializers.Serializer[Any]):
    """When something was off, in the system's time; `until` null: it still is, as far as known."""

    what = serializers.CharField(help_text="Aggregation, or zERT.")
    since = serializers.CharField()
    until = serializers.CharField(allow_null=True)


class StackCoverageSerializer(serializers.Serializer[Any]):
    """A stack: its days with data among those shown, the gaps between, and what was off."""

    sysplex = serializers.CharField()
    system = serializers.CharField()
    stack = serializers.CharField()
    days = serializers.ListField(child=serializers.DateField())
    gaps = GapSerializer(many=True)
    offs = OffSerializer(many=True)


class CoverageSerializer(serializers.Serializer[Any]):
    """From the first to the last day shown; `cut`: the period has earlier days too."""

    first = serializers.DateField(allow_null=True)
    last = serializers.DateField(allow_null=True)
    cut = serializers.BooleanField()
    stacks = StackCoverageSerializer(many=True)


def coverage_body(found: CoverageMap) -> dict[str, Any]:
    """Coverage as its serializer takes it."""
    return {
        "first": found.days[0] if found.days else None,
        "last": found.days[-1] if found.days else None,
        "cut": found.cut,
        "stacks": [
            {
                "sysplex": one.sysplex,
                "system": one.system,
                "stack": one.stack,
                "days": sorted(one.days.intersection(found.days)),
                "gaps": [{"first": first, "last": last} for first, last in one.gaps(found.days)],
                "offs": [
                    {
                        "what": off.what,
                        "since": off.since.isoformat(),
                        "until": off.until.isoformat() if off.until else None,
                    }
                    for off in one.offs
                ],
            }
            for one in found.stacks
        ],
    }
