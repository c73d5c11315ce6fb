CREATE VIEW source_coverage WITH (security_invoker = true) AS
WITH told AS (
    SELECT
        r.source_id, r.event_id,
        min(r.source_id) OVER (PARTITION BY r.event_id) = max(r.source_id) OVER (PARTITION BY r.event_id) AS alone
    FROM current_reports AS r
),
counted AS (
    SELECT
        source_id,
        count(DISTINCT event_id) AS events,
        count(DISTINCT event_id) FILTER (WHERE alone) AS single_source_events
    FROM told
    GROUP BY source_id
)
SELECT
    s.source_id, s.source_file, s.publisher, s.reliability, s.title, s.published_on, s.published_precision, s.version,
    coalesce(c.events, 0) AS events,
    coalesce(c.single_source_events, 0) AS single_source_events,
    (SELECT count(*) FROM tallies AS t WHERE t.coding_id = s.coding_id) AS tallies,
    (SELECT count(*) FROM passages AS p WHERE p.source_id = s.source_id) AS passages,
    s.coder, s.coded_at
FROM sources_as_of('infinity') AS s
LEFT JOIN counted AS c ON c.source_id = s.source_id
ORDER BY s.published_on, s.source_id;

COMMENT ON VIEW source_coverage IS
    'What each source gave, for seeing on whom the record rests: one row for each source. Rule: sources in the '
    'newest version read at each address; events are incidents that it reports (current_reports), single-source '
    'events those that no other source reports.';
COMMENT ON COLUMN source_coverage.passages IS
    'stretches of its text on which anything coded rests, older codings'' among them';
