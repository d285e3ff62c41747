"""A proposed rule set is taken as a draft, as long as it is still the one that was looked at."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from analyzer import audit
from designer import versions
from designer.content import digests
from designer.content.errors import DesignerError
from designer.content.taking import content_from
from designer.models import Version
from designer.queries.contents import shelf
from designer.queries.proposing import Draft
from designer.versions import NewRuleSet
from policy import documents
from policy.model import Policy


class ProposedOtherwiseError(DesignerError):
    """Meanwhile the sessions on record propose something else."""

    def __init__(self) -> None:
        super().__init__("the records have changed since, and propose something else now")


def digest_of(found: Draft) -> str:
    """Return what tells two proposals apart: the SHA-256 of the rule set."""
    return digests.digest_of(documents.to_tree(Policy((found.rule_set,))))


@transaction.atomic
def take_proposal(*, found: Draft, seen: str, by: User, now: datetime) -> Version:
    """Make the rule set with the proposed rules as its draft. `seen` is its digest.

    Raises ProposedOtherwiseError, ContentError for a name that is taken, DesignerError.
    """
    if digest_of(found) != seen:
        raise ProposedOtherwiseError
    if not found.rule_set.specific:
        raise DesignerError("no rule is proposed, so that nothing can be taken")
    days = f"{found.first or 'the first day'} to {found.last or 'the last day'}"
    days = days if found.first or found.last else "all days"
    said = f"Proposed from the query {found.query.name}, {days}: what was acceptable then"
    head = NewRuleSet(found.rule_set.name, found.rule_set.protocol, said)
    content = content_from(found.rule_set, shelf())
    made = versions.make(head=head, by=by, now=now, content=content)
    data = {
        "query": found.query.pk,
        "name": found.query.name,
        "rules": len(found.rule_set.specific),
        "sessions": found.allowed.sessions,
        "left_out": {one.reason: one.met.sessions for one in found.left_out},
    }
    audit.record(by=by, action="policy.propose", target=str(made), data=data, now=now)
    return made
