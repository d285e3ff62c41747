"""Tables that Django does not manage, and the functions that reports read them with.

Days are partitioned natively; their partitions are made on demand by analyzer.ingest.partitions.
Blocks are roll-ups above the daily one (docs/adr/0007-blocks.md).
"""

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

BLOCK_ACTIVITY = """
CREATE TABLE analyzer_block_activity (
    block_id bigint NOT NULL,
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
    intervals integer NOT NULL,
    restarts integer NOT NULL,
    CONSTRAINT block_activity_once PRIMARY KEY (block_id, session_id)
)
"""

# Packed numbers: eight bytes each, most significant first; `failed` is -1 where it is not counted.
# They are read whole, and never compressed: to unpack them would take longer than to read them.
BLOCK_COLUMNS = """
CREATE TABLE analyzer_block_columns (
    block_id bigint NOT NULL,
    sessions bytea STORAGE EXTERNAL NOT NULL,
    connections bytea STORAGE EXTERNAL NOT NULL,
    failed bytea STORAGE EXTERNAL NOT NULL,
    CONSTRAINT block_columns_once PRIMARY KEY (block_id)
)
"""

# The fewest ready blocks that lie in a span of days, and the days beside them: of the blocks of one
# day each (`by_day`), or of all longer ones. Blocks nest: one is
# in no larger one when it ends behind all that begin before it. Both are STABLE, so that all of
# a statement sees the same blocks as it sees rows: what was made or taken away while it runs does
# not concern it.
#
# Blocks of usual periods overlap the others anyhow: they serve where they are all that is asked.
BLOCKS_IN = """
CREATE FUNCTION analyzer_blocks_in(first date, last date, by_day boolean)
RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((
        SELECT ARRAY[id] FROM analyzer_block
        WHERE is_ready AND NOT by_day AND days > 1 AND begins = first AND ends = last + 1
    ), (
        SELECT array_agg(id) FROM (
            SELECT id, ends > coalesce(max(ends) OVER (
                ORDER BY begins, days DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ), '-infinity') AS is_outermost
            FROM analyzer_block
            WHERE is_ready AND (days = 1) = by_day AND days IN (1, 4, 16, 64, 256)
                AND first_day >= coalesce(first, '-infinity')
                AND last_day <= coalesce(last, 'infinity')
        ) inside WHERE is_outermost
    ), '{}')
$$
"""
# Where an end is open or far away, the days of the store bound the list.
DAYS_IN = """
CREATE FUNCTION analyzer_days_in(first date, last date, by_day boolean) RETURNS date[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH span AS (
        SELECT
            CASE WHEN first >= '2000-01-01' THEN first ELSE (
                SELECT greatest(first, min(day)) FROM analyzer_daily_activity
                HAVING min(day) IS NOT NULL) END AS begins,
            CASE WHEN last <= '2100-01-01' THEN last + 1 ELSE (
                SELECT least(last, max(day)) + 1 FROM analyzer_daily_activity
                HAVING max(day) IS NOT NULL) END AS ends
    ), chosen AS (
        SELECT begins, ends FROM analyzer_block WHERE id = ANY(analyzer_blocks_in(first, last, by_day))
    ), gap AS (
        SELECT lag(ends) OVER (ORDER BY begins) AS begins, begins AS ends FROM chosen
        UNION ALL SELECT max(ends), NULL FROM chosen
    )
    SELECT coalesce(array_agg(day), '{}') FROM (
        SELECT greatest(gap.begins, span.begins) + n AS day FROM gap, span, generate_series(
            0, least(gap.ends, span.ends) - greatest(gap.begins, span.begins) - 1) n
    ) beside
$$
"""


class Migration(migrations.Migration):
    dependencies = [("analyzer", "0002_work")]

    operations = [
        migrations.RunSQL(TOTAL, "DROP AGGREGATE analyzer_total(bigint)"),
        migrations.RunSQL(ACTIVITY, "DROP TABLE analyzer_activity"),
        migrations.RunSQL(DAILY_ACTIVITY, "DROP TABLE analyzer_daily_activity"),
        migrations.RunSQL(CONNECTION_EVENT, "DROP TABLE analyzer_connection_event"),
        migrations.RunSQL(BLOCK_ACTIVITY, "DROP TABLE analyzer_block_activity"),
        migrations.RunSQL(BLOCK_COLUMNS, "DROP TABLE analyzer_block_columns"),
        migrations.RunSQL(BLOCKS_IN, "DROP FUNCTION analyzer_blocks_in(date, date, boolean)"),
        migrations.RunSQL(DAYS_IN, "DROP FUNCTION analyzer_days_in(date, date, boolean)"),
    ]
