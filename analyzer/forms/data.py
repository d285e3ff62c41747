"""What goes out of the store, and what is watched on its way in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from analyzer.models import Prune
from analyzer.models.watch_folders import UNFINISHED_NAMES
from analyzer.queries.data.prunes import Asked
from analyzer.queries.data.retention import Rules
from web.looks import dress

MOST_DAYS = 36_500
KINDS = (
    (Prune.Kind.OLDER.value, "older than so many days"),
    (Prune.Kind.RANGE.value, "of a range of days"),
    (Prune.Kind.ALL.value, "all"),
)


class PruneForm(forms.Form):
    """Which data go."""

    kind = forms.ChoiceField(label="Data", choices=KINDS, initial=Prune.Kind.OLDER)
    older_days = forms.IntegerField(
        label="Older than, in days",
        min_value=0,
        max_value=MOST_DAYS,
        initial=30,
        required=False,
        help_text="Counted back from today (UTC); today and so many days before it stay.",
    )
    first = forms.DateField(
        label="From, for a range of days",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    last = forms.DateField(
        label="To, included in it", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    systems = forms.TypedMultipleChoiceField(
        label="Systems",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: all systems.",
    )

    def __init__(self, *args: object, systems: Sequence[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came
        dress(self)
        field = self.fields["systems"]
        if isinstance(field, forms.ChoiceField):
            field.choices = systems
        field.widget.attrs.pop("class", None)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("kind") == Prune.Kind.OLDER and found.get("older_days") is None:
            self._missing("older_days", "Say how many days stay.")
        if found.get("kind") == Prune.Kind.RANGE:
            first, last = found.get("first"), found.get("last")
            if first is None:
                self._missing("first", "Say the first day that goes.")
            if last is None:
                self._missing("last", "Say the last day that goes.")
            if first and last and first > last:
                self.add_error("last", "This day is before the first one.")
        return found

    def _missing(self, name: str, why: str) -> None:
        if name not in self.errors:
            self.add_error(name, why)

    def asked(self) -> Asked:
        """What a valid form asks for."""
        given = self.cleaned_data
        return Asked(
            given["kind"], given["older_days"], given["first"], given["last"], given["systems"]
        )


class RetentionForm(forms.Form):
    """Days that stay: by default, and for each system."""

    default = forms.IntegerField(
        label="All systems, days",
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        help_text="Empty: nothing ever goes by age.",
    )

    def __init__(self, *args: object, systems: Sequence[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came
        self.systems = systems
        for pk, name in systems:
            self.fields[f"rule-{pk}"] = forms.ChoiceField(
                label=f"{name}: rule",
                choices=(("", "as all systems"), ("days", "days of its own"), ("ever", "for ever")),
                required=False,
            )
            self.fields[f"days-{pk}"] = forms.IntegerField(
                label=f"{name}: days", min_value=1, max_value=MOST_DAYS, required=False
            )
        dress(self)

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Name, rule and days of each system."""
        return [(name, self[f"rule-{pk}"], self[f"days-{pk}"]) for pk, name in self.systems]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for pk, _ in self.systems:
            wanted, name = found.get(f"rule-{pk}") == "days", f"days-{pk}"
            if wanted and found.get(name) is None and name not in self.errors:
                self.add_error(name, "Say how many days stay.")
        return found

    def typed(self) -> Rules:
        """The rules of a valid form."""
        given = self.cleaned_data
        systems = {
            pk: given[f"days-{pk}"] if given[f"rule-{pk}"] == "days" else None
            for pk, _ in self.systems
            if given[f"rule-{pk}"]
        }
        return Rules(given["default"], systems)


class WatchFolderForm(forms.Form):
    """A folder or pattern to watch."""

    path = forms.CharField(
        label="Folder or pattern on the server",
        max_length=1024,
        help_text="A folder, for all files in it, or a pattern such as /dumps/SMF.G*V00.* for the"
        " generations of a data set. It must lie under one of the allowed folders.",
    )
    skip = forms.CharField(
        label="Names to leave alone",
        max_length=400,
        required=False,
        initial=UNFINISHED_NAMES,
        help_text="Patterns with blanks between them, for files that are still on their way.",
    )
    comment = forms.CharField(label="Comment", max_length=200, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came
        dress(self)
        for name in ("path", "skip"):
            self.fields[name].widget.attrs["class"] += " mono"
