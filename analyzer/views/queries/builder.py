"""The builder: details, scope and security filters of a query on one page; saved, or just run."""

from __future__ import annotations

from typing import Any, Final, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from analyzer import saved as verbs
from analyzer.forms.queries import QueryForm
from analyzer.models import SavedQuery
from analyzer.models.queries import LONGEST_NAME
from analyzer.queries import saved as reads
from analyzer.views.queries.found import get_own_query_or_404, get_query_or_404
from analyzer.views.queries.listing import SAVE, VIEW
from analyzer.views.queries.preview import Built, build
from web.gate import gate, require
from web.revisions import ChangedMeanwhileError, Difference, conflict_of

_COPY: Final = "Copy of "
_SAVES: Final = frozenset({"save", "save_run"})


@gate(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def query(request: HttpRequest) -> HttpResponse:
    """A new query, empty or with the filters of the address, or as a copy of another one."""
    if request.method == "POST":
        return _act(request, None)
    given: QueryDict = request.GET
    initial = _initial(given)
    if copied := _copied(request):
        given, initial = reads.as_address(copied.params), _details(copied)
        initial["name"] = f"{_COPY}{copied.name}"[:LONGEST_NAME]
        initial["shared"] = False
    form = QueryForm(initial=initial, owner_id=request.user.pk)
    return _page(request, build(given, form=form), None)


@gate(SAVE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    saved = get_own_query_or_404(request, pk)
    if request.method == "POST":
        return _act(request, saved)
    initial = {**_details(saved), "revision": saved.revision}
    form = QueryForm(initial=initial, owner_id=saved.owner_id, but=saved.pk)
    return _page(request, build(reads.as_address(saved.params), form=form), saved)


@gate(VIEW)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the query says so far and how much it returns, for script."""
    saved = _edited(request)
    built = build(request.POST, form=_typed(request, saved, saving=False))
    context = {**_context(request, built, saved), "live": True}
    return render(request, "analyzer/_query_preview.html", context)


def _act(request: HttpRequest, saved: SavedQuery | None) -> HttpResponse:
    """Do what the button says; what cannot be done leaves everything as it was typed."""
    do = request.POST.get("do", "save")
    if do in _SAVES:
        require(request, SAVE)
    built = build(request.POST, form=_typed(request, saved, saving=do in _SAVES))
    form = built.form
    if do == "run" and not built.filters.refused:
        asked = QueryDict(mutable=True)
        for name, values in built.filters.to_params().items():
            asked.setlist(name, values)
        path = reverse(f"report_{form.chosen_tab()}")
        return redirect(f"{path}?{asked.urlencode()}" if asked else path)
    if do in _SAVES and form.is_valid() and not built.filters.refused:
        try:
            done = _save(request, built, saved)
        except ChangedMeanwhileError as error:
            # Only a query that is there can have been changed.
            return _conflict(request, built, cast("SavedQuery", saved), error)
        if done is not None:
            return redirect("query_run", done.pk) if do == "save_run" else redirect("queries")
    return _page(request, built, saved, status=200 if do == "check" else 422)


def _typed(request: HttpRequest, saved: SavedQuery | None, *, saving: bool) -> QueryForm:
    """The details as they were sent, of a new query or of this one."""
    owner_id, but = (saved.owner_id, saved.pk) if saved else (request.user.pk, None)
    return QueryForm(request.POST, owner_id=owner_id, but=but, saving=saving)


def _save(request: HttpRequest, built: Built, saved: SavedQuery | None) -> SavedQuery | None:
    user: Any = request.user  # the gate lets no stranger in
    draft, now = built.form.draft(built.filters), timezone.now()
    try:
        if saved is None:
            done = verbs.make(draft=draft, by=user, now=now)
        else:
            seen = built.form.cleaned_data["revision"]
            done = verbs.change(query=saved, draft=draft, by=user, now=now, revision=seen)
    except verbs.SavedQueryError as error:
        built.form.add_error("name", f"{error}.")
        return None
    messages.success(request, f"The query {done.name} is saved.")
    return done


def _conflict(
    request: HttpRequest, built: Built, saved: SavedQuery, error: ChangedMeanwhileError
) -> HttpResponse:
    """Both versions, the saved one as the verb has just found it."""
    filters, _ = reads.filters_of(saved.params)
    asks = Difference("Asks", reads.sentence_of(filters, tab=saved.tab), built.asks)
    conflict = conflict_of(
        built.form,
        error,
        _details(saved),
        href=request.path,
        more=[asks] if filters.to_params() != built.filters.to_params() else [],
    )
    context = {**_context(request, built, saved), "conflict": conflict}
    return render(request, "analyzer/query.html", context, status=409)


def _page(
    request: HttpRequest, built: Built, saved: SavedQuery | None, *, status: int = 200
) -> HttpResponse:
    return render(request, "analyzer/query.html", _context(request, built, saved), status=status)


def _context(request: HttpRequest, built: Built, saved: SavedQuery | None) -> dict[str, object]:
    may_save = request.user.has_perm(SAVE)
    return {
        "built": built,
        "form": built.form,
        "saved": saved,
        "may_save": may_save,
        "steps": built.steps(details=may_save),
        "problems": len(built.errors) + len(built.form.errors),
    }


def _initial(given: QueryDict) -> dict[str, Any]:
    """Details that an address may give: which tab, perhaps a name."""
    form = QueryForm(owner_id=None)
    found = {name: given.get(form.add_prefix(name)) for name in ("name", "description", "tab")}
    return {name: value for name, value in found.items() if value}


def _details(saved: SavedQuery) -> dict[str, Any]:
    return {
        "name": saved.name,
        "description": saved.description,
        "tab": saved.tab,
        "shared": saved.shared,
    }


def _copied(request: HttpRequest) -> SavedQuery | None:
    return _named(request, request.GET.get("copy", ""))


def _edited(request: HttpRequest) -> SavedQuery | None:
    """The query that is being edited; a preview of it must not find its own name taken."""
    return _named(request, request.GET.get("edit", ""))


def _named(request: HttpRequest, text: str) -> SavedQuery | None:
    if not text:
        return None
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    return get_query_or_404(request, number)
