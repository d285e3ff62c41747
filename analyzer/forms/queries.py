"""The builder's own fields, and the file of an import; the filters have a form of their own."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import QueryDict

from analyzer.models import SavedQuery
from analyzer.models.queries import LONGEST_DESCRIPTION, LONGEST_NAME
from analyzer.queries.filters import NEUTRAL, Filters
from analyzer.queries.saved import has_name
from analyzer.saved import Draft
from web.looks import dress
from web.revisions import RevisionField

PREFIX: Final = "query"
"""In front of the builder's own parameters, so that no filter can have the same name."""
_BESIDE: Final = NEUTRAL | {"csrfmiddlewaretoken", "do", "copy"}


def filter_params(given: QueryDict) -> QueryDict:
    """What is given without the builder's own fields: the filters, right or wrong."""
    found = QueryDict(mutable=True)
    for name, values in given.lists():
        if name not in _BESIDE and not name.startswith(f"{PREFIX}-"):
            found.setlist(name, values)
    return found


class QueryForm(forms.Form):
    """What a query is called, what it opens, and who may run it."""

    prefix = PREFIX
    name = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        error_messages={"required": "A query needs a name to be saved."},
    )
    description = forms.CharField(
        label="Description", max_length=LONGEST_DESCRIPTION, required=False
    )
    tab = forms.ChoiceField(
        label="Opens", choices=SavedQuery.Tab.choices, initial=SavedQuery.Tab.SERVERS
    )
    shared = forms.BooleanField(label="Shared", required=False)
    revision = RevisionField()

    def __init__(
        self,
        *args: Any,
        owner_id: int | None,
        but: int | None = None,
        saving: bool = True,
        **kwargs: Any,
    ) -> None:
        """`owner_id` is whose name must be free; `but` the query that has it already.

        Only saving needs a name: nobody is told off for one that they are about to type.
        """
        super().__init__(*args, **kwargs)
        self.owner_id, self.but = owner_id, but
        self.fields["name"].required = saving
        dress(self)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if name and has_name(name, owner_id=self.owner_id, but=self.but):
            raise forms.ValidationError(f"There is a query `{name}` of this owner already.")
        return name

    def chosen_tab(self) -> str:
        """The tab that is ticked, also while other fields are wrong."""
        asked = str(self["tab"].value())
        return asked if asked in SavedQuery.Tab.values else str(SavedQuery.Tab.SERVERS)

    def draft(self, filters: Filters) -> Draft:
        """The query to save, once the form is valid."""
        given = {name: self.cleaned_data[name] for name in ("name", "description", "tab", "shared")}
        return Draft(filters=filters, **given)


class QueryFileForm(forms.Form):
    """An exported file on its way in."""

    file = forms.FileField(
        label="File of queries",
        help_text="A JSON file that Export has made here or on another Zertify.",
        error_messages={"required": "Choose a file first."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
