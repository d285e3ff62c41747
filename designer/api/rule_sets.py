"""Rule sets: list, make, describe, retire; their versions; what waits and what lapses."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described, query
from analyzer.api.frame.errors import ParameterError
from designer import versions
from designer.api.frame import PolicyView, asked_switch, found_or_404, given, or_current, person
from designer.content.rules import Content
from designer.content.taking import content_from
from designer.models import RuleSet
from designer.queries import versions as reads
from designer.queries.contents import shelf
from designer.serializers.given import HeadGiven, RetireGiven, RuleSetGiven
from designer.serializers.shown import (
    LapsingSerializer,
    RuleSetSerializer,
    VersionHeadSerializer,
)
from designer.shipped import load
from designer.versions import Described, NewRuleSet
from policy.vocabulary import Protocol

_DAYS, _MOST_DAYS, _MOST_DIGITS = 30, 3650, 9


class RuleSets(PolicyView):
    """All rule sets, those that are retired when they are asked for."""

    @described(
        "read_rule_sets",
        summary="Rule sets by name, each with its open and its published version",
        answers={200: RuleSetSerializer(many=True)},
        parameters=(
            query("retired", "Those that are retired too; not unless it is true.", type=bool),
        ),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, ("retired",))
        rows = reads.rule_sets(retired=asked_switch(request, "retired", usual=False))
        return Response(RuleSetSerializer(rows, many=True).data)

    @described(
        "make_rule_set",
        summary="Make a rule set, empty or from a shipped template; version 1 is its draft",
        answers={201: VersionHeadSerializer},
        refusals=(400, 409),
        request=RuleSetGiven,
    )
    def post(self, request: Request) -> Response:
        asked = dict(given(RuleSetGiven, request).validated_data)
        protocol = Protocol(asked.pop("protocol"))
        content = _of_template(asked.pop("template"), protocol)
        head = NewRuleSet(protocol=protocol, **asked)
        made = versions.make(head=head, by=person(request), now=timezone.now(), content=content)
        return Response(VersionHeadSerializer(made).data, status=201)


class OneRuleSet(PolicyView):
    """One rule set."""

    @described(
        "read_rule_set",
        summary="A rule set",
        answers={200: RuleSetSerializer},
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return Response(_shown(pk))

    @described(
        "describe_rule_set",
        summary="Change name, description and owner",
        answers={200: RuleSetSerializer},
        refusals=(400, 404, 409),
        request=HeadGiven,
    )
    def put(self, request: Request, pk: int) -> Response:
        asked = dict(given(HeadGiven, request).validated_data)
        row, now, revision = _rule_set_or_404(pk), timezone.now(), asked.pop("revision")
        said = Described(**asked)
        with or_current(lambda: _shown(pk)):
            versions.describe(
                rule_set=row, revision=revision, said=said, by=person(request), now=now
            )
        return Response(_shown(pk))


class Retire(PolicyView):
    """Put aside, or taken up again."""

    @described(
        "retire_rule_set",
        summary="Put a rule set aside, or take it up again",
        description="Not while a version is a draft or waits for approval, or stacks have one.",
        answers={200: RuleSetSerializer},
        refusals=(400, 404, 409),
        request=RetireGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        asked = given(RetireGiven, request).validated_data
        row, now = _rule_set_or_404(pk), timezone.now()
        with or_current(lambda: _shown(pk)):
            versions.retire(rule_set=row, by=person(request), now=now, **asked)
        return Response(_shown(pk))


class Versions(PolicyView):
    """All versions of a rule set."""

    @described(
        "read_rule_set_versions",
        summary="Versions of a rule set, the newest first",
        answers={200: VersionHeadSerializer(many=True)},
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        rows = reads.versions_of(_rule_set_or_404(pk))
        return Response(VersionHeadSerializer(rows, many=True).data)


class Waiting(PolicyView):
    """What waits for approval."""

    @described(
        "read_waiting_versions",
        summary="Versions that wait for approval, the oldest first",
        answers={200: VersionHeadSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        return Response(VersionHeadSerializer(reads.waiting(), many=True).data)


class Exceptions(PolicyView):
    """Exceptions that end."""

    @described(
        "read_policy_exceptions",
        summary="Exceptions that end within so many days or have ended",
        answers={200: LapsingSerializer(many=True)},
        parameters=(
            query(
                "days",
                f"From today on; {_DAYS} unless given, {_MOST_DAYS} at most.",
                type={"type": "integer", "minimum": 0, "maximum": _MOST_DAYS},
            ),
        ),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, ("days",))
        text = request.query_params.get("days", str(_DAYS))
        if not (text.isascii() and text.isdecimal()) or (
            len(text) > _MOST_DIGITS or int(text) > _MOST_DAYS
        ):
            raise ParameterError({"days": f"`{text}` is no number of days up to {_MOST_DAYS}"})
        rows = reads.exceptions(today=timezone.now().date(), days=int(text))
        return Response(LapsingSerializer(rows, many=True).data)


def _of_template(key: str, protocol: Protocol) -> Content | None:
    if not key:
        return None
    template = load().templates.get(key)
    if template is None or template.protocol is not protocol:
        raise ParameterError({"template": f"there is no template `{key}` for {protocol}"})
    return content_from(template.rule_set, shelf())


def _shown(pk: int) -> dict[str, object]:
    return dict(RuleSetSerializer(_rule_set_or_404(pk)).data)


def _rule_set_or_404(pk: int) -> RuleSet:
    return found_or_404(reads.rule_set(pk), "rule set")
