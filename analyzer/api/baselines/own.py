"""Baselines of the site: copied, changed, deleted, taken away and brought in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer import own_baselines as verbs
from analyzer.api.baselines.findings import BASELINE, KEY, Findings, Listed, get_profile_or_404
from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import PAGE, described
from analyzer.api.frame.errors import ConflictError, ParameterError
from analyzer.api.frame.guard import EXPORT, ApiView
from analyzer.api.frame.listing import read_listing
from analyzer.baselines.profile import Profile
from analyzer.baselines.reading import ProfileError
from analyzer.models import OwnBaseline
from analyzer.queries.baselines import versions
from analyzer.queries.profiles import known
from analyzer.queries.saved import SAVE
from analyzer.serializers.baselines import profile_values
from analyzer.serializers.own_baselines import (
    BaselineVersionSerializer,
    CopySerializer,
    DetailsSerializer,
    ProfileFileSerializer,
)
from analyzer.serializers.profile_file import profile_in, values_of
from analyzer.serializers.shapes import page_shape


class Baselines(Listed):
    """The profiles that are delivered, then those of the site."""

    rights = {"POST": SAVE}

    @described(
        "copy_baseline",
        summary="Make a baseline of the site that says what another one says",
        answers={201: BASELINE},
        refusals=(400, 409),
        request=CopySerializer,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        form = CopySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        basis = known.get(given["copy_of"])
        if basis is None:
            raise ParameterError({"copy_of": "there is no such baseline"})
        profile = replace(basis, key="", basis=basis.key, name=given["name"])
        note = given.get("note") or f"Copied from {basis.name}."
        return _made(request, profile, note)


class OneBaseline(Findings):
    """One baseline; those of the site can be changed."""

    rights = {"PUT": SAVE, "DELETE": SAVE}

    @described(
        "change_baseline",
        summary="Change name, words and protocols of a baseline of the site",
        answers={200: BASELINE},
        parameters=(KEY,),
        refusals=(400, 404, 409),
        request=DetailsSerializer,
    )
    def put(self, request: Request, key: str) -> Response:
        refuse_unknown(request.query_params)
        row, profile = get_own_or_404(key)
        form = DetailsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        with as_conflict(lambda: profile_values(get_profile_or_404(key))):
            verbs.require_unchanged(baseline=row, profile=profile, version=given.get("version"))
            verbs.change(
                baseline=row,
                profile=replace(profile, **form.told()),
                note=given.get("note") or "Details changed.",
                by=user_of(request),
                now=timezone.now(),
            )
        return Response(profile_values(get_profile_or_404(key)))

    @described(
        "delete_baseline",
        summary="Delete a baseline of the site with its versions",
        answers={204: None},
        parameters=(KEY,),
        refusals=(400, 404, 409),
    )
    def delete(self, request: Request, key: str) -> Response:
        refuse_unknown(request.query_params)
        row, _ = get_own_or_404(key)
        verbs.delete(baseline=row, by=user_of(request), now=timezone.now())
        return Response(status=204)


class ProfileFile(ApiView):
    """The profile itself, to keep it or to take it to another Zertify."""

    rights = {"GET": EXPORT}

    @described(
        "export_baseline",
        summary="A baseline with its rules as a file, as `import/` takes it",
        answers={200: ProfileFileSerializer},
        parameters=(KEY,),
        refusals=(400, 404),
    )
    def get(self, request: Request, key: str) -> Response:
        refuse_unknown(request.query_params)
        profile = get_profile_or_404(key)
        verbs.note_export(profile=profile, what="export", by=request.user, now=timezone.now())
        return Response(values_of(profile), headers={"Cache-Control": "no-store"})


class FileIn(ApiView):
    """The profile of a file becomes one of the site."""

    rights = {"POST": SAVE}

    @described(
        "import_baseline",
        summary="Bring in the file of a baseline",
        answers={201: BASELINE},
        refusals=(400, 409),
        request=ProfileFileSerializer,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        try:
            profile = profile_in(request.data)
        except ProfileError as error:
            raise ParameterError({"baseline": str(error)}) from error
        return _made(request, profile, "Imported.")


class Versions(ApiView):
    """What a baseline of the site said since when; a delivered one has none."""

    @described(
        "read_baseline_versions",
        summary="Versions of a baseline of the site, the latest first",
        answers={200: page_shape("BaselineVersion", BaselineVersionSerializer(many=True))},
        parameters=(KEY, *PAGE),
        refusals=(400, 404, 409, 503),
    )
    def get(self, request: Request, key: str) -> Response:
        row, _ = get_own_or_404(key)
        page = read_listing(request, partial(versions.page, row))
        return Response(page_body(page, list(BaselineVersionSerializer(page.rows, many=True).data)))


def get_own_or_404(key: str) -> tuple[OwnBaseline, Profile]:
    """A baseline of the site. Raises ConflictError for one that is delivered."""
    profile, row = get_profile_or_404(key), known.own(key)
    if row is None:
        raise ConflictError("a baseline that is delivered cannot be changed: copy it first")
    return row, profile


@contextmanager
def as_conflict(current: Any) -> Iterator[None]:
    """Let what the verbs refuse be an error of ours; `current` says what is there now."""
    try:
        yield
    except verbs.OutdatedError as error:
        now: Mapping[str, Any] = current()
        raise ConflictError(str(error), current=now) from error
    except verbs.UnusableError as error:
        raise ParameterError({"baseline": str(error)}) from error
    except verbs.OwnBaselineError as error:
        raise ConflictError(str(error)) from error


def user_of(request: Request) -> Any:
    return request.user  # the guard lets no stranger in


def _made(request: Request, profile: Profile, note: str) -> Response:
    with as_conflict(dict):
        made = verbs.make(profile=profile, note=note, by=user_of(request), now=timezone.now())
    return Response(profile_values(get_profile_or_404(made.key)), status=201)
