"""What a run is to do: days, stacks, mode, a version for each protocol on one side or both."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from designer.models import Stack, Tag, Version
from enforcement.models import Run
from enforcement.runs.wanted import Wanted
from policy.vocabulary import Protocol

DAYS: Final = (7, 30, 90, 365)
ASSIGNED, CHOSEN = "assigned", "chosen"
_WHAT: Final = ((ASSIGNED, "what each stack has"), (CHOSEN, "the versions chosen below"))
_NAMES: Final = {Protocol.NONE.value: "No recognized protection"}
SELECT: Final = {"class": "form-select"}
DAY: Final = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")


class StartForm(forms.Form):
    """`versions` and `stacks` are those that may be chosen."""

    what = forms.ChoiceField(
        label="Rule sets", choices=_WHAT, widget=forms.Select(attrs=SELECT), initial=ASSIGNED
    )
    days = forms.TypedChoiceField(
        label="Days",
        choices=[(one, f"the last {one} days in the store") for one in DAYS],
        coerce=int,
        initial=30,
        widget=forms.Select(attrs=SELECT),
        help_text="Not looked at when a first or a last day is given.",
    )
    from_day = forms.DateField(label="First day", required=False, widget=DAY)
    to_day = forms.DateField(label="Last day", required=False, widget=DAY)
    group = forms.ChoiceField(label="z/OS group", required=False, widget=forms.Select(attrs=SELECT))
    tag = forms.ChoiceField(
        label="Tag",
        required=False,
        choices=[("", "any"), *Tag.choices],
        widget=forms.Select(attrs=SELECT),
    )
    stacks = forms.MultipleChoiceField(
        label="Stacks",
        required=False,
        widget=forms.SelectMultiple(attrs={**SELECT, "size": 5}),
        help_text="None chosen: all of the group and tag. Of the designer's stacks.",
    )
    mode = forms.ChoiceField(
        label="Judged",
        choices=Run.Mode.choices,
        initial=Run.Mode.ZOS,
        widget=forms.Select(attrs=SELECT),
        help_text="z/OS takes of TLS and SSH only what it observes in the stream.",
    )

    def __init__(
        self, versions: list[Version], stacks: list[Stack], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(one.pk): one for one in versions}
        self.known_stacks = stacks
        groups = {one.system.group_id: one.system.group.name for one in stacks}
        fields: dict[str, Any] = self.fields
        fields["group"].choices = [("", "any"), *((str(pk), name) for pk, name in groups.items())]
        fields["stacks"].choices = [
            (str(one.pk), f"{one} ({one.system.group}, {one.tag})") for one in stacks
        ]
        for protocol in Protocol:
            mine = [one for one in versions if one.rule_set.protocol == protocol.value]
            words = [(str(one.pk), f"{one}, {one.state}") for one in mine]
            name = _NAMES.get(protocol.value, protocol.value)
            for side, empty in (("version", "no rule set"), ("against", "no comparison")):
                self.fields[f"{side}_{protocol.value}"] = forms.ChoiceField(
                    label=f"{name}{', compared with' if side == 'against' else ''}",
                    choices=[("", empty), *words],
                    required=False,
                    widget=forms.Select(attrs=SELECT),
                )

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each protocol."""
        return [(self[f"version_{one.value}"], self[f"against_{one.value}"]) for one in Protocol]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("what") == CHOSEN and not self._side("version"):
            self.add_error("what", "Choose a version of at least one protocol below.")
        if given.get("what") == ASSIGNED and self._side("version"):
            self.add_error(
                "what", "Versions are chosen below: say so here, or set them to `no rule set`."
            )
        first, last = given.get("from_day"), given.get("to_day")
        if first and last and last < first:
            self.add_error("to_day", f"{last} is before {first}.")
        if self._narrows(given) and not self._stacks(given):
            self.add_error("stacks", "No stack is left: none of these is of the group and tag.")
        return given

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        given = self.cleaned_data
        first, last = given["from_day"], given["to_day"]
        return Wanted(
            days=None if first or last else given["days"],
            from_day=first,
            to_day=last,
            mode=given["mode"],
            stacks=self._stacks(given) if self._narrows(given) else (),
            versions=self._side("version"),
            against=self._side("against"),
        )

    def _narrows(self, given: dict[str, Any]) -> bool:
        return any(given.get(name) for name in ("group", "tag", "stacks"))

    def _stacks(self, given: dict[str, Any]) -> list[Stack]:
        group, tag, keys = given.get("group"), given.get("tag"), given.get("stacks")
        return [
            one
            for one in self.known_stacks
            if (not group or str(one.system.group_id) == group)
            and (not tag or one.tag == tag)
            and (not keys or str(one.pk) in keys)
        ]

    def _side(self, side: str) -> list[Version]:
        picked = (self.cleaned_data.get(f"{side}_{one.value}") for one in Protocol)
        return [self.known[key] for key in picked if key]
