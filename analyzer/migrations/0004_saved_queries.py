"""Saved queries, and the right to save them for analysts and administrators."""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Lower

RIGHT = ("save_query", "Can save, share and change queries of their own")
ROLES = ("analyst", "administrator")


def give_right(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    content_type = apps.get_model("contenttypes", "ContentType")
    permission = apps.get_model("auth", "Permission")
    codename, name = RIGHT
    kind, _ = content_type.objects.get_or_create(app_label="analyzer", model="rights")
    right, _ = permission.objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": name}
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.add(right)


def take_right(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    permission = apps.get_model("auth", "Permission")
    permission.objects.filter(content_type__app_label="analyzer", codename=RIGHT[0]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("analyzer", "0003_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="rights",
            options={
                "default_permissions": (),
                "managed": False,
                "permissions": [
                    ("view_report", "Can see reports, imports and rejects"),
                    ("export", "Can take rows away"),
                    ("import_dump", "Can import dumps and cancel imports"),
                    RIGHT,
                    ("administer", "Can change settings, drop files, see the audit log"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedQuery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("description", models.CharField(blank=True, max_length=500)),
                ("shared", models.BooleanField(default=False)),
                (
                    "tab",
                    models.CharField(
                        choices=[
                            ("servers", "TCP Server Traffic"),
                            ("clients", "TCP Client Traffic"),
                            ("peers", "EE Peer Traffic"),
                        ],
                        default="servers",
                        max_length=8,
                    ),
                ),
                ("params", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("last_run_at", models.DateTimeField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_queries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("owner"), Lower("name"), name="saved_query_name_of_owner"
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(name=""), name="saved_query_has_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(tab__in=["servers", "clients", "peers"]),
                        name="saved_query_known_tab",
                    ),
                ],
            },
        ),
        migrations.RunPython(give_right, take_right),
    ]
