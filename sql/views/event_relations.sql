CREATE VIEW event_relations WITH (security_invoker = true) AS
SELECT
    l.event_id, e.event_type, e.date_start, p.name AS place,
    l.kind,
    l.other_event_id, o.event_type AS other_event_type, o.date_start AS other_date_start, op.name AS other_place,
    CASE WHEN e.date_precision = 'day' AND o.date_precision = 'day' THEN e.date_start - o.date_start END AS lag_days,
    e.date_start - o.date_end AS lag_days_low,
    e.date_end - o.date_start AS lag_days_high,
    l.sources, l.publishers
FROM (
    SELECT
        r.event_id, link.kind, other.event_id AS other_event_id,
        count(DISTINCT r.source_id) AS sources,
        array_agg(DISTINCT coalesce(r.publisher, r.source_file)) AS publishers
    FROM current_reports AS r
    JOIN event_links AS link ON link.report_id = r.report_id
    JOIN current_reports AS other ON other.report_id = link.other_report_id
    WHERE r.event_id <> other.event_id
    GROUP BY r.event_id, link.kind, other.event_id
) AS l
JOIN events AS e ON e.id = l.event_id
JOIN events AS o ON o.id = l.other_event_id
LEFT JOIN places AS p ON p.id = e.place_id
LEFT JOIN places AS op ON op.id = o.place_id;

COMMENT ON VIEW event_relations IS
    'Which incident responds to, or is part of, which other, for sequences: one row for each tie, read as event, '
    'kind, other event. Rule: the ties that sources make between their reports (event_links), carried over to the '
    'incidents of those reports, where these are two.';
COMMENT ON COLUMN event_relations.lag_days IS 'from the other to this one; null unless both are known to the day';
COMMENT ON COLUMN event_relations.lag_days_low IS 'the least that the dates allow; below 0 where they overlap';
COMMENT ON COLUMN event_relations.lag_days_high IS 'the most that the dates allow';
COMMENT ON COLUMN event_relations.sources IS 'sources that make this tie';
