"""What a stack has: assignments, its files, installations."""

from __future__ import annotations

from typing import Final

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described, query
from designer import checking, facts, installing, rulesets
from designer.api.frame import (
    PlacingView,
    PolicyView,
    asked_number,
    asked_switch,
    found_or_404,
    given,
    or_current,
    person,
    require_for,
)
from designer.content.facts import Facts
from designer.models import Stack
from designer.queries import changes as compared
from designer.queries import stacks as reads
from designer.queries import versions as version_reads
from designer.queries.around import facts_of
from designer.serializers.effects import WithoutSerializer
from designer.serializers.fields import KEYS
from designer.serializers.given import AssignGiven, InstallGiven
from designer.serializers.shown import (
    FilesSerializer,
    FindingSerializer,
    InstallationSerializer,
    PolicyStackSerializer,
)
from designer.serializers.site import FactsGiven
from policy.vocabulary import Protocol

_MOST: Final = 100
_PROTOCOL: Final = OpenApiParameter(
    "protocol", str, OpenApiParameter.PATH, enum=[one.value for one in Protocol]
)
_SEEN: Final = query(
    "seen",
    "The version that it has for the protocol, as it was seen.",
    type={"type": "integer", **KEYS},
    required=True,
)


class Assignments(PlacingView):
    """The versions that a stack has."""

    @described(
        "assign_policy_version",
        summary="Give a stack a published version; PROD is an approver's",
        answers={200: PolicyStackSerializer},
        refusals=(400, 404, 409),
        request=AssignGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        stack = _stack_or_404(pk)
        asked = given(AssignGiven, request).validated_data
        version = found_or_404(version_reads.version(asked["version"]), "version")
        require_for(request, stack.tag)
        with or_current(lambda: _shown(pk)):
            installing.assign(
                version=version,
                stacks=[stack],
                seen={pk: asked["seen"]},
                by=person(request),
                now=timezone.now(),
            )
        return Response(_shown(pk))


class OneAssignment(PlacingView):
    """The version that a stack has for a protocol."""

    @described(
        "read_policy_assignment",
        summary="The version that a stack has for a protocol, and what changes without it",
        answers={200: WithoutSerializer},
        parameters=(_PROTOCOL,),
        refusals=(400, 404, 409),
    )
    def get(self, request: Request, pk: int, protocol: str) -> Response:
        refuse_unknown(request.query_params)
        row = found_or_404(reads.assignment(_stack_or_404(pk), protocol), "version")
        found = {"version": row.version_id, "difference": compared.without(row.version)}
        return Response(WithoutSerializer(found).data)

    @described(
        "unassign_policy_version",
        summary="Take a protocol's version from a stack; PROD is an approver's",
        answers={204: None},
        parameters=(_PROTOCOL, _SEEN),
        refusals=(400, 404, 409),
    )
    def delete(self, request: Request, pk: int, protocol: str) -> Response:
        refuse_unknown(request.query_params, ("seen",))
        stack = _stack_or_404(pk)
        require_for(request, stack.tag)
        row = found_or_404(reads.assignment(stack, protocol), "version")
        seen, who = asked_number(request, "seen"), person(request)
        with or_current(lambda: _shown(pk)):
            installing.unassign(assignment=row, seen=seen, by=who, now=timezone.now())
        return Response(status=204)


class Files(PolicyView):
    """Everything that goes to a stack."""

    @described(
        "read_policy_files",
        summary="Policy file of a stack and what goes beside it, as text",
        answers={200: FilesSerializer},
        parameters=(
            query("dialect", "Id of a dialect; that of the stack, its group or the site."),
            query("to_smf", "Audit records go to SMF; as it is told unless given.", type=bool),
            query(
                "to_nmi",
                "Audit records go to the network management interface (SYSTCPER); as it is told.",
                type=bool,
            ),
        ),
        refusals=(400, 404, 409),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params, ("dialect", "to_smf", "to_nmi"))
        stack = _stack_or_404(pk)
        usual = facts_of(stack).destinations()
        to_smf = asked_switch(request, "to_smf", usual=usual[0])
        to_nmi = asked_switch(request, "to_nmi", usual=usual[1])
        dialect = request.query_params.get("dialect", "")
        files = rulesets.files(stack, dialect=dialect, to_smf=to_smf, to_nmi=to_nmi)
        installing.note_fetch(
            target=str(stack),
            file=files.encoded,
            by=person(request),
            now=timezone.now(),
        )
        return Response(FilesSerializer(files).data)


class TheFacts(PlacingView):
    """What people tell of a stack."""

    @described(
        "tell_policy_stack",
        summary="Say what is so on a stack, for the checks; PROD is an approver's",
        description="All of it at once: what is null or left out is not told from now on.",
        answers={200: PolicyStackSerializer},
        refusals=(400, 404, 409),
        request=FactsGiven,
    )
    def put(self, request: Request, pk: int) -> Response:
        stack = _stack_or_404(pk)
        asked = dict(given(FactsGiven, request).validated_data)
        require_for(request, stack.tag)
        apart = {part: asked.pop(part) for part in ("dialect", "seen")}
        told, who = Facts(**asked), person(request)
        with or_current(lambda: _shown(pk)):
            facts.tell(stack=stack, facts=told, by=who, now=timezone.now(), **apart)
        return Response(_shown(pk))


class StackChecks(PolicyView):
    """What the checks say of all that a stack is to have."""

    @described(
        "check_policy_stack",
        summary="What the checks say of a stack's rule sets today, by what is told of it",
        answers={200: FindingSerializer(many=True)},
        refusals=(400, 404, 409),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        found = checking.of_stack(_stack_or_404(pk), timezone.localdate())
        return Response(FindingSerializer(found, many=True).data)


class Installations(PlacingView):
    """What was put in force on a stack."""

    @described(
        "read_policy_installations",
        summary=f"The last {_MOST} installations of a stack, the newest first",
        answers={200: InstallationSerializer(many=True)},
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        rows = reads.installations_of(_stack_or_404(pk), most=_MOST)
        return Response(InstallationSerializer(rows, many=True).data)

    @described(
        "record_policy_installation",
        summary="Record that the stack's policy file was put in force; PROD is an approver's",
        description="The file is named by its `digest`: that of the stack's file as it is made "
        "now (in `dialect`, if given), or that of an earlier installation of the stack when its "
        "file was put back in force, as it was. Status 409 with `current` for any other file, and "
        "for the file of the newest installation. The time is that of writing it down.",
        answers={201: InstallationSerializer},
        refusals=(400, 404, 409),
        request=InstallGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        stack = _stack_or_404(pk)
        asked = given(InstallGiven, request).validated_data
        require_for(request, stack.tag)
        who, now = person(request), timezone.now()
        with or_current(lambda: _shown(pk)):
            made = installing.record_installation(stack=stack, by=who, now=now, **asked)
        return Response(InstallationSerializer(made).data, status=201)


def _shown(pk: int) -> dict[str, object]:
    return dict(PolicyStackSerializer(_stack_or_404(pk)).data)


def _stack_or_404(pk: int) -> Stack:
    return found_or_404(reads.stack(pk), "stack")
