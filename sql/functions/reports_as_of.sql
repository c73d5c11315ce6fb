CREATE FUNCTION reports_as_of(day date)
RETURNS TABLE (
    report_id bigint, event_id bigint, source_id bigint, coding_id bigint, event_type text,
    date_start date, date_end date, date_precision text, date_text text, date_inferred boolean,
    place_id bigint, place text, place_precision text, admin1 text, country text, place_text text,
    weapon text, weapon_count integer, certainty smallint, rule text, link_score numeric, link_reasons text[],
    publisher text, reliability text, title text, published_on date, source_file text, coder text
)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT r.id, r.event_id, s.source_id, s.coding_id, r.event_type,
           r.date_start, r.date_end, r.date_precision, r.date_text, r.date_inferred,
           r.place_id, p.place, p.place_precision, p.admin1, p.country, r.place_text,
           r.weapon, r.weapon_count, r.certainty, r.rule, r.link_score, r.link_reasons,
           s.publisher, s.reliability, s.title, s.published_on, s.source_file, s.coder
    FROM sources_as_of(day) AS s
    JOIN reports AS r ON r.coding_id = s.coding_id
    JOIN events AS e ON e.id = r.event_id AND e.review_status <> 'rejected'
    LEFT JOIN named_places() AS p ON p.place_id = r.place_id;
END;

COMMENT ON FUNCTION reports_as_of(date) IS
    'The reports that count, of the sources published on or before a day (see sources_as_of), without those of '
    'rejected incidents. On ''infinity'': of every source, dated or not, which is the view current_reports.';
