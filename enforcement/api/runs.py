"""Runs over history: start, look, cancel, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import read_page_key, refuse_unknown
from analyzer.api.frame.described import PAGE, described
from analyzer.api.frame.errors import ConflictError, ParameterError
from analyzer.serializers.shapes import page_shape
from designer import rulesets
from designer.api.frame import PolicyView, found_or_404, given, person
from designer.models import Stack, Version
from enforcement.models import Run
from enforcement.queries import listing
from enforcement.runs import starting
from enforcement.runs.claims import handling
from enforcement.runs.errors import RunError
from enforcement.runs.wanted import Wanted
from enforcement.runs.work import mode_of
from enforcement.serializers.runs import (
    RunGiven,
    RunHeadSerializer,
    RunSerializer,
    run_values,
)
from web.paging import Page, PageKeyError

USUAL_DAYS: Final = 30
_PAGE: Final = page_shape("Run", RunHeadSerializer(many=True))
Asked = Mapping[str, Any]


class Runs(PolicyView):
    """All runs."""

    @described(
        "read_runs",
        summary="Runs over history, the newest first",
        answers={200: _PAGE},
        parameters=PAGE,
    )
    def get(self, request: Request) -> Response:
        after, limit = read_page_key(request.query_params)
        try:
            found = listing.runs(Run, after, limit=limit)
        except PageKeyError as error:
            raise ParameterError({"after": str(error)}) from error
        rows = list(RunHeadSerializer(found.rows, many=True).data)
        page = Page(next=found.next, previous=found.previous, total=listing.count(Run))
        return Response(page_body(page, rows))

    @described(
        "start_run",
        summary="Hold rule sets against the sessions in the store",
        answers={201: RunSerializer},
        request=RunGiven,
    )
    def post(self, request: Request) -> Response:
        asked = given(RunGiven, request).validated_data
        try:
            made = starting.start(wanted=wanted_of(asked), by=person(request), now=timezone.now())
        except RunError as error:
            raise ParameterError({error.field or "versions": str(error)}) from error
        return Response(run_values(run_or_404(made.pk)), status=201)


class OneRun(PolicyView):
    """One run."""

    @described(
        "read_run",
        summary="A run: how far it is, and what it was about",
        answers={200: RunSerializer},
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return Response(run_values(run_or_404(pk)))

    @described(
        "delete_run",
        summary="Delete a run that has ended; its verdicts go in the background",
        answers={204: None},
        refusals=(400, 404, 409),
    )
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        try:
            handling.delete(run=run_or_404(pk), by=person(request), now=timezone.now())
        except RunError as error:
            raise ConflictError(str(error)) from error
        return Response(status=204)


class Cancel(PolicyView):
    """Stop a run."""

    @described(
        "cancel_run",
        summary="Cancel a run",
        answers={200: RunSerializer},
        refusals=(400, 404, 409),
        request=None,
    )
    def post(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        if not handling.cancel(run=run_or_404(pk), by=person(request), now=timezone.now()):
            raise ConflictError("the run had ended before it could be canceled")
        return Response(run_values(run_or_404(pk)))


def run_or_404(pk: int) -> Run:
    """Return a run; 404 for nothing, and for one that is being deleted."""
    found = listing.run(Run, pk)
    return found_or_404(found if found and not found.is_going else None, "run")


def wanted_of(asked: Asked) -> Wanted:
    """What is asked for. Raises ParameterError."""
    first, last, days = asked["from_day"], asked["to_day"], asked.get("days")
    if days and (first or last):
        raise ParameterError({"days": "`days` and `from_day` or `to_day` exclude each other"})
    if first and last and last < first:
        raise ParameterError({"to_day": f"{last} is before {first}"})
    return Wanted(
        days=None if first or last else days or USUAL_DAYS,
        from_day=first,
        to_day=last,
        mode=asked.get("mode") or mode_of(rulesets.matching()),
        versions=_versions(asked, "versions"),
        against=_versions(asked, "against"),
        stacks=_stacks(asked),
    )


def _versions(asked: Asked, name: str) -> list[Version]:
    found = {one.pk: one for one in rulesets.versions(asked[name])} if asked[name] else {}
    missing = {*asked[name]} - {*found}
    if missing:
        raise ParameterError({name: f"there is no version {min(missing)}"})
    return [found[key] for key in asked[name]]


def _stacks(asked: Asked) -> list[Stack]:
    """Those named, of the group and of the tag; empty where nothing narrows."""
    keys, group, tag = {*asked["stacks"]}, asked.get("group"), asked.get("tag")
    if not (keys or group or tag):
        return []
    known = rulesets.stacks()
    missing = keys - {one.pk for one in known}
    if missing:
        raise ParameterError({"stacks": f"there is no stack {min(missing)}"})
    found = [
        one
        for one in known
        if (not keys or one.pk in keys)
        and (not group or one.system.group_id == group)
        and (not tag or one.tag == tag)
    ]
    if not found:
        raise ParameterError({"stacks": "no stack is left: none is of this group and tag"})
    return found
