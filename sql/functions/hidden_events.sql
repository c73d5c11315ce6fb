-- Where a report that the role may see counts, the incident's values are of such reports alone: see
-- eventdb.database.closed. For who stores incidents any such report will do, since between an old coding and the new one
-- there is a moment in which none counts.
CREATE FUNCTION hidden_events(who name) RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH hidden AS MATERIALIZED (
        SELECT hidden_sources(who) AS source_ids
    )
    SELECT CASE WHEN pg_has_role(session_user, who, 'MEMBER') THEN ARRAY(
        SELECT touched.event_id
        FROM unnest(touched_events(who)) AS touched (event_id)
        CROSS JOIN hidden
        WHERE (
            SELECT r.id FROM reports AS r
            JOIN codings AS c ON c.id = r.coding_id
            JOIN sources AS s ON s.id = r.source_id
            WHERE r.event_id = touched.event_id
              AND s.id <> ALL (hidden.source_ids)
              AND (has_table_privilege(who, 'events'::regclass, 'INSERT')
                   OR (c.superseded_at IS NULL AND NOT EXISTS (
                       SELECT FROM sources AS newer
                       WHERE newer.address = s.address AND newer.version > s.version
                         AND newer.id <> ALL (hidden.source_ids))))
            LIMIT 1
        ) IS NULL
    ) END;
END;

COMMENT ON FUNCTION hidden_events(name) IS
    'The incidents of which only reports tell that a role may not see, and those left behind by such reports';
