"""What an address names, or status 404; whether it may be changed; and what pages share."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from analyzer.models import ExportSchedule, SavedQuery, Watch
from analyzer.queries import saved
from analyzer.queries.standing import access

Kind = TypeVar("Kind", Watch, ExportSchedule)


def get_or_404(request: HttpRequest, model: type[Kind], pk: int) -> Kind:
    """One that this person may see; nobody learns that there is another one."""
    user: Any = request.user  # the gate lets no stranger in
    found = access.get(model, pk, user=user)
    if found is None:
        raise Http404
    return found


def get_own_or_404(request: HttpRequest, model: type[Kind], pk: int) -> Kind:
    """One that this person may change; status 403 for one that they may only see."""
    found = get_or_404(request, model, pk)
    if not may_change(request, found):
        raise PermissionDenied
    return found


def may_change(request: HttpRequest, found: Watch | ExportSchedule) -> bool:
    user: Any = request.user
    return access.may_change(found, user=user)


def choosable(request: HttpRequest) -> list[SavedQuery]:
    """The queries that may be chosen, by name."""
    user: Any = request.user
    return list(saved.visible_to(user))


def number(request: HttpRequest, name: str) -> int | None:
    """A parameter of the address as a number; None for anything else."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def tell(request: HttpRequest, text: str) -> None:
    messages.success(request, text)
