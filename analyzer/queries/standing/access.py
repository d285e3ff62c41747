"""Who may see and change what runs by itself, and whether its owner still may have it run."""

from __future__ import annotations

from typing import Final, TypeVar

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from analyzer.models import ExportSchedule, Watch
from analyzer.models.standing.trigger import Standing
from analyzer.queries import saved
from analyzer.queries.saved import ADMINISTER, SAVE, Person
from analyzer.queries.terms.term import Clause

VIEW: Final = "analyzer.view_report"
EXPORT: Final = "analyzer.export"
Kind = TypeVar("Kind", Watch, ExportSchedule)


def visible_to(model: type[Kind], user: Person) -> QuerySet[Kind]:
    """Those of a shared query, of an own one, or made by the user; administrators see all."""
    found: QuerySet[Kind] = model._default_manager.select_related(
        "query__owner", "owner", "changed_by"
    )
    if user.has_perm(ADMINISTER):
        return found
    own = Q(query__shared=True) | Q(query__owner=user.pk) | Q(owner=user.pk)
    return found.filter(own)


def seen_clause(user: Person, one: str) -> Clause:
    """The same as a condition on `q`, the query, and the relation `one`."""
    if user.has_perm(ADMINISTER):
        return Clause("TRUE")
    return Clause(f"(q.shared OR q.owner_id = %s OR {one}.owner_id = %s)", (user.pk, user.pk))


def get(model: type[Kind], pk: int, *, user: Person) -> Kind | None:
    return visible_to(model, user).filter(pk=pk).first()


def may_change(ours: Standing, *, user: Person) -> bool:
    """Owners change their own while their role lets them; administrators change all."""
    return user.has_perm(ADMINISTER) or (ours.owner_id == user.pk and user.has_perm(SAVE))


def may_run(ours: Standing, *, right: str = VIEW) -> str:
    """Why its owner may not have it run any more, in words; empty when they may."""
    owner: User = ours.owner
    if not owner.is_active:
        return f"the account of its owner {owner.username} is switched off"
    if not owner.has_perm(right):
        return f"the role of its owner {owner.username} does not include this any more"
    if saved.get(ours.query_id, user=owner) is None:
        return f"the query is not shared with its owner {owner.username} any more"
    return ""


def of_query(query_id: int) -> dict[str, list[str]]:
    """The names of what goes with a query when it is deleted."""
    return {
        "watches": list(Watch.objects.filter(query=query_id).values_list("name", flat=True)),
        "exports": list(
            ExportSchedule.objects.filter(query=query_id).values_list("name", flat=True)
        ),
    }
