"""Reads behind saved queries: which there are for a person, what one asks, how much it returns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet
from django.http import QueryDict

from analyzer.models import SavedQuery, Server
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question, fetch, read_page
from analyzer.queries.relations import Relation, sessions_of
from analyzer.queries.terms.term import Clause
from analyzer.tables.queries import QUERIES, SUBJECTS
from web.budget import OutOfTimeError, read_budget
from web.paging import COUNT_CAP, PAGE_ROWS, Page

Person = User | AnonymousUser
SAVE: Final = "analyzer.save_query"
ADMINISTER: Final = "analyzer.administer"
ROLES: Final[Mapping[str, str]] = {
    SavedQuery.Tab.SERVERS: Server.Role.SERVER,
    SavedQuery.Tab.CLIENTS: Server.Role.CLIENT,
    SavedQuery.Tab.PEERS: Server.Role.PEER,
}
"""Whose traffic each tab of the report shows."""
COUNT_LIMIT_S: Final = 0.15
"""A count while somebody types must not make them wait."""
_EXTRA: Final = ("params", "description", "tab", "owner_id")


@dataclass(frozen=True, slots=True)
class Count:
    """How many security sessions: exactly, `more` than that, or not known in the time."""

    number: int
    more: bool = False
    known: bool = True


def get(pk: int, *, user: Person) -> SavedQuery | None:
    """A query that the user may see: one of their own, a shared one; administrators see all."""
    return visible_to(user).filter(pk=pk).first()


def visible_to(user: Person) -> QuerySet[SavedQuery]:
    """The queries that the user may see, by name."""
    found = SavedQuery.objects.select_related("owner", "changed_by").order_by("name", "pk")
    return found if user.has_perm(ADMINISTER) else found.filter(Q(shared=True) | Q(owner=user.pk))


def named(name: str) -> list[SavedQuery]:
    """All queries of a name in either case, of any owner."""
    found = SavedQuery.objects.select_related("owner").filter(name__iexact=name)
    return list(found.order_by("owner__username"))


def by_ids(pks: list[int]) -> list[SavedQuery]:
    """These queries with their owners, in this order."""
    found = SavedQuery.objects.select_related("owner", "changed_by").in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def has_name(name: str, *, owner_id: int | None, but: int | None = None) -> bool:
    """True when the owner has a query of that name already, leaving one of them out."""
    return (
        SavedQuery.objects.filter(owner=owner_id, name__iexact=name).exclude(pk=but or 0).exists()
    )


def may_change(owner_id: int, *, user: Person) -> bool:
    """Owners change their own queries while their role lets them; administrators change all."""
    return user.has_perm(ADMINISTER) or (owner_id == user.pk and user.has_perm(SAVE))


def page(
    *, user: Person, sort: str | None = None, after: str | None = None, limit: int = PAGE_ROWS
) -> Page:
    """One page of the queries that the user may see. Raises UnknownColumnError, PageKeyError."""
    seen = Clause("TRUE") if user.has_perm(ADMINISTER) else _own_or_shared(user)
    source = f"""FROM analyzer_savedquery q JOIN auth_user u ON u.id = q.owner_id
        WHERE {seen.sql}"""
    rows = f"""SELECT q.id, q.name, q.description, q.tab, q.shared, q.params, q.owner_id,
        q.changed_at, q.last_run_at, u.username AS owner {source}"""
    relation = Relation(Clause(rows, seen.params), Clause(f"SELECT q.id {source}", seen.params))
    question = Question(QUERIES, relation, extra=_EXTRA)
    return read_page(question, sort=sort, after=after, limit=limit)


def filters_of(params: object) -> tuple[Filters, dict[str, str]]:
    """The filters of stored parameters, and why some of them can be used no more, by parameter."""
    return Filters.from_params(as_address(params))


def sentence_of(filters: Filters, *, tab: str) -> str:
    """What a query asks, in words."""
    return filters.sentence(SUBJECTS.get(tab, ""))


def stored(params: object) -> object:
    """Parameters as the store has them; a plain read brings them as text."""
    return json.loads(params) if isinstance(params, str) else params


def as_address(params: object) -> QueryDict:
    """Stored parameters as those of an address; what has another shape becomes text."""
    found = QueryDict(mutable=True)
    given: Mapping[Any, Any] = params if isinstance(params, Mapping) else {}
    for name, values in given.items():
        several = values if isinstance(values, list) else [values]
        found.setlist(str(name), [str(value) for value in several])
    return found


def count(filters: Filters, *, tab: str) -> Count:
    """How many security sessions the tab has under the filters; gives up after a short time."""
    if filters.refused:
        return Count(0)
    chosen = sessions_of(filters, Clause("sv.role = %s", (ROLES[tab],))).ids
    sql = f"SELECT count(*) AS n FROM ({chosen.sql} LIMIT %s) i"  # noqa: S608 -- our own SQL
    try:
        with read_budget(COUNT_LIMIT_S):
            number = int(fetch(Clause(sql, (*chosen.params, COUNT_CAP + 1)))[0]["n"])
    except OutOfTimeError:
        return Count(0, known=False)
    return Count(min(number, COUNT_CAP), more=number > COUNT_CAP)


def _own_or_shared(user: Person) -> Clause:
    return Clause("(q.shared OR q.owner_id = %s)", (user.pk,))
