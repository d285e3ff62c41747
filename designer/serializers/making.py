"""What a rule or a test of a draft is made of, as programs send it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from designer.content.rules import TEST_NAME_LIMIT
from designer.serializers.fields import Given, Line, Name, Number, Text
from policy.values.names import NAME_LIMIT


def _filters(**more: Any) -> serializers.DictField:
    return serializers.DictField(
        child=serializers.ListField(child=Text(max_length=1000), max_length=1000),
        help_text="Values by parameter, as in an address of the report.",
        **more,
    )


class RecordedRuleGiven(Given):
    """What a specific rule is made of; what is not given is as the page fills it."""

    revision = Number(min_value=1, max_value=2**31 - 1)
    name = Name(required=False)
    action = Line(max_length=NAME_LIMIT, required=False, help_text="Name of an action.")


class SessionRuleGiven(RecordedRuleGiven):
    """A session."""

    session = Number(min_value=1, max_value=2**63 - 1)
    client = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Whether the rule is for the session's client alone, as from the session's page.",
    )


class ServerRuleGiven(RecordedRuleGiven):
    """A server, and which of its sessions; one client among the filters is a condition too."""

    server = Number(min_value=1, max_value=2**63 - 1)
    filters = _filters(required=False, default=dict)


class RowsRuleGiven(RecordedRuleGiven):
    """The sessions of any servers that filters leave, as a row of a report has them."""

    filters = _filters()
    certificate = Number(
        min_value=1, max_value=2**63 - 1, required=False, help_text="Only those that show it."
    )


class ConnectionRuleGiven(RecordedRuleGiven):
    """A connection as policy documents say it, and which of its ends serves."""

    connection = serializers.DictField(help_text="As `explain` takes it.")
    serves = serializers.ChoiceField(
        ["local", "remote"],
        required=False,
        help_text="The end that serves; by the direction unless given: the local one of Inbound.",
    )


class SessionTestGiven(Given):
    """The session that a test is made of; it expects the rule that it meets now unless given."""

    revision = Number(min_value=1, max_value=2**31 - 1)
    session = Number(min_value=1, max_value=2**63 - 1)
    name = Line(max_length=TEST_NAME_LIMIT, required=False)
    expected = Line(max_length=NAME_LIMIT, required=False, help_text="A rule of the draft.")
