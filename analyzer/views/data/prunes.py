"""Prune: what would go is shown, its name asked for, its progress followed."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analyzer.forms.data import PruneForm
from analyzer.models import Prune
from analyzer.pruning import submit
from analyzer.pruning.errors import PruneError
from analyzer.queries import settings
from analyzer.queries.data import prunes as reads
from web import htmx
from web.gate import gate

ADMINISTER = "analyzer.administer"
UNFINISHED = frozenset({Prune.State.PENDING, Prune.State.ACTIVE})
_METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class Total:
    """The last line of what would go; None where a part took too long to count."""

    intervals: int | None
    connections: int | None
    sessions: int | None
    size_bytes: int | None


@gate(ADMINISTER)
@require_http_methods(_METHODS)
def prune(request: HttpRequest) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    is_asked = "kind" in asked or request.method == "POST"
    form = PruneForm(asked if is_asked else None, systems=systems_known())
    if not form.is_bound or not form.is_valid():
        return _prune_page(request, form, status=422 if form.is_bound else 200)
    if request.method != "POST":
        return _prune_page(request, form)
    if request.POST.get("words", "").strip() != form.asked().name:
        wrong = f"Type `{form.asked().name}` as it stands here; nothing was removed."
        return _prune_page(request, form, wrong=wrong, status=422)
    try:
        made = submit.submit(asked=form.asked(), by=request.user, now=timezone.now())
    except PruneError as error:
        form.add_error("systems", str(error))
        return _prune_page(request, form, status=422)
    return redirect("data_prune_detail", made.pk)


@gate("analyzer.view_report")
@require_safe
def prune_detail(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_prune_or_404(pk)
    planned = max(found.days_planned, found.days_done, 1)
    context = {
        "prune": found,
        "live": found.state in UNFINISHED,
        "planned": planned,
        "percent": found.days_done * 100 // planned,
        "seconds": (
            found.finished_at - found.started_at if found.finished_at and found.started_at else None
        ),
    }
    return htmx.render_part(
        request, "analyzer/prune_detail.html", "analyzer/_prune_detail.html", context
    )


@gate(ADMINISTER)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    if not submit.cancel(prune=get_prune_or_404(pk), by=request.user, now=timezone.now()):
        messages.warning(request, "The prune had ended before it could be canceled.")
    return redirect("data_prune_detail", pk)


def get_prune_or_404(pk: int) -> Prune:
    found = reads.get(pk)
    if found is None:
        raise Http404
    return found


def _prune_page(
    request: HttpRequest, form: PruneForm, *, wrong: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {"form": form, "wrong": wrong}
    if form.is_bound and form.is_valid():
        today = timezone.now().date()
        rows = reads.going(reads.parts_of(form.asked(), today=today))
        context |= {
            "shown": True,
            "rows": rows,
            "total": total_of(rows),
            "asked": form.asked(),
            "said": form.asked().words(today=today),
            "given": [
                (name, value) for name, values in _pairs(request) for value in values if value
            ],
        }
    return render(request, "analyzer/prune.html", context, status=status)


def _pairs(request: HttpRequest) -> list[tuple[str, list[str]]]:
    asked = request.POST if request.method == "POST" else request.GET
    return [(name, values) for name, values in asked.lists() if name in PruneForm.base_fields]


def total_of(rows: list[reads.Going]) -> Total:
    return Total(*(_sum(rows, name) for name in Total.__slots__))


def _sum(rows: list[reads.Going], name: str) -> int | None:
    values = [getattr(row, name) for row in rows]
    return None if None in values else sum(values)


def systems_known() -> list[tuple[int, str]]:
    return [(one.pk, str(one)) for one in settings.systems()]
