CREATE VIEW current_reports WITH (security_invoker = true) AS
SELECT
    report_id, event_id, source_id, coding_id, event_type,
    date_start, date_end, date_precision, date_text, date_inferred,
    place_id, place, place_precision, admin1, country, place_text,
    weapon, weapon_count, certainty, rule, link_score, link_reasons,
    publisher, reliability, title, published_on, source_file, coder
FROM reports_as_of('infinity');

COMMENT ON VIEW current_reports IS
    'The reports that count, on which every other view builds: one row for each. Rule: of the current coding of a '
    'source (not superseded), of the newest version read at each address, of an incident that nobody has rejected.';
COMMENT ON COLUMN current_reports.certainty IS 'how sure the coder is that this is one incident, 0 to 100';
COMMENT ON COLUMN current_reports.link_score IS
    'how well it agreed with the incident that it was joined to, 0 to 1; null where it began one';
COMMENT ON COLUMN current_reports.reliability IS 'the publisher''s Admiralty grade, A to F';
