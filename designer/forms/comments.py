"""Lines of a policy file in a field: one below the other, with or without their `#`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms

from designer.content.rules import MOST_COMMENTS
from policy.values.names import TEXT_LIMIT
from web.looks import describe_live, dress

_ROWS: Final = 3


class CommentsField(forms.CharField):
    """Cleans to a tuple of lines; blank ones are left out."""

    def __init__(self, label: str, help_text: str) -> None:
        widget = forms.Textarea(attrs={"rows": _ROWS})
        super().__init__(label=label, required=False, help_text=help_text, widget=widget)

    def clean(self, value: object) -> tuple[str, ...]:
        stripped = (one.strip().lstrip("#@ ") for one in super().clean(value).splitlines())
        lines = tuple(one for one in stripped if one)
        for number, line in enumerate(lines, start=1):
            if len(line) > TEXT_LIMIT:
                raise forms.ValidationError(
                    f"Line {number} is longer than {TEXT_LIMIT} characters."
                )
            if not line.isprintable():
                raise forms.ValidationError(f"Line {number} has characters that can't be printed.")
        if len(lines) > MOST_COMMENTS:
            raise forms.ValidationError(f"There are more than {MOST_COMMENTS} lines.")
        return lines

    def has_changed(self, initial: object, data: object) -> bool:
        """Browsers send CR LF."""
        return super().has_changed(initial, "\n".join(str(data or "").splitlines()))


class LinesForm(forms.Form):
    """What stands above all rules of a rule set in its policy file."""

    comments = CommentsField(
        "Lines above the rules", "Each stands behind a # above the first rule of the file."
    )

    def __init__(self, data: Mapping[str, Any] | None, lines: Iterable[str] = ()) -> None:
        super().__init__(data, initial={"comments": text_of(lines)})
        dress(self)
        describe_live(self)


def text_of(lines: Iterable[str]) -> str:
    """Return lines as the field shows them."""
    return "\n".join(lines)
