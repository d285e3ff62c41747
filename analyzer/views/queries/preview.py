"""What the builder says of a query while it is being made: its sentence, its size, its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from analyzer.forms.filters import FilterForm, Group
from analyzer.forms.queries import QueryForm, filter_params
from analyzer.queries import choices
from analyzer.queries import saved as reads
from analyzer.queries.filters import Filters
from analyzer.queries.terms.period import PARAMS
from web.templatetags.figures import thin


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the builder: `state` is `done`, `open` or `wrong`; `words` say it."""

    anchor: str
    title: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Built:
    """What has been typed so far: details, filters, and what is wrong with either."""

    form: QueryForm
    filters: Filters
    errors: Mapping[str, str]
    scope: Sequence[Group]
    security: Sequence[Group]

    @property
    def fields(self) -> frozenset[str]:
        """The parameters that have a field."""
        return frozenset(one.name for group in self._groups for one in group.fields)

    @property
    def lost(self) -> list[str]:
        """Errors without a field: parts of a query that no form can show any more."""
        return [why for name, why in self.errors.items() if name not in self.fields]

    @property
    def asks(self) -> str:
        return reads.sentence_of(self.filters, tab=self.form.chosen_tab())

    @property
    def sentence(self) -> str:
        return f"{self.asks}."

    @property
    def size(self) -> str:
        """How many security sessions it would return now."""
        if self.filters.refused:
            return "It returns nothing until that is corrected."
        found = reads.count(self.filters, tab=self.form.chosen_tab())
        if not found.known:
            return "Counting takes too long while you type; Run shows the rows."
        number = thin(found.number)
        if found.more:
            return f"More than {number} security sessions."
        return f"{number} security session{'' if found.number == 1 else 's'}."

    @property
    def warning(self) -> str:
        """That everything comes back where nothing is left out."""
        if self.filters.refused or _chosen(self.filters):
            return ""
        return f"No filter is set: all data of {self.filters.period.words} are returned."

    @property
    def live_errors(self) -> dict[str, str]:
        """Errors by the name of their field, for script to put them there."""
        found = {name: why for name, why in self.errors.items() if name in self.fields}
        own = self.form.errors.items()
        return found | {self.form.add_prefix(name): str(wrong[0]) for name, wrong in own}

    def steps(self, *, details: bool) -> list[Step]:
        """The three steps, or two where nothing can be saved."""
        names = _names(self.security)
        chosen = _chosen(self.filters)
        inside = [param for param in chosen if param in names]
        parts = [
            _filter_step("scope", "Scope Filters", len(chosen) - len(inside), self._wrong(names)),
            _filter_step("security", "Security Filters", len(inside), self._wrong_in(names)),
        ]
        return [self._details(), *parts] if details else parts

    @property
    def _groups(self) -> list[Group]:
        return [*self.scope, *self.security]

    def _wrong(self, security: frozenset[str]) -> int:
        return sum(name not in security for name in self.errors)

    def _wrong_in(self, security: frozenset[str]) -> int:
        return sum(name in security for name in self.errors)

    def _details(self) -> Step:
        if self.form.errors:
            return Step("details", "Query Details", "wrong", "to be corrected")
        name = str(self.form["name"].value() or "").strip()
        state, words = ("done", name) if name else ("open", "no name yet")
        return Step("details", "Query Details", state, words)


def build(given: QueryDict, *, form: QueryForm) -> Built:
    """Take apart what is given: the filters, their errors, and the fields that show both."""
    params = filter_params(given)
    filters, errors = Filters.from_params(params)
    groups = FilterForm(params, errors).groups(stacks=choices.stacks(), versions=choices.versions())
    return Built(
        form=form,
        filters=filters,
        errors=errors,
        scope=[group for group in groups if not group.security],
        security=[group for group in groups if group.security],
    )


def _chosen(filters: Filters) -> list[str]:
    """The parameters of the filters that are set; days alone leave nothing out."""
    return [chip.param for chip in filters.chips() if chip.param not in PARAMS]


def _names(groups: Sequence[Group]) -> frozenset[str]:
    return frozenset(one.name for group in groups for one in group.fields)


def _filter_step(anchor: str, title: str, number: int, wrong: int) -> Step:
    if wrong:
        return Step(anchor, title, "wrong", f"{wrong} to be corrected")
    words = f"{number} filter{'' if number == 1 else 's'}" if number else "no filter"
    return Step(anchor, title, "done" if number else "open", words)
