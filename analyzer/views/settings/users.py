"""Accounts and their roles: list, make, change, switch off, new password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_POST, require_safe

from analyzer import accounts
from analyzer.forms.accounts import NewUserForm, RoleForm
from analyzer.queries import settings as reads
from web.gate import gate

RIGHT = "analyzer.administer"


@gate(RIGHT)
@require_safe
def users(request: HttpRequest) -> HttpResponse:
    return _page(request, NewUserForm())


@gate(RIGHT)
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    form = NewUserForm(request.POST)
    if form.is_valid():
        name, role = form.cleaned_data["username"], form.cleaned_data["role"]
        try:
            made, password = accounts.create(
                name=name, role=role, by=request.user, now=timezone.now()
            )
        except accounts.AccountError as error:
            form.add_error("username", str(error))
        else:
            return _page(request, NewUserForm(), shown=(made.username, password))
    return _page(request, form, status=422)


@gate(RIGHT)
@require_POST
def set_role(request: HttpRequest, pk: int) -> HttpResponse:
    user, form = _user_or_404(pk), RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "That is not a role.")
        return redirect("settings_users")
    role, further = form.cleaned_data["role"], form.cleaned_data["further"]
    now = timezone.now()
    try:
        accounts.set_role(user=user, role=role, further=further, by=request.user, now=now)
    except accounts.AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{user.username} is {', '.join((role, *further))} now.")
    return redirect("settings_users")


@gate(RIGHT)
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    user = _user_or_404(pk)
    active = not user.is_active
    try:
        accounts.set_active(user=user, active=active, by=request.user, now=timezone.now())
    except accounts.AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{user.username} is switched {'on' if active else 'off'}.")
    return redirect("settings_users")


@gate(RIGHT)
@require_POST
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    user = _user_or_404(pk)
    try:
        password = accounts.reset_password(user=user, by=request.user, now=timezone.now())
    except accounts.AccountError as error:
        messages.error(request, str(error))
        return redirect("settings_users")
    return _page(request, NewUserForm(), shown=(user.username, password))


def _page(
    request: HttpRequest,
    form: NewUserForm,
    *,
    status: int = 200,
    shown: tuple[str, str] | None = None,
) -> HttpResponse:
    """`shown` is a user and the password to tell them, which is never shown again."""
    context = {
        "users": reads.users(),
        "form": form,
        "shown": shown,
        "roles": accounts.ROLES,
        "further": reads.further_roles(accounts.ROLES),
    }
    response = render(request, "analyzer/users.html", context, status=status)
    add_never_cache_headers(response)
    return response


def _user_or_404(pk: int) -> User:
    found = reads.user(pk)
    if found is None:
        raise Http404
    return found
