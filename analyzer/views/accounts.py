"""Signing in and out, the own password, and who has which role."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.views.decorators.http import require_safe

from analyzer.forms.accounts import NewPasswordForm, SignInForm
from analyzer.queries import settings as reads
from web.gate import gate, open_to_all, signed_in


class _NewPassword(PasswordChangeView):
    form_class = NewPasswordForm
    template_name = "accounts/password.html"
    success_url = reverse_lazy("home")

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        messages.success(self.request, "Your password was changed.")
        return super().form_valid(form)


sign_in = open_to_all(
    LoginView.as_view(
        authentication_form=SignInForm,
        template_name="accounts/sign_in.html",
        redirect_authenticated_user=True,
        next_page="/",
    )
)
sign_out = open_to_all(LogoutView.as_view(next_page=reverse_lazy("login")))
change_password = signed_in(_NewPassword.as_view())


@gate("analyzer.administer")
@require_safe
def users(request: HttpRequest) -> HttpResponse:
    return render(request, "analyzer/users.html", {"users": reads.users()})
