"""The settings of all policies: dialects of files, and how rules match where IBM is silent."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from designer import dialects
from designer import site as choosing
from designer.content.errors import ContentError, DesignerError, StaleSiteError
from designer.forms.site import SiteForm
from designer.queries import stacks as reads
from designer.queries.site import site
from designer.views.found import APPROVE, VIEW, tabs
from web.gate import gate, require


@gate(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Everybody sees them; a policy approver changes them."""
    if request.method == "POST":
        require(request, APPROVE)
    data = request.POST if request.method == "POST" else None
    form = SiteForm(data, site=site(), groups=reads.plain_groups())
    status = HTTPStatus.OK
    if form.is_bound:
        status = _saved(request, form) if form.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY
        if not form.errors:
            return redirect("policy_settings")
    context = {
        "form": form,
        "site": site(),
        "dialects": dialects.listed(),
        "may": request.user.has_perm(APPROVE),
        "tabs": tabs("policy_settings"),
    }
    return render(request, "designer/settings.html", context, status=status)


def _saved(request: HttpRequest, form: SiteForm) -> HTTPStatus:
    """Save a valid form; what keeps it from that is said in it, or in a message."""
    user: Any = request.user
    revision = _number(request.POST.get("revision", ""))
    try:
        choosing.choose(said=form.chosen(), revision=revision, by=user, now=timezone.now())
    except StaleSiteError as error:
        again = "Save again to put what stands below in its place."
        form.add_error(None, f"{str(error)[:1].upper()}{str(error)[1:]}. {again}")
        return HTTPStatus.CONFLICT
    except ContentError as error:
        for _, field, message in error.faults:
            form.add_error(field if field in form.fields else None, f"{message}.")
        return HTTPStatus.UNPROCESSABLE_ENTITY
    except DesignerError as error:
        messages.error(request, f"{error}.")
    else:
        messages.success(request, "The policy settings are saved; tests of drafts ran again.")
    return HTTPStatus.OK


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
