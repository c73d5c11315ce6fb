CREATE FUNCTION unattributed_incidents(min_confidence integer)
RETURNS TABLE (
    event_id bigint, date_start date, date_end date, date_precision text, event_type text, place text, country text,
    weapon text, targets text[], killed bigint, wounded bigint,
    best_actor text, best_stance text, best_confidence smallint, best_speaker text,
    declined_by text[], reports bigint, sources bigint
)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT i.event_id, i.date_start, i.date_end, i.date_precision, i.event_type, i.place, i.country,
           i.weapon, i.targets, i.killed, i.wounded,
           i.attributed_to, i.stance, i.confidence, i.attributed_by,
           coalesce(d.declined_by, '{}'), i.reports, i.sources
    FROM incidents_as_of('infinity') AS i
    LEFT JOIN (
        SELECT a.event_id, array_agg(DISTINCT coalesce(a.speaker, a.publisher, a.source_file)) AS declined_by
        FROM attributions_as_of('infinity') AS a
        WHERE a.stance = 'declined'
        GROUP BY a.event_id
    ) AS d ON d.event_id = i.event_id
    WHERE i.class = 'physical'
      AND coalesce(i.confidence, -1) < min_confidence;
END;

COMMENT ON FUNCTION unattributed_incidents(integer) IS
    'The view unattributed_incidents, by a confidence of one''s own: physical incidents without a positive '
    'attribution at or above it (0 to 100)';
