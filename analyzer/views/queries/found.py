"""The query that an address names, or status 404; and whether it may be changed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from analyzer.models import SavedQuery
from analyzer.queries import saved as reads


def get_query_or_404(request: HttpRequest, pk: int) -> SavedQuery:
    """A query that this person may see; nobody learns that there is another one."""
    user: Any = request.user  # the gate lets no stranger in
    found = reads.get(pk, user=user)
    if found is None:
        raise Http404
    return found


def get_own_query_or_404(request: HttpRequest, pk: int) -> SavedQuery:
    """A query that this person may change; status 403 for one that they may only run."""
    found = get_query_or_404(request, pk)
    user: Any = request.user
    if not reads.may_change(found.owner_id, user=user):
        raise PermissionDenied
    return found
