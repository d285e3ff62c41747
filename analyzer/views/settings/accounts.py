"""Signing in and out, and the own password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpResponse
from django.urls import reverse_lazy

from analyzer.forms.accounts import NewPasswordForm, SignInForm
from web.gate import open_to_all, signed_in


class _NewPassword(PasswordChangeView):
    form_class = NewPasswordForm
    template_name = "accounts/password.html"
    success_url = reverse_lazy("home")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, "Your password was changed.")
        return super().form_valid(form)


sign_in = open_to_all(
    LoginView.as_view(
        authentication_form=SignInForm,
        template_name="accounts/sign_in.html",
        redirect_authenticated_user=True,
        next_page=reverse_lazy("home"),
    )
)
sign_out = open_to_all(LogoutView.as_view(next_page=reverse_lazy("sign_in")))
change_password = signed_in(_NewPassword.as_view())
