"""What an exact run is to do: as for an estimate, and every setting of the engine."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from designer import rulesets
from enforcement.engine.choices import CHOICES, settings_tree
from enforcement.engine.errors import ChoiceError
from enforcement.engine.settings import DEFAULTS
from enforcement.forms.start import StartForm

PREFIX: Final = "setting_"
OFFERED: Final = tuple(name for name in CHOICES if name != "scope")
"""The scope is what `mode` asks for."""
LABELS: Final = {
    "scope": "Attributes that count",
    "ssh_ways": "SSH: inbound and outbound conditions",
    "ipsec_phases": "IPsec: conditions on both phases",
    "manual_phase1": "Phase 1 condition on a manual tunnel",
    "unknown_key_length": "Smallest key length where none is known",
    "failed_handshake": "Failed handshake (z/OS 3.2) is checked against",
    "unknown_attribute": "A condition on what is not known",
    "unknown_source": "Attributes whose source is not named",
    "name_case": "Case of job names and user IDs",
    "several_rules": "A connection that met several rules is reset when",
    "interval_s": "Log suppression: interval in seconds",
    "per_rule": "Log suppression: messages of a rule",
    "over_all": "Log suppression: messages over all rules",
    "start": "Log suppression: an interval begins at",
    "guaranteed_count": "First message of a rule counts towards all",
    "again": "A connection acts again at",
    "remember_days": "Connections without a record are known for days",
    "remember_connections": "Connections of a stack that are known at once",
    "opener": "Who opened a connection, before z/OS 3.2",
    "blank_after_equals": "Blank behind = in messages",
    "empty": "An empty value in a message",
}


class HistoryForm(StartForm):
    """Settings are texts by their names, checked as those of the command line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        defaults = settings_tree(DEFAULTS) | rulesets.matching().tree()
        for name in OFFERED:
            choice, label = CHOICES[name], LABELS[name]
            field: forms.Field
            if choice.words:
                field = forms.ChoiceField(
                    label=label,
                    choices=[(word, word) for word in choice.words],
                    widget=forms.Select(attrs={"class": "form-select"}),
                )
            else:
                number = forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric"})
                field = forms.CharField(label=label, widget=number)
            field.initial, field.required = defaults[name], False
            self.fields[f"{PREFIX}{name}"] = field

    @property
    def settings_fields(self) -> list[forms.BoundField]:
        """The fields of the engine's settings."""
        return [self[f"{PREFIX}{name}"] for name in OFFERED]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        for name, text in self.choices().items():
            try:
                CHOICES[name].value_of(text)
            except ChoiceError as error:
                self.add_error(f"{PREFIX}{name}", f"{error}.")
        return given

    def choices(self) -> dict[str, str]:
        """The settings that were given; what is empty is as the site has it, or by default."""
        found = {name: self.cleaned_data.get(f"{PREFIX}{name}") for name in OFFERED}
        return {name: text for name, text in found.items() if text}
