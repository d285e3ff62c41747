"""What a version would have done, what it does with one connection, and what it can begin with."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described, query
from analyzer.api.frame.errors import ParameterError, TooSlowError
from analyzer.history import TooManySessionsError
from designer.api.frame import VIEW, PolicyView, asked_connection, given, version_or_404
from designer.models import Tag
from designer.queries import changes as compared
from designer.queries import stacks as stack_reads
from designer.queries.contents import rule_set_of
from designer.queries.effect.met import ENDS, MOST_ROWS, PAGE_ROWS, Asked, met
from designer.queries.effect.read import (
    DAYS,
    SCOPES,
    USUAL_DAYS,
    in_scope,
    read_effect,
    usual_scope,
)
from designer.queries.site import matching
from designer.serializers.effects import (
    EffectSessionsSerializer,
    ExplainGiven,
    ExplanationSerializer,
    PolicyChangeSerializer,
    PolicyTemplateSerializer,
    VersionEffectSerializer,
)
from designer.shipped import load
from policy.attributes import Connection
from policy.explain import explain, why_not_evaluated
from policy.model import Policy, RuleSet
from policy.settings import Settings
from policy.words import sentence

_LONGEST: Final = 18
_SCOPE_WORDS: Final = "; ".join(f"`{key}`: {words}" for key, (words, _) in SCOPES.items())
_PARAMETERS: Final = (
    query(
        "days",
        f"The last days of the records; {USUAL_DAYS} unless given.",
        type={"type": "integer", "enum": list(DAYS)},
    ),
    query("scope", f"{_SCOPE_WORDS}. The site's unless given.", enum=list(SCOPES)),
)


class Changes(PolicyView):
    """What giving a version to stacks would change."""

    @described(
        "read_policy_changes",
        summary="What differs on each stack from what it has, if it got this version",
        answers={200: PolicyChangeSerializer(many=True)},
        parameters=(query("tag", "Stacks of this tag; all unless given.", enum=Tag.values),),
        refusals=(400, 404, 409),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params, ("tag",))
        version, tag = version_or_404(pk), request.query_params.get("tag")
        if tag not in {None, *Tag.values}:
            raise ParameterError({"tag": f"`{tag}` is none of {', '.join(Tag.values)}"})
        stacks = [one for one in stack_reads.stacks() if tag in {None, one.tag}]
        return Response(PolicyChangeSerializer(compared.changes(version, stacks), many=True).data)


class VersionEffect(PolicyView):
    """What a version would have done."""

    @described(
        "read_policy_effect",
        summary="What a version would have done to the last days, as its review shows it",
        answers={200: VersionEffectSerializer},
        parameters=_PARAMETERS,
        refusals=(400, 404, 409, 503),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params, ("days", "scope"))
        days, how = _asked(request)
        rule_set = rule_set_of(version_or_404(pk))
        limit_s = float(settings.TIME_LIMIT_PAGE_S)
        try:
            found = read_effect(rule_set, days=days, limit_s=limit_s, settings=how)
        except TooManySessionsError as error:
            raise TooSlowError(str(error)) from error
        return Response(VersionEffectSerializer(found).data)


class EffectSessions(PolicyView):
    """The sessions behind one line of an effect."""

    @described(
        "read_policy_effect_sessions",
        summary="The sessions that a rule of a version would have met, or that met none",
        answers={200: EffectSessionsSerializer},
        parameters=(
            *_PARAMETERS,
            query("rule", "Name of a rule of the version."),
            query("met", "In its place: what met no rule, or several.", enum=list(ENDS)),
            query("after", "The key of a session: those behind it.", type=int),
            query("limit", f"{PAGE_ROWS} unless given, {MOST_ROWS} at most.", type=int),
        ),
        refusals=(400, 404, 409, 503),
    )
    def get(self, request: Request, pk: int) -> Response:
        names = ("days", "scope", "rule", "met", "after", "limit")
        refuse_unknown(request.query_params, names)
        days, how = _asked(request)
        rule, end = (request.query_params.get(name, "") for name in ("rule", "met"))
        if bool(rule) == bool(end):
            raise ParameterError({"rule": "say either `rule` or `met`"})
        if end:
            _one_of(request, "met", list(ENDS), "")
        after, limit = _number(request, "after", 0), _number(request, "limit", PAGE_ROWS)
        asked = Asked(rule, end, after, min(max(limit, 1), MOST_ROWS))
        rule_set = rule_set_of(version_or_404(pk))
        if rule and rule not in {one.name for one in rule_set.rules()}:
            raise ParameterError({"rule": f"`{rule[:40]}` is no rule of the version"})
        limit_s = float(settings.TIME_LIMIT_PAGE_S)
        try:
            found = met(rule_set, asked, days=days, limit_s=limit_s, settings=how)
        except TooManySessionsError as error:
            raise TooSlowError(str(error)) from error
        return Response(EffectSessionsSerializer(found).data)


class Explain(PolicyView):
    """What a version does with one connection; nothing is stored."""

    rights = {"POST": VIEW}

    @described(
        "explain_policy_connection",
        summary="Which rule of a version a connection meets, and why those before it do not",
        answers={200: ExplanationSerializer},
        refusals=(400, 404),
        request=ExplainGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(ExplainGiven, request).validated_data
        connection = asked_connection(asked["connection"])
        how = in_scope(matching(), asked["scope"])
        found = _explained(rule_set_of(version), connection, how)
        return Response(ExplanationSerializer(found).data)


class Templates(PolicyView):
    """What a new rule set can begin with."""

    @described(
        "read_policy_templates",
        summary="Shipped templates for new rule sets",
        answers={200: PolicyTemplateSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        found = [
            {
                **{part: getattr(one, part) for part in ("key", "name", "description", "basis")},
                "confidence": one.confidence,
                "protocol": one.protocol.value,
                "rules": _rules(one.rule_set),
            }
            for one in load().templates.values()
        ]
        return Response(PolicyTemplateSerializer(found, many=True).data)


def _rules(rule_set: RuleSet) -> list[dict[str, str]]:
    return [
        {
            "name": rule.name,
            "kind": rule_set.kind(place).value,
            "sentence": sentence(rule, rule_set.protocol, rule_set.kind(place)),
        }
        for place, rule in enumerate(rule_set.rules())
    ]


def _explained(rule_set: RuleSet, connection: Connection, how: Settings) -> dict[str, Any]:
    found = explain(Policy((rule_set,)), connection, how)
    mine = next((one for one in found if one.result.protocol is rule_set.protocol), None)
    if mine is None:
        why = why_not_evaluated(connection, how) or f"it is not protected by {rule_set.protocol}"
        words = [f"the connection is not checked against this rule set: {why}"]
        return {"applies": False, "rule": "", "action": "", "steps": [], "words": words}
    rule = mine.result.rule
    steps = [
        {
            "rule": one.rule,
            "kind": one.kind.value,
            "matches": not one.failed,
            "failed": [str(condition) for condition in one.failed],
        }
        for one in mine.steps
    ]
    return {
        "applies": True,
        "rule": rule.name if rule else "",
        "action": str(rule.action) if rule else "",
        "steps": steps,
        "words": mine.lines(),
    }


def _one_of(request: Request, name: str, known: list[str], usual: str) -> str:
    text = request.query_params.get(name, usual)
    if text not in known:
        raise ParameterError({name: f"`{text}` is none of {', '.join(known)}"})
    return text


def _asked(request: Request) -> tuple[int, Settings]:
    days = _one_of(request, "days", [str(one) for one in DAYS], str(USUAL_DAYS))
    how = matching()
    scope = _one_of(request, "scope", list(SCOPES), usual_scope(how))
    return int(days), in_scope(how, scope)


def _number(request: Request, name: str, usual: int) -> int:
    text = request.query_params.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST):
        raise ParameterError({name: f"`{text[:40]}` is no number"})
    return int(text)
