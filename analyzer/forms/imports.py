"""Dumps on their way in: uploads, the saved list of server paths, how a file is framed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from smf.framing import Framing
from web.looks import dress
from web.templatetags.figures import scaled

FRAMING_WORDS = {
    Framing.RDW: "RDW stream (FTP with `site rdw`)",
    Framing.VBS: "VBS image (BDWs and spanned segments)",
    Framing.BDW_RDW: "Blocks of whole records (BDW, RDW)",
    Framing.ZOSMF: "z/OSMF download (4-byte length prefix)",
}


def framing_choices() -> list[tuple[str, str]]:
    """Detection first, then each framing by name."""
    return [("", "Detect (recommended)"), *((f.value, w) for f, w in FRAMING_WORDS.items())]


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or more; cleans to a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        several = data if isinstance(data, (list, tuple)) and data else [None]
        cleaned, errors = [], []
        for one in several:
            try:
                cleaned.append(super().clean(one, initial))
            except forms.ValidationError as error:
                name = f"{one.name}: " if one else ""
                errors += [f"{name}{message}" for message in error.messages]
        if errors:
            raise forms.ValidationError(errors)
        return cleaned


class FramingForm(forms.Form):
    """What every way in may be told."""

    framing = forms.ChoiceField(
        label="Framing",
        choices=framing_choices,
        required=False,
        help_text="How records follow each other in the file. Force it only if detection failed.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came
        dress(self)


class UploadForm(FramingForm):
    dumps = FilesField(label="Dump files")
    comment = forms.CharField(label="Comment", max_length=200, required=False)

    field_order: Sequence[str] = ("dumps", "comment", "framing")

    def refuse_large(self, names: Sequence[str], limit_bytes: int) -> None:
        """Say which files were cut off on their way in, instead of that they are missing."""
        if names:
            why = f"larger than the limit of {scaled(limit_bytes)}"
            self.refuse_files(*(f"{name}: {why}" for name in names))

    def refuse_files(self, *why: str) -> None:
        """Say why the files did not get in, instead of that they are missing."""
        self.errors.pop("dumps", None)
        self.add_error("dumps", [*why])


class SavedPathForm(forms.Form):
    """A line for the saved list."""

    path = forms.CharField(
        label="Path or pattern on the server",
        max_length=1024,
        help_text="For example /dumps/PLEXA/*.smf.gz; the folder must be one of the allowed ones.",
    )
    comment = forms.CharField(label="Comment", max_length=200, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came
        dress(self)
        self.fields["path"].widget.attrs["class"] += " mono"


class ChosenPathsForm(FramingForm):
    """The ticked lines of the saved list."""

    chosen = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={"required": "Tick at least one line of the list."},
    )

    def __init__(self, *args: object, ids: Sequence[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["chosen"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(number, number) for number in ids]
