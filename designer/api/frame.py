"""What the addresses of policies have in common: rights, and errors with what belongs to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from django.contrib.auth.models import User
from django.http import Http404
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import query
from analyzer.api.frame.errors import ConflictError, ParameterError, answer_error
from analyzer.api.frame.guard import ApiView, HasRight
from analyzer.api.frame.tokens import require_scope
from designer.content.errors import (
    ChangedError,
    ContentError,
    DesignerError,
    InUseError,
    NotReadyError,
    NotYoursError,
    StaleDraftError,
    TakenError,
)
from designer.models import APPROVE, AUTHOR, VIEW, Version, needed_for
from designer.queries.versions import version
from designer.rule_tests import read_connection
from designer.serializers.fields import KEYS, MARK, Given
from policy.attributes import Connection
from policy.errors import DocumentError
from web.revisions import ChangedMeanwhileError

__all__ = [
    "APPROVE",
    "AUTHOR",
    "REVISION",
    "SEEN",
    "VIEW",
    "PlacingView",
    "PolicyView",
    "asked_connection",
    "asked_mark",
    "asked_number",
    "asked_switch",
    "found_or_404",
    "given",
    "may",
    "or_current",
    "person",
    "require_for",
    "version_or_404",
]
Found = TypeVar("Found")
Asked = TypeVar("Asked", bound=Given)
REVISION: Final = query(
    "revision",
    "The revision that was seen; a newer one is answered with 409.",
    type={"type": "integer", **KEYS},
    required=True,
)
SEEN: Final = query(
    "seen",
    "Its `mark` as it was seen; another one is answered with 409.",
    type={"type": "string", "pattern": MARK},
    required=True,
)


class PolicyView(ApiView):
    """Reading needs the right to see policies, writing that of an author, unless said."""

    rights = dict.fromkeys(("GET",), VIEW) | dict.fromkeys(("POST", "PUT", "DELETE"), AUTHOR)

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return _answer


class MayPlace(HasRight):
    """To write, an author or an approver: which of them is needed depends on the stack."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method in SAFE_METHODS:
            return super().has_permission(request, view)
        return any(request.user.has_perm(right) for right in (AUTHOR, APPROVE))


class PlacingView(PolicyView):
    """Puts something on stacks; the method asks `require_for` the stacks' tags."""

    permission_classes = [IsAuthenticated, MayPlace]


def given(kind: type[Asked], request: Request) -> Asked:
    """Return what was sent, checked. Raises ValidationError, which the frame answers."""
    refuse_unknown(request.query_params)
    form = kind(data=request.data)
    form.is_valid(raise_exception=True)
    return form


def asked_number(request: Request, name: str) -> int:
    """Return the number that a parameter gives. Raises ParameterError."""
    text = request.query_params.get(name, "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 10 else 0
    if not KEYS["minimum"] <= number <= KEYS["maximum"]:
        raise ParameterError({name: f"`{text}` is no {name}"})
    return number


def asked_switch(request: Request, name: str, *, usual: bool) -> bool:
    """Return what a parameter switches; `usual` without it. Raises ParameterError."""
    text = request.query_params.get(name)
    if text not in {None, "true", "false"}:
        raise ParameterError({name: f"`{text}` is neither `true` nor `false`"})
    return usual if text is None else text == "true"


def asked_connection(tree: dict[str, Any]) -> Connection:
    """Return the connection that a body tells of. Raises ParameterError."""
    try:
        return read_connection(tree)
    except DocumentError as error:
        faults = {f"connection{path}": said for path, said in error.faults}
        raise ParameterError(faults) from error


def asked_mark(request: Request) -> str:
    """Return the mark of what was seen, as the address has it. Raises ParameterError."""
    text = request.query_params.get("seen", "")
    if not re.fullmatch(MARK, text) or text.endswith("\n"):
        raise ParameterError({"seen": f"`{text}` is no mark"})
    return text


@contextmanager
def or_current(current: Callable[[], Mapping[str, Any]]) -> Iterator[None]:
    """Answer with 409 and what is there now when that is not what was seen."""
    try:
        yield
    except (ChangedError, ChangedMeanwhileError) as error:
        raise ConflictError(str(error), current=current()) from error


def person(request: Request) -> User:
    """Return who acts; the guard has let nobody else pass."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def may(request: Request, right: str) -> bool:
    """Whether who acts has a right, and the token its scope."""
    try:
        require_scope(request, right)
    except PermissionDenied:
        return False
    return request.user.has_perm(right)


def require_for(request: Request, *tags: str) -> None:
    """Ask for an approver where PROD is among the tags, else for an author; and for the scope."""
    right = needed_for(*tags)
    require_scope(request, right)
    if not request.user.has_perm(right):
        raise PermissionDenied("PROD stacks are for an approver to change, others for an author")


def version_or_404(pk: int) -> Version:
    """Return a version with its rule set."""
    return found_or_404(version(pk), "version")


def found_or_404(row: Found | None, what: str) -> Found:
    """Return what was found; 404 for nothing."""
    if row is None:
        raise Http404(f"there is no such {what}")
    return row


def _answer(error: Exception, context: dict[str, Any]) -> Response | None:
    if not isinstance(error, DesignerError):
        return answer_error(error, context)
    return Response({"error": str(error), **_more(error)}, status=_status(error))


def _status(error: DesignerError) -> int:
    if isinstance(error, ContentError) and not isinstance(error, TakenError):
        return status.HTTP_400_BAD_REQUEST
    return status.HTTP_403_FORBIDDEN if isinstance(error, NotYoursError) else 409


def _more(error: DesignerError) -> dict[str, object]:
    if isinstance(error, ContentError):
        return {"errors": {_key(rule, field): said for rule, field, said in error.faults}}
    if isinstance(error, InUseError):
        return {"users": list(error.users)}
    if isinstance(error, NotReadyError):
        return {"findings": [str(one) for one in error.findings], "tests": list(error.tests)}
    return _sides(error) if isinstance(error, StaleDraftError) else {}


def _key(rule: str, field: str) -> str:
    return " / ".join(part for part in (rule, field) if part) or "rules"


def _sides(error: StaleDraftError) -> dict[str, object]:
    sides = error.sides
    return {
        "revision": sides.revision,
        "saved_by": sides.saved_by,
        "base": sides.base.tree(),
        "theirs": sides.theirs.tree(),
        "mine": sides.mine.tree(),
        "merged": error.merged.content.tree(),
        "conflicts": [one.key for one in error.merged.conflicts],
    }
