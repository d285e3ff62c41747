"""What people make of it: queries, watches, exports, audit packs, baselines, tokens."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from web.migrating.new_tables import NewTables


class Migration(migrations.Migration):
    dependencies = [
        ("analyzer", "0001_records"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        NewTables(
            migrations.CreateModel(
                name="OwnBaseline",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("key", models.SlugField(max_length=40, unique=True)),
                    ("name", models.CharField(max_length=80)),
                    ("current", models.PositiveIntegerField()),
                    ("made_at", models.DateTimeField()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            django.db.models.functions.text.Lower("name"),
                            name="own_baseline_name_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True),
                            name="own_baseline_has_name",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("key", ""), _negated=True),
                            name="own_baseline_has_key",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OwnBaselineVersion",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("number", models.PositiveIntegerField()),
                    ("content", models.JSONField()),
                    ("note", models.CharField(max_length=500)),
                    ("made_at", models.DateTimeField()),
                    (
                        "baseline",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="versions",
                            to="analyzer.ownbaseline",
                        ),
                    ),
                    (
                        "made_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("baseline"),
                            models.F("number"),
                            name="own_baseline_version_once",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="AuditPack",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("title", models.CharField(max_length=200)),
                    ("asked", models.JSONField(default=dict)),
                    ("params", models.JSONField(default=dict)),
                    ("as_of", models.DateTimeField()),
                    ("made_by_name", models.CharField(max_length=150)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("pending", "Pending"),
                                ("active", "Active"),
                                ("complete", "Complete"),
                                ("failed", "Failed"),
                                ("canceled", "Canceled"),
                            ],
                            default="pending",
                            max_length=8,
                        ),
                    ),
                    ("submitted_at", models.DateTimeField()),
                    ("started_at", models.DateTimeField(blank=True, null=True)),
                    ("finished_at", models.DateTimeField(blank=True, null=True)),
                    ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                    ("worker", models.CharField(blank=True, max_length=100)),
                    ("attempts", models.PositiveSmallIntegerField(default=0)),
                    ("step", models.CharField(blank=True, max_length=80)),
                    ("steps_done", models.PositiveSmallIntegerField(default=0)),
                    ("steps_total", models.PositiveSmallIntegerField(default=0)),
                    ("bytes_done", models.BigIntegerField(default=0)),
                    ("rows", models.JSONField(default=dict)),
                    ("size_bytes", models.BigIntegerField(default=0)),
                    ("sha256", models.CharField(blank=True, max_length=64)),
                    ("expires_at", models.DateTimeField(blank=True, null=True)),
                    ("dropped_at", models.DateTimeField(blank=True, null=True)),
                    ("error", models.TextField(blank=True)),
                    (
                        "made_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["-submitted_at", "-id"], name="pack_list"),
                        models.Index(
                            condition=models.Q(("state__in", ["pending", "active"])),
                            fields=["state"],
                            name="pack_unfinished",
                        ),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["complete", "failed", "canceled"]),
                                ("finished_at__isnull", True),
                                _connector="XOR",
                            ),
                            name="pack_finished_has_time",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("expires_at__isnull", False),
                                    ("sha256__gt", ""),
                                    ("state", "complete"),
                                ),
                                models.Q(
                                    models.Q(("state", "complete"), _negated=True), ("sha256", "")
                                ),
                                _connector="OR",
                            ),
                            name="pack_complete_has_digest",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TablePreference",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("table", models.CharField(max_length=64)),
                    (
                        "columns",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=64), size=None
                        ),
                    ),
                    (
                        "density",
                        models.CharField(
                            choices=[("compact", "Compact"), ("comfortable", "Comfortable")],
                            default="compact",
                            max_length=11,
                        ),
                    ),
                    ("changed_at", models.DateTimeField()),
                    (
                        "user",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="table_preferences",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("user"), models.F("table"), name="table_preference_of_user"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("columns__len__gt", 0)),
                            name="table_preference_has_columns",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("density__in", ["compact", "comfortable"])),
                            name="table_preference_known_density",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ApiToken",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=60)),
                    ("digest", models.BinaryField(max_length=32, unique=True)),
                    (
                        "scopes",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(
                                choices=[
                                    ("read", "Read reports, imports and settings, also as files"),
                                    ("import", "Import dumps and cancel imports"),
                                    ("live", "Post records to live feeds"),
                                    ("queries", "Save, change and delete queries"),
                                    ("policy", "Work on rule sets, objects and stacks, and submit"),
                                    ("approve", "Publish or reject what others submitted"),
                                    (
                                        "accounts",
                                        "Make accounts, change their roles, switch them, new passwords",
                                    ),
                                    ("administer", "Everything else that the role may"),
                                ],
                                max_length=16,
                            ),
                            size=None,
                        ),
                    ),
                    ("made_at", models.DateTimeField()),
                    ("expires_at", models.DateTimeField(blank=True, null=True)),
                    ("last_used_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "user",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="api_tokens",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("user"),
                            django.db.models.functions.text.Lower("name"),
                            name="api_token_name_of_user",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True),
                            name="api_token_has_name",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("scopes__len__gt", 0)), name="api_token_has_scope"
                        ),
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
                    ("revision", models.PositiveIntegerField(default=1)),
                    (
                        "changed_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("owner"),
                            django.db.models.functions.text.Lower("name"),
                            name="saved_query_name_of_owner",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True),
                            name="saved_query_has_name",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("tab__in", ["servers", "clients", "peers"])),
                            name="saved_query_known_tab",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ExportSchedule",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=80)),
                    (
                        "trigger",
                        models.CharField(
                            choices=[
                                ("import", "after each import"),
                                ("hourly", "every hour"),
                                ("daily", "every day"),
                                ("weekly", "every week"),
                            ],
                            default="import",
                            max_length=6,
                        ),
                    ),
                    ("at", models.TimeField(default=datetime.time(6, 0))),
                    (
                        "weekday",
                        models.PositiveSmallIntegerField(
                            choices=[
                                (0, "Monday"),
                                (1, "Tuesday"),
                                (2, "Wednesday"),
                                (3, "Thursday"),
                                (4, "Friday"),
                                (5, "Saturday"),
                                (6, "Sunday"),
                            ],
                            default=0,
                        ),
                    ),
                    ("zone", models.CharField(default="UTC", max_length=64)),
                    ("active", models.BooleanField(default=True)),
                    ("next_at", models.DateTimeField(blank=True, null=True)),
                    ("wakes", models.PositiveIntegerField(default=0)),
                    (
                        "why",
                        models.CharField(
                            choices=[
                                ("first", "first run"),
                                ("import", "an import"),
                                ("clock", "the schedule"),
                                ("person", "asked for"),
                            ],
                            default="first",
                            max_length=6,
                        ),
                    ),
                    ("made_at", models.DateTimeField()),
                    ("changed_at", models.DateTimeField()),
                    (
                        "rows",
                        models.CharField(
                            choices=[
                                ("tab", "the table that the query opens"),
                                ("sessions", "all security sessions"),
                            ],
                            default="tab",
                            max_length=8,
                        ),
                    ),
                    ("format", models.CharField(default="csv", max_length=20)),
                    ("options", models.JSONField(blank=True, default=dict)),
                    ("directory", models.CharField(max_length=1024)),
                    ("pattern", models.CharField(default="{query}_{date}", max_length=120)),
                    ("keep", models.PositiveSmallIntegerField(default=0)),
                    (
                        "owner",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="%(class)ss",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "query",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="%(class)ss",
                            to="analyzer.savedquery",
                        ),
                    ),
                    ("revision", models.PositiveIntegerField(default=1)),
                    (
                        "changed_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                    "indexes": [
                        models.Index(
                            condition=models.Q(("next_at__isnull", False)),
                            fields=["next_at"],
                            name="export_due",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True),
                            name="exportschedule_has_name",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("active", True), ("next_at__isnull", True), _connector="OR"
                            ),
                            name="exportschedule_paused_waits",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ExportRun",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "why",
                        models.CharField(
                            choices=[
                                ("first", "first run"),
                                ("import", "an import"),
                                ("clock", "the schedule"),
                                ("person", "asked for"),
                            ],
                            max_length=6,
                        ),
                    ),
                    ("started_at", models.DateTimeField()),
                    ("finished_at", models.DateTimeField()),
                    ("error", models.CharField(blank=True, max_length=1000)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("placing", "Taking its place"),
                                ("done", "Written"),
                                ("failed", "Failed"),
                            ],
                            max_length=7,
                        ),
                    ),
                    ("directory", models.CharField(blank=True, max_length=1024)),
                    ("file_name", models.CharField(blank=True, max_length=255)),
                    ("part", models.CharField(blank=True, max_length=255)),
                    ("rows", models.BigIntegerField(blank=True, null=True)),
                    ("size_bytes", models.BigIntegerField(blank=True, null=True)),
                    ("sha256", models.CharField(blank=True, max_length=64)),
                    ("removed_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "schedule",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="runs",
                            to="analyzer.exportschedule",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["schedule", "-id"], name="export_run_history"),
                        models.Index(
                            condition=models.Q(("state", "placing")),
                            fields=["schedule"],
                            name="export_run_placing",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Watch",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=80)),
                    (
                        "trigger",
                        models.CharField(
                            choices=[
                                ("import", "after each import"),
                                ("hourly", "every hour"),
                                ("daily", "every day"),
                                ("weekly", "every week"),
                            ],
                            default="import",
                            max_length=6,
                        ),
                    ),
                    ("at", models.TimeField(default=datetime.time(6, 0))),
                    (
                        "weekday",
                        models.PositiveSmallIntegerField(
                            choices=[
                                (0, "Monday"),
                                (1, "Tuesday"),
                                (2, "Wednesday"),
                                (3, "Thursday"),
                                (4, "Friday"),
                                (5, "Saturday"),
                                (6, "Sunday"),
                            ],
                            default=0,
                        ),
                    ),
                    ("zone", models.CharField(default="UTC", max_length=64)),
                    ("active", models.BooleanField(default=True)),
                    ("next_at", models.DateTimeField(blank=True, null=True)),
                    ("wakes", models.PositiveIntegerField(default=0)),
                    (
                        "why",
                        models.CharField(
                            choices=[
                                ("first", "first run"),
                                ("import", "an import"),
                                ("clock", "the schedule"),
                                ("person", "asked for"),
                            ],
                            default="first",
                            max_length=6,
                        ),
                    ),
                    ("made_at", models.DateTimeField()),
                    ("changed_at", models.DateTimeField()),
                    (
                        "rows",
                        models.CharField(
                            choices=[("sessions", "security sessions"), ("servers", "servers")],
                            default="sessions",
                            max_length=8,
                        ),
                    ),
                    ("alarm_on_first", models.BooleanField(default=False)),
                    (
                        "mail_to",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=254),
                            blank=True,
                            default=list,
                            size=None,
                        ),
                    ),
                    ("webhook", models.CharField(blank=True, max_length=1000)),
                    ("salt", models.BinaryField(max_length=16)),
                    ("ground", models.JSONField(blank=True, null=True)),
                    (
                        "owner",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="%(class)ss",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "query",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="%(class)ss",
                            to="analyzer.savedquery",
                        ),
                    ),
                    ("revision", models.PositiveIntegerField(default=1)),
                    (
                        "changed_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                    "indexes": [
                        models.Index(
                            condition=models.Q(("next_at__isnull", False)),
                            fields=["next_at"],
                            name="watch_due",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True), name="watch_has_name"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("active", True), ("next_at__isnull", True), _connector="OR"
                            ),
                            name="watch_paused_waits",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="WatchSeen",
                fields=[
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "watch",
                            "key",
                            blank=True,
                            editable=False,
                            primary_key=True,
                            serialize=False,
                        ),
                    ),
                    ("key", models.BinaryField(max_length=16)),
                    (
                        "watch",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="analyzer.watch",
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="WatchRun",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "why",
                        models.CharField(
                            choices=[
                                ("first", "first run"),
                                ("import", "an import"),
                                ("clock", "the schedule"),
                                ("person", "asked for"),
                            ],
                            max_length=6,
                        ),
                    ),
                    ("started_at", models.DateTimeField()),
                    ("finished_at", models.DateTimeField()),
                    ("error", models.CharField(blank=True, max_length=1000)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("ground", "Ground set"),
                                ("quiet", "Nothing new"),
                                ("news", "New rows"),
                                ("failed", "Failed"),
                            ],
                            max_length=6,
                        ),
                    ),
                    ("found", models.BigIntegerField(default=0)),
                    ("fresh", models.BigIntegerField(default=0)),
                    ("sample", models.JSONField(default=list)),
                    ("said", models.JSONField(default=dict)),
                    (
                        "watch",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="runs",
                            to="analyzer.watch",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["watch", "-id"], name="watch_run_history")],
                },
            ),
            migrations.CreateModel(
                name="Delivery",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "channel",
                        models.CharField(
                            choices=[("mail", "Mail"), ("webhook", "Webhook")], max_length=7
                        ),
                    ),
                    ("target", models.CharField(max_length=1000)),
                    ("key", models.UUIDField(unique=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("pending", "Pending"),
                                ("sending", "Sending"),
                                ("failed", "Will be tried again"),
                                ("sent", "Sent"),
                                ("given_up", "Given up"),
                            ],
                            default="pending",
                            max_length=8,
                        ),
                    ),
                    ("attempts", models.PositiveSmallIntegerField(default=0)),
                    ("tries_left", models.PositiveSmallIntegerField()),
                    ("made_at", models.DateTimeField()),
                    ("next_try_at", models.DateTimeField(blank=True, null=True)),
                    ("tried_at", models.DateTimeField(blank=True, null=True)),
                    ("sent_at", models.DateTimeField(blank=True, null=True)),
                    ("worker", models.CharField(blank=True, max_length=100)),
                    ("error", models.CharField(blank=True, max_length=1000)),
                    ("code", models.PositiveIntegerField(blank=True, null=True)),
                    (
                        "watch",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="deliveries",
                            to="analyzer.watch",
                        ),
                    ),
                    (
                        "run",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="deliveries",
                            to="analyzer.watchrun",
                        ),
                    ),
                ],
                options={
                    "verbose_name_plural": "deliveries",
                    "indexes": [
                        models.Index(
                            models.F("next_try_at"),
                            condition=models.Q(("next_try_at__isnull", False)),
                            name="delivery_due",
                        ),
                        models.Index(fields=["watch", "-id"], name="delivery_history"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("run", "channel", "target"), name="delivery_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["sent", "given_up"]),
                                ("next_try_at__isnull", False),
                                _connector="XOR",
                            ),
                            name="delivery_open_has_next_try",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state", "sent"), ("sent_at__isnull", True), _connector="XOR"
                            ),
                            name="delivery_sent_has_time",
                        ),
                    ],
                },
            ),
        ),
    ]
