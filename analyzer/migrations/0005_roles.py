"""The roles of the product: viewer, analyst, administrator, each with what the one before may do."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RIGHTS = {
    "view_report": "Can see reports, imports and rejects",
    "export": "Can take rows away",
    "import_dump": "Can import dumps and cancel imports",
    "save_query": "Can save, share and change queries of their own",
    "administer": "Can change settings, drop files, see the audit log",
}
ROLES = {
    "viewer": ["view_report"],
    "analyst": ["view_report", "export", "import_dump", "save_query"],
    "administrator": ["view_report", "export", "import_dump", "save_query", "administer"],
}


def make_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    content_type = apps.get_model("contenttypes", "ContentType")
    permission = apps.get_model("auth", "Permission")
    group = apps.get_model("auth", "Group")
    kind, _ = content_type.objects.get_or_create(app_label="analyzer", model="rights")
    rights = {
        codename: permission.objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )[0]
        for codename, name in RIGHTS.items()
    }
    for role, codenames in ROLES.items():
        group.objects.get_or_create(name=role)[0].permissions.set(rights[c] for c in codenames)


def drop_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("analyzer", "0004_store_changes"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, drop_roles)]
