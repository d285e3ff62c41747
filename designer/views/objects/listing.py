"""All objects in words, and one of them with the rules that use it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from designer.queries import objects as reads
from designer.views.found import VIEW, tabs
from designer.views.objects.kinds import KINDS, get_kind_or_404, get_object_or_404, words_of
from web.gate import gate

MOST_USES = 100


@gate(VIEW)
@require_safe
def objects(request: HttpRequest) -> HttpResponse:
    """All objects of all kinds, each in words."""
    kinds = [
        (kind, [(one, words_of(kind, one)) for one in reads.of_kind(kind.model)])
        for kind in KINDS.values()
    ]
    context = {"kinds": kinds, "tabs": tabs("policy_objects")}
    return render(request, "designer/objects.html", context)


@gate(VIEW)
@require_safe
def one_object(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One object with the rules that use it."""
    wanted = get_kind_or_404(kind)
    found = get_object_or_404(wanted, pk)
    context = {
        "kind": wanted,
        "one": found,
        "said": words_of(wanted, found),
        "uses": reads.where_used(found, most=MOST_USES),
        "count": reads.count_uses(found),
        "tabs": tabs("policy_objects"),
    }
    return render(request, "designer/object.html", context)
