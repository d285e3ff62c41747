"""Signing in and out, and the own password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from analyzer import accounts, signin
from analyzer.forms.accounts import NewPasswordForm, SignInForm
from analyzer.queries.people.tokens import tokens_of
from web.gate import open_to_all, signed_in

BLOCKED = "Too many sign-ins have failed. Wait 15 minutes, then try again."
_LONGEST_NAME = 150


class _SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    next_page = "home"

    def post(self, request: HttpRequest, *args: str, **kwargs: Any) -> HttpResponse:
        if not signin.is_blocked(_attempt(request), now=timezone.now()):
            return super().post(request, *args, **kwargs)
        # The form stays unbound: nothing of what was typed is looked at.
        form = SignInForm(request, initial={"username": request.POST.get("username", "")})
        context = self.get_context_data(form=form, blocked=BLOCKED)
        return self.render_to_response(context, status=429)

    def form_valid(self, form: Any) -> HttpResponse:
        now = timezone.now()
        signin.note_success(_attempt(self.request), by=form.get_user(), now=now)
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        if form.non_field_errors():  # a name and a password that do not fit, not an empty field
            signin.note_failure(_attempt(self.request), now=timezone.now())
        return self.render_to_response(self.get_context_data(form=form), status=422)


class _NewPassword(PasswordChangeView):
    form_class = NewPasswordForm
    template_name = "accounts/password.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return super().get_context_data(**more) | {"tokens": len(tokens_of(user.pk))}

    def form_valid(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        ended = accounts.change_password(
            user=form.user,
            password=given["new_password1"],
            end_tokens=given["end_tokens"],
            now=timezone.now(),
        )
        update_session_auth_hash(self.request, form.user)
        also = f" {ended} API token{'' if ended == 1 else 's'} ended." if ended else ""
        messages.success(self.request, f"Your password was changed.{also}")
        return HttpResponseRedirect(reverse_lazy("home"))

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _attempt(request: HttpRequest) -> signin.Attempt:
    """The name as the form reads it: no other spelling of it has failures of its own."""
    typed = request.POST.get("username", "").replace("\0", "").strip()
    name = User.normalize_username(typed)[:_LONGEST_NAME]
    return signin.Attempt(name=name, address=signin.source_of(_address(request)))


def _address(request: HttpRequest) -> str:
    """Where the request comes from; behind a proxy what that proxy says, which stands last."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    behind_proxy = bool(settings.SECURE_PROXY_SSL_HEADER)
    said = request.headers.get("X-Forwarded-For", peer) if behind_proxy else peer
    return said.rpartition(",")[2].strip()


_by_form = require_http_methods(["GET", "HEAD", "POST"])
sign_in = open_to_all(_by_form(_SignIn.as_view()))
sign_out = open_to_all(LogoutView.as_view(next_page=reverse_lazy("sign_in")))
change_password = signed_in(never_cache(_by_form(_NewPassword.as_view())))
