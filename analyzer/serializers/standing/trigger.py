"""What watches and scheduled exports share: when one runs, as fields."""

from __future__ import annotations

from datetime import time
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analyzer.models import Trigger, Weekday
from analyzer.models.queries import LONGEST_NAME
from analyzer.serializers.strict import Revised, Strict
from analyzer.standing.clock import When
from analyzer.standing.errors import StandingError

_CLOCK: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?$"


@extend_schema_field({"type": "string", "pattern": _CLOCK})
class ClockField(serializers.TimeField):
    """A time of day without a zone, which `time` in a schema would demand."""


class TriggerSerializer(Strict):
    """A name and a trigger."""

    query = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="Its id.")
    name = serializers.CharField(max_length=LONGEST_NAME)
    trigger = serializers.ChoiceField(choices=Trigger.choices, required=False)
    at = ClockField(
        required=False, help_text="Local time of the zone; of an hourly run only the minute counts."
    )
    weekday = serializers.ChoiceField(
        choices=Weekday.choices, required=False, help_text="Of a weekly run, Monday is 0."
    )
    zone = serializers.CharField(max_length=64, required=False, help_text="IANA name.")

    def validate_zone(self, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise serializers.ValidationError(f"`{value}` is not a time zone") from None
        return value

    def when(self, trigger: str) -> When:
        """The trigger, once all is valid; `trigger` is the one that is not given."""
        given = self.validated_data
        return When(
            given.get("trigger", trigger),
            given.get("at", time(6)),
            given.get("weekday", Weekday.MONDAY),
            given.get("zone", "UTC"),
        )


class ChangeSerializer(Revised, TriggerSerializer):
    """The same of one that is there."""

    query = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="Ignored: it stays the same."
    )


class SwitchSerializer(Strict):
    """Whether it should run by itself."""

    active = serializers.BooleanField(help_text="False pauses it.")


def passed(check: Any, value: str) -> str:
    """The value, if the check lets it pass."""
    try:
        check(value)
    except StandingError as error:
        raise serializers.ValidationError(str(error)) from error
    return value
