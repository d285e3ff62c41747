"""What the site chooses: dialects of its files and of its z/OS groups, and how rules match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms

from designer import dialects
from designer.models import PolicySite, ZosGroup
from designer.queries.site import matching
from designer.site import Chosen
from policy.settings import CHOICES, DEFAULTS, SUBJECTS
from web.looks import dress

OF_SITE: Final = ""
_GROUP: Final = "group_"


def dialect_choices(usual: str, *, now: str = "") -> list[tuple[str, str]]:
    """Return what can be chosen, first that of `usual`; `now` too where it is there no more."""
    known = dialects.choices()
    if now and now not in dict(known):
        known.append((now, f"{now} (can't be used)"))
    return [(OF_SITE, usual), *known]


class SiteForm(forms.Form):
    """One field for each choice; a setting shows what IBM's silence leaves open."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, site: PolicySite, groups: Iterable[ZosGroup]
    ) -> None:
        self.groups = list(groups)
        found = {"dialect": site.dialect, **matching(site).tree()}
        found |= {f"{_GROUP}{one.pk}": one.dialect for one in self.groups}
        super().__init__(data, initial=found)
        self.fields["dialect"] = forms.ChoiceField(
            label="Dialect of the site",
            required=False,
            choices=dialect_choices("the shipped one", now=site.dialect),
            help_text="Of all files for which nothing else is chosen.",
        )
        for one in self.groups:
            self.fields[f"{_GROUP}{one.pk}"] = forms.ChoiceField(
                label=f"Dialect of the z/OS group {one.name}",
                required=False,
                choices=dialect_choices("that of the site", now=one.dialect),
            )
        for name, kind in CHOICES.items():
            usual = getattr(DEFAULTS, name)
            words = [
                (one.value, f"{one.value}{' (usual)' if one is usual else ''}") for one in kind
            ]
            subject = SUBJECTS[name]
            self.fields[name] = forms.ChoiceField(
                label=f"{subject[:1].upper()}{subject[1:]}", choices=words, help_text=name
            )
        dress(self)

    @property
    def spelling(self) -> list[forms.BoundField]:
        """The fields of dialects."""
        return [self["dialect"], *(self[f"{_GROUP}{one.pk}"] for one in self.groups)]

    @property
    def ways(self) -> list[forms.BoundField]:
        """The fields of matching."""
        return [self[name] for name in CHOICES]

    def chosen(self) -> Chosen:
        """Return what a valid form says."""
        given = self.cleaned_data
        return Chosen(
            given["dialect"],
            {name: given[name] for name in CHOICES},
            {one.pk: given[f"{_GROUP}{one.pk}"] for one in self.groups},
        )
