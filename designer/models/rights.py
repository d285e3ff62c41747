"""What a person may do with policies: permissions without a table of their own."""

from __future__ import annotations

from typing import Final

from django.db import models

from designer.models.workspace import Tag

VIEW: Final = "designer.view_policy"
AUTHOR: Final = "designer.author_policy"
APPROVE: Final = "designer.approve_policy"


class Rights(models.Model):
    """Carries the permissions that the gates ask for; a migration gives them to the roles."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("view_policy", "Can see rule sets, objects, stacks and policy files"),
            ("author_policy", "Can change objects, drafts and stacks, and submit"),
            ("approve_policy", "Can publish or reject what others submitted"),
        ]

    def __str__(self) -> str:
        return "rights"


def needed_for(*tags: str) -> str:
    """Return who may change stacks of these tags: an approver for PROD, else an author."""
    return APPROVE if Tag.PROD in tags else AUTHOR
