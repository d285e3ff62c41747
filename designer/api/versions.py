"""One version: what it says, editing its draft, differences, checks."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described, query
from analyzer.api.frame.errors import ParameterError
from designer import checking, drafts, versions
from designer.api.frame import (
    REVISION,
    PolicyView,
    asked_number,
    given,
    person,
    version_or_404,
)
from designer.content.merging import Decided
from designer.content.rules import TestContent
from designer.models import Version
from designer.queries import stacks as stack_reads
from designer.queries import versions as reads
from designer.queries.around import around_version
from designer.queries.contents import content_of, rule_set_of
from designer.serializers.given import (
    ContentGiven,
    MergeGiven,
    OrderGiven,
    PlanGiven,
    RuleField,
    RuleGiven,
    TestGiven,
)
from designer.serializers.shown import (
    DifferenceSerializer,
    FindingSerializer,
    VersionSerializer,
    version_values,
)

_REFUSALS = (400, 404, 409)


class OneVersion(PolicyView):
    """One version with all it says."""

    @described(
        "read_policy_version",
        summary="A version with its rules and tests",
        answers={200: VersionSerializer},
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return shown(request, version_or_404(pk))

    @described(
        "save_policy_draft",
        summary="Put rules and tests in the place of what a draft says",
        answers={200: VersionSerializer},
        refusals=_REFUSALS,
        request=ContentGiven,
    )
    def put(self, request: Request, pk: int) -> Response:
        version, form = version_or_404(pk), given(ContentGiven, request)
        drafts.save(
            version=version,
            revision=form.validated_data["revision"],
            content=form.content(),
            by=person(request),
            now=timezone.now(),
        )
        return shown(request, version_or_404(pk))

    @described(
        "drop_policy_draft",
        summary="Delete a draft; a rule set that had no other version goes with it",
        answers={204: None},
        parameters=(REVISION,),
        refusals=_REFUSALS,
    )
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params, ("revision",))
        version, revision = version_or_404(pk), asked_number(request, "revision")
        versions.drop_draft(
            version=version, revision=revision, by=person(request), now=timezone.now()
        )
        return Response(status=204)


class Merge(PolicyView):
    """A stale change, brought together with the newer draft."""

    @described(
        "merge_policy_draft",
        summary="Save a change of an older revision together with what was saved since",
        answers={200: VersionSerializer},
        refusals=_REFUSALS,
        request=MergeGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, form = version_or_404(pk), given(MergeGiven, request)
        drafts.merge(
            version=version,
            revision=form.validated_data["revision"],
            content=form.content(),
            decided=Decided(form.validated_data["seen"], form.validated_data["choices"]),
            by=person(request),
            now=timezone.now(),
        )
        return shown(request, version_or_404(pk))


class Rules(PolicyView):
    """The rules of a draft, one by one."""

    @described(
        "put_policy_rule",
        summary="Add a rule, or put it in the place of the one named `was`",
        answers={200: VersionSerializer},
        refusals=_REFUSALS,
        request=RuleGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(RuleGiven, request).validated_data
        rule, who, now = RuleField().content(dict(asked["rule"])), person(request), timezone.now()
        at = asked["revision"]
        if asked["was"]:
            drafts.put_rule(
                version=version, revision=at, rule=rule, was=asked["was"], by=who, now=now
            )
        else:
            drafts.add_rule(version=version, revision=at, rule=rule, by=who, now=now)
        return shown(request, version_or_404(pk))

    @described(
        "order_policy_rules",
        summary="Put all specific rules into an order",
        answers={200: VersionSerializer},
        refusals=_REFUSALS,
        request=OrderGiven,
    )
    def put(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(OrderGiven, request).validated_data
        drafts.order_rules(version=version, by=person(request), now=timezone.now(), **asked)
        return shown(request, version_or_404(pk))

    @described(
        "drop_policy_rule",
        summary="Take a rule out",
        answers={200: VersionSerializer},
        parameters=(query("name", "Name of the rule.", required=True), REVISION),
        refusals=_REFUSALS,
    )
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params, ("name", "revision"))
        version, name = version_or_404(pk), request.query_params.get("name", "")
        drafts.drop_rule(
            version=version,
            revision=asked_number(request, "revision"),
            name=name,
            by=person(request),
            now=timezone.now(),
        )
        return shown(request, version_or_404(pk))


class Tests(PolicyView):
    """The tests of a draft, one by one."""

    @described(
        "put_policy_test",
        summary="Add a test, or put it in the place of the one named `was`",
        answers={200: VersionSerializer},
        refusals=_REFUSALS,
        request=TestGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(TestGiven, request).validated_data
        drafts.put_test(
            version=version,
            revision=asked["revision"],
            test=TestContent(**asked["test"]),
            was=asked["was"],
            by=person(request),
            now=timezone.now(),
        )
        return shown(request, version_or_404(pk))

    @described(
        "drop_policy_test",
        summary="Take a test out",
        answers={200: VersionSerializer},
        parameters=(query("name", "Name of the test.", required=True), REVISION),
        refusals=_REFUSALS,
    )
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params, ("name", "revision"))
        drafts.drop_test(
            version=version_or_404(pk),
            revision=asked_number(request, "revision"),
            name=request.query_params.get("name", ""),
            by=person(request),
            now=timezone.now(),
        )
        return shown(request, version_or_404(pk))


class Plan(PolicyView):
    """The stacks that get the version when it is published."""

    @described(
        "plan_policy_version",
        summary="Say which stacks get the version when it is published",
        answers={200: VersionSerializer},
        refusals=_REFUSALS,
        request=PlanGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(PlanGiven, request).validated_data
        chosen = stack_reads.chosen(asked["stacks"])
        missing = {*asked["stacks"]} - {one.pk for one in chosen}
        if missing:
            raise ParameterError({"stacks": f"there is no stack {min(missing)}"})
        drafts.plan(
            version=version,
            revision=asked["revision"],
            stacks=chosen,
            by=person(request),
            now=timezone.now(),
        )
        return shown(request, version_or_404(pk))


class Diff(PolicyView):
    """What differs between two versions by meaning."""

    @described(
        "compare_policy_versions",
        summary="What differs between a version and another, by meaning",
        answers={200: DifferenceSerializer},
        refusals=_REFUSALS,
    )
    def get(self, request: Request, pk: int, other: int) -> Response:
        refuse_unknown(request.query_params)
        found = reads.difference(version_or_404(pk), version_or_404(other))
        return Response(DifferenceSerializer(found).data)


class Checks(PolicyView):
    """What the checks say of a version today."""

    @described(
        "check_policy_version",
        summary="What the checks say of a version today",
        answers={200: FindingSerializer(many=True)},
        refusals=_REFUSALS,
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        version = version_or_404(pk)
        around = around_version(version, timezone.localdate())
        found = checking.findings(rule_set_of(version), around)
        return Response(FindingSerializer(found, many=True).data)


def shown(request: Request, version: Version, status: int = 200) -> Response:
    """Return the answer that shows a version with all it says."""
    return Response(values_of(request, version), status=status)


def values_of(request: Request, version: Version) -> dict[str, Any]:
    """Return a version with all it says."""
    return version_values(version, content_of(version), request.user.pk)
