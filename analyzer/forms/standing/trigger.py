"""What both forms share: which query, a name, and when it runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import time
from typing import Any

from django import forms

from analyzer.models import SavedQuery, Trigger, Weekday
from analyzer.models.queries import LONGEST_NAME
from analyzer.standing.clock import When
from analyzer.standing.errors import StandingError
from web.looks import dress
from web.revisions import RevisionField


class TriggerForm(forms.Form):
    """`queries` are those that may be chosen; none when it has its query already."""

    query = forms.TypedChoiceField(
        label="Query",
        coerce=int,
        error_messages={"required": "Choose the query.", "invalid_choice": "Choose the query."},
    )
    name = forms.CharField(
        label="Name", max_length=LONGEST_NAME, error_messages={"required": "It needs a name."}
    )
    trigger = forms.ChoiceField(
        label="Runs", choices=Trigger.choices, initial=Trigger.IMPORT, widget=forms.RadioSelect
    )
    at = forms.TimeField(
        label="At",
        initial=time(6),
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="Of an hourly run only the minute counts.",
        required=False,
    )
    weekday = forms.TypedChoiceField(
        label="On",
        coerce=int,
        choices=Weekday.choices,
        help_text="For a weekly run.",
        required=False,
    )
    zone = forms.CharField(
        label="Time zone",
        max_length=64,
        initial="UTC",
        help_text="IANA name, e.g. Europe/Berlin.",
        required=False,
    )

    revision = RevisionField()

    def __init__(
        self,
        *args: Any,
        queries: Sequence[SavedQuery] | None,
        zones: Collection[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zones = zones
        if queries is None:
            del self.fields["query"]
        else:
            field: Any = self.fields["query"]
            field.choices = [("", "Choose a query"), *((one.pk, one.name) for one in queries)]
        dress(self)
        self.fields["trigger"].widget.attrs.pop("class", None)
        self.fields["zone"].widget.attrs["list"] = "zones"

    def clean_at(self) -> time:
        return self.cleaned_data["at"] or time(6)

    def clean_weekday(self) -> int:
        return int(self.cleaned_data["weekday"] or Weekday.MONDAY)

    def clean_zone(self) -> str:
        zone = str(self.cleaned_data["zone"]).strip() or "UTC"
        if zone not in self.zones:
            raise forms.ValidationError(f"`{zone}` is not a time zone; take one of the list.")
        return zone

    def when(self) -> When:
        """The trigger, once the form is valid."""
        given = self.cleaned_data
        return When(given["trigger"], given["at"], given["weekday"], given["zone"])


def checked(check: Callable[[str], Any], text: str) -> str:
    """The text, if the check lets it pass; its reason stands at the field."""
    try:
        check(text)
    except StandingError as error:
        raise forms.ValidationError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    return text


def initial_of(when: When) -> dict[str, Any]:
    """A trigger as the values of the form."""
    return {"trigger": when.trigger, "at": when.at, "weekday": when.weekday, "zone": when.zone}
