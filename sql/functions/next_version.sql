-- It runs as the owner of the tables: a version that its caller may not see keeps its number.
CREATE FUNCTION next_version(of_address text) RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT CASE WHEN has_table_privilege(session_user, 'sources'::regclass, 'INSERT') THEN
        1 + coalesce((SELECT max(version) FROM sources WHERE address = of_address), 0)
    END;
END;

COMMENT ON FUNCTION next_version(text) IS
    'The version that a text read at an address gets next; null for who may store none';
