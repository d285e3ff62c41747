"""What-if runs and runs over a history, what they found, and interval records that are made."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import analyzer.models.local_time
from web.migrating.new_tables import NewTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("analyzer", "0001_records"),
        # As in the analyzer: after all that alters the user.
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        NewTables(
            migrations.CreateModel(
                name="HistoryRun",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("title", models.CharField(max_length=500)),
                    ("parts", models.JSONField()),
                    ("compares", models.BooleanField(default=False)),
                    ("choices", models.JSONField()),
                    ("stacks", models.JSONField()),
                    ("first", analyzer.models.local_time.LocalTimeField()),
                    ("until", analyzer.models.local_time.LocalTimeField()),
                    ("started_by_name", models.CharField(max_length=150)),
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
                    ("records_done", models.BigIntegerField(default=0)),
                    ("records_total", models.BigIntegerField(default=0)),
                    ("totals", models.JSONField(default=dict)),
                    ("other_totals", models.JSONField(default=dict)),
                    ("error", models.TextField(blank=True)),
                    (
                        "started_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("deleting_since", models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["-submitted_at", "-id"], name="history_list"),
                        models.Index(
                            condition=models.Q(("state__in", ["pending", "active"])),
                            fields=["state"],
                            name="history_unfinished",
                        ),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["complete", "failed", "canceled"]),
                                ("finished_at__isnull", True),
                                _connector="XOR",
                            ),
                            name="history_finished_has_time",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    ["pending", "active", "complete", "failed", "canceled"],
                                )
                            ),
                            name="history_known_state",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("first__lt", models.F("until"))),
                            name="history_has_time",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="HistoryState",
                fields=[
                    (
                        "run",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="memory",
                            serialize=False,
                            to="enforcement.historyrun",
                        ),
                    ),
                    ("packed", models.BinaryField()),
                ],
            ),
            migrations.CreateModel(
                name="HistoryAct",
                fields=[
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "run_id",
                            "number",
                            blank=True,
                            editable=False,
                            primary_key=True,
                            serialize=False,
                        ),
                    ),
                    ("sysplex", models.CharField(max_length=8)),
                    ("system", models.CharField(max_length=8)),
                    ("stack", models.CharField(max_length=8)),
                    ("number", models.BigIntegerField()),
                    ("written_at", analyzer.models.local_time.LocalTimeField()),
                    ("event", models.SmallIntegerField()),
                    ("conn_id", models.BigIntegerField()),
                    ("start_utc", models.BigIntegerField(null=True)),
                    ("fingerprint", models.BigIntegerField()),
                    ("local_ip", models.GenericIPAddressField()),
                    ("local_port", models.IntegerField()),
                    ("remote_ip", models.GenericIPAddressField()),
                    ("remote_port", models.IntegerField()),
                    ("job", models.CharField(max_length=8)),
                    ("user", models.CharField(max_length=8)),
                    ("protection", models.TextField()),
                    ("direction", models.CharField(max_length=8)),
                    ("rules", models.TextField()),
                    ("action", models.CharField(max_length=200)),
                    ("suppressed", models.TextField()),
                    ("reset", models.CharField(max_length=64)),
                    ("is_cut", models.BooleanField()),
                    ("is_doubtful", models.BooleanField()),
                    ("audit", models.BinaryField(null=True)),
                    ("last", models.BinaryField(null=True)),
                    (
                        "run",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="enforcement.historyrun",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["run", "conn_id"], name="history_act_connection")
                    ],
                },
            ),
            migrations.CreateModel(
                name="HistoryMessage",
                fields=[
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "run_id",
                            "number",
                            blank=True,
                            editable=False,
                            primary_key=True,
                            serialize=False,
                        ),
                    ),
                    ("sysplex", models.CharField(max_length=8)),
                    ("system", models.CharField(max_length=8)),
                    ("stack", models.CharField(max_length=8)),
                    ("number", models.BigIntegerField()),
                    ("written_at", analyzer.models.local_time.LocalTimeField(null=True)),
                    ("conn_id", models.BigIntegerField(null=True)),
                    ("start_utc", models.BigIntegerField(null=True)),
                    ("level", models.SmallIntegerField(null=True)),
                    ("text", models.TextField()),
                    (
                        "run",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="enforcement.historyrun",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["run", "conn_id"], name="history_message_connection")
                    ],
                },
            ),
            migrations.CreateModel(
                name="HistoryChange",
                fields=[
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "run_id",
                            "number",
                            blank=True,
                            editable=False,
                            primary_key=True,
                            serialize=False,
                        ),
                    ),
                    ("sysplex", models.CharField(max_length=8)),
                    ("system", models.CharField(max_length=8)),
                    ("stack", models.CharField(max_length=8)),
                    ("number", models.BigIntegerField()),
                    ("written_at", analyzer.models.local_time.LocalTimeField()),
                    ("event", models.SmallIntegerField()),
                    ("conn_id", models.BigIntegerField()),
                    ("start_utc", models.BigIntegerField(null=True)),
                    ("fingerprint", models.BigIntegerField()),
                    ("local_ip", models.GenericIPAddressField()),
                    ("local_port", models.IntegerField()),
                    ("remote_ip", models.GenericIPAddressField()),
                    ("remote_port", models.IntegerField()),
                    ("job", models.CharField(max_length=8)),
                    ("user", models.CharField(max_length=8)),
                    ("protection", models.TextField()),
                    ("mine", models.TextField()),
                    ("other", models.TextField()),
                    (
                        "run",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="enforcement.historyrun",
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="HistoryHit",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sysplex", models.CharField(max_length=8)),
                    ("system", models.CharField(max_length=8)),
                    ("stack", models.CharField(max_length=8)),
                    ("hour", analyzer.models.local_time.LocalTimeField()),
                    ("other", models.BooleanField()),
                    ("enforced", models.BooleanField()),
                    ("protocol", models.CharField(max_length=5)),
                    ("rule_set", models.CharField(max_length=64)),
                    ("version", models.CharField(max_length=200)),
                    ("place", models.IntegerField()),
                    ("rule", models.CharField(max_length=64)),
                    ("kind", models.CharField(max_length=20)),
                    ("action", models.CharField(max_length=200)),
                    ("resets", models.BooleanField()),
                    ("audits", models.BooleanField()),
                    ("evaluations", models.BigIntegerField()),
                    ("syslog", models.BigIntegerField()),
                    ("console", models.BigIntegerField()),
                    ("suppressed", models.BigIntegerField()),
                    (
                        "run",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="enforcement.historyrun",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=(
                                "run",
                                "hour",
                                "other",
                                "sysplex",
                                "system",
                                "stack",
                                "enforced",
                                "protocol",
                                "rule_set",
                                "version",
                                "place",
                                "kind",
                            ),
                            name="history_hit_once",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="HistoryFall",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sysplex", models.CharField(max_length=8)),
                    ("system", models.CharField(max_length=8)),
                    ("stack", models.CharField(max_length=8)),
                    ("role", models.CharField(max_length=9)),
                    ("server_ip", models.GenericIPAddressField()),
                    ("port", models.IntegerField()),
                    ("job", models.CharField(max_length=8)),
                    ("user", models.CharField(max_length=8)),
                    ("protocol", models.CharField(max_length=5)),
                    ("protection", models.TextField()),
                    ("protection_key", models.UUIDField()),
                    ("rule_set", models.CharField(max_length=64)),
                    ("rule", models.CharField(max_length=64)),
                    ("kind", models.CharField(max_length=20)),
                    ("action", models.CharField(max_length=200)),
                    ("evaluations", models.BigIntegerField()),
                    ("first_at", analyzer.models.local_time.LocalTimeField()),
                    ("last_at", analyzer.models.local_time.LocalTimeField()),
                    ("conn_id", models.BigIntegerField()),
                    ("start_utc", models.BigIntegerField(null=True)),
                    (
                        "run",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="enforcement.historyrun",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=(
                                "run",
                                "sysplex",
                                "system",
                                "stack",
                                "role",
                                "server_ip",
                                "port",
                                "job",
                                "user",
                                "protocol",
                                "rule_set",
                                "kind",
                                "protection_key",
                            ),
                            name="history_fall_once",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="HistoryRule",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sysplex", models.CharField(max_length=8)),
                    ("system", models.CharField(max_length=8)),
                    ("stack", models.CharField(max_length=8)),
                    ("other", models.BooleanField()),
                    ("version", models.CharField(max_length=200)),
                    ("protocol", models.CharField(max_length=5)),
                    ("rule_set", models.CharField(max_length=64)),
                    ("place", models.IntegerField()),
                    ("rule", models.CharField(max_length=64)),
                    ("kind", models.CharField(max_length=12)),
                    ("action", models.CharField(max_length=200)),
                    ("finding", models.TextField()),
                    ("taker_place", models.IntegerField(null=True)),
                    ("taker", models.CharField(max_length=64)),
                    ("taker_kind", models.CharField(max_length=12)),
                    ("taker_action", models.CharField(max_length=200)),
                    ("evaluations", models.BigIntegerField()),
                    ("conn_id", models.BigIntegerField(null=True)),
                    ("start_utc", models.BigIntegerField(null=True)),
                    (
                        "run",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="enforcement.historyrun",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("run"),
                            models.F("other"),
                            models.F("version"),
                            models.F("protocol"),
                            models.F("rule_set"),
                            models.F("place"),
                            models.F("taker_place"),
                            name="history_rule_once",
                            nulls_distinct=False,
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Run",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("title", models.CharField(max_length=500)),
                    ("parts", models.JSONField()),
                    ("compares", models.BooleanField(default=False)),
                    ("days", models.PositiveSmallIntegerField(blank=True, null=True)),
                    (
                        "mode",
                        models.CharField(
                            choices=[
                                ("zos", "as z/OS sees it"),
                                ("recorded", "with all recorded data"),
                            ],
                            default="zos",
                            max_length=8,
                        ),
                    ),
                    ("started_by_name", models.CharField(max_length=150)),
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
                    ("step", models.CharField(blank=True, max_length=200)),
                    ("steps_done", models.PositiveSmallIntegerField(default=0)),
                    ("steps_total", models.PositiveSmallIntegerField(default=0)),
                    ("first", models.DateField(blank=True, null=True)),
                    ("last", models.DateField(blank=True, null=True)),
                    ("sessions", models.BigIntegerField(default=0)),
                    ("connections", models.BigIntegerField(default=0)),
                    ("reset_days", models.JSONField(default=dict)),
                    ("error", models.TextField(blank=True)),
                    (
                        "started_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("from_day", models.DateField(blank=True, null=True)),
                    ("to_day", models.DateField(blank=True, null=True)),
                    ("reset_hours", models.JSONField(default=dict)),
                    ("deleting_since", models.DateTimeField(blank=True, null=True)),
                    ("matching", models.JSONField(default=dict)),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["-submitted_at", "-id"], name="run_list"),
                        models.Index(
                            condition=models.Q(("state__in", ["pending", "active"])),
                            fields=["state"],
                            name="run_unfinished",
                        ),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["complete", "failed", "canceled"]),
                                ("finished_at__isnull", True),
                                _connector="XOR",
                            ),
                            name="run_finished_has_time",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    ["pending", "active", "complete", "failed", "canceled"],
                                )
                            ),
                            name="run_known_state",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("mode__in", ["zos", "recorded"])),
                            name="run_known_mode",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("days__isnull", True),
                                models.Q(("from_day__isnull", True), ("to_day__isnull", True)),
                                _connector="XOR",
                            ),
                            name="run_has_days",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("from_day__isnull", True),
                                ("to_day__isnull", True),
                                ("from_day__lte", models.F("to_day")),
                                _connector="OR",
                            ),
                            name="run_days_in_order",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Verdict",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sysplex", models.CharField(max_length=8)),
                    ("system", models.CharField(max_length=8)),
                    ("stack", models.CharField(max_length=8)),
                    ("role", models.CharField(max_length=8)),
                    ("server", models.BigIntegerField()),
                    ("server_ip", models.CharField(max_length=45)),
                    ("port_start", models.IntegerField()),
                    ("port_end", models.IntegerField()),
                    ("job", models.CharField(max_length=32)),
                    ("user", models.CharField(max_length=32)),
                    ("protection_id", models.BigIntegerField()),
                    ("protection", models.TextField()),
                    ("strength", models.CharField(max_length=32)),
                    ("session", models.BigIntegerField()),
                    ("sessions", models.BigIntegerField()),
                    ("connections", models.BigIntegerField()),
                    ("protocol", models.CharField(max_length=5)),
                    ("rule_set", models.CharField(max_length=64)),
                    ("version", models.CharField(max_length=200)),
                    ("place", models.IntegerField(null=True)),
                    ("rule", models.CharField(max_length=64)),
                    ("kind", models.CharField(max_length=12)),
                    ("action", models.CharField(max_length=200)),
                    ("resets", models.BooleanField()),
                    ("other_rule_set", models.CharField(max_length=64)),
                    ("other_place", models.IntegerField(null=True)),
                    ("other_rule", models.CharField(max_length=64)),
                    ("other_kind", models.CharField(max_length=12)),
                    ("other_action", models.CharField(max_length=200)),
                    ("changed", models.BooleanField()),
                    (
                        "run",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="verdicts",
                            to="enforcement.run",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("run"),
                            models.F("protocol"),
                            models.F("server"),
                            models.F("protection_id"),
                            models.F("place"),
                            models.F("other_place"),
                            name="verdict_once",
                            nulls_distinct=False,
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="UnmetRule",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("part", models.PositiveIntegerField()),
                    ("protocol", models.CharField(max_length=5)),
                    ("rule_set", models.CharField(max_length=64)),
                    ("version", models.CharField(max_length=200)),
                    ("place", models.IntegerField()),
                    ("rule", models.CharField(max_length=64)),
                    ("kind", models.CharField(max_length=12)),
                    ("action", models.CharField(max_length=200)),
                    ("finding", models.TextField()),
                    ("taker_place", models.IntegerField(null=True)),
                    ("taker", models.CharField(max_length=64)),
                    ("taker_kind", models.CharField(max_length=12)),
                    ("taker_action", models.CharField(max_length=200)),
                    ("session", models.BigIntegerField(null=True)),
                    ("sessions", models.BigIntegerField()),
                    ("connections", models.BigIntegerField()),
                    (
                        "run",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="unmet",
                            to="enforcement.run",
                        ),
                    ),
                    ("other", models.BooleanField(default=False)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("run"),
                            models.F("part"),
                            models.F("other"),
                            models.F("protocol"),
                            models.F("place"),
                            models.F("taker_place"),
                            name="unmet_rule_once",
                            nulls_distinct=False,
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Making",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("started_by_name", models.CharField(max_length=150)),
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
                    ("error", models.TextField(blank=True)),
                    ("days", models.JSONField()),
                    ("first", analyzer.models.local_time.LocalTimeField()),
                    ("until", analyzer.models.local_time.LocalTimeField()),
                    ("interval_min", models.PositiveSmallIntegerField()),
                    ("sync_min", models.PositiveSmallIntegerField()),
                    ("records_done", models.BigIntegerField(default=0)),
                    ("records_total", models.BigIntegerField(default=0)),
                    ("intervals", models.BigIntegerField(default=0)),
                    (
                        "imported",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="analyzer.import",
                        ),
                    ),
                    (
                        "started_by",
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
                        models.Index(fields=["-submitted_at", "-id"], name="making_list"),
                        models.Index(
                            condition=models.Q(("state__in", ["pending", "active"])),
                            fields=["state"],
                            name="making_unfinished",
                        ),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["complete", "failed", "canceled"]),
                                ("finished_at__isnull", True),
                                _connector="XOR",
                            ),
                            name="making_finished_has_time",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    ["pending", "active", "complete", "failed", "canceled"],
                                )
                            ),
                            name="making_known_state",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("first__lt", models.F("until"))),
                            name="making_has_time",
                        ),
                    ],
                },
            ),
        ),
    ]
