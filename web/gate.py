"""Who may see a page: the first thing that every view asks.

A view is wrapped in exactly one of `gate(permission)`, `signed_in` or `open_to_all`. The wrapper
carries what it demands as its attribute `gate`, so that `web.checks` can find a view without one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url

from web import htmx

View = Callable[..., HttpResponseBase]

OPEN: Final = "open"
"""The gate of a page that a stranger may see (sign-in)."""

SIGNED_IN: Final = "signed in"
"""The gate of a page that anyone with an account may see."""


def gate(permission: str) -> Callable[[View], View]:
    """Let in users who have `permission` (`app.codename`).

    A stranger is sent to the sign-in page and comes back to the same address; a user without the
    right gets status 403.
    """

    def wrap(view: View) -> View:
        return _guarded(view, permission)

    return wrap


def signed_in(view: View) -> View:
    """Let in everybody who has signed in; a stranger is sent to the sign-in page."""
    return _guarded(view, SIGNED_IN)


def open_to_all(view: View) -> View:
    """Let in everybody, strangers as well: says so on purpose."""

    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    inner.gate = OPEN  # type: ignore[attr-defined]  # read by web.checks and the access test
    return inner


def require(request: HttpRequest, permission: str) -> None:
    """Ask for one more right inside a view; raise PermissionDenied (status 403) without it."""
    if not request.user.has_perm(permission):
        raise PermissionDenied(permission)


def gate_of(view: object) -> str | None:
    """What the wrapped view demands: a permission, `SIGNED_IN`, `OPEN`; None without a gate."""
    found = getattr(view, "gate", None)
    return found if isinstance(found, str) else None


def _guarded(view: View, demand: str) -> View:
    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return htmx.follow(request, _to_sign_in(request))
        if demand != SIGNED_IN:
            require(request, demand)
        response = view(request, *args, **kwargs)
        # The next person at this browser must not get it back after the sign-out.
        response.setdefault("Cache-Control", "private, no-store")
        return response

    inner.gate = demand  # type: ignore[attr-defined]  # read by web.checks and the access test
    return inner


def _to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    # Not the helper of django.contrib.auth: it imports models, and apps.py comes before them.
    query = QueryDict(mutable=True)
    query["next"] = _return_address(request)
    return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{query.urlencode(safe='/')}")


def _return_address(request: HttpRequest) -> str:
    # A POST can't be repeated by coming back, and a fragment isn't a page.
    if request.method not in {"GET", "HEAD"} or htmx.wants_fragment(request):
        return htmx.page_address(request) or "/"
    return request.get_full_path()
