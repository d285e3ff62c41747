"""Sign-in, passwords, and accounts with their role, in the looks of the other forms."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.validators import UnicodeUsernameValidator

from analyzer.accounts import ROLES
from analyzer.queries import settings as reads
from web.looks import dress


class SignInForm(AuthenticationForm):
    """Django's own check, with our words."""

    error_messages = {
        "invalid_login": "User and password do not fit together. Both are case-sensitive.",
        "inactive": "This account is switched off. An administrator can switch it on.",
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came
        self.fields["username"].label = "User"
        dress(self)

    def get_invalid_login_error(self) -> forms.ValidationError:
        """Who knows the password may hear that the account is switched off; nobody else."""
        found = reads.switched_off_user(self.cleaned_data["username"])
        if found is not None and found.check_password(self.cleaned_data["password"]):
            return forms.ValidationError(self.error_messages["inactive"], code="inactive")
        return super().get_invalid_login_error()


class NewPasswordForm(PasswordChangeForm):
    """Django's own rules for passwords; who knew the old one may have made tokens with it."""

    end_tokens = forms.BooleanField(label="End my API tokens too", required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came
        self.fields["old_password"].label = "Password until now"
        self.fields["new_password1"].label = "New password"
        self.fields["new_password2"].label = "New password again"
        dress(self)


class NewUserForm(forms.Form):
    """A name and a role; the password is made by the product."""

    username = forms.CharField(
        label="User",
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text="Letters, digits and @ . + - _",
    )
    role = forms.ChoiceField(label="Role", choices=[(role, role) for role in ROLES])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came
        dress(self)


class RoleForm(forms.Form):
    """The role of an account, and the further ones beside it."""

    role = forms.ChoiceField(label="Role", choices=[(role, role) for role in ROLES])
    further = forms.MultipleChoiceField(label="Further roles", required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came
        choices = [(name, name) for name in reads.further_roles(ROLES)]
        cast("forms.MultipleChoiceField", self.fields["further"]).choices = choices
        dress(self)
