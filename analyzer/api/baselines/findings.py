"""What baselines find: one with its findings, and its score by day."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import CSV_OPTIONS, FILES, FORMAT, described, filter_parameters
from analyzer.api.frame.errors import ParameterError, TooSlowError
from analyzer.api.frame.files import asked_file, require_export
from analyzer.api.frame.guard import ApiView
from analyzer.api.report import TableView
from analyzer.baselines.profile import SEVERITIES, Profile
from analyzer.exports.findings import findings_file, taking_of
from analyzer.exports.formats.options import PARAMS as OPTIONS
from analyzer.exports.formats.registry import Chosen
from analyzer.queries.baselines.days import read_days
from analyzer.queries.baselines.findings import read_findings
from analyzer.queries.baselines.judged import VERDICTS
from analyzer.queries.filters import NAMES, Filters
from analyzer.queries.profiles import known
from analyzer.serializers.baselines import answer_values, day_values, profile_values
from analyzer.serializers.shapes import fields
from analyzer.tables.baselines import FINDINGS
from smf.tables import CONFIDENCES
from web.budget import OutOfTimeError, read_budget
from web.downloads import Download

Field = serializers.Field[Any, Any, Any, Any]
_SURE: Final = [*CONFIDENCES[:-1]]
_SCORE: Final[dict[str, Field]] = {
    "score": serializers.FloatField(
        allow_null=True,
        help_text="Connections of sessions that break no rule that decides, in percent of those"
        " covered, cut to a tenth; what cannot be judged does not hold. null: none covered.",
    ),
    "score_by_sessions": serializers.FloatField(
        allow_null=True, help_text="The same by security sessions."
    ),
}
_AMOUNT: Final = inline_serializer(
    "BaselineAmount",
    {"sessions": serializers.IntegerField(), "connections": serializers.IntegerField()},
)
_AMOUNTS: Final[dict[str, Field]] = {one.replace("-", "_"): _AMOUNT for one in VERDICTS}
_PROFILE: Final[dict[str, Field]] = {
    "key": serializers.CharField(help_text="As in the filter `baseline`."),
    "name": serializers.CharField(),
    "document": serializers.CharField(),
    "about": serializers.CharField(),
    "covers": serializers.ListField(child=serializers.CharField(), help_text="Protocols."),
    "built_in": serializers.BooleanField(),
    "version": serializers.IntegerField(help_text="0 for one that is delivered."),
}
_UNJUDGED: Final[dict[str, Field]] = {
    "rule": serializers.CharField(),
    "title": serializers.CharField(),
    "clause": serializers.CharField(),
    "confidence": serializers.ChoiceField(_SURE, help_text="How sure we are of the clause."),
    "reason": serializers.CharField(),
}
_FINDING: Final = fields(FINDINGS.columns) | {
    "severity": serializers.ChoiceField([*SEVERITIES][:2]),
    "scored": serializers.ChoiceField(["yes", "no"]),
    "confidence": serializers.ChoiceField(_SURE, help_text="How sure we are of the clause."),
    "reason": serializers.CharField(),
}
BASELINE: Final = inline_serializer("Baseline", _PROFILE)
LIST: Final = inline_serializer(
    "Baselines", {"rows": inline_serializer("Baseline", _PROFILE, many=True)}
)
_ONE: Final = inline_serializer(
    "BaselineFindings",
    {
        **_PROFILE,
        **_SCORE,
        **_AMOUNTS,
        "findings": inline_serializer("BaselineFinding", _FINDING, many=True),
        "unjudged": inline_serializer("BaselineUnjudged", _UNJUDGED, many=True),
        "days": inline_serializer(
            "BaselineDay", {"day": serializers.DateField(), **_SCORE, **_AMOUNTS}, many=True
        ),
    },
)
KEY: Final = OpenApiParameter("key", str, OpenApiParameter.PATH, description="Key of a baseline.")


class Listed(ApiView):
    """The profiles that are delivered, then those of the site."""

    @described("read_baselines", summary="All baselines", answers={200: LIST})
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        return Response({"rows": [profile_values(one) for one in known.known().values()]})


class Findings(TableView):
    """Findings of one baseline on the sessions that the filters choose; `role` is one of them."""

    @described(
        "read_baseline",
        summary="What a baseline finds, and its score by day",
        answers={(200, "application/json"): OpenApiResponse(_ONE), **FILES},
        parameters=(KEY, *filter_parameters(set()), FORMAT, *CSV_OPTIONS),
        refusals=(400, 404, 503, 507),
    )
    def get(self, request: Request, key: str) -> HttpResponseBase:
        profile = get_profile_or_404(key)
        filters, errors = Filters.from_params(request.query_params)
        if errors:
            raise ParameterError(errors)
        chosen = asked_file(request)
        refuse_unknown(request.query_params, NAMES | {*(OPTIONS if chosen else ())})
        if chosen:
            require_export(request)
        try:
            if chosen:
                return _file(request, profile, filters, chosen)
            return _json(profile, filters)
        except OutOfTimeError as error:
            raise TooSlowError(f"the question was {error}: ask for fewer days") from error


def _json(profile: Profile, filters: Filters) -> Response:
    with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
        found = read_findings(filters, profile)
        days = read_days(filters, [profile])[profile.key].days
    return Response({**answer_values(profile, found), "days": day_values(days)})


def _file(request: Request, profile: Profile, filters: Filters, chosen: Chosen) -> Download:
    with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
        found = read_findings(filters, profile)
    taking = taking_of(profile, filters, by=request.user, now=timezone.now())
    name, file = findings_file(profile, found, taking, chosen=chosen)
    return Download(file, name, chosen.format.content_type)


def get_profile_or_404(key: str) -> Profile:
    found = known.get(key)
    if found is None:
        raise Http404("there is no such baseline")
    return found
