"""An object is deleted when nothing uses it, by typing its name."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from designer import objects as verbs
from designer.content.errors import DesignerError, InUseError, StaleObjectError
from designer.models import ReusableObject
from designer.queries import objects as reads
from designer.views.found import AUTHOR, number_of, tabs
from designer.views.objects.kinds import Kind, get_kind_or_404, get_object_or_404, words_of
from designer.views.objects.listing import MOST_USES
from web.gate import gate


@gate(AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What goes is named; where it is used stands in the place of the question."""
    wanted = get_kind_or_404(kind)
    row = get_object_or_404(wanted, pk)
    if row.shipped:
        messages.warning(request, f"{row.name} comes with the product and stays.")
        return redirect("policy_object", kind, pk)
    if request.method != "POST":
        return _show(request, wanted, row)
    if request.POST.get("words", "").strip() != row.name:
        wrong = f"Type `{row.name}` as it stands here; nothing was deleted."
        return _show(request, wanted, row, wrong=wrong, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _deleted(request, wanted, row)


def _deleted(request: HttpRequest, kind: Kind, row: ReusableObject) -> HttpResponse:
    user: Any = request.user
    try:
        seen = number_of(request.POST.get("revision", ""))
        verbs.delete(one=row, revision=seen, by=user, now=timezone.now())
    except StaleObjectError as error:
        wrong = f"{error}; look at what it says and type its name again."
        now = get_object_or_404(kind, row.pk)
        return _show(request, kind, now, wrong=wrong, status=HTTPStatus.CONFLICT)
    except InUseError:
        return _show(request, kind, row, status=HTTPStatus.CONFLICT)
    except DesignerError as error:
        messages.error(request, f"{error}.")
        return redirect("policy_objects")
    messages.success(request, f"The {kind.word} {row.name} is deleted.")
    return redirect("policy_objects")


def _show(
    request: HttpRequest,
    kind: Kind,
    row: ReusableObject,
    *,
    wrong: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "kind": kind,
        "one": row,
        "said": words_of(kind, row),
        "uses": reads.where_used(row, most=MOST_USES),
        "count": reads.count_uses(row),
        "wrong": wrong,
        "tabs": tabs("policy_objects"),
    }
    return render(request, "designer/object_delete.html", context, status=status)
