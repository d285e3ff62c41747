"""z/OS groups, systems and stacks, made or changed by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms

from designer.content.labels import TEXT_LIMIT
from designer.models import Tag
from policy.values.names import NAME_LIMIT
from web.looks import dress

IMAGE_LIMIT: Final = 8
_IMAGE_HELP: Final = "1 to 8 letters, digits, @ # or $, as z/OS has it."
Choices = Iterable[tuple[str, str]]


class PlaceForm(forms.Form):
    """One of them; `choices` are those of a field by its name."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        initial: Mapping[str, Any] | None = None,
        choices: Mapping[str, Choices] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        for name, rows in (choices or {}).items():
            field = self.fields.get(name)
            if isinstance(field, forms.ChoiceField):
                field.choices = list(rows)
        dress(self)


class GroupForm(PlaceForm):
    """A z/OS group."""

    name = forms.CharField(
        label="Name",
        max_length=NAME_LIMIT,
        help_text="Systems that belong together, such as a sysplex or a site.",
        error_messages={"required": "A group needs a name."},
    )
    description = forms.CharField(label="Description", max_length=TEXT_LIMIT, required=False)


class SystemForm(PlaceForm):
    """A system of a group."""

    group = forms.ChoiceField(label="z/OS group")
    name = forms.CharField(
        label="System",
        max_length=IMAGE_LIMIT,
        help_text=_IMAGE_HELP,
        error_messages={"required": "A system needs a name."},
    )
    sysplex = forms.CharField(
        label="Sysplex",
        max_length=IMAGE_LIMIT,
        required=False,
        help_text="As the records name it, so that they are found.",
    )


class StackChangeForm(PlaceForm):
    """A stack that is there; it stays on its system."""

    name = forms.CharField(
        label="Stack",
        max_length=IMAGE_LIMIT,
        help_text=_IMAGE_HELP,
        error_messages={"required": "A stack needs a name."},
    )
    tag = forms.ChoiceField(
        label="What it is for",
        choices=Tag.choices,
        help_text="Versions go from development to test to production; "
        "production is a policy approver's to give and take.",
    )


class StackForm(StackChangeForm):
    """A new stack of a system."""

    system = forms.ChoiceField(label="System")
    field_order = ("system", "name", "tag")
