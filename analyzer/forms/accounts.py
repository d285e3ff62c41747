"""Sign-in and change of password, in the looks of the other forms."""

from __future__ import annotations

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from analyzer.forms.looks import dress


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


class NewPasswordForm(PasswordChangeForm):
    """Django's own rules for passwords."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came
        self.fields["old_password"].label = "Password until now"
        self.fields["new_password1"].label = "New password"
        self.fields["new_password2"].label = "New password again"
        dress(self)
