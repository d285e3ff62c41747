"""What waits for approval, and the exceptions that are about to lapse."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from designer import approval
from designer.content.errors import DesignerError
from designer.models import Version
from designer.queries import listing
from designer.queries import stacks as stack_reads
from designer.queries.versions import exceptions as exceptions_of
from designer.views.found import APPROVE, AUTHOR, VIEW, get_version_or_404, number_of, tabs
from web.gate import gate

_PERIODS: Final = (7, 30, 90, 365)
_USUAL_DAYS: Final = 30


@gate(VIEW)
@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    rows = [(one, approval.may_decide(one, request.user.pk)) for one in listing.waiting()]
    context = {"rows": rows, "tabs": tabs("policy_approvals")}
    return render(request, "designer/approvals.html", context)


@gate(APPROVE)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish or reject what somebody else submitted."""
    version = get_version_or_404(pk)
    try:
        made = _decided(request, version)
    except DesignerError as error:
        messages.error(request, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        return redirect("policy_submit", pk)
    messages.success(request, f"{made} is {made.state}.")
    return redirect("policy_file" if made.is_released else "policy_submit", pk)


def _decided(request: HttpRequest, version: Version) -> Version:
    user: Any = request.user
    said, now = request.POST, timezone.now()
    comment, revision = said.get("comment", "")[:500], number_of(said.get("revision", ""))
    if said.get("verdict") == "reject":
        return approval.reject(
            version=version, comment=comment, revision=revision, by=user, now=now
        )
    keys = [one.pk for one in stack_reads.planned(version)]
    seen = {key: number_of(said.get(f"seen:{key}", "")) or None for key in keys}
    return approval.publish(
        version=version, comment=comment, revision=revision, seen=seen, by=user, now=now
    )


@gate(AUTHOR)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft again of what was submitted."""
    version = get_version_or_404(pk)
    user: Any = request.user
    try:
        approval.withdraw(version=version, by=user, now=timezone.now())
    except DesignerError as error:
        messages.error(request, f"{error}.")
    return redirect("policy_submit", pk)


@gate(VIEW)
@require_safe
def exceptions(request: HttpRequest) -> HttpResponse:
    """Those that end within the days asked for; what is no such period is said."""
    asked = request.GET.get("days", str(_USUAL_DAYS))
    known = {str(days): days for days in _PERIODS}
    days = known.get(asked, _USUAL_DAYS)
    context = {
        "rows": exceptions_of(today=timezone.localdate(), days=days),
        "days": days,
        "periods": _PERIODS,
        "refused": "" if asked in known else _not_offered(asked),
        "tabs": tabs("policy_exceptions"),
    }
    return render(request, "designer/exceptions.html", context)


def _not_offered(asked: str) -> str:
    offered = ", ".join(map(str, _PERIODS))
    return f"`{asked[:20]}` days are not offered: take one of {offered}. Shown are {_USUAL_DAYS}."
