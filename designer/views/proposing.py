"""From a saved query to a rule set that accepts what the query finds acceptable."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from analyzer import history
from designer.bringing.proposal import ProposedOtherwiseError, digest_of, take_proposal
from designer.content.errors import ContentError, DesignerError
from designer.forms.proposing import ProposalForm
from designer.queries.proposing import Draft, read_proposal
from designer.views.found import AUTHOR, tabs
from designer.views.wizard.start import add_faults
from policy.values.names import NAME_LIMIT
from policy.vocabulary import Protocol
from web.budget import OutOfTimeError
from web.gate import gate


@gate(AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose protocol and name, see the rules and what they meet, take them as a draft."""
    user: Any = request.user
    query = history.saved_query(pk, user=user)
    if query is None:
        raise Http404("there is no such query")
    given = request.POST if request.method == "POST" else request.GET
    if "protocol" not in given and request.method != "POST":
        initial = {"name": query.name[:NAME_LIMIT].strip(), "protocol": Protocol.TLS.value}
        return _show(request, query, ProposalForm(initial=initial))
    form = ProposalForm(given)
    if not form.is_valid():
        return _show(request, query, form, status=422)
    found, why = _found(form, query, user)
    if found is None or request.method != "POST":
        return _show(request, query, form, found, why)
    return _taken(request, form, found)


def _taken(request: HttpRequest, form: ProposalForm, found: Draft) -> HttpResponse:
    user: Any = request.user
    seen = request.POST.get("seen", "")
    try:
        made = take_proposal(found=found, seen=seen, by=user, now=timezone.now())
    except ProposedOtherwiseError as error:
        why = f"{str(error).capitalize()}. Look at it again; nothing has been made."
        return _show(request, found.query, form, found, why, status=HTTPStatus.CONFLICT)
    except ContentError as error:
        add_faults(form, error)
        return _show(request, found.query, form, found, status=422)
    except DesignerError as error:
        return _show(request, found.query, form, found, f"{str(error).capitalize()}.", status=422)
    return redirect("policy_review", made.pk)


def _found(form: ProposalForm, query: history.SavedQuestion, user: Any) -> tuple[Draft | None, str]:
    """The proposal, or why there is none."""
    asked = form.cleaned_data
    try:
        found = read_proposal(
            query.pk,
            protocol=Protocol(asked["protocol"]),
            name=asked["name"],
            by=user,
            limit_s=float(settings.TIME_LIMIT_PAGE_S),
        )
    except OutOfTimeError as error:
        return None, f"{str(error).capitalize()}: ask for fewer days in the query."
    except (history.TooManySessionsError, DesignerError) as error:
        return None, f"{str(error)[:1].upper()}{str(error)[1:]}."
    return found, ""


def _show(
    request: HttpRequest,
    query: history.SavedQuestion,
    form: ProposalForm,
    found: Draft | None = None,
    why: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "query": query,
        "form": form,
        "found": found,
        "seen": digest_of(found) if found else "",
        "why": why,
        "tabs": tabs("policy_rule_sets"),
    }
    return render(request, "designer/propose.html", context, status=status)
