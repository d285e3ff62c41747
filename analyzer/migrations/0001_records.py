"""What dumps and those who look after them leave: sessions, days, imports, retention, the audit log.

The tables of models that are not managed are made in `0003_tables`, their partitions on demand.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import analyzer.models.local_time
from web.migrating.new_tables import NewTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        # All of them: they alter the user, and Django would work out anew each model that names it.
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        NewTables(
            migrations.CreateModel(
                name="SystemSettings",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sysplex", models.CharField(max_length=8)),
                    ("system", models.CharField(max_length=8)),
                    (
                        "time_zone",
                        models.CharField(
                            default="UTC", help_text="IANA zone of header times", max_length=64
                        ),
                    ),
                    (
                        "zone_source",
                        models.CharField(
                            choices=[("default", "default"), ("set", "set by hand")],
                            default="default",
                            max_length=8,
                        ),
                    ),
                    ("proposed_offset_min", models.SmallIntegerField(blank=True, null=True)),
                    (
                        "proposed_from",
                        analyzer.models.local_time.LocalTimeField(blank=True, null=True),
                    ),
                    ("code_page", models.CharField(default="cp1047", max_length=16)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("sysplex", "system"), name="system_settings_once"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Stack",
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
                    ("release", models.CharField(blank=True, max_length=8)),
                    (
                        "settings",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="stacks",
                            to="analyzer.systemsettings",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("sysplex", "system", "stack"), name="stack_once"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Server",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("server", "TCP server"),
                                ("client", "TCP client"),
                                ("peer", "EE peer"),
                            ],
                            max_length=6,
                        ),
                    ),
                    ("ip_proto", models.PositiveSmallIntegerField()),
                    ("server_ip", models.GenericIPAddressField()),
                    ("port_start", models.PositiveIntegerField()),
                    ("port_end", models.PositiveIntegerField()),
                    ("job", models.CharField(max_length=8)),
                    ("user", models.CharField(max_length=8)),
                    (
                        "stack",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="servers",
                            to="analyzer.stack",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=(
                                "stack",
                                "role",
                                "ip_proto",
                                "server_ip",
                                "port_start",
                                "port_end",
                                "job",
                                "user",
                            ),
                            name="server_once",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Protection",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("digest", models.BinaryField(max_length=16, unique=True)),
                    (
                        "protocol",
                        models.CharField(
                            choices=[
                                ("NONE", "Unprotected*"),
                                ("TLS", "TLS"),
                                ("SSH", "SSH"),
                                ("IPSEC", "IPsec"),
                            ],
                            max_length=5,
                        ),
                    ),
                    ("raw", models.JSONField()),
                    ("tables_version", models.CharField(max_length=16)),
                    ("title", models.TextField()),
                    ("labels", models.JSONField(default=dict)),
                    ("details", models.JSONField(default=list)),
                    ("version", models.CharField(blank=True, max_length=20)),
                    ("cipher", models.CharField(blank=True, max_length=6)),
                    ("source", models.CharField(blank=True, max_length=16)),
                    (
                        "strength",
                        models.CharField(
                            choices=[
                                ("none", "no recognized protection"),
                                ("deprecated", "deprecated"),
                                ("weak", "weak"),
                                ("acceptable", "acceptable"),
                                ("strong", "strong"),
                                ("unknown", "unknown"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("reason", models.TextField(blank=True)),
                    ("confidence", models.CharField(max_length=12)),
                    ("failed_handshake", models.BooleanField(default=False)),
                    ("mismatch", models.TextField(blank=True)),
                    ("quantum_vulnerable", models.BooleanField(null=True)),
                    ("dn_text", models.TextField(blank=True)),
                    (
                        "facts",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), default=list, size=None
                        ),
                    ),
                    (
                        "key_bits",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.IntegerField(), default=list, size=None
                        ),
                    ),
                    (
                        "not_after",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.DateTimeField(), default=list, size=None
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["protocol", "version"], name="protection_by_version")
                    ],
                },
            ),
            migrations.CreateModel(
                name="SecuritySession",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("digest", models.BinaryField(max_length=16, unique=True)),
                    ("client_ip", models.GenericIPAddressField()),
                    ("session_id", models.CharField(blank=True, max_length=42)),
                    ("sa_flags", models.PositiveSmallIntegerField()),
                    (
                        "protection",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="sessions",
                            to="analyzer.protection",
                        ),
                    ),
                    (
                        "server",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="sessions",
                            to="analyzer.server",
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="StoredFile",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sha256", models.CharField(max_length=64, unique=True)),
                    ("name", models.CharField(max_length=255)),
                    ("size_bytes", models.BigIntegerField()),
                    ("stored_at", models.DateTimeField()),
                    ("dropped_at", models.DateTimeField(blank=True, null=True)),
                ],
            ),
            migrations.CreateModel(
                name="Import",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "source",
                        models.CharField(
                            choices=[
                                ("upload", "Upload"),
                                ("path", "Server path"),
                                ("command", "Command line"),
                                ("api", "API"),
                                ("watch", "Watch folder"),
                                ("live", "Live feed"),
                                ("made", "Made of connection records"),
                            ],
                            max_length=8,
                        ),
                    ),
                    ("name", models.CharField(max_length=1024)),
                    ("path", models.CharField(max_length=1024)),
                    ("comment", models.CharField(blank=True, max_length=200)),
                    ("forced_framing", models.CharField(blank=True, max_length=16)),
                    ("submitted_at", models.DateTimeField()),
                    ("started_at", models.DateTimeField(blank=True, null=True)),
                    ("finished_at", models.DateTimeField(blank=True, null=True)),
                    ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                    ("worker", models.CharField(blank=True, max_length=100)),
                    ("attempts", models.PositiveSmallIntegerField(default=0)),
                    ("cancel_requested", models.BooleanField(default=False)),
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
                    ("error", models.TextField(blank=True)),
                    ("advice", models.TextField(blank=True)),
                    ("framing", models.CharField(blank=True, max_length=16)),
                    ("framing_reason", models.TextField(blank=True)),
                    ("wrapper", models.CharField(blank=True, max_length=10)),
                    ("size_bytes", models.BigIntegerField(default=0)),
                    ("position", models.JSONField(blank=True, null=True)),
                    ("bytes_done", models.BigIntegerField(default=0)),
                    ("records_done", models.BigIntegerField(default=0)),
                    ("added", models.BigIntegerField(default=0)),
                    ("duplicate", models.BigIntegerField(default=0)),
                    ("ignored", models.JSONField(default=dict)),
                    ("rejected", models.BigIntegerField(default=0)),
                    ("restarts", models.BigIntegerField(default=0)),
                    ("new_sessions", models.BigIntegerField(default=0)),
                    ("truncated_tail", models.BooleanField(default=False)),
                    ("earliest", analyzer.models.local_time.LocalTimeField(blank=True, null=True)),
                    ("latest", analyzer.models.local_time.LocalTimeField(blank=True, null=True)),
                    (
                        "submitted_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "stored_file",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="imports",
                            to="analyzer.storedfile",
                        ),
                    ),
                    ("decoder", models.PositiveIntegerField(default=0)),
                    (
                        "renews",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="renewed_by",
                            to="analyzer.import",
                        ),
                    ),
                    ("sha256", models.CharField(blank=True, max_length=64)),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["-submitted_at", "-id"], name="import_history"),
                        models.Index(
                            condition=models.Q(("state__in", ["pending", "active"])),
                            fields=["state"],
                            name="import_unfinished",
                        ),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["complete", "failed", "canceled"]),
                                ("finished_at__isnull", True),
                                _connector="XOR",
                            ),
                            name="import_finished_has_time",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("earliest__isnull", True), ("latest__isnull", True)),
                                ("earliest__lte", models.F("latest")),
                                _connector="OR",
                            ),
                            name="import_earliest_before_latest",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Activity",
                fields=[
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "interval_end",
                            "session_id",
                            "fingerprint",
                            blank=True,
                            editable=False,
                            primary_key=True,
                            serialize=False,
                        ),
                    ),
                    ("interval_end", analyzer.models.local_time.LocalTimeField()),
                    (
                        "session",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            to="analyzer.securitysession",
                        ),
                    ),
                    ("fingerprint", models.BigIntegerField()),
                    ("duration_us", models.BigIntegerField()),
                    ("connections", models.BigIntegerField()),
                    ("partial", models.BigIntegerField()),
                    ("short", models.BigIntegerField()),
                    ("active", models.BigIntegerField()),
                    ("in_bytes", models.BigIntegerField()),
                    ("out_bytes", models.BigIntegerField()),
                    ("in_segs", models.BigIntegerField()),
                    ("out_segs", models.BigIntegerField()),
                    ("failed", models.BigIntegerField(null=True)),
                    ("restarted", models.BooleanField()),
                    (
                        "imported",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            to="analyzer.import",
                        ),
                    ),
                ],
                options={
                    "db_table": "analyzer_activity",
                    "managed": False,
                },
            ),
            migrations.CreateModel(
                name="DailyActivity",
                fields=[
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "day",
                            "session_id",
                            blank=True,
                            editable=False,
                            primary_key=True,
                            serialize=False,
                        ),
                    ),
                    ("day", models.DateField()),
                    (
                        "session",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            to="analyzer.securitysession",
                        ),
                    ),
                    ("intervals", models.IntegerField()),
                    ("connections", models.BigIntegerField()),
                    ("partial", models.BigIntegerField()),
                    ("short", models.BigIntegerField()),
                    ("in_bytes", models.BigIntegerField()),
                    ("out_bytes", models.BigIntegerField()),
                    ("in_segs", models.BigIntegerField()),
                    ("out_segs", models.BigIntegerField()),
                    ("failed", models.BigIntegerField(null=True)),
                    ("restarts", models.IntegerField()),
                    ("first_end", analyzer.models.local_time.LocalTimeField()),
                    ("last_end", analyzer.models.local_time.LocalTimeField()),
                ],
                options={
                    "db_table": "analyzer_daily_activity",
                    "managed": False,
                },
            ),
            migrations.CreateModel(
                name="StackDay",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("day", models.DateField()),
                    (
                        "stack",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="days",
                            to="analyzer.stack",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("stack", "day"), name="stack_day_once")
                    ],
                },
            ),
            migrations.CreateModel(
                name="AuditEntry",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("at", models.DateTimeField()),
                    ("user_name", models.CharField(max_length=150)),
                    ("action", models.CharField(max_length=40)),
                    ("target", models.CharField(blank=True, max_length=1024)),
                    ("data", models.JSONField(default=dict)),
                    (
                        "user",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["-at", "-id"], name="audit_by_time")],
                },
            ),
            migrations.CreateModel(
                name="Block",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("days", models.SmallIntegerField()),
                    ("begins", models.DateField()),
                    ("ends", models.DateField()),
                    ("first_day", models.DateField(null=True)),
                    ("last_day", models.DateField(null=True)),
                    ("is_ready", models.BooleanField(default=False)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("days", "begins"), name="block_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("is_ready", False),
                                models.Q(
                                    ("first_day__gte", models.F("begins")),
                                    ("first_day__isnull", False),
                                    ("last_day__lt", models.F("ends")),
                                ),
                                _connector="OR",
                            ),
                            name="block_ready_has_days",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="BlockActivity",
                fields=[
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "block_id",
                            "session_id",
                            blank=True,
                            editable=False,
                            primary_key=True,
                            serialize=False,
                        ),
                    ),
                    (
                        "block",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            to="analyzer.block",
                        ),
                    ),
                    (
                        "session",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            to="analyzer.securitysession",
                        ),
                    ),
                    ("connections", models.BigIntegerField()),
                    ("partial", models.BigIntegerField()),
                    ("short", models.BigIntegerField()),
                    ("in_bytes", models.BigIntegerField()),
                    ("out_bytes", models.BigIntegerField()),
                    ("in_segs", models.BigIntegerField()),
                    ("out_segs", models.BigIntegerField()),
                    ("failed", models.BigIntegerField(null=True)),
                    ("first_end", analyzer.models.local_time.LocalTimeField()),
                    ("last_end", analyzer.models.local_time.LocalTimeField()),
                    ("intervals", models.IntegerField()),
                    ("restarts", models.IntegerField()),
                ],
                options={
                    "db_table": "analyzer_block_activity",
                    "managed": False,
                },
            ),
            migrations.CreateModel(
                name="BlockColumns",
                fields=[
                    ("block_id", models.BigIntegerField(primary_key=True, serialize=False)),
                    ("sessions", models.BinaryField()),
                    ("connections", models.BinaryField()),
                    ("failed", models.BinaryField()),
                ],
                options={
                    "db_table": "analyzer_block_columns",
                    "managed": False,
                },
            ),
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
            migrations.CreateModel(
                name="ConnectionEvent",
                fields=[
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "written_at",
                            "stack_id",
                            "conn_id",
                            "fingerprint",
                            blank=True,
                            editable=False,
                            primary_key=True,
                            serialize=False,
                        ),
                    ),
                    ("written_at", analyzer.models.local_time.LocalTimeField()),
                    (
                        "stack",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            to="analyzer.stack",
                        ),
                    ),
                    ("conn_id", models.BigIntegerField()),
                    ("fingerprint", models.BigIntegerField()),
                    ("event", models.PositiveSmallIntegerField()),
                    ("started_at", models.DateTimeField(null=True)),
                    ("ended_at", models.DateTimeField(null=True)),
                    ("ip_proto", models.PositiveSmallIntegerField()),
                    ("local_ip", models.GenericIPAddressField()),
                    ("local_port", models.IntegerField()),
                    ("remote_ip", models.GenericIPAddressField()),
                    ("remote_port", models.IntegerField()),
                    ("job", models.CharField(max_length=8)),
                    ("job_id", models.CharField(max_length=8)),
                    ("user", models.CharField(max_length=8)),
                    ("flags", models.SmallIntegerField()),
                    ("sec_flags", models.SmallIntegerField()),
                    ("protocols", models.SmallIntegerField()),
                    ("in_bytes", models.BigIntegerField()),
                    ("out_bytes", models.BigIntegerField()),
                    ("in_segs", models.BigIntegerField()),
                    ("out_segs", models.BigIntegerField()),
                    ("raw", models.JSONField()),
                    (
                        "imported",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            to="analyzer.import",
                        ),
                    ),
                ],
                options={
                    "db_table": "analyzer_connection_event",
                    "managed": False,
                },
            ),
            migrations.CreateModel(
                name="CoverageEvent",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("at", analyzer.models.local_time.LocalTimeField()),
                    ("kind", models.CharField(max_length=24)),
                    (
                        "imported",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, to="analyzer.import"
                        ),
                    ),
                    (
                        "stack",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, to="analyzer.stack"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("stack", "at", "kind"), name="coverage_event_once"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ImportPath",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("path", models.CharField(max_length=1024, unique=True)),
                    ("comment", models.CharField(blank=True, max_length=200)),
                    ("added_at", models.DateTimeField()),
                    (
                        "added_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Reject",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("offset", models.BigIntegerField()),
                    ("record_number", models.BigIntegerField()),
                    ("record_type", models.SmallIntegerField(null=True)),
                    ("subtype", models.IntegerField(null=True)),
                    ("field", models.CharField(max_length=64)),
                    ("reason", models.CharField(max_length=40)),
                    ("message", models.TextField()),
                    ("length", models.BigIntegerField()),
                    ("head", models.BinaryField()),
                    ("is_tail", models.BooleanField(default=False)),
                    (
                        "imported",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="rejects",
                            to="analyzer.import",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("imported", "offset", "reason"), name="reject_once"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Rights",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                ],
                options={
                    "permissions": [
                        ("view_report", "Can see reports, imports and rejects"),
                        ("export", "Can take rows away"),
                        ("import_dump", "Can import dumps and cancel imports"),
                        ("save_query", "Can save, share and change queries of their own"),
                        ("administer", "Can change settings, drop files, see the audit log"),
                    ],
                    "managed": False,
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="Retention",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("days", models.PositiveIntegerField(blank=True, null=True)),
                    ("changed_at", models.DateTimeField()),
                    (
                        "changed_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "system",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="retention",
                            to="analyzer.systemsettings",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("system",), name="retention_once_a_system", nulls_distinct=False
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("days__isnull", True), ("days__gte", 1), _connector="OR"
                            ),
                            name="retention_keeps_a_day",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Prune",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("all", "all data"),
                                ("older", "older than"),
                                ("range", "a range of days"),
                                ("retention", "by retention"),
                                ("leftovers", "what nothing refers to"),
                            ],
                            max_length=9,
                        ),
                    ),
                    ("words", models.CharField(max_length=400)),
                    ("plan", models.JSONField(default=list)),
                    ("submitted_at", models.DateTimeField()),
                    ("started_at", models.DateTimeField(blank=True, null=True)),
                    ("finished_at", models.DateTimeField(blank=True, null=True)),
                    ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                    ("worker", models.CharField(blank=True, max_length=100)),
                    ("attempts", models.PositiveSmallIntegerField(default=0)),
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
                    ("error", models.TextField(blank=True)),
                    ("days_planned", models.IntegerField(default=0)),
                    ("days_done", models.IntegerField(default=0)),
                    ("intervals", models.BigIntegerField(default=0)),
                    ("connections", models.BigIntegerField(default=0)),
                    ("sessions", models.BigIntegerField(default=0)),
                    ("servers", models.BigIntegerField(default=0)),
                    ("protections", models.BigIntegerField(default=0)),
                    ("certificates", models.BigIntegerField(default=0)),
                    ("freed_bytes", models.BigIntegerField(default=0)),
                    ("removals", models.BigIntegerField(default=0)),
                    (
                        "submitted_by",
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
                        models.Index(fields=["-submitted_at", "-id"], name="prune_history")
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["complete", "failed", "canceled"]),
                                ("finished_at__isnull", True),
                                _connector="XOR",
                            ),
                            name="prune_finished_has_time",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="WatchFolder",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("path", models.CharField(max_length=1024, unique=True)),
                    (
                        "skip",
                        models.CharField(
                            blank=True,
                            default=".* *.part *.partial *.filepart *.tmp *.temp *.crdownload *.incomplete",
                            max_length=400,
                        ),
                    ),
                    ("comment", models.CharField(blank=True, max_length=200)),
                    ("active", models.BooleanField(default=True)),
                    ("added_at", models.DateTimeField()),
                    ("looked_at", models.DateTimeField(blank=True, null=True)),
                    ("error", models.TextField(blank=True)),
                    (
                        "added_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="WatchedFile",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("path", models.CharField(max_length=1024)),
                    ("size_bytes", models.BigIntegerField()),
                    ("modified_ns", models.BigIntegerField()),
                    ("sha256", models.CharField(blank=True, max_length=64)),
                    ("unchanged_since", models.DateTimeField()),
                    ("seen_at", models.DateTimeField()),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("waiting", "Waiting"),
                                ("imported", "Imported"),
                                ("refused", "Refused"),
                            ],
                            default="waiting",
                            max_length=8,
                        ),
                    ),
                    ("reason", models.TextField(blank=True)),
                    (
                        "imported",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="analyzer.import",
                        ),
                    ),
                    (
                        "folder",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="files",
                            to="analyzer.watchfolder",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["path"], name="watched_file_by_path")],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("folder", "path"), name="watched_file_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["waiting", "imported", "refused"])),
                            name="watched_file_known_state",
                        ),
                    ],
                },
            ),
        ),
    ]
