"""The big tables, partitioned natively; partitions are made on demand by analyzer.ingest.partitions."""

from __future__ import annotations

from django.db import migrations

ACTIVITY = """
CREATE TABLE analyzer_activity (
    interval_end timestamp NOT NULL,
    session_id bigint NOT NULL,
    fingerprint bigint NOT NULL,
    duration_us bigint NOT NULL,
    connections bigint NOT NULL,
    partial bigint NOT NULL,
    short bigint NOT NULL,
    active bigint NOT NULL,
    in_bytes bigint NOT NULL,
    out_bytes bigint NOT NULL,
    in_segs bigint NOT NULL,
    out_segs bigint NOT NULL,
    failed bigint,
    imported_id bigint NOT NULL,
    restarted boolean NOT NULL,
    CONSTRAINT activity_record_once PRIMARY KEY (interval_end, session_id, fingerprint)
) PARTITION BY RANGE (interval_end);
"""

# The primary key leads with the day: a report reads a span of days, the loader one day at a time.
DAILY_ACTIVITY = """
CREATE TABLE analyzer_daily_activity (
    day date NOT NULL,
    intervals integer NOT NULL,
    session_id bigint NOT NULL,
    connections bigint NOT NULL,
    partial bigint NOT NULL,
    short bigint NOT NULL,
    in_bytes bigint NOT NULL,
    out_bytes bigint NOT NULL,
    in_segs bigint NOT NULL,
    out_segs bigint NOT NULL,
    failed bigint,
    first_end timestamp NOT NULL,
    last_end timestamp NOT NULL,
    restarts integer NOT NULL,
    CONSTRAINT daily_activity_once PRIMARY KEY (day, session_id)
) PARTITION BY RANGE (day);
CREATE INDEX daily_activity_of_session ON analyzer_daily_activity (session_id, day);
"""

CONNECTION_EVENT = """
CREATE TABLE analyzer_connection_event (
    written_at timestamp NOT NULL,
    stack_id bigint NOT NULL,
    conn_id bigint NOT NULL,
    fingerprint bigint NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    in_bytes bigint NOT NULL,
    out_bytes bigint NOT NULL,
    in_segs bigint NOT NULL,
    out_segs bigint NOT NULL,
    imported_id bigint NOT NULL,
    local_port integer NOT NULL,
    remote_port integer NOT NULL,
    event smallint NOT NULL,
    ip_proto smallint NOT NULL,
    flags smallint NOT NULL,
    sec_flags smallint NOT NULL,
    protocols smallint NOT NULL,
    local_ip inet NOT NULL,
    remote_ip inet NOT NULL,
    job varchar(8) NOT NULL,
    job_id varchar(8) NOT NULL,
    "user" varchar(8) NOT NULL,
    raw jsonb NOT NULL,
    CONSTRAINT connection_event_once PRIMARY KEY (written_at, stack_id, conn_id, fingerprint)
) PARTITION BY RANGE (written_at);
"""

# sum(bigint) keeps a 128-bit state of its own for each group and gives numeric; a report sums ten
# counters for a hundred thousand sessions, and making those states took most of its time.
TOTAL = """
CREATE AGGREGATE analyzer_total(bigint) (
    SFUNC = int8pl, STYPE = bigint, COMBINEFUNC = int8pl, PARALLEL = SAFE
);
"""


class Migration(migrations.Migration):
    dependencies = [("analyzer", "0001_store")]

    operations = [
        migrations.RunSQL(TOTAL, "DROP AGGREGATE analyzer_total(bigint)"),
        migrations.RunSQL(ACTIVITY, "DROP TABLE analyzer_activity"),
        migrations.RunSQL(DAILY_ACTIVITY, "DROP TABLE analyzer_daily_activity"),
        migrations.RunSQL(CONNECTION_EVENT, "DROP TABLE analyzer_connection_event"),
    ]
