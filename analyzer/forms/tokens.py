"""A new API token: its name, what it may, how long."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms

from analyzer.models import ApiToken
from analyzer.models.people.tokens import LONGEST_TOKEN_NAME
from analyzer.tokens import TokenDraft
from web.looks import dress

_DAYS: Final = {"30": "30 days", "90": "90 days", "365": "A year", "": "Until it is revoked"}
RIGHTS: Final[Mapping[str, str]] = {
    ApiToken.Scope.READ: "analyzer.view_report",
    ApiToken.Scope.IMPORT: "analyzer.import_dump",
    ApiToken.Scope.LIVE: "analyzer.import_dump",
    ApiToken.Scope.QUERIES: "analyzer.save_query",
    ApiToken.Scope.POLICY: "designer.author_policy",
    ApiToken.Scope.APPROVE: "designer.approve_policy",
    ApiToken.Scope.ACCOUNTS: "analyzer.administer",
    ApiToken.Scope.ADMINISTER: "analyzer.administer",
}


class TokenForm(forms.Form):
    """Offers the scopes that the user's role reaches."""

    name = forms.CharField(
        max_length=LONGEST_TOKEN_NAME, help_text="What the program is, to tell it from others."
    )
    scopes = forms.MultipleChoiceField(
        choices=ApiToken.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        label="What it may",
        error_messages={"required": "Choose at least one."},
    )
    days = forms.ChoiceField(
        choices=[*_DAYS.items()], required=False, initial="90", label="How long it works"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["scopes"]
        offered.choices = [
            (scope, words)
            for scope, words in ApiToken.Scope.choices
            if user.has_perm(RIGHTS[scope])
        ]
        offered.initial = [str(ApiToken.Scope.READ)]
        dress(self)
        offered.widget.attrs.pop("class", None)

    def draft(self, now: datetime) -> TokenDraft:
        """What was asked for; only of a valid form."""
        days = self.cleaned_data["days"]
        ends = now + timedelta(days=int(days)) if days else None
        return TokenDraft(self.cleaned_data["name"], self.cleaned_data["scopes"], ends)
