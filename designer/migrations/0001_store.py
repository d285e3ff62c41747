"""Rule sets with their versions, the objects that rules name, systems and stacks."""

import django.contrib.postgres.fields
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from web.migrating.new_tables import NewTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("analyzer", "0001_records"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        NewTables(
            migrations.CreateModel(
                name="AddressGroup",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=32)),
                    ("description", models.CharField(blank=True, max_length=500)),
                    ("content", models.JSONField()),
                    ("basis", models.CharField(blank=True, max_length=500)),
                    (
                        "confidence",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("confirmed", "confirmed"),
                                ("recalled", "recalled"),
                                ("inferred", "inferred"),
                                ("provisional", "provisional"),
                            ],
                            max_length=11,
                        ),
                    ),
                    ("shipped", models.BooleanField(default=False)),
                    ("key", models.CharField(blank=True, max_length=64)),
                    ("revision", models.PositiveIntegerField(default=1)),
                    ("changed_at", models.DateTimeField()),
                    ("changed_by_name", models.CharField(blank=True, max_length=150)),
                ],
                options={
                    "abstract": False,
                    "constraints": [
                        models.UniqueConstraint(
                            django.db.models.functions.text.Lower("name"),
                            name="addressgroup_name_once",
                        ),
                        models.UniqueConstraint(
                            models.F("key"),
                            condition=models.Q(("shipped", True)),
                            name="addressgroup_shipped_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True),
                            name="addressgroup_has_name",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "confidence__in",
                                    ["", "confirmed", "recalled", "inferred", "provisional"],
                                )
                            ),
                            name="addressgroup_known_confidence",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("shipped", True), models.Q(("key", ""), _negated=True)),
                                models.Q(("key", ""), ("shipped", False)),
                                _connector="OR",
                            ),
                            name="addressgroup_key_if_shipped",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TrafficDescriptor",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=32)),
                    ("description", models.CharField(blank=True, max_length=500)),
                    ("content", models.JSONField()),
                    ("basis", models.CharField(blank=True, max_length=500)),
                    (
                        "confidence",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("confirmed", "confirmed"),
                                ("recalled", "recalled"),
                                ("inferred", "inferred"),
                                ("provisional", "provisional"),
                            ],
                            max_length=11,
                        ),
                    ),
                    ("shipped", models.BooleanField(default=False)),
                    ("key", models.CharField(blank=True, max_length=64)),
                    ("revision", models.PositiveIntegerField(default=1)),
                    ("changed_at", models.DateTimeField()),
                    ("changed_by_name", models.CharField(blank=True, max_length=150)),
                ],
                options={
                    "abstract": False,
                    "constraints": [
                        models.UniqueConstraint(
                            django.db.models.functions.text.Lower("name"),
                            name="trafficdescriptor_name_once",
                        ),
                        models.UniqueConstraint(
                            models.F("key"),
                            condition=models.Q(("shipped", True)),
                            name="trafficdescriptor_shipped_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True),
                            name="trafficdescriptor_has_name",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "confidence__in",
                                    ["", "confirmed", "recalled", "inferred", "provisional"],
                                )
                            ),
                            name="trafficdescriptor_known_confidence",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("shipped", True), models.Q(("key", ""), _negated=True)),
                                models.Q(("key", ""), ("shipped", False)),
                                _connector="OR",
                            ),
                            name="trafficdescriptor_key_if_shipped",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SecurityDescriptor",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=32)),
                    ("description", models.CharField(blank=True, max_length=500)),
                    ("content", models.JSONField()),
                    ("basis", models.CharField(blank=True, max_length=500)),
                    (
                        "confidence",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("confirmed", "confirmed"),
                                ("recalled", "recalled"),
                                ("inferred", "inferred"),
                                ("provisional", "provisional"),
                            ],
                            max_length=11,
                        ),
                    ),
                    ("shipped", models.BooleanField(default=False)),
                    ("key", models.CharField(blank=True, max_length=64)),
                    ("revision", models.PositiveIntegerField(default=1)),
                    ("changed_at", models.DateTimeField()),
                    (
                        "protocol",
                        models.CharField(
                            choices=[("TLS", "TLS"), ("SSH", "SSH"), ("IPsec", "IPsec")],
                            max_length=5,
                        ),
                    ),
                    ("changed_by_name", models.CharField(blank=True, max_length=150)),
                ],
                options={
                    "abstract": False,
                    "constraints": [
                        models.UniqueConstraint(
                            django.db.models.functions.text.Lower("name"),
                            name="securitydescriptor_name_once",
                        ),
                        models.UniqueConstraint(
                            models.F("key"),
                            condition=models.Q(("shipped", True)),
                            name="securitydescriptor_shipped_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True),
                            name="securitydescriptor_has_name",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "confidence__in",
                                    ["", "confirmed", "recalled", "inferred", "provisional"],
                                )
                            ),
                            name="securitydescriptor_known_confidence",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("shipped", True), models.Q(("key", ""), _negated=True)),
                                models.Q(("key", ""), ("shipped", False)),
                                _connector="OR",
                            ),
                            name="securitydescriptor_key_if_shipped",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("protocol__in", ["TLS", "SSH", "IPsec"])),
                            name="securitydescriptor_known_protocol",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ActionDescriptor",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=32)),
                    ("description", models.CharField(blank=True, max_length=500)),
                    ("content", models.JSONField()),
                    ("basis", models.CharField(blank=True, max_length=500)),
                    (
                        "confidence",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("confirmed", "confirmed"),
                                ("recalled", "recalled"),
                                ("inferred", "inferred"),
                                ("provisional", "provisional"),
                            ],
                            max_length=11,
                        ),
                    ),
                    ("shipped", models.BooleanField(default=False)),
                    ("key", models.CharField(blank=True, max_length=64)),
                    ("revision", models.PositiveIntegerField(default=1)),
                    ("changed_at", models.DateTimeField()),
                    ("changed_by_name", models.CharField(blank=True, max_length=150)),
                ],
                options={
                    "abstract": False,
                    "constraints": [
                        models.UniqueConstraint(
                            django.db.models.functions.text.Lower("name"),
                            name="actiondescriptor_name_once",
                        ),
                        models.UniqueConstraint(
                            models.F("key"),
                            condition=models.Q(("shipped", True)),
                            name="actiondescriptor_shipped_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True),
                            name="actiondescriptor_has_name",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "confidence__in",
                                    ["", "confirmed", "recalled", "inferred", "provisional"],
                                )
                            ),
                            name="actiondescriptor_known_confidence",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("shipped", True), models.Q(("key", ""), _negated=True)),
                                models.Q(("key", ""), ("shipped", False)),
                                _connector="OR",
                            ),
                            name="actiondescriptor_key_if_shipped",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RuleSet",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=32)),
                    (
                        "protocol",
                        models.CharField(
                            choices=[
                                ("TLS", "TLS"),
                                ("SSH", "SSH"),
                                ("IPsec", "IPsec"),
                                ("None", "no recognized protection"),
                            ],
                            max_length=5,
                        ),
                    ),
                    ("description", models.CharField(blank=True, max_length=500)),
                    ("owner", models.CharField(blank=True, max_length=100)),
                    ("made_at", models.DateTimeField()),
                    ("retired_at", models.DateTimeField(blank=True, null=True)),
                    ("changed_by_name", models.CharField(blank=True, max_length=150)),
                    ("revision", models.PositiveIntegerField(default=1)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            django.db.models.functions.text.Lower("name"), name="rule_set_name_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True),
                            name="rule_set_has_name",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("protocol__in", ["TLS", "SSH", "IPsec", "None"])),
                            name="rule_set_known_protocol",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Version",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("number", models.PositiveIntegerField()),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "draft"),
                                ("submitted", "submitted"),
                                ("published", "published"),
                                ("rejected", "rejected"),
                                ("superseded", "superseded"),
                            ],
                            default="draft",
                            max_length=10,
                        ),
                    ),
                    ("comment", models.CharField(blank=True, max_length=500)),
                    ("revision", models.PositiveIntegerField(default=1)),
                    ("test_results", models.JSONField(default=list)),
                    ("author_name", models.CharField(max_length=150)),
                    ("made_at", models.DateTimeField()),
                    (
                        "editors",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.IntegerField(), default=list, size=None
                        ),
                    ),
                    ("edited_by_name", models.CharField(max_length=150)),
                    ("edited_at", models.DateTimeField()),
                    ("submitted_by_name", models.CharField(blank=True, max_length=150)),
                    ("submitted_at", models.DateTimeField(blank=True, null=True)),
                    ("decided_by_name", models.CharField(blank=True, max_length=150)),
                    ("decided_at", models.DateTimeField(blank=True, null=True)),
                    ("decision_comment", models.CharField(blank=True, max_length=500)),
                    ("document", models.JSONField(blank=True, null=True)),
                    ("digest", models.CharField(blank=True, max_length=64)),
                    ("restored_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "author",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "based_on",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="followers",
                            to="designer.version",
                        ),
                    ),
                    (
                        "decided_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "rule_set",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="versions",
                            to="designer.ruleset",
                        ),
                    ),
                    (
                        "submitted_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("comments", models.JSONField(blank=True, default=list)),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["state", "rule_set"], name="version_by_state")
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("rule_set"), models.F("number"), name="version_number_once"
                        ),
                        models.UniqueConstraint(
                            models.F("rule_set"),
                            condition=models.Q(("state__in", ("draft", "submitted"))),
                            name="version_one_open_draft",
                        ),
                        models.UniqueConstraint(
                            models.F("rule_set"),
                            condition=models.Q(("state", "published")),
                            name="version_one_published",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    ["draft", "submitted", "published", "rejected", "superseded"],
                                )
                            ),
                            name="version_known_state",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("digest", ""),
                                    ("document__isnull", True),
                                    ("state", "draft"),
                                    ("submitted_at", None),
                                ),
                                models.Q(
                                    models.Q(("state", "draft"), _negated=True),
                                    ("document__isnull", False),
                                    ("submitted_at__isnull", False),
                                    ("digest__regex", "^[0-9a-f]{64}$"),
                                ),
                                _connector="OR",
                            ),
                            name="version_frozen_once_submitted",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("decided_at", None),
                                    ("decided_by", None),
                                    ("state__in", ("draft", "submitted")),
                                ),
                                models.Q(
                                    models.Q(("state__in", ("draft", "submitted")), _negated=True),
                                    ("decided_at__isnull", False),
                                    models.Q(
                                        ("decided_by__isnull", False),
                                        ("restored_at__isnull", False),
                                        _connector="OR",
                                    ),
                                ),
                                _connector="OR",
                            ),
                            name="version_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                django.db.models.lookups.IsNull(
                                    models.Func(
                                        models.F("editors"),
                                        models.F("decided_by"),
                                        function="array_position",
                                        output_field=models.IntegerField(),
                                    ),
                                    True,
                                ),
                                models.Q(
                                    ("decided_by", None),
                                    models.Q(
                                        models.Q(
                                            ("author", None),
                                            models.Q(
                                                ("decided_by", models.F("author")), _negated=True
                                            ),
                                            _connector="OR",
                                        ),
                                        models.Q(
                                            ("submitted_by", None),
                                            models.Q(
                                                ("decided_by", models.F("submitted_by")),
                                                _negated=True,
                                            ),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            name="version_decided_by_another",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DraftSave",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("revision", models.PositiveIntegerField()),
                    ("content", models.JSONField()),
                    ("saved_by_name", models.CharField(max_length=150)),
                    ("saved_at", models.DateTimeField()),
                    (
                        "version",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="saves",
                            to="designer.version",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("version"), models.F("revision"), name="draft_save_once"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ZosGroup",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=32)),
                    ("description", models.CharField(blank=True, max_length=500)),
                    ("dialect", models.CharField(blank=True, max_length=64)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            django.db.models.functions.text.Lower("name"),
                            name="zos_group_name_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True),
                            name="zos_group_has_name",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="System",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sysplex", models.CharField(blank=True, max_length=8)),
                    ("name", models.CharField(max_length=8)),
                    (
                        "group",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="systems",
                            to="designer.zosgroup",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("group"),
                            models.F("sysplex"),
                            models.F("name"),
                            name="system_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True), name="system_has_name"
                        ),
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
                    ("name", models.CharField(max_length=8)),
                    (
                        "tag",
                        models.CharField(
                            choices=[
                                ("DEV", "development"),
                                ("TEST", "test"),
                                ("PROD", "production"),
                            ],
                            default="DEV",
                            max_length=4,
                        ),
                    ),
                    (
                        "recorded",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="analyzer.stack",
                        ),
                    ),
                    (
                        "system",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="stacks",
                            to="designer.system",
                        ),
                    ),
                    ("audits_to_nmi", models.BooleanField(blank=True, null=True)),
                    ("audits_to_smf", models.BooleanField(blank=True, null=True)),
                    ("dialect", models.CharField(blank=True, max_length=64)),
                    (
                        "release",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("V2R5", "z/OS 2.5"),
                                ("V3R1", "z/OS 3.1"),
                                ("V3R2", "z/OS 3.2 or later"),
                            ],
                            max_length=4,
                        ),
                    ),
                    ("told_at", models.DateTimeField(blank=True, null=True)),
                    ("told_by_name", models.CharField(blank=True, max_length=150)),
                    ("trmd_runs", models.BooleanField(blank=True, null=True)),
                    ("zert_is_on", models.BooleanField(blank=True, null=True)),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("release__in", ["", "V2R5", "V3R1", "V3R2"])),
                            name="designer_stack_known_release",
                        ),
                        models.UniqueConstraint(
                            models.F("system"), models.F("name"), name="designer_stack_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True),
                            name="designer_stack_has_name",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("tag__in", ["DEV", "TEST", "PROD"])),
                            name="designer_stack_known_tag",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PlannedStack",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "stack",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="planned",
                            to="designer.stack",
                        ),
                    ),
                    (
                        "version",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="planned",
                            to="designer.version",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("version"), models.F("stack"), name="planned_stack_once"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Assignment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "protocol",
                        models.CharField(
                            choices=[
                                ("TLS", "TLS"),
                                ("SSH", "SSH"),
                                ("IPsec", "IPsec"),
                                ("None", "no recognized protection"),
                            ],
                            max_length=5,
                        ),
                    ),
                    ("assigned_by_name", models.CharField(max_length=150)),
                    ("assigned_at", models.DateTimeField()),
                    (
                        "stack",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="assignments",
                            to="designer.stack",
                        ),
                    ),
                    (
                        "version",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="assignments",
                            to="designer.version",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("stack"),
                            models.F("protocol"),
                            name="assignment_one_per_protocol",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("protocol__in", ["TLS", "SSH", "IPsec", "None"])),
                            name="assignment_known_protocol",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Installation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("document", models.JSONField()),
                    ("policy_file", models.TextField()),
                    ("digest", models.CharField(max_length=64)),
                    ("dialect", models.CharField(max_length=64)),
                    ("comment", models.CharField(blank=True, max_length=500)),
                    ("installed_by_name", models.CharField(max_length=150)),
                    ("installed_at", models.DateTimeField()),
                    (
                        "installed_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "stack",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="installations",
                            to="designer.stack",
                        ),
                    ),
                    (
                        "versions",
                        models.ManyToManyField(related_name="installations", to="designer.version"),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["stack", "-installed_at"], name="installation_newest")
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                            name="installation_has_digest",
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
                        ("view_policy", "Can see rule sets, objects, stacks and policy files"),
                        ("author_policy", "Can change objects, drafts and stacks, and submit"),
                        ("approve_policy", "Can publish or reject what others submitted"),
                    ],
                    "managed": False,
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="Rule",
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
                                ("general", "general rule"),
                                ("specific", "specific rule"),
                                ("catch-all", "catch-all rule"),
                            ],
                            max_length=9,
                        ),
                    ),
                    ("place", models.PositiveIntegerField()),
                    ("name", models.CharField(max_length=32)),
                    ("description", models.CharField(blank=True, max_length=500)),
                    ("owner", models.CharField(blank=True, max_length=100)),
                    ("expires", models.DateField(blank=True, null=True)),
                    ("inline_traffic", models.JSONField(blank=True, default=dict)),
                    ("inline_security", models.JSONField(blank=True, null=True)),
                    ("inline_action", models.JSONField(blank=True, null=True)),
                    (
                        "action",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="rules",
                            to="designer.actiondescriptor",
                        ),
                    ),
                    (
                        "local",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="rules_local",
                            to="designer.addressgroup",
                        ),
                    ),
                    (
                        "remote",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="rules_remote",
                            to="designer.addressgroup",
                        ),
                    ),
                    (
                        "security",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="rules",
                            to="designer.securitydescriptor",
                        ),
                    ),
                    (
                        "traffic",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="rules",
                            to="designer.trafficdescriptor",
                        ),
                    ),
                    (
                        "version",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="rules",
                            to="designer.version",
                        ),
                    ),
                    ("comments", models.JSONField(blank=True, default=list)),
                ],
                options={
                    "ordering": ["version", "place"],
                    "constraints": [
                        models.UniqueConstraint(
                            deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                            fields=("version", "place"),
                            name="rule_place_once",
                        ),
                        models.UniqueConstraint(
                            deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                            fields=("version", "name"),
                            name="rule_name_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True), name="rule_has_name"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "general"), ("place", 0)),
                                models.Q(
                                    ("kind", "specific"), ("place__gt", 0), ("place__lt", 1000000)
                                ),
                                models.Q(("kind", "catch-all"), ("place", 1000000)),
                                _connector="OR",
                            ),
                            name="rule_kind_in_its_place",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("kind", "specific"),
                                models.Q(
                                    ("expires", None),
                                    ("inline_traffic", {}),
                                    ("local", None),
                                    ("remote", None),
                                    ("traffic", None),
                                ),
                                _connector="OR",
                            ),
                            name="rule_only_specific_has_traffic",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "catch-all"), _negated=True),
                                models.Q(("inline_security__isnull", True), ("security", None)),
                                _connector="OR",
                            ),
                            name="rule_catch_all_asks_nothing",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("security", None),
                                ("inline_security__isnull", True),
                                _connector="OR",
                            ),
                            name="rule_one_security",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("action", None), ("inline_action__isnull", True), _connector="OR"
                            ),
                            name="rule_one_action",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RuleTest",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("place", models.PositiveIntegerField()),
                    ("name", models.CharField(max_length=100)),
                    ("connection", models.JSONField()),
                    ("expected", models.CharField(blank=True, max_length=32)),
                    (
                        "version",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="tests",
                            to="designer.version",
                        ),
                    ),
                ],
                options={
                    "ordering": ["version", "place"],
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("version"), models.F("name"), name="rule_test_name_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True),
                            name="rule_test_has_name",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PolicySite",
                fields=[
                    (
                        "id",
                        models.PositiveSmallIntegerField(
                            default=1, primary_key=True, serialize=False
                        ),
                    ),
                    ("dialect", models.CharField(blank=True, max_length=64)),
                    ("matching", models.JSONField(blank=True, default=dict)),
                    ("revision", models.PositiveIntegerField(default=0)),
                    ("changed_by_name", models.CharField(blank=True, max_length=150)),
                    ("changed_at", models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("pk", 1)), name="policy_site_is_one"
                        )
                    ],
                },
            ),
        ),
    ]
