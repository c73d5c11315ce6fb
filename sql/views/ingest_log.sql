CREATE VIEW ingest_log WITH (security_invoker = true) AS
SELECT
    r.id AS run_id, r.started_at, r.finished_at, r.coder, r.run_by,
    count(i.id) AS files,
    count(i.id) FILTER (WHERE i.outcome = 'stored') AS stored,
    count(i.id) FILTER (WHERE i.outcome = 'new_version') AS new_version,
    count(i.id) FILTER (WHERE i.outcome = 'recoded') AS recoded,
    count(i.id) FILTER (WHERE i.outcome = 'known') AS known,
    count(i.id) FILTER (WHERE i.outcome = 'refused') AS refused,
    coalesce(
        array_agg(i.file_name || ' — ' || i.reason ORDER BY i.id) FILTER (WHERE i.outcome = 'refused'), '{}'
    ) AS refusals
FROM ingest_runs AS r
LEFT JOIN ingest_items AS i ON i.run_id = r.id
GROUP BY r.id, r.started_at, r.finished_at, r.coder, r.run_by
ORDER BY r.id;

COMMENT ON VIEW ingest_log IS
    'What each ingest read and what came of it, for whoever runs it: one row for each run. Rule: every run, each '
    'file once, under its outcome; a run that was killed has no finished_at.';
COMMENT ON COLUMN ingest_log.known IS 'files whose text was already there, and was skipped';
COMMENT ON COLUMN ingest_log.refusals IS 'each refused file and why';
