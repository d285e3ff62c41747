"""A version's way: opened, copied, submitted, withdrawn, published, rejected, rolled back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.described import described
from analyzer.api.frame.errors import ParameterError
from designer import approval, installing, versions
from designer.api.frame import (
    APPROVE,
    PlacingView,
    PolicyView,
    given,
    or_current,
    person,
    require_for,
    version_or_404,
)
from designer.api.versions import shown, values_of
from designer.models import Tag
from designer.queries import stacks as stack_reads
from designer.serializers.fields import Given
from designer.serializers.given import (
    CommentGiven,
    DecisionGiven,
    NameGiven,
    NoteGiven,
    PromoteGiven,
    PublishGiven,
    SubmitGiven,
)
from designer.serializers.shown import PolicyStackSerializer, VersionSerializer

_REFUSALS = (400, 404, 409)


class OpenDraft(PolicyView):
    """The next version."""

    @described(
        "open_policy_draft",
        summary="Begin the next version with what this one says",
        answers={201: VersionSerializer},
        refusals=_REFUSALS,
        request=None,
    )
    def post(self, request: Request, pk: int) -> Response:
        version = version_or_404(pk)
        given(Given, request)
        made = versions.open_draft(version=version, by=person(request), now=timezone.now())
        return shown(request, made, 201)


class Copy(PolicyView):
    """Another rule set."""

    @described(
        "copy_policy_version",
        summary="Make a rule set that begins with what this version says",
        answers={201: VersionSerializer},
        refusals=_REFUSALS,
        request=NameGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, name = version_or_404(pk), given(NameGiven, request).validated_data["name"]
        made = versions.copy(version=version, name=name, by=person(request), now=timezone.now())
        return shown(request, made, 201)


class Comment(PolicyView):
    """What is to be said when the draft is submitted."""

    @described(
        "note_policy_draft",
        summary="Keep the comment that a draft is to be submitted with",
        answers={200: VersionSerializer},
        refusals=_REFUSALS,
        request=NoteGiven,
    )
    def put(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(NoteGiven, request).validated_data
        who, now = person(request), timezone.now()
        with or_current(lambda: values_of(request, version_or_404(pk))):
            approval.note(
                version=version, comment=asked["comment"], was=asked["seen"], by=who, now=now
            )
        return shown(request, version_or_404(pk))


class Submit(PolicyView):
    """Frozen, and waiting for somebody else."""

    @described(
        "submit_policy_draft",
        summary="Freeze a draft and ask for approval",
        answers={200: VersionSerializer},
        refusals=_REFUSALS,
        request=SubmitGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(SubmitGiven, request).validated_data
        approval.submit(version=version, by=person(request), now=timezone.now(), **asked)
        return shown(request, version_or_404(pk))


class Withdraw(PolicyView):
    """A draft again."""

    @described(
        "withdraw_policy_version",
        summary="Take a submitted version back",
        answers={200: VersionSerializer},
        refusals=_REFUSALS,
        request=None,
    )
    def post(self, request: Request, pk: int) -> Response:
        version = version_or_404(pk)
        given(Given, request)
        approval.withdraw(version=version, by=person(request), now=timezone.now())
        return shown(request, version_or_404(pk))


class Publish(PolicyView):
    """Approved by somebody who had no hand in it."""

    rights = {"POST": APPROVE}

    @described(
        "publish_policy_version",
        summary="Publish what somebody else submitted",
        answers={200: VersionSerializer},
        refusals=_REFUSALS,
        request=PublishGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), dict(given(PublishGiven, request).validated_data)
        seen, who, now = _seen(asked.pop("stacks")), person(request), timezone.now()
        with or_current(lambda: _standing(request, pk)):
            approval.publish(version=version, seen=seen, by=who, now=now, **asked)
        return shown(request, version_or_404(pk))


class Reject(PolicyView):
    """Sent back with the reason."""

    rights = {"POST": APPROVE}

    @described(
        "reject_policy_version",
        summary="Send back what somebody else submitted, with the reason",
        answers={200: VersionSerializer},
        refusals=_REFUSALS,
        request=DecisionGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(DecisionGiven, request).validated_data
        with or_current(lambda: values_of(request, version_or_404(pk))):
            approval.reject(version=version, by=person(request), now=timezone.now(), **asked)
        return shown(request, version_or_404(pk))


class RollBack(PolicyView):
    """The older version once more, as a new one."""

    @described(
        "roll_back_policy_version",
        summary="Submit exactly what this older version said as a new one",
        answers={201: VersionSerializer},
        refusals=_REFUSALS,
        request=CommentGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(CommentGiven, request).validated_data
        made = approval.roll_back(version=version, by=person(request), now=timezone.now(), **asked)
        return shown(request, made, 201)


class Promote(PlacingView):
    """From DEV to TEST, from TEST to PROD."""

    @described(
        "promote_policy_version",
        summary="Give stacks of the next tag this version; PROD is an approver's",
        answers={200: PolicyStackSerializer(many=True)},
        refusals=_REFUSALS,
        request=PromoteGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(PromoteGiven, request).validated_data
        seen = _seen(asked["stacks"])
        chosen = stack_reads.chosen(seen)
        missing = {*seen} - {one.pk for one in chosen}
        if missing:
            raise ParameterError({"stacks": f"there is no stack {min(missing)}"})
        require_for(request, asked["to"])
        with or_current(lambda: {"stacks": _stacks(seen)}):
            installing.promote(
                version=version,
                to=Tag(asked["to"]),
                stacks=chosen,
                seen=seen,
                by=person(request),
                now=timezone.now(),
            )
        return Response(_stacks(seen))


def _seen(given: Sequence[Mapping[str, Any]]) -> dict[int, int | None]:
    seen = {one["stack"]: one["seen"] for one in given}
    if len(seen) < len(given):
        raise ParameterError({"stacks": "a stack is named twice"})
    return seen


def _standing(request: Request, pk: int) -> dict[str, Any]:
    """A version that waits, and the stacks that it is planned for with what they have."""
    version = version_or_404(pk)
    keys = [one.pk for one in stack_reads.planned(version)]
    return values_of(request, version) | {"stacks": _stacks(keys)}


def _stacks(keys: Iterable[int]) -> Any:
    return PolicyStackSerializer(stack_reads.chosen(keys), many=True).data
