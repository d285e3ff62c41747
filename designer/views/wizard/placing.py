"""Steps 6 and 7: to which stacks it goes, and what is said to whoever approves."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from designer import approval, drafts
from designer.content.errors import ChangedError, DesignerError, NotReadyError
from designer.forms.steps import PlanForm, SubmitForm
from designer.models import Version
from designer.queries import changes as compared
from designer.queries import stacks as stack_reads
from designer.views.found import AUTHOR, VIEW, get_version_or_404
from designer.views.wizard import live
from designer.views.wizard.frame import asked, go_on, keep, not_edited, read, refused, show
from web.gate import gate, require


@gate(AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def stacks(request: HttpRequest, pk: int) -> HttpResponse:
    """To which stacks the version goes when it is published."""
    version = get_version_or_404(pk)
    away = not_edited(request, "stacks", version)
    if away:
        return away
    rows = list(stack_reads.stacks())
    planned = set(version.planned.values_list("stack_id", flat=True))
    form = PlanForm(request.POST if request.method == "POST" else None, stacks=rows)
    if form.is_valid():
        user: Any = request.user
        chosen = form.chosen()
        if asked(request) and {one.pk for one in chosen} == planned:
            return go_on(request, version, "submit")
        stop = keep(
            request,
            version,
            lambda revision: drafts.plan(
                version=version, revision=revision, stacks=chosen, by=user, now=timezone.now()
            ),
        )
        return stop or go_on(request, version, "submit")
    if form.is_bound:
        planned = {one.pk for one in rows if str(one.pk) in request.POST.getlist("stack")}
    found = compared.changes(version, rows)
    context = {
        "rows": [(one, one.stack.pk in planned) for one in found],
        "form": form,
        "live": live.of_plan(version, [one for one in found if one.stack.pk in planned]),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return show(request, "stacks", read(version), context, status=status)


@gate(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for approval; what keeps it from that is listed. The comment stays when one leaves."""
    version = get_version_or_404(pk)
    if request.method != "POST":
        return _show(request, version, SubmitForm(None, comment=version.comment))
    require(request, AUTHOR)
    form = SubmitForm(request.POST, leaving=bool(asked(request)))
    if not form.is_valid():
        return _show(request, version, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    stop = _noted(request, version, form)
    if stop or asked(request):
        return stop or go_on(request, version, "submit")
    return _submitted(request, version, form)


def _noted(request: HttpRequest, version: Version, form: SubmitForm) -> HttpResponse | None:
    """Keep the comment, whatever comes of the rest; None when it is kept."""
    user: Any = request.user
    said = form.cleaned_data
    try:
        approval.note(
            version=version, comment=said["comment"], was=said["was"], by=user, now=timezone.now()
        )
    except ChangedError:
        return _both(request, get_version_or_404(version.pk), said["comment"])
    except DesignerError as error:
        return refused(request, version, error)
    return None


def _both(request: HttpRequest, version: Version, comment: str) -> HttpResponse:
    """What somebody else said meanwhile stands beside what was typed; the next save counts."""
    form = SubmitForm({"comment": comment, "was": version.comment}, leaving=True)
    form.add_error("comment", f"Somebody else has changed it meanwhile to: {version.comment}")
    return _show(request, version, form, status=HTTPStatus.CONFLICT)


def _submitted(request: HttpRequest, version: Version, form: SubmitForm) -> HttpResponse:
    user: Any = request.user
    try:
        stop = keep(
            request,
            version,
            lambda revision: approval.submit(
                version=version,
                revision=revision,
                comment=form.cleaned_data["comment"],
                by=user,
                now=timezone.now(),
            ),
        )
    except NotReadyError:
        unprocessable = HTTPStatus.UNPROCESSABLE_ENTITY
        return _show(request, version, form, status=unprocessable, is_stopped=True)
    return stop or redirect("policy_submit", version.pk)


def _show(
    request: HttpRequest,
    version: Version,
    form: SubmitForm,
    *,
    status: int = HTTPStatus.OK,
    is_stopped: bool = False,
) -> HttpResponse:
    is_draft = version.state == Version.State.DRAFT
    context = {
        "form": form,
        "is_stopped": is_stopped,
        "live": live.of_submit(version) if is_draft else None,
        "may_decide": approval.may_decide(version, request.user.pk),
        "has_failed": any(not one["passed"] for one in version.test_results),
        "planned": compared.changes(version, stack_reads.planned(version)),
    }
    return show(request, "submit", read(version), context, status=status)
