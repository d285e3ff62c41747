"""z/OS groups, systems and stacks: taken from data, what they have, what was installed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from designer import checking, installing, rulesets, workspace
from designer.content.encoding import page_named, with_digest
from designer.content.errors import DesignerError, InForceError, OtherFileError
from designer.models import APPROVE, Stack, needed_for
from designer.queries import stacks as reads
from designer.queries.around import facts_of
from designer.views.facts import told
from designer.views.found import (
    AUTHOR,
    VIEW,
    get_stack_or_404,
    get_version_or_404,
    number_of,
    require_for,
    tabs,
)
from designer.views.taking import taken_away
from web.gate import gate


@gate(VIEW)
@require_safe
def stacks(request: HttpRequest) -> HttpResponse:
    may_place = any(request.user.has_perm(right) for right in (AUTHOR, APPROVE))
    context = {
        "groups": list(reads.groups()),
        "may_place": may_place,
        "tabs": tabs("policy_stacks"),
    }
    return render(request, "designer/stacks.html", context)


@gate(AUTHOR)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Make what the store has records of; a plan that asked for it is gone on with."""
    user: Any = request.user
    planned = number_of(request.POST.get("version", ""))
    version = get_version_or_404(planned) if planned else None
    made = workspace.take_from_records(by=user, now=timezone.now())
    number = f"{len(made)} stack{'' if len(made) == 1 else 's'}"
    said = f"{number} taken from the records." if made else "Nothing new is in the records."
    messages.success(request, said)
    return redirect("policy_plan", version.pk) if version else redirect("policy_stacks")


@gate(VIEW)
@require_safe
def stack(request: HttpRequest, pk: int) -> HttpResponse:
    """What a stack has, its files and what was installed."""
    return _show(request, get_stack_or_404(pk))


def _show(
    request: HttpRequest, row: Stack, *, refused: str = "", status: int = 200
) -> HttpResponse:
    following = installing.tag_after(row.tag)
    context: dict[str, object] = {
        "stack": row,
        "may": request.user.has_perm(needed_for(row.tag)),
        "following": following,
        "may_promote": following and request.user.has_perm(needed_for(following)),
        "assignments": list(reads.assignments_of(row)),
        "installations": reads.installations_of(row, most=20),
        "facts": told(row),
        "refused": refused,
        "tabs": tabs("policy_stacks"),
    }
    to_smf, to_nmi = facts_of(row).destinations()
    if "audit" in request.GET:  # A browser sends no unticked box: the choice was made.
        to_smf, to_nmi = "to_smf" in request.GET, "to_nmi" in request.GET
    context |= {"to_smf": to_smf, "to_nmi": to_nmi}
    try:
        context["findings"] = checking.of_stack(row, timezone.localdate())
        found = rulesets.files(row, to_smf=to_smf, to_nmi=to_nmi)
        if context["assignments"]:
            pages = [found.encoded, *rulesets.converted_files(row)]
            context |= {"files": found, "pages": pages}
    except DesignerError as error:
        context["why_not"] = f"{error}."
    return render(request, "designer/stack.html", context, status=status)


@gate(VIEW)
@require_POST
def install(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that a file was put in force, or back in force; on PROD an approver does."""
    row = get_stack_or_404(pk)
    require_for(request, row.tag)
    user: Any = request.user
    comment, digest = (
        request.POST.get(part, "").replace("\0", "")[:500] for part in ("comment", "digest")
    )
    now = timezone.now()
    if not digest:
        said = "Tick the file that was installed; nothing is written down."
        return _show(request, row, refused=said, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        installing.record_installation(stack=row, digest=digest, comment=comment, by=user, now=now)
    except (InForceError, OtherFileError) as error:
        said = f"{str(error)[:1].upper()}{str(error)[1:]}."
        return _show(request, row, refused=said, status=HTTPStatus.CONFLICT)
    except DesignerError as error:
        messages.error(request, f"{error}.")
    else:
        messages.success(request, f"The installation on {row} is written down.")
    return redirect("policy_stack", pk)


@gate(VIEW)
@require_safe
def installed(request: HttpRequest, pk: int) -> HttpResponse:
    """The policy file of an installation, byte for byte as it was written down."""
    row = reads.installation(pk)
    found = with_digest(row.policy_file, row.digest) if row else None
    if row is None or found is None:
        raise Http404("there is no such installation")
    stem = f"{row.stack.name.lower()}-{row.installed_at:%Y%m%d-%H%M%S}"
    return taken_away(request, found, target=str(row), stem=stem)


@gate(VIEW)
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The policy file of a stack, all protocols in it."""
    row = get_stack_or_404(pk)
    try:
        found = rulesets.stack_file(row, page_named(request.GET.get("code_page", "")))
    except DesignerError as error:
        messages.error(request, f"{error}.")
        return redirect("policy_stack", pk)
    return taken_away(request, found, target=str(row), stem=row.name.lower())
