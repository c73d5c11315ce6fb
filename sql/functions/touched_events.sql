CREATE FUNCTION touched_events(who name) RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT CASE WHEN pg_has_role(session_user, who, 'MEMBER') THEN ARRAY(
        SELECT r.event_id FROM reports AS r WHERE r.source_id = ANY ((SELECT hidden_sources(who))::bigint[])
        UNION
        SELECT (h.old_row ->> 'event_id')::bigint
        FROM reports AS r
        JOIN history AS h ON h.table_name = 'reports' AND h.row_key = jsonb_build_object('id', r.id)
        WHERE r.source_id = ANY ((SELECT hidden_sources(who))::bigint[])
    ) END;
END;

COMMENT ON FUNCTION touched_events(name) IS
    'The incidents under which a report that a role may not see stands, or once stood';
