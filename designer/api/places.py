"""z/OS groups, systems and stacks: list, make, change, delete, take from records."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described
from designer import workspace
from designer.api.frame import (
    SEEN,
    PlacingView,
    PolicyView,
    asked_mark,
    found_or_404,
    given,
    or_current,
    person,
    require_for,
)
from designer.models import Stack, System, ZosGroup
from designer.queries import stacks as reads
from designer.serializers.given import (
    GroupChangeGiven,
    GroupGiven,
    StackChangeGiven,
    StackGiven,
    SystemChangeGiven,
    SystemGiven,
)
from designer.serializers.shown import (
    PolicyGroupSerializer,
    PolicyStackSerializer,
    PolicySystemSerializer,
)


class Groups(PolicyView):
    """All z/OS groups."""

    @described(
        "read_policy_groups", summary="z/OS groups", answers={200: PolicyGroupSerializer(many=True)}
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        return Response(PolicyGroupSerializer(reads.plain_groups(), many=True).data)

    @described(
        "make_policy_group",
        summary="Make a z/OS group",
        refusals=(400, 409),
        answers={201: PolicyGroupSerializer},
        request=GroupGiven,
    )
    def post(self, request: Request) -> Response:
        asked = given(GroupGiven, request).validated_data
        made = workspace.make_group(by=person(request), now=timezone.now(), **asked)
        return Response(PolicyGroupSerializer(made).data, status=201)


class OneGroup(PolicyView):
    """One z/OS group."""

    @described(
        "change_policy_group",
        summary="Change a z/OS group",
        answers={200: PolicyGroupSerializer},
        refusals=(400, 404, 409),
        request=GroupChangeGiven,
    )
    def put(self, request: Request, pk: int) -> Response:
        group = _group_or_404(pk)
        asked = given(GroupChangeGiven, request).validated_data
        who, now = person(request), timezone.now()
        with or_current(lambda: _group(_group_or_404(pk))):
            done = workspace.change_group(group=group, by=who, now=now, **asked)
        return Response(_group(done))

    @described(
        "delete_policy_group",
        summary="Delete a z/OS group without systems",
        answers={204: None},
        parameters=(SEEN,),
        refusals=(400, 404, 409),
    )
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params, ("seen",))
        group, seen = _group_or_404(pk), asked_mark(request)
        with or_current(lambda: _group(_group_or_404(pk))):
            workspace.delete(one=group, seen=seen, by=person(request), now=timezone.now())
        return Response(status=204)


class Systems(PolicyView):
    """All systems."""

    @described(
        "read_policy_systems", summary="Systems", answers={200: PolicySystemSerializer(many=True)}
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        return Response(PolicySystemSerializer(reads.systems(), many=True).data)

    @described(
        "make_policy_system",
        summary="Make a system",
        answers={201: PolicySystemSerializer},
        refusals=(400, 404, 409),
        request=SystemGiven,
    )
    def post(self, request: Request) -> Response:
        asked = dict(given(SystemGiven, request).validated_data)
        group = _group_or_404(asked.pop("group"))
        made = workspace.make_system(group=group, by=person(request), now=timezone.now(), **asked)
        return Response(PolicySystemSerializer(made).data, status=201)


class OneSystem(PlacingView):
    """One system."""

    @described(
        "change_policy_system",
        summary="Put a system into another group, or give it other names",
        description="With PROD stacks on it, other names are an approver's to give.",
        answers={200: PolicySystemSerializer},
        refusals=(400, 404, 409),
        request=SystemChangeGiven,
    )
    def put(self, request: Request, pk: int) -> Response:
        system = _system_or_404(pk)
        asked = dict(given(SystemChangeGiven, request).validated_data)
        group, seen = _group_or_404(asked.pop("group")), asked.pop("seen")
        placed, who = workspace.Placed(group, **asked), person(request)
        require_for(request, *reads.tags_touched(system, group, placed.sysplex, placed.name))
        with or_current(lambda: _system(_system_or_404(pk))):
            done = workspace.change_system(
                system=system, placed=placed, seen=seen, by=who, now=timezone.now()
            )
        return Response(_system(done))

    @described(
        "delete_policy_system",
        summary="Delete a system without stacks",
        answers={204: None},
        parameters=(SEEN,),
        refusals=(400, 404, 409),
    )
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params, ("seen",))
        system = _system_or_404(pk)
        require_for(request)
        seen = asked_mark(request)
        with or_current(lambda: _system(_system_or_404(pk))):
            workspace.delete(one=system, seen=seen, by=person(request), now=timezone.now())
        return Response(status=204)


class Stacks(PlacingView):
    """All stacks."""

    @described(
        "read_policy_stacks", summary="Stacks", answers={200: PolicyStackSerializer(many=True)}
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        return Response(PolicyStackSerializer(reads.stacks(), many=True).data)

    @described(
        "make_policy_stack",
        summary="Make a stack",
        answers={201: PolicyStackSerializer},
        refusals=(400, 404, 409),
        request=StackGiven,
    )
    def post(self, request: Request) -> Response:
        asked = dict(given(StackGiven, request).validated_data)
        require_for(request, asked["tag"])
        system = _system_or_404(asked.pop("system"))
        made = workspace.make_stack(system=system, by=person(request), now=timezone.now(), **asked)
        return Response(PolicyStackSerializer(made).data, status=201)


class FromRecords(PolicyView):
    """The stacks that there are records of."""

    @described(
        "take_policy_stacks",
        summary="Make the stacks that there are records of and the workspace lacks",
        answers={200: PolicyStackSerializer(many=True)},
        request=None,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        made = workspace.take_from_records(by=person(request), now=timezone.now())
        return Response(PolicyStackSerializer(made, many=True).data)


class OneStack(PlacingView):
    """One stack."""

    @described(
        "read_policy_stack",
        summary="A stack with what is assigned to it",
        answers={200: PolicyStackSerializer},
        refusals=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return Response(_stack(_stack_or_404(pk)))

    @described(
        "change_policy_stack",
        summary="Say what a stack is for; PROD is an approver's to give and take",
        description="Without `name` it keeps its own.",
        answers={200: PolicyStackSerializer},
        refusals=(400, 404, 409),
        request=StackChangeGiven,
    )
    def put(self, request: Request, pk: int) -> Response:
        stack = _stack_or_404(pk)
        asked = dict(given(StackChangeGiven, request).validated_data)
        require_for(request, stack.tag, asked["tag"])
        asked["name"] = asked["name"] or stack.name
        who, now = person(request), timezone.now()
        with or_current(lambda: _stack(_stack_or_404(pk))):
            done = workspace.change_stack(stack=stack, by=who, now=now, **asked)
        return Response(_stack(done))

    @described(
        "delete_policy_stack",
        summary="Delete a stack without assignments and installations; PROD is an approver's",
        answers={204: None},
        parameters=(SEEN,),
        refusals=(400, 404, 409),
    )
    def delete(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params, ("seen",))
        stack = _stack_or_404(pk)
        require_for(request, stack.tag)
        seen = asked_mark(request)
        with or_current(lambda: _stack(_stack_or_404(pk))):
            workspace.delete(one=stack, seen=seen, by=person(request), now=timezone.now())
        return Response(status=204)


def _group_or_404(pk: int) -> ZosGroup:
    return found_or_404(reads.group(pk), "z/OS group")


def _system_or_404(pk: int) -> System:
    return found_or_404(reads.system(pk), "system")


def _stack_or_404(pk: int) -> Stack:
    return found_or_404(reads.stack(pk), "stack")


def _group(one: ZosGroup) -> dict[str, object]:
    return dict(PolicyGroupSerializer(one).data)


def _system(one: System) -> dict[str, object]:
    return dict(PolicySystemSerializer(one).data)


def _stack(one: Stack) -> dict[str, object]:
    return dict(PolicyStackSerializer(one).data)
