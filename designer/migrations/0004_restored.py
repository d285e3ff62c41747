"""What came from a backup waits for approval beside an open version; stacks take it afterwards."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q

_GUARD = """
CREATE OR REPLACE FUNCTION designer_guard_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM designer_version v
        JOIN designer_ruleset r ON r.id = v.rule_set_id
        WHERE v.id = NEW.version_id AND v.state IN ('published', 'superseded')
            AND r.protocol = NEW.protocol{more}
    ) THEN
        RAISE EXCEPTION 'a stack takes published versions, each for its own protocol'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_of_published';
    END IF;
    RETURN NEW;
END $$;
"""
BEFORE = _GUARD.replace("{more}", "")
APPROVED = _GUARD.replace("{more}", " AND v.decided_by_id IS NOT NULL")


class Migration(migrations.Migration):
    dependencies = [("designer", "0003_roles")]

    operations = [
        migrations.RemoveConstraint("version", "version_one_open_draft"),
        migrations.AddConstraint(
            "version",
            models.UniqueConstraint(
                "rule_set",
                condition=Q(state__in=("draft", "submitted"), restored_at=None),
                name="version_one_open_draft",
            ),
        ),
        migrations.RunSQL(APPROVED, BEFORE),
    ]
