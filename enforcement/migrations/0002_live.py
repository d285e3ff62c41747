"""Live feeds: what came in, how far the work is, and what it said."""

import django.db.models.deletion
from django.db import migrations, models

from web.migrating.new_tables import NewTables


class Migration(migrations.Migration):
    dependencies = [
        ("enforcement", "0001_runs"),
    ]

    operations = [
        NewTables(
            migrations.CreateModel(
                name="Feed",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=40, unique=True)),
                    (
                        "kind",
                        models.CharField(
                            choices=[("posted", "Posted"), ("followed", "Followed")], max_length=8
                        ),
                    ),
                    ("made_by_name", models.CharField(blank=True, max_length=150)),
                    ("made_at", models.DateTimeField()),
                    ("segment", models.BigIntegerField(default=0)),
                    ("size_bytes", models.BigIntegerField(default=0)),
                    ("records", models.BigIntegerField(default=0)),
                    ("rejects", models.BigIntegerField(default=0)),
                    ("last_post_at", models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("name__regex", "^[a-z0-9][a-z0-9-]*$")),
                            name="feed_name_is_plain",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["posted", "followed"])),
                            name="feed_known_kind",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Post",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("key", models.CharField(max_length=80)),
                    ("digest", models.BinaryField(max_length=32)),
                    ("start", models.BigIntegerField()),
                    ("length", models.BigIntegerField()),
                    ("records", models.BigIntegerField()),
                    ("rejects", models.BigIntegerField()),
                    ("received_at", models.DateTimeField()),
                    (
                        "feed",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="posts",
                            to="enforcement.feed",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["feed", "start"], name="post_place"),
                        models.Index(fields=["received_at"], name="post_time"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("feed"), models.F("key"), name="post_key_once"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="FeedReject",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("key", models.CharField(blank=True, max_length=80)),
                    ("place", models.BigIntegerField()),
                    ("length", models.BigIntegerField()),
                    ("reason", models.CharField(max_length=40)),
                    ("message", models.TextField()),
                    ("head", models.BinaryField()),
                    ("at", models.DateTimeField()),
                    (
                        "feed",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="rejected",
                            to="enforcement.feed",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["feed", "-id"], name="feed_reject_list")],
                },
            ),
            migrations.CreateModel(
                name="Progress",
                fields=[
                    (
                        "feed",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="progress",
                            serialize=False,
                            to="enforcement.feed",
                        ),
                    ),
                    ("epoch", models.CharField(blank=True, max_length=32)),
                    ("piece", models.BigIntegerField(default=0)),
                    ("base", models.BigIntegerField(default=0)),
                    ("sequence", models.BigIntegerField(default=0)),
                    ("records", models.BigIntegerField(default=0)),
                    ("rejects", models.BigIntegerField(default=0)),
                    ("evaluated", models.BigIntegerField(default=0)),
                    ("suppressed", models.BigIntegerField(default=0)),
                    ("audits", models.BigIntegerField(default=0)),
                    ("resets", models.BigIntegerField(default=0)),
                    ("done_bytes", models.BigIntegerField(default=0)),
                    ("worker", models.CharField(blank=True, max_length=100)),
                    ("seen_at", models.DateTimeField(blank=True, null=True)),
                    ("work_lag_ms", models.BigIntegerField(blank=True, null=True)),
                    ("open_connections", models.BigIntegerField(default=0)),
                    ("trouble", models.TextField(blank=True)),
                    ("delivery", models.JSONField(default=dict)),
                    ("stacks", models.JSONField(default=list)),
                    ("hook_sequence", models.BigIntegerField(default=0)),
                    ("place", models.JSONField(default=dict)),
                    ("forgotten", models.BigIntegerField(default=0)),
                ],
            ),
            migrations.CreateModel(
                name="LiveMessage",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sequence", models.BigIntegerField()),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("syslog", "syslogd"),
                                ("console", "console"),
                                ("reset", "reset command"),
                            ],
                            max_length=8,
                        ),
                    ),
                    ("message_id", models.CharField(max_length=16)),
                    ("sysplex", models.CharField(max_length=8)),
                    ("system", models.CharField(max_length=8)),
                    ("stack", models.CharField(max_length=8)),
                    ("protocol", models.CharField(max_length=5)),
                    ("rule", models.CharField(max_length=64)),
                    ("level", models.SmallIntegerField(null=True)),
                    ("number", models.BigIntegerField(null=True)),
                    ("time_us", models.BigIntegerField(null=True)),
                    ("text", models.TextField()),
                    ("stored_at", models.DateTimeField()),
                    (
                        "feed",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="messages",
                            to="enforcement.feed",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["stored_at"], name="live_message_age"),
                        models.Index(fields=["feed", "-id"], name="live_message_list"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("feed", "sequence"), name="live_message_once"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="RuleSlot",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("slot", models.DateTimeField()),
                    ("protocol", models.CharField(max_length=5)),
                    ("rule", models.CharField(max_length=64)),
                    ("matches", models.BigIntegerField()),
                    ("messages", models.BigIntegerField()),
                    ("suppressed", models.BigIntegerField()),
                    (
                        "feed",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="slots",
                            to="enforcement.feed",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("slot", "feed", "protocol", "rule"), name="rule_slot_once"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="HookBatch",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("first", models.BigIntegerField()),
                    ("last", models.BigIntegerField()),
                    ("key", models.UUIDField(unique=True)),
                    ("made_at", models.DateTimeField()),
                    ("attempts", models.IntegerField(default=0)),
                    ("next_try_at", models.DateTimeField(blank=True, null=True)),
                    ("sent_at", models.DateTimeField(blank=True, null=True)),
                    ("code", models.IntegerField(blank=True, null=True)),
                    ("error", models.TextField(blank=True)),
                    (
                        "feed",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="hook_batches",
                            to="enforcement.feed",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("sent_at", None)),
                            fields=["feed"],
                            name="hook_batch_waiting",
                        ),
                        models.Index(fields=["made_at"], name="hook_batch_age"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("feed", "first"), name="hook_batch_once")
                    ],
                },
            ),
        ),
    ]
