CREATE VIEW reports_by_incident WITH (security_invoker = true) AS
SELECT
    r.event_id, r.report_id, r.event_type, r.date_start, r.date_end, r.date_precision, r.place, r.admin1, r.country,
    r.source_file, r.publisher, r.published_on, r.title,
    ARRAY(
        SELECT p.quote
        FROM report_passages AS rp
        JOIN passages AS p ON p.id = rp.passage_id
        WHERE rp.report_id = r.report_id
        ORDER BY p.start_offset
    ) AS passage,
    r.certainty, r.coder, r.link_score, r.link_reasons
FROM current_reports AS r
ORDER BY r.event_id, r.published_on, r.report_id;

COMMENT ON VIEW reports_by_incident IS
    'Which reports were joined into which incident, for checking the joins and for scoring them: one row for each '
    'report. Rule: every report that counts (current_reports), with its own type, date and place, not the '
    'incident''s.';
COMMENT ON COLUMN reports_by_incident.passage IS 'the passages on which the report rests, in their order';
COMMENT ON COLUMN reports_by_incident.certainty IS 'how sure the coder is that this is one incident, 0 to 100';
COMMENT ON COLUMN reports_by_incident.link_score IS
    'how well it agreed with the incident that it was joined to, 0 to 1; null where it began one';
COMMENT ON COLUMN reports_by_incident.link_reasons IS 'what agreed';
