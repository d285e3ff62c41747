"""A policy file on its way in: uploaded or pasted, and what it is held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from designer import dialects
from designer.bringing import MOST_BYTES, FileError, read_file, read_text
from designer.content.errors import DesignerError
from designer.forms.site import dialect_choices
from designer.models import Stack
from designer.queries.site import site
from policy.code_page import CodePage
from policy.sources import Source
from web.looks import dress

BY_NAME = ""


class BringForm(forms.Form):
    """`source` is what the file or the text says, once the form is valid; a file goes before."""

    file = forms.FileField(
        label="File",
        required=False,
        help_text=f"A policy file as it lies on z/OS (IBM-1047 or UTF-8), or a policy as JSON or"
        f" YAML; at most {MOST_BYTES // 1024:,} KiB.",
    )
    text = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        help_text="Or paste what stands in it.",
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "false", "wrap": "off"}),
    )
    page = forms.ChoiceField(
        required=False,
        choices=[(one.value, one.value) for one in CodePage],
        widget=forms.HiddenInput,
    )
    dialect = forms.ChoiceField(
        label="Dialect",
        required=False,
        help_text="How its keywords are spelled; JSON and YAML have none.",
    )
    against = forms.ChoiceField(
        label="Compare with",
        required=False,
        help_text="What its rules would do otherwise than these. Nothing of a stack is changed.",
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        stacks: Iterable[Stack] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial=dict(initial or {}))
        self.source: Source | None = None
        field = self.fields["against"]
        if isinstance(field, forms.ChoiceField):
            rows = [(str(one.pk), f"what {one} has") for one in stacks]
            field.choices = [(BY_NAME, "the rule sets of the same names"), *rows]
        spelled = self.fields["dialect"]
        if isinstance(spelled, forms.ChoiceField):
            spelled.choices = dialect_choices("that of the site")
        dress(self)
        self.fields["text"].widget.attrs["class"] += " mono"
        if initial:
            self.fields["text"].help_text = ""

    def refuse_file(self, why: str) -> None:
        """Say why a file did not get in, instead of that there is none."""
        self.is_valid()
        self.errors.pop("file", None)
        self.errors.pop("text", None)
        self.add_error("file", why)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        field = "file" if given.get("file") else "text"
        if self.errors:
            return given
        if not given.get(field):
            self.add_error("text", "Choose a file, or paste its text.")
            return given
        try:
            self.source = self._read(given)
        except FileError as error:
            self.add_error(field, f"The file is not taken: {error}.")
        return given

    def _read(self, given: Mapping[str, Any]) -> Source:
        try:
            dialect = dialects.named(given.get("dialect") or site().dialect)
        except DesignerError as error:
            raise FileError(str(error)) from error
        if given.get("file"):
            return read_file(given["file"].read(MOST_BYTES + 1), dialect=dialect)
        page = CodePage(given.get("page") or CodePage.UTF_8)
        return read_text(given["text"], page=page, dialect=dialect)
