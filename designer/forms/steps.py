"""Steps 5 to 7: the days looked at, the stacks that get it, the words to whoever approves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from designer.content.labels import TEXT_LIMIT
from designer.models import Stack
from designer.queries.effect.read import DAYS, SCOPES, USUAL_DAYS, in_scope, usual_scope
from policy.settings import Settings
from web.looks import describe_live, dress


class EffectForm(forms.Form):
    """Step 5: the days that the effect looks at, and how."""

    days = forms.TypedChoiceField(
        coerce=int,
        choices=[(str(one), str(one)) for one in DAYS],
        error_messages={
            "invalid_choice": "%(value)s days are not offered: take one of "
            f"{', '.join(map(str, DAYS))}. Shown are {USUAL_DAYS}."
        },
    )
    scope = forms.ChoiceField(
        choices=[(key, words) for key, (words, _) in SCOPES.items()],
        error_messages={
            "invalid_choice": "%(value)s is no way to judge: take one of the list. "
            "Shown is that of the site."
        },
    )

    def __init__(self, data: Mapping[str, Any], *, usual: Settings) -> None:
        """`usual` is how rules match on this site, whose scope is taken unless another is asked."""
        known = {"days": str(USUAL_DAYS), "scope": usual_scope(usual)}
        super().__init__({name: data.get(name) or value for name, value in known.items()})
        self.is_valid()
        self.shown_days: int = self.cleaned_data.get("days", USUAL_DAYS)
        self.how = in_scope(usual, self.cleaned_data.get("scope", ""))
        self.shown_scope = usual_scope(self.how)


class PlanForm(forms.Form):
    """Which stacks get the version when it is published."""

    stack = forms.MultipleChoiceField(
        required=False,
        error_messages={"invalid_choice": "A stack that was chosen is gone: load the page again."},
    )

    def __init__(self, data: Any, *, stacks: Iterable[Stack]) -> None:
        super().__init__(data)
        self.rows = list(stacks)
        field = self.fields["stack"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(str(one.pk), str(one)) for one in self.rows]

    def chosen(self) -> list[Stack]:
        """Return the stacks of a valid form."""
        picked = set(self.cleaned_data.get("stack", ()))
        return [one for one in self.rows if str(one.pk) in picked]


class SubmitForm(forms.Form):
    """What changes and why; to submit it must be said, to leave the step it need not.

    `was` is the comment that the page was made with.
    """

    comment = forms.CharField(
        label="What changes, and why",
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The approver reads it, and it stays with the version.",
        error_messages={"required": "Say what changes and why: whoever approves needs it."},
    )
    was = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, comment: str = "", leaving: bool = False) -> None:
        super().__init__(_with_newlines(data), initial={"comment": comment, "was": comment})
        self.fields["comment"].required = not leaving
        dress(self)
        describe_live(self)


def _with_newlines(data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Browsers send CR LF, which is two of the 500 characters and another text than was kept."""
    if data is None:
        return None
    names = ("comment", "was")
    return {name: str(data.get(name, "")).replace("\r\n", "\n") for name in names}
