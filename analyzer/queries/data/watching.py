"""Watch folders and what was seen in them."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from analyzer.models import WatchedFile, WatchFolder

SHOWN_FILES = 200
_STATES = {name: Count("files", filter=Q(files__state=name)) for name in WatchedFile.State.values}


def folders() -> QuerySet[WatchFolder]:
    """All of them by path, with the number of files in each state."""
    return WatchFolder.objects.select_related("added_by").annotate(**_STATES).order_by("path")


def folder(pk: int) -> WatchFolder | None:
    return folders().filter(pk=pk).first()


def files(pk: int) -> list[WatchedFile]:
    """The files of a folder that were seen last, what waits and what was refused first."""
    found = WatchedFile.objects.filter(folder=pk).select_related("imported")
    order = {WatchedFile.State.REFUSED: 0, WatchedFile.State.WAITING: 1}
    rows = list(found.order_by("-unchanged_since", "-pk")[:SHOWN_FILES])
    return sorted(rows, key=lambda one: order.get(WatchedFile.State(one.state), 2))
