"""What is so on a stack: yes, no, or not told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms

from designer.content.facts import Facts
from designer.forms.site import dialect_choices
from designer.models import Release
from web.looks import dress

NOT_TOLD: Final = ""
_ANSWERS: Final = ((NOT_TOLD, "not told"), ("yes", "yes"), ("no", "no"))
_VALUES: Final[dict[str, bool | None]] = {NOT_TOLD: None, "yes": True, "no": False}
_WORDS: Final[dict[object, str]] = {value: key for key, value in _VALUES.items()}


def _answer(label: str, help_text: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=_ANSWERS, required=False, help_text=help_text)


class FactsForm(forms.Form):
    """One answer for each fact; "not told" takes back what was."""

    zert_is_on = _answer("zERT is on", "GLOBALCONFIG ZERT. While it is off no policy is enforced.")
    audits_to_smf = _answer(
        "Audit records go to SMF", "SMFCONFIG TYPE119 ZERTDETAILBYPOLICY in the TCPIP profile."
    )
    audits_to_nmi = _answer(
        "Audit records go to the network management interface",
        "NETMONITOR ZERTSERVICEBYPOLICY: a program reads them from SYSTCPER.",
    )
    trmd_runs = _answer("TRMD runs for the stack", "Without it nothing reaches syslogd.")
    release = forms.ChoiceField(
        label="Release of z/OS",
        required=False,
        choices=[(NOT_TOLD, "not told"), *Release.choices],
        help_text="Before 3.2 failed handshakes count as unprotected.",
    )

    def __init__(self, data: Mapping[str, Any] | None, *, facts: Facts, dialect: str) -> None:
        said = {name: _WORDS.get(value, "") for name, value in facts.tree.items()}
        said["release"] = facts.release
        super().__init__(data, initial=said | {"dialect": dialect})
        usual = "that of its group, or of the site"
        self.fields["dialect"] = forms.ChoiceField(
            label="Dialect of its files",
            required=False,
            choices=dialect_choices(usual, now=dialect),
            help_text="How the keywords of its policy file are spelled.",
        )
        dress(self)

    def facts(self) -> Facts:
        """Return what a valid form says."""
        given = self.cleaned_data
        said = {name: _VALUES[given[name]] for name in Facts().tree if name != "release"}
        return Facts(**said, release=given["release"])
