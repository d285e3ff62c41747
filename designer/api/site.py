"""What the site chooses for all policies: dialects of files, and how rules match."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described
from analyzer.api.frame.errors import ConflictError
from designer import dialects
from designer import site as choosing
from designer.api.frame import APPROVE, VIEW, PolicyView, given, person
from designer.content.errors import StaleSiteError
from designer.queries import stacks as reads
from designer.queries.site import site
from designer.serializers.site import (
    DialectSerializer,
    SiteGiven,
    SiteSerializer,
    site_values,
)


class Dialects(PolicyView):
    """How policy files can be spelled."""

    @described(
        "read_policy_dialects",
        summary="Dialects of policy files, with how sure their keywords are",
        answers={200: DialectSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        return Response(DialectSerializer(dialects.listed(), many=True).data)


class SiteSettings(PolicyView):
    """The settings of all policies."""

    rights = {"GET": VIEW, "PUT": APPROVE}

    @described(
        "read_policy_settings",
        summary="The dialect of the site, and how rules match where IBM is silent",
        answers={200: SiteSerializer},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        return Response(_shown())

    @described(
        "choose_policy_settings",
        summary="Put other policy settings in their place; tests of drafts run again",
        answers={200: SiteSerializer},
        refusals=(400, 404, 409),
        request=SiteGiven,
    )
    def put(self, request: Request) -> Response:
        asked = given(SiteGiven, request).validated_data
        groups = {one["id"]: one["dialect"] for one in asked["groups"]}
        missing = {*groups} - {one.pk for one in reads.plain_groups()}
        if missing:
            raise Http404(f"there is no z/OS group {min(missing)}")
        said = choosing.Chosen(asked["dialect"], asked["matching"], groups)
        try:
            choosing.choose(
                said=said, revision=asked["revision"], by=person(request), now=timezone.now()
            )
        except StaleSiteError as error:
            raise ConflictError(str(error), current=_shown()) from error
        return Response(_shown())


def _shown() -> dict[str, object]:
    return dict(SiteSerializer(site_values(site(), list(reads.plain_groups()))).data)
