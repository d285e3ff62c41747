"""What must hold across tables: what was submitted or published stays, whoever writes."""

from __future__ import annotations

from django.db import migrations

VERSION = """
CREATE FUNCTION designer_guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept text[] := ARRAY['document', 'digest', 'editors', 'author_id', 'revision', 'test_results', 'comments'];
    step text := OLD.state || ' -> ' || coalesce(NEW.state, '');
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'a version that is % is not deleted', OLD.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'version_stays';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.rule_set_id <> OLD.rule_set_id OR NEW.number <> OLD.number THEN
        RAISE EXCEPTION 'a version keeps its rule set and number'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_keeps_its_number';
    END IF;
    IF OLD.state = 'draft' AND step IN ('draft -> draft', 'draft -> submitted') THEN
        RETURN NEW;
    END IF;
    IF OLD.state = 'draft' AND NEW.restored_at IS NOT NULL AND OLD.restored_at IS NULL THEN
        RETURN NEW;
    END IF;
    IF step = 'submitted -> draft' THEN
        RETURN NEW;
    END IF;
    IF step IN ('submitted -> published', 'submitted -> rejected') THEN
        IF NOT EXISTS (
            SELECT FROM unnest(kept) AS name
            WHERE to_jsonb(OLD) -> name IS DISTINCT FROM to_jsonb(NEW) -> name
        ) THEN
            RETURN NEW;
        END IF;
    ELSIF step = 'published -> superseded' THEN
        IF to_jsonb(OLD) - 'state' = to_jsonb(NEW) - 'state' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a version that is % does not change (%)', OLD.state, step
        USING ERRCODE = 'check_violation', CONSTRAINT = 'version_stays';
END $$;
CREATE TRIGGER designer_version_guard BEFORE UPDATE OR DELETE ON designer_version
    FOR EACH ROW EXECUTE FUNCTION designer_guard_version();
"""

# Rows of a version follow its state; deleting a draft deletes its rows first.
PARTS = """
CREATE FUNCTION designer_guard_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT state INTO closed FROM designer_version
            WHERE id = OLD.version_id AND state <> 'draft';
    END IF;
    IF closed IS NULL AND TG_OP <> 'DELETE' THEN
        SELECT state INTO closed FROM designer_version
            WHERE id = NEW.version_id AND state <> 'draft';
    END IF;
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION 'what belongs to a version that is % does not change', closed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER designer_rule_guard BEFORE INSERT OR UPDATE OR DELETE ON designer_rule
    FOR EACH ROW EXECUTE FUNCTION designer_guard_part();
CREATE TRIGGER designer_ruletest_guard BEFORE INSERT OR UPDATE OR DELETE ON designer_ruletest
    FOR EACH ROW EXECUTE FUNCTION designer_guard_part();
"""

PLANNED = """
CREATE FUNCTION designer_guard_planned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM designer_version WHERE state = 'submitted'
            AND id = (CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END).version_id
    ) THEN
        RAISE EXCEPTION 'the stacks of a version that is submitted do not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER designer_planned_guard BEFORE INSERT OR UPDATE OR DELETE ON designer_plannedstack
    FOR EACH ROW EXECUTE FUNCTION designer_guard_planned();
"""

FITTING = """
CREATE FUNCTION designer_guard_rule_protocol() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.security_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM designer_version v
        JOIN designer_ruleset r ON r.id = v.rule_set_id
        JOIN designer_securitydescriptor s ON s.id = NEW.security_id AND s.protocol = r.protocol
        WHERE v.id = NEW.version_id
    ) THEN
        RAISE EXCEPTION 'the security descriptor is for another protocol than the rule set'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rule_security_of_its_protocol';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER designer_rule_protocol BEFORE INSERT OR UPDATE ON designer_rule
    FOR EACH ROW EXECUTE FUNCTION designer_guard_rule_protocol();

CREATE FUNCTION designer_guard_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM designer_version v
        JOIN designer_ruleset r ON r.id = v.rule_set_id
        WHERE v.id = NEW.version_id AND v.state IN ('published', 'superseded')
            AND r.protocol = NEW.protocol
    ) THEN
        RAISE EXCEPTION 'a stack takes published versions, each for its own protocol'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_of_published';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER designer_assignment_guard BEFORE INSERT OR UPDATE ON designer_assignment
    FOR EACH ROW EXECUTE FUNCTION designer_guard_assignment();
"""

KEPT = """
CREATE FUNCTION designer_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[1];
END $$;
CREATE TRIGGER designer_ruleset_protocol BEFORE UPDATE OF protocol ON designer_ruleset
    FOR EACH ROW WHEN (OLD.protocol IS DISTINCT FROM NEW.protocol)
    EXECUTE FUNCTION designer_refuse('a rule set keeps its protocol', 'rule_set_keeps_protocol');
CREATE TRIGGER designer_security_protocol BEFORE UPDATE OF protocol ON designer_securitydescriptor
    FOR EACH ROW WHEN (OLD.protocol IS DISTINCT FROM NEW.protocol)
    EXECUTE FUNCTION designer_refuse(
        'a security descriptor keeps its protocol', 'security_keeps_protocol');
CREATE TRIGGER designer_installation_stays BEFORE UPDATE OR DELETE ON designer_installation
    FOR EACH ROW EXECUTE FUNCTION designer_refuse(
        'a record of an installation stays as it is', 'installation_stays');
"""

DROP = """
DROP TRIGGER designer_installation_stays ON designer_installation;
DROP TRIGGER designer_security_protocol ON designer_securitydescriptor;
DROP TRIGGER designer_ruleset_protocol ON designer_ruleset;
DROP TRIGGER designer_assignment_guard ON designer_assignment;
DROP TRIGGER designer_rule_protocol ON designer_rule;
DROP TRIGGER designer_planned_guard ON designer_plannedstack;
DROP TRIGGER designer_ruletest_guard ON designer_ruletest;
DROP TRIGGER designer_rule_guard ON designer_rule;
DROP TRIGGER designer_version_guard ON designer_version;
DROP FUNCTION designer_refuse();
DROP FUNCTION designer_guard_assignment();
DROP FUNCTION designer_guard_rule_protocol();
DROP FUNCTION designer_guard_planned();
DROP FUNCTION designer_guard_part();
DROP FUNCTION designer_guard_version();
"""


class Migration(migrations.Migration):
    dependencies = [("designer", "0001_store")]

    operations = [migrations.RunSQL(VERSION + PARTS + PLANNED + FITTING + KEPT, DROP)]
