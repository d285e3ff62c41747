"""Two people saved one draft: both sides in words, and what is decided of them."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from designer import drafts
from designer.content.errors import ContentError, DesignerError, StaleDraftError
from designer.content.merging import MINE, THEIRS, Decided
from designer.content.rules import Content
from designer.content.spoken import Speaker
from designer.models import Version
from designer.queries.contents import head_of, saves_since, shelf
from designer.serializers.given import ContentGiven
from designer.views.found import number_of, tabs


def revision_of(request: HttpRequest) -> int:
    """Return the revision that the page was made from; 0 for none that can be read."""
    return number_of(request.POST.get("revision", ""))


def stale(
    request: HttpRequest,
    version: Version,
    error: StaleDraftError,
    fault: ContentError | None = None,
) -> HttpResponse:
    """Both sides, what fits together, what is to be decided, and why both together can't be."""
    speaker = Speaker(head_of(version.rule_set), shelf(), error.sides)
    revision, seen = revision_of(request), _seen(request)
    saves = saves_since(version, revision)
    is_seen = seen == error.sides.revision
    conflicts = []
    for one in error.merged.conflicts:
        said = speaker.conflict(one)
        chosen = request.POST.get(f"choice:{said.key}", "") if is_seen else ""
        conflicts.append((said, ((THEIRS, said.theirs), (MINE, said.mine)), chosen))
    context = {
        "tabs": tabs("policy_rule_sets"),
        "version": version,
        "revision": revision,
        "seen": error.sides.revision,
        "again": bool(seen) and not is_seen,
        "mine": json.dumps(error.sides.mine.tree()),
        "saves": saves,
        "last": saves[-1] if saves else None,
        "now": timezone.now(),
        "conflicts": conflicts,
        "fault": fault,
    }
    return render(request, "designer/stale.html", context, status=HTTPStatus.CONFLICT)


def _seen(request: HttpRequest) -> int:
    """Return the revision of the others that the page of both sides showed; 0 for none."""
    return number_of(request.POST.get("seen", ""))


def _mine(request: HttpRequest) -> Content | None:
    """What the page carried along, as strict as what a program sends; None if it was tampered."""
    try:
        tree = json.loads(request.POST.get("mine", ""))
    except (ValueError, RecursionError):
        return None
    form = ContentGiven(data={**tree, "revision": 1} if isinstance(tree, dict) else tree)
    return form.content() if form.is_valid() else None


def merge(request: HttpRequest, version: Version) -> HttpResponse:
    """Save both sides as decided; asks again while something is open."""
    content = _mine(request)
    if content is None:
        messages.error(request, "The change could not be read; nothing is saved.")
        return redirect("policy_rules", version.pk)
    choices = {
        name.removeprefix("choice:"): str(value)
        for name, value in request.POST.items()
        if name.startswith("choice:")
    }
    user: Any = request.user
    try:
        drafts.merge(
            version=version,
            revision=revision_of(request),
            content=content,
            decided=Decided(_seen(request), choices),
            by=user,
            now=timezone.now(),
        )
    except StaleDraftError as error:
        return stale(request, version, error)
    except ContentError as error:
        both = drafts.stale(version, revision_of(request), content)
        return stale(request, version, both, error)
    except DesignerError as error:
        messages.error(request, f"{error}.")
        return redirect("policy_rules", version.pk)
    messages.success(request, "Both changes are saved.")
    return redirect("policy_rules", version.pk)
