"""Step 1: what stands above the rules."""

from __future__ import annotations

from typing import Any

from django import forms

from designer import shipped
from designer.content.labels import OWNER_LIMIT, TEXT_LIMIT
from designer.models import PROTOCOLS
from designer.versions import NewRuleSet
from policy.values.names import NAME_LIMIT
from policy.vocabulary import Protocol
from web.looks import describe_live, dress
from web.revisions import RevisionField

EMPTY = ""


class HeadForm(forms.Form):
    """Name, description and owner of a rule set that is there."""

    revision = RevisionField()
    name = forms.CharField(
        label="Name",
        max_length=NAME_LIMIT,
        help_text=f"At most {NAME_LIMIT} characters, the limit of a policy file.",
        error_messages={"required": "A rule set needs a name."},
    )
    description = forms.CharField(
        label="Purpose",
        max_length=TEXT_LIMIT,
        required=False,
        help_text="Why this rule set exists: whoever approves reads it.",
    )
    owner = forms.CharField(
        label="Owner",
        max_length=OWNER_LIMIT,
        required=False,
        help_text="Whom to ask when a connection is logged or reset.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
        describe_live(self)


class StartForm(HeadForm):
    """A new rule set: its protocol, and what its rules begin with."""

    protocol = forms.ChoiceField(
        label="Protocol",
        choices=PROTOCOLS,
        help_text="A rule set looks at one protocol; a stack takes one rule set for each.",
    )
    template = forms.ChoiceField(
        label="Begin with",
        required=False,
        help_text="A template fills all steps; every part of it can be changed.",
    )
    field_order = ("protocol", "name", "description", "owner", "template")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["revision"]
        self.templates = shipped.load().templates
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, one in self.templates.items():
            groups.setdefault(str(dict(PROTOCOLS)[one.protocol.value]), []).append((key, one.name))
        field = self.fields["template"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(EMPTY, "no rules"), *((name, rows) for name, rows in groups.items())]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        chosen = self.templates.get(given.get("template", EMPTY))
        if chosen and chosen.protocol.value != given.get("protocol"):
            self.add_error("template", f"This template is for {chosen.protocol}: choose it above.")
        return given

    def head(self) -> NewRuleSet:
        """What is made of a valid form."""
        given = self.cleaned_data
        return NewRuleSet(
            given["name"], Protocol(given["protocol"]), given["description"], given["owner"]
        )
