"""Who may what with policies: everybody sees; authors and approvers are roles beside the others."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RIGHTS = {
    "view_policy": "Can see rule sets, objects, stacks and policy files",
    "author_policy": "Can change objects, drafts and stacks, and submit",
    "approve_policy": "Can publish or reject what others submitted",
}
ROLES = {
    "viewer": ["view_policy"],
    "analyst": ["view_policy"],
    "administrator": ["view_policy"],
    "policy author": ["view_policy", "author_policy"],
    "policy approver": ["view_policy", "approve_policy"],
}
NEW_ROLES = ("policy author", "policy approver")


def make_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    content_type = apps.get_model("contenttypes", "ContentType")
    permission = apps.get_model("auth", "Permission")
    group = apps.get_model("auth", "Group")
    kind, _ = content_type.objects.get_or_create(app_label="designer", model="rights")
    rights = {
        codename: permission.objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )[0]
        for codename, name in RIGHTS.items()
    }
    for role, codenames in ROLES.items():
        group.objects.get_or_create(name=role)[0].permissions.add(*(rights[c] for c in codenames))


def drop_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=NEW_ROLES).delete()
    kind = {"content_type__app_label": "designer", "content_type__model": "rights"}
    apps.get_model("auth", "Permission").objects.filter(**kind).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("designer", "0002_guards"),
        ("analyzer", "0005_roles"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, drop_roles)]
