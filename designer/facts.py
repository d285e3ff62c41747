"""What people tell of a stack: checks look at it, and files are spelled by it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.contrib.auth.models import User
from django.db import transaction

from analyzer import audit
from designer import dialects
from designer.content.errors import ChangedError, ContentError, DesignerError
from designer.content.facts import Facts
from designer.models import Release, Stack
from designer.queries.around import facts_of


@transaction.atomic
def tell(
    *,
    stack: Stack,
    facts: Facts,
    by: User,
    now: datetime,
    seen: str | None = None,
    dialect: str | None = None,
) -> Stack:
    """Say what is so on a stack from now on; None takes back what was told.

    `dialect` spells its files from now on: empty that of its group or the site, None leaves it.
    `seen` is the mark of what whoever saves had before them; None: they have just read it. Raises
    ContentError, ChangedError.
    """
    if dialect:
        _known(dialect)
    if facts.release not in {"", *Release.values}:
        known = ", ".join(Release.values)
        raise ContentError(("", "release", f"`{facts.release}` is none of {known}"))
    row = Stack.objects.select_for_update(of=("self",)).select_related("system").filter(pk=stack.pk)
    held = row.first()
    if held is None:
        raise DesignerError(f"`{stack}` has been deleted meanwhile")
    before = facts_of(held)
    if seen not in {None, mark(held)}:
        raise ChangedError(str(held))
    for name, value in facts.tree.items():
        setattr(held, name, value)
    spelled = held.dialect
    held.dialect = spelled if dialect is None else dialect
    held.told_by_name, held.told_at = by.get_username(), now
    held.save(update_fields=[*facts.tree, "dialect", "told_by_name", "told_at"])
    data = {
        "before": before.tree | {"dialect": spelled},
        "after": facts.tree | {"dialect": held.dialect},
    }
    audit.record(by=by, action="policy.stack.tell", target=str(held), data=data, now=now)
    return held


def mark(stack: Stack) -> str:
    """Return in a few characters what is told of a stack: a page names it when it saves."""
    said = repr([*sorted(facts_of(stack).tree.items()), stack.dialect])
    return sha256(said.encode()).hexdigest()[:16]


def _known(dialect: str) -> None:
    try:
        dialects.named(dialect)
    except DesignerError as error:
        raise ContentError(("", "dialect", str(error))) from error
