"""Two people save one thing: the revision that a form was opened with, what differs, a choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms

_OLDEST: Final = 1
_LATEST: Final = 2**31 - 1
_SILENT: Final = frozenset({"revision", "note"})


class ChangedMeanwhileError(ValueError):
    """Somebody has saved since; `number` is what to name to save over it, `by` who it was."""

    word = "revision"

    def __init__(self, name: str, *, number: int, by: str) -> None:
        who = f" by {by}" if by else ""
        super().__init__(
            f"`{name}` has been changed meanwhile{who}: it is at {self.word} {number} now"
        )
        self.number = number
        self.by = by


class RevisionField(forms.IntegerField):
    """Travels unseen with a form; empty in one that was not made by a page of ours."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(min_value=_OLDEST, max_value=_LATEST, required=False)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that says one thing in what is saved now, and another in what was typed."""

    label: str
    saved: str
    typed: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Who saved, what differs, and where what is saved stands to be edited."""

    by: str
    differences: Sequence[Difference]
    href: str


def conflict_of(
    form: forms.Form,
    error: ChangedMeanwhileError,
    saved: Mapping[str, Any],
    *,
    href: str,
    more: Sequence[Difference] = (),
) -> Conflict:
    """What the page shows; sent once more, the form replaces what it has shown as saved.

    `saved` are the form's values of what is saved now; `more` differs beside its fields.
    """
    found = [*differences(form, saved), *more]
    follow(form, error.number)
    return Conflict(error.by, found, href)


def differences(form: forms.Form, saved: Mapping[str, Any]) -> list[Difference]:
    """The fields of a bound form that differ from what is saved now, in the words of the page."""
    found = []
    for name, field in form.fields.items():
        if name in _SILENT:
            continue
        there, typed = _words(field, saved.get(name)), _words(field, form[name].value())
        if there != typed:
            found.append(Difference(str(field.label), there, typed))
    return found


def follow(form: forms.Form, revision: int) -> None:
    """Let the form, when it is sent once more, be meant for that revision."""
    data: Any = form.data
    given = data.copy()
    given[form.add_prefix("revision")] = str(revision)
    form.data = given


def _words(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.BooleanField):
        return "yes" if value else "no"
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = {str(key): str(label) for key, label in choices}
        several = value if isinstance(value, list | tuple) else [value]
        return ", ".join(labels.get(str(one), str(one)) for one in several if one is not None)
    text = field.widget.format_value(value) if isinstance(field.widget, forms.Widget) else value
    return "\n".join(line.rstrip() for line in str(text or "").strip().splitlines())
