CREATE VIEW review_queue WITH (security_invoker = true) AS
WITH reasons AS (
    SELECT
        1 AS priority, 'contested' AS reason, 'event' AS subject, c.event_id AS id, c.event_id,
        c.contested || ': ' || array_to_string(c.versions, '; ') AS detail
    FROM contested_incidents AS c
    UNION ALL
    SELECT
        2, 'weak join', 'report', r.report_id, r.event_id,
        'joined at ' || r.link_score || coalesce(' for ' || nullif(array_to_string(r.link_reasons, ', '), ''), '')
    FROM current_reports AS r
    WHERE r.link_score < 0.9
    UNION ALL
    SELECT
        3, 'uncertain', 'report', r.report_id, r.event_id,
        r.event_type || ' of certainty ' || r.certainty || ' in ' || r.source_file
    FROM current_reports AS r
    WHERE r.certainty < 60
    UNION ALL
    SELECT
        4, 'new name', 'actor', a.id, NULL,
        a.name || ' (' || a.kind || '), sources that name it: ' || count(DISTINCT m.source_id)
    FROM actors AS a
    LEFT JOIN mentions AS m ON m.actor_id = a.id
    WHERE a.provisional
      AND NOT EXISTS (
          SELECT FROM judgements AS j
          WHERE a.id IN (j.actor_id, j.other_actor_id) AND j.kind IN ('accept', 'reject', 'same')
      )
    GROUP BY a.id, a.name, a.kind
    UNION ALL
    SELECT
        5, 'inferred date', 'report', r.report_id, r.event_id,
        concat_ws(' to ', r.date_start, nullif(r.date_end, r.date_start))
        || coalesce(' from "' || r.date_text || '"', '') || ' in ' || r.source_file
    FROM current_reports AS r
    WHERE r.date_inferred
)
SELECT q.priority, q.reason, q.subject, q.id, q.event_id, e.event_type, e.date_start, p.name AS place, q.detail
FROM reasons AS q
LEFT JOIN events AS e ON e.id = q.event_id
LEFT JOIN places AS p ON p.id = e.place_id
WHERE e.review_status IS DISTINCT FROM 'accepted'
ORDER BY q.priority, q.event_id, q.id;

COMMENT ON VIEW review_queue IS
    'What a person should look at first, most pressing first: one row for each reason. Rule: contested incidents '
    '(1), reports joined at a score below 0.9 (2), reports of certainty below 60 (3), provisional actors that '
    'nobody has judged (4), inferred dates (5); what belongs to an incident that a person has accepted is left out.';
COMMENT ON COLUMN review_queue.subject IS 'what the id is of: event, report or actor';
