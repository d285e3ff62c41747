"""A scheduled export on a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from analyzer.forms.standing.trigger import TriggerForm, checked, initial_of
from analyzer.models import ExportSchedule, Trigger
from analyzer.models.standing.exports import LONGEST_DIRECTORY, LONGEST_PATTERN
from analyzer.standing.files import checked_directory, checked_pattern
from analyzer.standing.schedules import MOST_KEPT, Draft
from analyzer.standing.turns import when_of


class ScheduleForm(TriggerForm):
    """Which rows, in which format, to which directory. The formats and options come from above."""

    rows = forms.ChoiceField(
        label="Rows",
        choices=ExportSchedule.Rows.choices,
        initial=ExportSchedule.Rows.TAB,
        widget=forms.RadioSelect,
    )
    format = forms.ChoiceField(label="Format", initial="csv")
    directory = forms.CharField(
        label="Directory",
        max_length=LONGEST_DIRECTORY,
        help_text="On the server; it must be there.",
        error_messages={"required": "It needs a directory."},
    )
    pattern = forms.CharField(
        label="File name",
        max_length=LONGEST_PATTERN,
        initial="{query}_{date}",
        help_text="{query}, {name}, {date} and {time} are filled in; the ending follows the format."
        " A file of the same name is replaced.",
    )
    keep = forms.IntegerField(
        label="Keep the last files",
        min_value=0,
        max_value=MOST_KEPT,
        initial=0,
        required=False,
        help_text="Older files of this schedule are removed; 0 keeps all.",
    )

    def __init__(
        self,
        *args: Any,
        formats: Mapping[str, str],
        options: Mapping[str, tuple[str, Mapping[str, str]]],
        **kwargs: Any,
    ) -> None:
        """`options` are the format's: a label and words by value for each name."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["format"]
        field.choices = list(formats.items())
        self.option_names = list(options)
        for name, (label, words) in options.items():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=list(words.items()), required=False
            )
            self.fields[name].widget.attrs["class"] = "form-select"
        self.fields["rows"].widget.attrs.pop("class", None)
        self.initial.setdefault("trigger", Trigger.DAILY)

    def clean_directory(self) -> str:
        return checked(checked_directory, str(self.cleaned_data["directory"]))

    def clean_pattern(self) -> str:
        return checked(checked_pattern, str(self.cleaned_data["pattern"]))

    def option_fields(self) -> list[Any]:
        """The fields of the options, for the template."""
        return [self[name] for name in self.option_names]

    def draft(self) -> Draft:
        """The schedule to save, once the form is valid."""
        given = self.cleaned_data
        return Draft(
            name=given["name"],
            when=self.when(),
            directory=given["directory"],
            pattern=given["pattern"],
            rows=given["rows"],
            format=given["format"],
            options={name: given[name] for name in self.option_names if given[name]},
            keep=given["keep"] or 0,
        )


def schedule_initial(schedule: ExportSchedule) -> dict[str, Any]:
    """A schedule as the values of the form."""
    return {
        **initial_of(when_of(schedule)),
        **schedule.options,
        "name": schedule.name,
        "revision": schedule.revision,
        "rows": schedule.rows,
        "format": schedule.format,
        "directory": schedule.directory,
        "pattern": schedule.pattern,
        "keep": schedule.keep,
    }
