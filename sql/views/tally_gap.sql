CREATE VIEW tally_gap WITH (security_invoker = true) AS
WITH attacks AS MATERIALIZED (
    SELECT event_id, date_start, date_end FROM incident_timeline WHERE class = 'physical'
),
windows AS (
    SELECT
        t.*, s.publisher, s.published_on, s.source_file,
        coalesce(t.until, s.published_on) AS window_end
    FROM sources_as_of('infinity') AS s
    JOIN tallies AS t ON t.coding_id = s.coding_id
)
SELECT
    w.id AS tally_id, w.what, w.low, w.high, w.approximate, w.speaker, w.since, w.until, w.window_end,
    c.coded, c.maybe, w.low - c.coded AS gap,
    w.publisher, w.published_on, w.source_file,
    ARRAY(
        SELECT p.quote
        FROM tally_passages AS tp
        JOIN passages AS p ON p.id = tp.passage_id
        WHERE tp.tally_id = w.id
        ORDER BY p.start_offset
    ) AS quotes
FROM windows AS w
LEFT JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE a.date_start >= w.since AND a.date_end <= w.window_end) AS coded,
        count(*) FILTER (WHERE NOT (a.date_start >= w.since AND a.date_end <= w.window_end)) AS maybe
    FROM attacks AS a
    WHERE a.date_start <= w.window_end AND a.date_end >= w.since
) AS c ON w.since IS NOT NULL AND w.window_end IS NOT NULL
ORDER BY w.published_on, w.source_id, w.ordinal;

COMMENT ON VIEW tally_gap IS
    'What officials and articles counted beside what is coded in the same span of time, for seeing what is '
    'missing: one row for each tally. Rule: physical incidents whose dates lie wholly between since and until (or '
    'else the day of publication), of whatever kind and place: read "what" before comparing, for it is not '
    'interpreted. A tally without a beginning or an end in time has no count.';
COMMENT ON COLUMN tally_gap.high IS 'null means "at least"';
COMMENT ON COLUMN tally_gap.window_end IS 'until, or else the day of publication';
COMMENT ON COLUMN tally_gap.coded IS 'physical incidents dated wholly within the span';
COMMENT ON COLUMN tally_gap.maybe IS 'physical incidents whose dates lie partly within it; not in coded';
COMMENT ON COLUMN tally_gap.gap IS 'low less coded; below 0 where more is coded than was counted';
