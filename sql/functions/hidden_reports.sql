CREATE FUNCTION hidden_reports(who name) RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT CASE WHEN pg_has_role(session_user, who, 'MEMBER') THEN ARRAY(
        SELECT r.id FROM reports AS r WHERE r.source_id = ANY ((SELECT hidden_sources(who))::bigint[])
    ) END;
END;

COMMENT ON FUNCTION hidden_reports(name) IS 'The reports of the sources that a role may not see';
