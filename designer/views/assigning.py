"""Published versions come to stacks and leave them: assigned, taken away, promoted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from designer import installing
from designer.content.errors import DesignerError
from designer.models import Stack, Tag, Version, needed_for
from designer.queries import changes as compared
from designer.queries import listing
from designer.queries import stacks as reads
from designer.views.found import (
    APPROVE,
    AUTHOR,
    VIEW,
    get_stack_or_404,
    get_version_or_404,
    require_for,
    tabs,
)
from web.gate import gate

METHODS = ["GET", "HEAD", "POST"]


@gate(VIEW)
@require_http_methods(METHODS)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a stack a published version; what that changes is said before."""
    row = get_stack_or_404(pk)
    require_for(request, row.tag)
    asked = request.POST if request.method == "POST" else request.GET
    version = _version(asked.get("version", ""))
    if request.method == "POST" and version is not None:
        seen = {row.pk: _key(request.POST.get(f"seen:{row.pk}", ""))}
        if _placed(request, version, [row], "", seen):
            return redirect("policy_stack", pk)
    context = {
        "stack": row,
        "versions": list(reads.released()),
        "version": version,
        "change": compared.changes(version, [row])[0] if version else None,
        "hindrances": _hindrances(version, row),
        "tabs": tabs("policy_stacks"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "designer/assign.html", context, status=status)


@gate(VIEW)
@require_http_methods(METHODS)
def unassign(request: HttpRequest, pk: int, protocol: str) -> HttpResponse:
    """Take a protocol's version from a stack."""
    row = get_stack_or_404(pk)
    require_for(request, row.tag)
    given = reads.assignment(row, protocol)
    if given is None:
        raise Http404("the stack has nothing for this protocol")
    if request.method == "POST":
        user: Any = request.user
        if _key(request.POST.get("seen", "")) != given.version_id:
            messages.error(request, f"{row} has {given.version} by now; nothing is taken away.")
            return redirect("policy_stack", pk)
        try:
            installing.unassign(assignment=given, by=user, now=timezone.now())
        except DesignerError as error:
            messages.error(request, f"{error}.")
        else:
            messages.success(request, f"{given.version} is taken from {row}.")
        return redirect("policy_stack", pk)
    context = {
        "stack": row,
        "given": given,
        "difference": compared.without(given.version),
        "tabs": tabs("policy_stacks"),
    }
    return render(request, "designer/unassign.html", context)


@gate(VIEW)
@require_http_methods(METHODS)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a version is and where it can go: to development, and from there on by promotion."""
    if not any(request.user.has_perm(right) for right in (AUTHOR, APPROVE)):
        raise PermissionDenied
    version = get_version_or_404(pk)
    if not version.is_approved:
        said = "was not approved here" if version.is_released else f"is {version.state}"
        messages.warning(request, f"{version} {said}: stacks take published versions.")
        return redirect("policy_review", pk)
    rows = list(reads.stacks())
    to = request.POST.get("to", request.GET.get("to", ""))
    if request.method == "POST":
        require_for(request, to)
        if _sent(request, version, rows, to):
            return redirect("policy_place", pk)
    on, found = reads.tags_with(version), compared.changes(version, rows)
    sections = [_section(request, tag, found, on, to) for tag in Tag.values]
    context = {"version": version, "sections": sections, "tabs": tabs("policy_rule_sets")}
    context["hindrances"] = _hindrances(version)
    status = 422 if request.method == "POST" else 200
    return render(request, "designer/place_version.html", context, status=status)


def _section(
    request: HttpRequest, tag: str, found: list[compared.Change], on: set[str], to: str
) -> dict[str, object]:
    """The stacks of a tag, and whether and by whom they may get the version."""
    before = installing.tag_before(tag)
    why = ""
    if not request.user.has_perm(needed_for(tag)):
        who = "approver" if tag == Tag.PROD else "author"
        why = f"{tag} stacks are a policy {who}'s to change."
    elif before and before not in on:
        why = f"It is on no {before} stack yet, so it can't be promoted to {tag}."
    rows = [one for one in found if one.stack.tag == tag]
    ticked = set(request.POST.getlist("stack"))
    if tag == to and request.method == "GET":
        ticked = {str(one.stack.pk) for one in rows if one.follows}
    return {
        "tag": Tag(tag),
        "before": before,
        "why": why,
        "rows": [(one, str(one.stack.pk) in ticked) for one in rows],
        "is_open": not why and any(one.difference is not None for one in rows),
    }


def _sent(request: HttpRequest, version: Version, rows: list[Stack], to: str) -> bool:
    ticked = set(request.POST.getlist("stack"))
    chosen = [one for one in rows if str(one.pk) in ticked and one.tag == to]
    if not chosen:
        messages.error(request, "No stack is ticked.")
        return False
    seen = {one.pk: _key(request.POST.get(f"seen:{one.pk}", "")) for one in chosen}
    return _placed(request, version, chosen, to, seen)


def _placed(
    request: HttpRequest,
    version: Version,
    chosen: list[Stack],
    to: str,
    seen: dict[int, int | None],
) -> bool:
    """Assign, or promote where there is a tag before; what keeps it from that is said."""
    user: Any = request.user
    now = timezone.now()
    try:
        if to and installing.tag_before(to):
            installing.promote(
                version=version, to=Tag(to), stacks=chosen, by=user, now=now, seen=seen
            )
        else:
            installing.assign(version=version, stacks=chosen, by=user, now=now, seen=seen)
    except DesignerError as error:
        messages.error(request, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        return False
    messages.success(request, f"{version} is on {', '.join(str(one) for one in chosen)}.")
    return True


def _hindrances(version: Version | None, *stacks: Stack) -> list[str]:
    return installing.hindrances(version, stacks, timezone.localdate()) if version else []


def _version(text: str) -> Version | None:
    key = _key(text)
    found = listing.version(key) if key else None
    return found if found is not None and found.is_approved else None


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
