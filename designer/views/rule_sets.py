"""The list of rule sets, and one of them with its versions and what differs between two."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from designer import approval, checking, versions
from designer.content.errors import DesignerError
from designer.models import Version
from designer.queries import listing
from designer.queries import stacks as stack_reads
from designer.queries.around import around_version
from designer.queries.contents import policy_of
from designer.queries.versions import difference
from designer.views.found import (
    APPROVE,
    AUTHOR,
    VIEW,
    get_rule_set_or_404,
    get_version_or_404,
    number_of,
    tabs,
)
from policy.diff import Difference
from policy.words import sentences
from web.gate import gate


@gate(VIEW)
@require_safe
def rule_sets(request: HttpRequest) -> HttpResponse:
    """All rule sets; what the checks find of those at work."""
    rows = listing.rule_sets()
    checked = checking.checked((one.open for one in rows if one.open), timezone.localdate())
    context = {
        "rows": [(one, checked.get(one.open.pk) if one.open else None) for one in rows],
        "tabs": tabs("policy_rule_sets"),
    }
    return render(request, "designer/rule_sets.html", context)


@gate(VIEW)
@require_safe
def rule_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Its versions, what the one in force says, and the difference of the two in the address."""
    row = get_rule_set_or_404(pk)
    rows = listing.versions_of(row)
    current = next((one for one in rows if one.state == Version.State.PUBLISHED), rows[0])
    (said,) = policy_of(current).rule_sets
    others = listing.beside(row)
    older, newer = _sides(request, rows, others)
    context = {
        "rule_set": row,
        "versions": rows,
        "others": others,
        "current": current,
        "lines": said.comments,
        "rules": list(zip(said.rules(), sentences(said), strict=True)),
        "findings": checking.findings(said, around_version(current, timezone.localdate())),
        "results": current.test_results,
        "holders": list(stack_reads.holders(current)),
        "older": older,
        "newer": newer,
        "difference": _difference(older, newer),
        "may_place": any(request.user.has_perm(right) for right in (AUTHOR, APPROVE)),
        "tabs": tabs("policy_rule_sets"),
    }
    return render(request, "designer/rule_set.html", context)


@gate(AUTHOR)
@require_POST
def open_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version with what this one says; `made_of` leads on to a rule of that."""
    version = get_version_or_404(pk)
    user: Any = request.user
    try:
        made = versions.open_draft(version=version, by=user, now=timezone.now())
    except DesignerError as error:
        messages.error(request, f"{error}.")
        return redirect("policy_rule_set", version.rule_set_id)
    made_of = QueryDict(request.POST.get("made_of", "")).urlencode()
    if made_of:
        return redirect(f"{reverse('policy_rule', args=[made.pk])}?{made_of}")
    return redirect("policy_general", made.pk)


@gate(AUTHOR)
@require_POST
def roll_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit what an older version said, to be approved again."""
    version = get_version_or_404(pk)
    user: Any = request.user
    try:
        made = approval.roll_back(version=version, comment="", by=user, now=timezone.now())
    except DesignerError as error:
        messages.error(request, f"{error}.")
        return redirect("policy_rule_set", version.rule_set_id)
    messages.success(request, f"{made} says what version {version.number} said, and waits.")
    return redirect("policy_rule_set", version.rule_set_id)


@gate(AUTHOR)
@require_POST
def drop_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft; a rule set without another version goes with it."""
    version = get_version_or_404(pk)
    user: Any = request.user
    try:
        seen = number_of(request.POST.get("revision", ""))
        versions.drop_draft(version=version, revision=seen, by=user, now=timezone.now())
    except DesignerError as error:
        messages.error(request, f"{error}.")
        return redirect("policy_review", pk)
    messages.success(request, f"The draft of {version.rule_set} is deleted.")
    return redirect("policy_rule_sets")


@gate(AUTHOR)
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a rule set aside, or take it up again; what hinders it is said."""
    row = get_rule_set_or_404(pk)
    user: Any = request.user
    retired, seen = "retired" in request.POST, number_of(request.POST.get("revision", ""))
    try:
        versions.retire(rule_set=row, retired=retired, revision=seen, by=user, now=timezone.now())
    except DesignerError as error:
        messages.error(request, f"{error}.")
    else:
        messages.success(request, f"{row} is {'retired' if retired else 'taken up again'}.")
    return redirect("policy_rule_set", pk)


def _sides(
    request: HttpRequest, rows: list[Version], others: list[Version]
) -> tuple[Version | None, Version | None]:
    """The versions in the address, the last two without: `3` is its own, `v17` of another."""
    by_key = {str(one.number): one for one in rows} | {f"v{one.pk}": one for one in others}
    usual = (rows[1] if len(rows) > 1 else None, rows[0])
    return (
        by_key.get(request.GET.get("older", ""), usual[0]),
        by_key.get(request.GET.get("newer", ""), usual[1]),
    )


def _difference(older: Version | None, newer: Version | None) -> Difference | None:
    if older is None or newer is None or older == newer:
        return None
    return difference(older, newer)
