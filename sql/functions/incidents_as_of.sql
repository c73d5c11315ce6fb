-- On 'infinity' the incident is as it now stands in `events`, with what people corrected. On a day, type, date, place
-- and weapon are worked out from the reports known by then, by the rules that eventdb.database.link has for events.
CREATE FUNCTION incidents_as_of(day date)
RETURNS TABLE (
    event_id bigint, date_start date, date_end date, date_precision text, event_type text, class text,
    place text, admin1 text, country text, latitude double precision, longitude double precision,
    weapon text, targets text[],
    killed_low bigint, killed bigint, killed_high bigint, wounded_low bigint, wounded bigint, wounded_high bigint,
    missing bigint, detained bigint,
    attributed_to text, stance text, confidence smallint, likelihood text, attributed_by text,
    reports bigint, sources bigint, first_published date, review_status text
)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    WITH accounts AS (
        SELECT r.event_id,
               count(*) AS reports,
               count(DISTINCT r.source_id) AS sources,
               min(r.published_on) AS first_published,
               coalesce(mode() WITHIN GROUP (ORDER BY r.event_type) FILTER (WHERE r.event_type <> 'other_attack'),
                        'other_attack') AS event_type,
               max(r.date_start) AS common_start,
               min(r.date_end) AS common_end,
               (array_agg(r.report_id ORDER BY r.date_end - r.date_start, r.certainty DESC, r.report_id))[1]
                   AS narrowest,
               min(array_position(ARRAY['day', 'week', 'month', 'year'], r.date_precision)) AS finest,
               (array_agg(
                   r.place_id ORDER BY
                       array_position(
                           ARRAY['site', 'city', 'district', 'admin1', 'country', 'region', 'sea', 'several'],
                           r.place_precision
                       ),
                       r.certainty DESC, r.report_id
               ) FILTER (WHERE r.place_id IS NOT NULL))[1] AS place_id,
               mode() WITHIN GROUP (ORDER BY r.weapon) AS weapon
        FROM reports_as_of(day) AS r
        GROUP BY r.event_id
    ),
    aimed AS (
        SELECT r.event_id, array_agg(DISTINCT t.name ORDER BY t.name) AS targets
        FROM reports_as_of(day) AS r
        JOIN event_targets AS t ON t.report_id = r.report_id
        GROUP BY r.event_id
    ),
    figures AS (
        SELECT c.event_id,
               max(c.low) FILTER (WHERE c.outcome = 'killed') AS killed_low,
               max(c.best) FILTER (WHERE c.outcome = 'killed') AS killed,
               max(c.high) FILTER (WHERE c.outcome = 'killed') AS killed_high,
               max(c.low) FILTER (WHERE c.outcome = 'wounded') AS wounded_low,
               max(c.best) FILTER (WHERE c.outcome = 'wounded') AS wounded,
               max(c.high) FILTER (WHERE c.outcome = 'wounded') AS wounded_high,
               max(c.best) FILTER (WHERE c.outcome = 'missing') AS missing,
               max(c.best) FILTER (WHERE c.outcome = 'detained') AS detained
        FROM casualty_estimates_as_of(day) AS c
        GROUP BY c.event_id
    ),
    blamed AS (
        SELECT DISTINCT ON (a.event_id)
               a.event_id, a.actor, a.stance, a.confidence, a.likelihood,
               coalesce(a.speaker, a.publisher, a.source_file) AS said_by
        FROM attributions_as_of(day) AS a
        WHERE a.positive
        ORDER BY a.event_id, a.confidence DESC, a.described, a.published_on, a.attribution_id
    )
    SELECT e.id,
           CASE WHEN day = 'infinity' THEN e.date_start ELSE d.date_start END,
           CASE WHEN day = 'infinity' THEN e.date_end ELSE d.date_end END,
           CASE WHEN day = 'infinity' THEN e.date_precision ELSE d.date_precision END,
           t.code, t.class,
           p.place, p.admin1, p.country, p.latitude, p.longitude,
           CASE WHEN day = 'infinity' THEN e.weapon ELSE a.weapon END,
           coalesce(aimed.targets, '{}'),
           f.killed_low, f.killed, f.killed_high, f.wounded_low, f.wounded, f.wounded_high, f.missing, f.detained,
           b.actor, b.stance, b.confidence, b.likelihood, b.said_by,
           a.reports, a.sources, a.first_published, e.review_status
    FROM accounts AS a
    JOIN events AS e ON e.id = a.event_id
    JOIN event_types AS t ON t.code = CASE WHEN day = 'infinity' THEN e.event_type ELSE a.event_type END
    LEFT JOIN LATERAL (
        SELECT a.common_start AS date_start, a.common_end AS date_end,
               CASE WHEN a.common_start = a.common_end THEN 'day'
                    ELSE coalesce((ARRAY['day', 'week', 'month', 'year'])[a.finest], 'unknown') END AS date_precision
        WHERE a.common_start <= a.common_end OR a.common_start IS NULL
        UNION ALL
        SELECT r.date_start, r.date_end, r.date_precision
        FROM reports AS r
        WHERE a.common_start > a.common_end AND r.id = a.narrowest
    ) AS d ON true
    LEFT JOIN named_places() AS p
        ON p.place_id = CASE WHEN day = 'infinity' THEN e.place_id ELSE a.place_id END
    LEFT JOIN aimed ON aimed.event_id = e.id
    LEFT JOIN figures AS f ON f.event_id = e.id
    LEFT JOIN blamed AS b ON b.event_id = e.id;
END;

COMMENT ON FUNCTION incidents_as_of(date) IS
    'The view incident_timeline as it stood on a day: from the sources published on or before it (see '
    'sources_as_of). Type and weapon are what most of those sources give, the date is what they have in common, '
    'or else the narrowest, the place the finest; what people corrected is left out. On ''infinity'': the '
    'incident as it stands now, from every source, dated or not.';
