-- Names are unique, so whoever may add one has to find those that are there.
CREATE FUNCTION hidden_places(who name) RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH hidden AS MATERIALIZED (
        SELECT hidden_sources(who) AS source_ids
        WHERE pg_has_role(session_user, who, 'MEMBER') AND NOT has_table_privilege(who, 'places'::regclass, 'INSERT')
    )
    SELECT CASE WHEN pg_has_role(session_user, who, 'MEMBER') THEN ARRAY(
        SELECT DISTINCT p.id
        FROM hidden
        JOIN reports AS r ON r.source_id = ANY (hidden.source_ids)
        JOIN places AS p ON p.id = r.place_id AND p.origin = 'coded'
        WHERE (SELECT other.id FROM reports AS other
               WHERE other.place_id = p.id AND other.source_id <> ALL (hidden.source_ids) LIMIT 1) IS NULL
    ) END;
END;

COMMENT ON FUNCTION hidden_places(name) IS
    'The places that were coded from sources which a role may not see, and where no other source puts anything; '
    'none for a role that may add places';
