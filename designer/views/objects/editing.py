"""An object is made, copied, changed; what is typed reads as words."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from designer import objects as verbs
from designer.content.errors import ContentError, DesignerError, StaleObjectError
from designer.forms.objects import FORMS, ObjectForm, initial_of
from designer.models import ReusableObject
from designer.queries import objects as reads
from designer.views.found import AUTHOR, tabs
from designer.views.objects.kinds import (
    Kind,
    get_kind_or_404,
    get_object_or_404,
    protocol_of,
    words_of,
)
from designer.views.wizard.start import add_faults
from policy.vocabulary import Protocol
from web.gate import gate
from web.revisions import Conflict, conflict_of

_METHODS = ["GET", "HEAD", "POST"]


@gate(AUTHOR)
@require_http_methods(_METHODS)
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """A new object; a security descriptor is for the protocol in the address, TLS unless given."""
    wanted = get_kind_or_404(kind)
    protocol = _asked_protocol(wanted, request.GET.get("protocol"))
    form = FORMS[kind](_typed(request), protocol=protocol)
    return _make(request, wanted, form) or _show(request, wanted, form, None)


@gate(AUTHOR)
@require_http_methods(_METHODS)
def copy(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """An object of one's own that says what this one says, until it is saved otherwise."""
    wanted = get_kind_or_404(kind)
    row = get_object_or_404(wanted, pk)
    initial = {**initial_of(kind, row), "name": reads.free_name(wanted.model, row.name)}
    form = FORMS[kind](_typed(request), protocol=protocol_of(row), initial=initial)
    return _make(request, wanted, form) or _show(request, wanted, form, row, copied=True)


@gate(AUTHOR)
@require_http_methods(_METHODS)
def edit(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    wanted = get_kind_or_404(kind)
    row = get_object_or_404(wanted, pk)
    if row.shipped:
        messages.warning(request, f"{row.name} comes with the product: copy it to change it.")
        return redirect("policy_object", kind, pk)
    initial = initial_of(kind, row)
    form = FORMS[kind](_typed(request), protocol=protocol_of(row), initial=initial)
    if not form.is_bound or not form.is_valid():
        return _show(request, wanted, form, row)
    user: Any = request.user
    seen = form.cleaned_data["revision"] or 0
    try:
        verbs.change(one=row, revision=seen, said=form.said(), by=user, now=timezone.now())
    except StaleObjectError as error:
        now = get_object_or_404(wanted, pk)
        conflict = conflict_of(form, error, initial_of(kind, now), href=request.path)
        return _show(request, wanted, form, now, conflict=conflict)
    except ContentError as error:
        _add_faults(form, error)
        return _show(request, wanted, form, row)
    except DesignerError as error:
        messages.error(request, f"{error}.")
        return redirect("policy_objects")
    messages.success(request, f"The {wanted.word} {form.cleaned_data['name']} is saved.")
    return redirect("policy_object", kind, pk)


@gate(AUTHOR)
@require_POST
def words(request: HttpRequest, kind: str) -> HttpResponse:
    """What the object says as it is typed, and what is wrong with it."""
    wanted = get_kind_or_404(kind)
    protocol = _asked_protocol(wanted, request.POST.get("protocol"))
    form = FORMS[kind](request.POST, protocol=protocol)
    form.is_valid()
    context = {"what": wanted.word, **_preview(wanted, form)}
    return render(request, "designer/_said.html", context)


def _make(request: HttpRequest, kind: Kind, form: ObjectForm) -> HttpResponse | None:
    """Make what a valid form says; None when there is none, and the form then says why."""
    if not form.is_bound or not form.is_valid():
        return None
    user: Any = request.user
    try:
        made = verbs.make(kind=kind.model, said=form.said(), by=user, now=timezone.now())
    except ContentError as error:
        _add_faults(form, error)
        return None
    messages.success(request, f"The {kind.word} {made.name} is made: rules can choose it.")
    return redirect("policy_object", kind.key, made.pk)


def _show(
    request: HttpRequest,
    kind: Kind,
    form: ObjectForm,
    row: ReusableObject | None,
    *,
    copied: bool = False,
    conflict: Conflict | None = None,
) -> HttpResponse:
    context: dict[str, object] = {
        "kind": kind,
        "form": form,
        "one": row,
        "copied": copied,
        "conflict": conflict,
        "count": reads.count_uses(row) if row and not copied else None,
        "tabs": tabs("policy_objects"),
    }
    if form.is_bound:
        context["sentence"] = _preview(kind, form)["sentence"]
    elif row:
        context["sentence"] = words_of(kind, row)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    status = HTTPStatus.CONFLICT if conflict else status
    return render(request, "designer/object_form.html", context, status=status)


def _preview(kind: Kind, form: ObjectForm) -> dict[str, object]:
    """The words of what was typed; what is wrong in a field stands in their place."""
    parts = {name: field for name, field in form.fields.items() if name != "name"}
    faults = [
        f"{field.label}: {said}".removesuffix(".")
        for name, field in parts.items()
        for said in form.errors.get(name, [])
    ]
    if faults:
        return {"sentence": "", "faults": faults}
    name = str(form.cleaned_data.get("name") or "")
    try:
        return {"sentence": kind.says(name, form.tree(), form.protocol)}
    except ContentError as error:
        return {"sentence": "", "faults": [message for _, _, message in error.faults]}


def _add_faults(form: ObjectForm, error: ContentError) -> None:
    """Faults of the object go to its fields; those of drafts that use it name the draft."""
    name = form.cleaned_data.get("name", "")
    own = {"", name}
    faults = ((where, part, said) for where, part, said in error.faults)
    mine = [("", part, said) if where in own else (where, "", said) for where, part, said in faults]
    add_faults(form, ContentError(*mine))


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _asked_protocol(kind: Kind, text: str | None) -> Protocol | None:
    """The protocol that is asked for, of a kind that has one. Raises Http404."""
    if not kind.protocols:
        return None
    if not text:
        return kind.protocols[0]
    if text not in kind.protocols:
        raise Http404("there is no such protocol")
    return Protocol(text)
