"""What a proposal is made for: a protocol, and the name of the rule set."""

from __future__ import annotations

from typing import Any

from django import forms

from designer.queries.proposing import PROTOCOLS
from policy.errors import PolicyError
from policy.values.names import NAME_LIMIT, check_name
from web.looks import dress


class ProposalForm(forms.Form):
    """A rule set looks at one protocol."""

    protocol = forms.ChoiceField(
        label="Protocol",
        choices=[(one.value, one.value) for one in PROTOCOLS],
        help_text="A rule set looks at one; traffic without protection has nothing to accept.",
    )
    name = forms.CharField(
        label="Name of the rule set",
        max_length=NAME_LIMIT,
        help_text=f"At most {NAME_LIMIT} characters, the limit of a policy file.",
        error_messages={"required": "A rule set needs a name."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        try:
            return check_name(name)
        except PolicyError as error:
            raise forms.ValidationError(f"{str(error).capitalize()}.") from error
