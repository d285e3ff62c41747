"""The help inside the product: all documents, one of them, and what explains a page."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from web import htmx
from web.gate import signed_in
from web.manual import topics


@signed_in
@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    found = [(name, topics.document(name)) for name in topics.documents()]
    return render(request, "help/contents.html", {"documents": found})


@signed_in
@require_safe
def document(request: HttpRequest, name: str) -> HttpResponse:
    try:
        found = topics.document(name)
    except KeyError:
        raise Http404("there is no such document") from None
    whole = found.parts[0]
    context = {
        "title": found.title,
        "parts": [part for part in found.parts if part.level == whole.level + 1],
        "text": found.html(whole, partial(topics.leads_from, name)),
    }
    return render(request, "help/document.html", context)


@signed_in
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What explains the page at `of`: at its side for script, else as a page."""
    topic = topics.topic_of(request.GET.get("of", "/"))
    text = topics.document(topic.document).html(
        topic.part, partial(topics.leads_from, topic.document)
    )
    context = {"topic": topic, "text": text}
    return htmx.render_part(request, "help/page.html", "help/_page.html", context)
