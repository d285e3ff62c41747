"""Rules of a baseline: looked at, and of one of the site added, changed, switched, deleted."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer import own_baselines as verbs
from analyzer.api.baselines.findings import KEY, get_profile_or_404
from analyzer.api.baselines.own import as_conflict, get_own_or_404, user_of
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described
from analyzer.api.frame.guard import ApiView
from analyzer.baselines.profile import Profile, Rule
from analyzer.forms.baselines import free_id
from analyzer.queries.saved import SAVE
from analyzer.serializers.own_baselines import (
    OneRuleSerializer,
    RuleDraftSerializer,
    RulesSerializer,
    rule_values,
    rules_values,
)
from analyzer.serializers.standing.trigger import SwitchSerializer

_ID: Final = OpenApiParameter("rule_id", str, OpenApiParameter.PATH, description="Id of a rule.")


class Rules(ApiView):
    """All rules, also those that are switched off."""

    rights = {"POST": SAVE}

    @described(
        "read_baseline_rules",
        summary="Rules of a baseline",
        answers={200: RulesSerializer},
        parameters=(KEY,),
        refusals=(400, 404),
    )
    def get(self, request: Request, key: str) -> Response:
        refuse_unknown(request.query_params)
        return Response(rules_values(get_profile_or_404(key)))

    @described(
        "add_baseline_rule",
        summary="Add a rule to a baseline of the site",
        answers={201: OneRuleSerializer},
        parameters=(KEY,),
        refusals=(400, 404, 409),
        request=RuleDraftSerializer,
    )
    def post(self, request: Request, key: str) -> Response:
        refuse_unknown(request.query_params)
        _, profile = get_own_or_404(key)
        form = _form(request)
        rule_id = free_id(profile, form.validated_data["title"])
        rule = form.rule(rule_id=rule_id, on=True)
        return _put(request, form, profile, rule, word="added")


class OneRule(ApiView):
    """One rule."""

    rights = {"PUT": SAVE, "DELETE": SAVE}

    @described(
        "read_baseline_rule",
        summary="A rule",
        answers={200: OneRuleSerializer},
        parameters=(KEY, _ID),
        refusals=(400, 404),
    )
    def get(self, request: Request, key: str, rule_id: str) -> Response:
        refuse_unknown(request.query_params)
        profile = get_profile_or_404(key)
        _rule_or_404(profile, rule_id)
        return Response(rule_values(profile, rule_id))

    @described(
        "change_baseline_rule",
        summary="Replace what a rule of a baseline of the site says",
        answers={200: OneRuleSerializer},
        parameters=(KEY, _ID),
        refusals=(400, 404, 409),
        request=RuleDraftSerializer,
    )
    def put(self, request: Request, key: str, rule_id: str) -> Response:
        refuse_unknown(request.query_params)
        _, profile = get_own_or_404(key)
        there = _rule_or_404(profile, rule_id)
        form = _form(request)
        rule = form.rule(rule_id=rule_id, on=there.on)
        return _put(request, form, profile, rule, word="changed")

    @described(
        "delete_baseline_rule",
        summary="Take a rule out of a baseline of the site; earlier versions keep it",
        answers={204: None},
        parameters=(KEY, _ID),
        refusals=(400, 404, 409),
    )
    def delete(self, request: Request, key: str, rule_id: str) -> Response:
        refuse_unknown(request.query_params)
        row, profile = get_own_or_404(key)
        _rule_or_404(profile, rule_id)
        with _conflict(key, rule_id):
            verbs.drop_rule(baseline=row, rule_id=rule_id, by=user_of(request), now=timezone.now())
        return Response(status=204)


class SwitchRule(ApiView):
    rights = {"POST": SAVE}

    @described(
        "switch_baseline_rule",
        summary="Switch a rule of a baseline of the site on or off",
        answers={200: OneRuleSerializer},
        parameters=(KEY, _ID),
        refusals=(400, 404, 409),
        request=SwitchSerializer,
    )
    def post(self, request: Request, key: str, rule_id: str) -> Response:
        refuse_unknown(request.query_params)
        row, profile = get_own_or_404(key)
        there = _rule_or_404(profile, rule_id)
        form = SwitchSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        if there.on != form.validated_data["active"]:
            with _conflict(key, rule_id):
                verbs.switch_rule(
                    baseline=row, rule_id=rule_id, by=user_of(request), now=timezone.now()
                )
        return Response(rule_values(get_profile_or_404(key), rule_id))


def _put(
    request: Request, form: RuleDraftSerializer, profile: Profile, rule: Rule, *, word: str
) -> Response:
    row, _ = get_own_or_404(profile.key)
    given = form.validated_data
    added = profile.rule(rule.id) is None
    with _conflict(profile.key, rule.id):
        if not added:
            verbs.require_unchanged(
                baseline=row, profile=profile, version=given.get("version"), rule_id=rule.id
            )
        verbs.put_rule(
            baseline=row,
            profile=profile,
            rule=rule,
            note=given.get("note") or f"Rule {rule.title} {word}.",
            by=user_of(request),
            now=timezone.now(),
        )
    body = rule_values(get_profile_or_404(profile.key), rule.id)
    return Response(body, status=201 if added else 200)


def _conflict(key: str, rule_id: str) -> Any:
    return as_conflict(lambda: rule_values(get_profile_or_404(key), rule_id))


def _form(request: Request) -> RuleDraftSerializer:
    form = RuleDraftSerializer(data=request.data)
    form.is_valid(raise_exception=True)
    return form


def _rule_or_404(profile: Profile, rule_id: str) -> Rule:
    found = profile.rule(rule_id)
    if found is None:
        raise Http404("there is no such rule")
    return found
