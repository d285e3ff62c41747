"""What the records of a system do not say: its time zone and code page."""

from __future__ import annotations

from collections.abc import Collection

from django import forms

from smf import ebcdic
from smf.errors import CodePageError
from web.looks import dress


class SystemForm(forms.Form):
    """Both settings of a system; an administrator sets them."""

    time_zone = forms.CharField(
        label="Time zone",
        max_length=64,
        help_text="IANA name of the zone of the times in record headers, e.g. Europe/Berlin.",
    )
    code_page = forms.CharField(
        label="Code page",
        max_length=16,
        help_text="EBCDIC code page of names in the records, e.g. cp1047, cp037, cp273. "
        "Counts for names that come in for the first time from now on.",
    )

    def __init__(self, *args: object, zones: Collection[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came
        self.zones = zones
        dress(self)
        self.fields["time_zone"].widget.attrs["list"] = "zones"

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"]).strip()
        if zone not in self.zones:
            raise forms.ValidationError(f"`{zone}` is not a time zone; take one of the list.")
        return zone

    def clean_code_page(self) -> str:
        return _known_code_page(str(self.cleaned_data["code_page"]).strip().lower())


def _known_code_page(name: str) -> str:
    try:
        ebcdic.table(name)
    except CodePageError as error:
        raise forms.ValidationError(f"`{name}` is not a code page that can be read.") from error
    return name
