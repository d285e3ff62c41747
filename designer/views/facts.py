"""What people tell of a stack, so that checks need not guess."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from designer import facts as telling
from designer.content.errors import ChangedError, ContentError, DesignerError
from designer.content.facts import WORDS
from designer.forms.facts import FactsForm
from designer.models import Stack
from designer.queries.around import facts_of
from designer.views.found import VIEW, get_stack_or_404, require_for, tabs
from designer.views.wizard.start import add_faults
from web.gate import gate


@gate(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def facts(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes, no or not told for each fact; PROD is an approver's to tell."""
    row = get_stack_or_404(pk)
    require_for(request, row.tag)
    data = request.POST if request.method == "POST" else None
    form = FactsForm(data, facts=facts_of(row), dialect=row.dialect)
    status = HTTPStatus.OK
    if form.is_bound and form.is_valid():
        user: Any = request.user
        seen, dialect = request.POST.get("seen", ""), form.cleaned_data["dialect"]
        told_now = partial(telling.tell, stack=row, facts=form.facts(), dialect=dialect)
        try:
            told_now(seen=seen, by=user, now=timezone.now())
        except ChangedError:
            row, status = get_stack_or_404(pk), HTTPStatus.CONFLICT
            said = "; ".join(f"{words}: {answer}" for words, answer in told(row))
            again = "Save again to put what stands below in its place."
            form.add_error(None, f"Meanwhile {row.told_by_name} has told: {said}. {again}")
        except ContentError as error:
            add_faults(form, error)
        except DesignerError as error:
            messages.error(request, f"{error}.")
            return redirect("policy_stacks")
        else:
            messages.success(request, f"What is so on {row} is saved.")
            return redirect("policy_stack", pk)
    if form.errors and status == HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"form": form, "stack": row, "seen": telling.mark(row), "tabs": tabs("policy_stacks")}
    return render(request, "designer/stack_facts.html", context, status=status)


def told(stack: Stack) -> list[tuple[str, str]]:
    """Return each fact in words with its answer."""
    answers = {True: "yes", False: "no", None: "not told", "": "not told"}
    said = facts_of(stack).tree
    said["release"] = stack.get_release_display()
    return [(WORDS[name], answers.get(value, str(value))) for name, value in said.items()]
