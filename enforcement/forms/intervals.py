"""Which interval records are made: days, stacks and the recording interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from enforcement.aggregation.errors import IntervalError
from enforcement.aggregation.recording import Recording
from enforcement.forms.start import DAY, SELECT
from enforcement.intervals.planning import Asked, Names

USUAL_MIN: Final = 30
_ISO: Final = "%Y-%m-%d"
_MOST_HOURS: Final = 24
_NUMBER: Final = {"class": "form-control", "inputmode": "numeric"}


class IntervalsForm(forms.Form):
    """`known` are the stacks of the store."""

    from_day = forms.DateField(
        input_formats=[_ISO],
        label="First day",
        required=False,
        widget=DAY,
        help_text="No day: all that have connection records. An interval is of the day in which it"
        " begins.",
    )
    to_day = forms.DateField(input_formats=[_ISO], label="Last day", required=False, widget=DAY)
    stack = forms.MultipleChoiceField(
        label="Stacks",
        required=False,
        widget=forms.SelectMultiple(attrs={**SELECT, "size": 5}),
        help_text="None chosen: those that have connection records, and no interval records of"
        " their own in these days.",
    )
    smf = forms.IntegerField(
        label="SMF interval, minutes",
        required=False,
        min_value=1,
        max_value=60,
        initial=USUAL_MIN,
        widget=forms.NumberInput(attrs=_NUMBER),
        help_text=f"As INTVAL in SMFPRMxx; {USUAL_MIN} unless given.",
    )
    intval = forms.IntegerField(
        label="INTVAL, hours",
        required=False,
        min_value=1,
        max_value=_MOST_HOURS,
        widget=forms.NumberInput(attrs=_NUMBER),
        help_text="Of GLOBALCONFIG ZERT AGGREGATION, in the place of the SMF interval.",
    )
    syncval = forms.CharField(
        label="SYNCVAL, hh:mm",
        required=False,
        max_length=5,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text="With INTVAL: when one of the intervals begins; 00:00 unless given.",
    )

    def __init__(self, known: Sequence[Names], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stacks = {" ".join(one): one for one in sorted(known)}
        fields: dict[str, Any] = self.fields
        fields["stack"].choices = [(name, name) for name in self._stacks]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("from_day"), given.get("to_day")
        if first and last and last < first:
            self.add_error("to_day", f"{last} is before {first}.")
        if not {"smf", "intval", "syncval"} & set(self.errors):
            self._set_recording(given)
        return given

    def asked(self) -> Asked:
        """What a valid form asks for."""
        given = self.cleaned_data
        stacks = tuple(self._stacks[name] for name in given["stack"])
        return Asked(given["recording"], given["from_day"], given["to_day"], stacks)

    def _set_recording(self, given: dict[str, Any]) -> None:
        hours, clock = given.get("intval"), given.get("syncval")
        if clock and not hours:
            self.add_error("syncval", "SYNCVAL goes with INTVAL.")
            return
        try:
            given["recording"] = (
                Recording.intval(hours, clock or "00:00")
                if hours
                else Recording.smf(given.get("smf") or USUAL_MIN)
            )
        except IntervalError as error:
            said = str(error)
            field = "syncval" if clock and "time of day" in said else "intval" if hours else "smf"
            self.add_error(field, f"{said[:1].upper()}{said[1:]}.")
