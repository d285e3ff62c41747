"""Which details and summaries are compared: days, and one stack or all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from enforcement.forms.start import DAY, SELECT
from enforcement.histories.agreement import Asked

Names = tuple[str, str, str]
_ISO: Final = "%Y-%m-%d"
_ALL: Final = ("", "all")


class AgreementForm(forms.Form):
    """`stacks` are those of the store."""

    from_day = forms.DateField(
        input_formats=[_ISO],
        label="First day",
        required=False,
        widget=DAY,
        help_text="No day: the last one in the store.",
    )
    to_day = forms.DateField(input_formats=[_ISO], label="Last day", required=False, widget=DAY)
    stack = forms.ChoiceField(label="Stack", required=False, widget=forms.Select(attrs=SELECT))

    def __init__(self, stacks: Sequence[Names], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stacks = {" ".join(one): one for one in sorted(stacks)}
        fields: dict[str, Any] = self.fields
        fields["stack"].choices = [_ALL, *((name, name) for name in self._stacks)]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("from_day"), given.get("to_day")
        if first and last and last < first:
            self.add_error("to_day", f"{last} is before {first}.")
        return given

    def asked(self) -> Asked:
        """What a valid form asks for."""
        given = self.cleaned_data
        return Asked(given["from_day"], given["to_day"], self._stacks.get(given["stack"]))
