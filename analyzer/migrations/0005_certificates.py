"""Certificates, and which protection has which of them in which part."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analyzer", "0004_saved_queries"),
    ]

    operations = [
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.BinaryField(max_length=16, unique=True)),
                (
                    "identity",
                    models.CharField(
                        choices=[
                            ("serial", "serial number and issuer"),
                            ("names", "derived from names and key"),
                            ("looks", "no subject name: all that look alike"),
                        ],
                        max_length=6,
                    ),
                ),
                ("subject", models.TextField(blank=True)),
                ("subject_name", models.TextField(blank=True)),
                ("issuer", models.TextField(blank=True)),
                ("issuer_name", models.TextField(blank=True)),
                ("serial", models.TextField(blank=True)),
                ("not_after", models.DateTimeField(null=True)),
                ("not_after_text", models.TextField(blank=True)),
                (
                    "codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                ("key_bits", models.IntegerField(null=True)),
                ("key_type", models.TextField(blank=True)),
                ("signature", models.TextField(blank=True)),
                ("encryption", models.TextField(blank=True)),
                ("hash", models.TextField(blank=True)),
            ],
            options={
                "indexes": [models.Index(fields=["not_after"], name="certificate_by_end")],
            },
        ),
        migrations.CreateModel(
            name="ProtectionCertificate",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "protection_id",
                        "part",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("server", "server"),
                            ("client", "client"),
                            ("local", "local IKE peer"),
                            ("remote", "remote IKE peer"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="analyzer.certificate",
                    ),
                ),
                (
                    "protection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="certificates",
                        to="analyzer.protection",
                    ),
                ),
            ],
        ),
    ]
