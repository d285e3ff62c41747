"""The only place that knows HTMX headers.

Every enhanced link has an `href` to the same address: without script the whole page comes, with
script the one fragment of it that changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

_VARY = ("HX-Request", "HX-History-Restore-Request")


def wants_fragment(request: HttpRequest) -> bool:
    """True when script asks for a part of the page (not when it restores a page of its history)."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-History-Restore-Request") != "true"
        and headers.get("HX-Boosted") != "true"
    )


def render_part(
    request: HttpRequest,
    page: str,
    fragment: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    """Render the template `fragment` for script, else `page`, which includes it."""
    name = fragment if wants_fragment(request) else page
    response = render(request, name, dict(context), status=status)
    patch_vary_headers(response, _VARY)
    return response


def follow(request: HttpRequest, redirect: HttpResponseRedirect) -> HttpResponse:
    """Make a redirect lead the whole window away, also when script asked for a fragment."""
    if not wants_fragment(request):
        return redirect
    return HttpResponse(status=204, headers={"HX-Redirect": redirect.url})


def page_address(request: HttpRequest) -> str:
    """Path and query of the page that script is on; empty without one or from another host."""
    current = request.headers.get("HX-Current-URL", "")
    if not url_has_allowed_host_and_scheme(current, allowed_hosts={request.get_host()}):
        return ""
    parts = urlsplit(current)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
