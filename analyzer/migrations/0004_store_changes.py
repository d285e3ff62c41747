"""Which changes of the store have been committed: what answers that are kept are known by.

Every transaction that changes what reports read leaves one row. Which rows a reader sees names what
it sees of the store: a number is never given twice, and the row comes and goes with the changes.
"""

from __future__ import annotations

from django.db import migrations

CHANGE = """
CREATE TABLE analyzer_change (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
INSERT INTO analyzer_change DEFAULT VALUES;
"""
# A setting that is local to the transaction says that its row is there; a savepoint that is rolled
# back takes both back.
NOTE = """
CREATE FUNCTION analyzer_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('zertify.changed', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
        INSERT INTO analyzer_change DEFAULT VALUES;
        PERFORM set_config('zertify.changed', pg_current_xact_id()::text, true);
    END IF;
    RETURN NULL;
END
$$
"""
VERSION = """
CREATE FUNCTION analyzer_store_version() RETURNS text LANGUAGE sql STABLE AS
    'SELECT md5(string_agg(id::text, '','' ORDER BY id)) FROM analyzer_change'
"""
# Removing a day takes away its blocks first: dropped partitions need no trigger.
TABLES = (
    *("stack", "systemsettings", "server", "protection", "securitysession", "stackday"),
    *("coverageevent", "certificate", "protectioncertificate", "block"),
    *("activity", "daily_activity"),
)
TRIGGERS = "".join(
    f"""CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE
        ON analyzer_{table} FOR EACH STATEMENT EXECUTE FUNCTION analyzer_note_change();"""
    for table in TABLES
)
NO_TRIGGERS = "".join(f"DROP TRIGGER note_change ON analyzer_{table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("analyzer", "0003_tables")]

    operations = [
        migrations.RunSQL(CHANGE, "DROP TABLE analyzer_change"),
        migrations.RunSQL(NOTE, "DROP FUNCTION analyzer_note_change()"),
        migrations.RunSQL(VERSION, "DROP FUNCTION analyzer_store_version()"),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
