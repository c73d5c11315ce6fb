-- Names are unique, so whoever may add one has to find those that are there.
CREATE FUNCTION hidden_publishers(who name) RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH hidden AS MATERIALIZED (
        SELECT hidden_sources(who) AS source_ids
        WHERE pg_has_role(session_user, who, 'MEMBER')
          AND NOT has_table_privilege(who, 'publishers'::regclass, 'INSERT')
    )
    SELECT CASE WHEN pg_has_role(session_user, who, 'MEMBER') THEN ARRAY(
        SELECT DISTINCT s.publisher_id
        FROM hidden
        JOIN sources AS s ON s.id = ANY (hidden.source_ids) AND s.publisher_id IS NOT NULL
        WHERE (SELECT other.id FROM sources AS other
               WHERE other.publisher_id = s.publisher_id AND other.id <> ALL (hidden.source_ids) LIMIT 1) IS NULL
    ) END;
END;

COMMENT ON FUNCTION hidden_publishers(name) IS
    'The publishers of nothing but sources which a role may not see; none for a role that may add publishers';
