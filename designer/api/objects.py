"""Reusable objects: list, make, read, change, copy, delete, and where one is used."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described
from designer import objects
from designer.api.frame import (
    REVISION,
    PolicyView,
    asked_number,
    found_or_404,
    given,
    or_current,
    person,
)
from designer.models import ReusableObject
from designer.objects import Said
from designer.queries import objects as reads
from designer.serializers.given import NameGiven, ObjectChangeGiven, ObjectGiven
from designer.serializers.shown import PolicyObjectSerializer, UseSerializer, object_values

_KIND: Final = OpenApiParameter(
    "kind", str, OpenApiParameter.PATH, enum=[*reads.KINDS], description="Which kind of object."
)
_ONE: Final = (_KIND,)


class Objects(PolicyView):
    """The objects of a kind."""

    @described(
        "read_policy_objects",
        summary="Reusable objects of a kind, by name",
        answers={200: PolicyObjectSerializer(many=True)},
        parameters=_ONE,
        refusals=(400, 404),
    )
    def get(self, request: Request, kind: str) -> Response:
        refuse_unknown(request.query_params)
        rows = reads.of_kind(_kind_or_404(kind))
        return Response([_shown(one) for one in rows])

    @described(
        "make_policy_object",
        summary="Make an object",
        answers={201: PolicyObjectSerializer},
        parameters=_ONE,
        refusals=(400, 404, 409),
        request=ObjectGiven,
    )
    def post(self, request: Request, kind: str) -> Response:
        wanted = _kind_or_404(kind)
        said = Said(**given(ObjectGiven, request).validated_data)
        made = objects.make(kind=wanted, said=said, by=person(request), now=timezone.now())
        return Response(_shown(made), status=201)


class OneObject(PolicyView):
    """One object."""

    @described(
        "read_policy_object",
        summary="An object",
        answers={200: PolicyObjectSerializer},
        parameters=_ONE,
        refusals=(400, 404),
    )
    def get(self, request: Request, kind: str, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return Response(_shown(_object_or_404(kind, pk)))

    @described(
        "change_policy_object",
        summary="Change an object; drafts that use it are tested again",
        answers={200: PolicyObjectSerializer},
        parameters=_ONE,
        refusals=(400, 404, 409),
        request=ObjectChangeGiven,
    )
    def put(self, request: Request, kind: str, pk: int) -> Response:
        one = _object_or_404(kind, pk)
        asked: dict[str, Any] = dict(given(ObjectChangeGiven, request).validated_data)
        revision = asked.pop("revision")
        said, now = Said(**asked), timezone.now()
        with or_current(lambda: _shown(_object_or_404(kind, pk))):
            objects.change(one=one, revision=revision, said=said, by=person(request), now=now)
        return Response(_shown(_object_or_404(kind, pk)))

    @described(
        "delete_policy_object",
        summary="Delete an object that nothing uses",
        answers={204: None},
        parameters=(_KIND, REVISION),
        refusals=(400, 404, 409),
    )
    def delete(self, request: Request, kind: str, pk: int) -> Response:
        refuse_unknown(request.query_params, ("revision",))
        one, revision = _object_or_404(kind, pk), asked_number(request, "revision")
        with or_current(lambda: _shown(_object_or_404(kind, pk))):
            objects.delete(one=one, revision=revision, by=person(request), now=timezone.now())
        return Response(status=204)


class CopyObject(PolicyView):
    """A copy of an object, shipped or not."""

    @described(
        "copy_policy_object",
        summary="Copy an object under another name",
        answers={201: PolicyObjectSerializer},
        parameters=_ONE,
        refusals=(400, 404, 409),
        request=NameGiven,
    )
    def post(self, request: Request, kind: str, pk: int) -> Response:
        one = _object_or_404(kind, pk)
        name = given(NameGiven, request).validated_data["name"]
        made = objects.copy(one=one, name=name, by=person(request), now=timezone.now())
        return Response(_shown(made), status=201)


class Uses(PolicyView):
    """Where an object is used."""

    @described(
        "read_policy_object_uses",
        summary="The rules that refer to an object",
        answers={200: UseSerializer(many=True)},
        parameters=_ONE,
        refusals=(400, 404),
    )
    def get(self, request: Request, kind: str, pk: int) -> Response:
        refuse_unknown(request.query_params)
        rows = reads.where_used(_object_or_404(kind, pk))
        return Response(UseSerializer(rows, many=True).data)


def _kind_or_404(kind: str) -> reads.ReusableKind:
    if kind not in reads.KINDS:
        raise Http404("there is no such kind")
    return reads.KINDS[kind]


def _object_or_404(kind: str, pk: int) -> ReusableObject:
    wanted = _kind_or_404(kind)
    return found_or_404(reads.find(wanted, pk), "object")


def _shown(one: ReusableObject) -> Any:
    return PolicyObjectSerializer(object_values(one)).data
