"""What addresses of watches and of scheduled exports share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from django.http import Http404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import query
from analyzer.api.frame.errors import ConflictError, ParameterError
from analyzer.api.frame.guard import VIEW
from analyzer.api.frame.tokens import require_scope
from analyzer.models import Delivery, ExportSchedule, SavedQuery, Watch
from analyzer.queries import saved
from analyzer.queries.standing import access
from analyzer.queries.standing.orders import HISTORY_ROWS
from analyzer.serializers.standing.schedules import ScheduleSerializer
from analyzer.serializers.standing.trigger import SwitchSerializer
from analyzer.serializers.standing.watches import WatchSerializer
from analyzer.standing import owned
from analyzer.standing.errors import StandingError
from web.revisions import ChangedMeanwhileError

Kind = TypeVar("Kind", Watch, ExportSchedule)
BEFORE: Final = query(
    "before",
    f"`next` of the page before; a page has {HISTORY_ROWS} rows.",
    type={"type": "integer", "minimum": 0, "maximum": 10**18 - 1},
)


def user_of(request: Request) -> Any:
    return request.user  # the guard lets no stranger in


def get_or_404(request: Request, model: type[Kind], pk: int) -> Kind:
    found = access.get(model, pk, user=user_of(request))
    if found is None:
        raise Http404("there is no such thing")
    return found


def get_own_or_404(request: Request, model: type[Kind], pk: int) -> Kind:
    found = get_or_404(request, model, pk)
    if not access.may_change(found, user=user_of(request)):
        raise PermissionDenied("it is for its owner or an administrator to change")
    return found


def values_of(found: Watch | ExportSchedule) -> Any:
    """One as it is shown."""
    if isinstance(found, Watch):
        return WatchSerializer(found).data
    return ScheduleSerializer(found).data


@contextmanager
def as_conflict(found: Watch | ExportSchedule | None = None) -> Iterator[None]:
    """Let what the verbs refuse be status 409; with what is saved where that is why."""
    try:
        yield
    except ChangedMeanwhileError as error:
        raise ConflictError(str(error), current=values_of(found) if found else None) from error
    except StandingError as error:
        raise ConflictError(str(error)) from error


def act_on(request: Request, model: type[Kind], pk: int, act: Callable[[Kind], object]) -> Response:
    """Do something with one's own watch or schedule, and answer with it as it is then."""
    refuse_unknown(request.query_params)
    found = get_own_or_404(request, model, pk)
    with as_conflict():
        act(found)
    found.refresh_from_db()
    return Response(values_of(found))


def delivery_or_404(found: Delivery | None) -> Delivery:
    if found is None:
        raise Http404("there is no such message")
    return found


def query_of(request: Request, pk: int) -> SavedQuery:
    """The query that is named, whose rows will go out. Raises ParameterError."""
    require_scope(request, VIEW)
    found = saved.get(pk, user=user_of(request))
    if found is None:
        raise ParameterError({"query": "there is no such query"})
    return found


def run_now(request: Request, model: type[Kind], pk: int) -> Response:
    """Make one's own due."""
    by, now = user_of(request), timezone.now()
    return act_on(request, model, pk, lambda found: owned.run_now(ours=found, by=by, now=now))


def switch(request: Request, model: type[Kind], pk: int) -> Response:
    """Pause one's own, or let it run again. Raises ParameterError."""
    by, now = user_of(request), timezone.now()

    def act(found: Kind) -> None:
        form = SwitchSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        owned.switch(ours=found, active=form.validated_data["active"], by=by, now=now)

    return act_on(request, model, pk, act)


def history(
    request: Request,
    found: Kind,
    read: Callable[..., tuple[list[Any], int | None]],
    shape: type[serializers.ModelSerializer[Any]],
) -> Response:
    """A page of what one has done, the latest first. Raises ParameterError."""
    refuse_unknown(request.query_params, ("before",))
    rows, following = read(found, before=_before(request))
    return Response({"rows": shape(rows, many=True).data, "next": following})


def _before(request: Request) -> int | None:
    text = request.query_params.get("before")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ParameterError({"before": f"`{text[:40]}` is not a key of a page"})
    return int(text)
