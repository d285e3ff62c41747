"""What a role may do: permissions without a table of their own."""

from __future__ import annotations

from django.db import models


class Rights(models.Model):
    """Carries the permissions that the gates ask for; migrations give them to the roles."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("view_report", "Can see reports, imports and rejects"),
            ("export", "Can take rows away"),
            ("import_dump", "Can import dumps and cancel imports"),
            ("save_query", "Can save, share and change queries of their own"),
            ("administer", "Can change settings, drop files, see the audit log"),
        ]

    def __str__(self) -> str:
        return "rights"
