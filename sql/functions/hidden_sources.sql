-- What row security asks (policies/restricted.sql), once a query for each table that it reads: hence an array, which
-- costs nothing where it is empty, and which the planner takes for a condition that nearly all rows meet.
-- It runs as the owner of the tables, since `who` may not read what is kept from it. An embargo ends at midnight UTC: by
-- its own time zone a session could see it sooner. Nobody may ask for somebody else: null hides every row.
-- In the functions that build on it MATERIALIZED and LIMIT are for speed: the array is made once, and what else is told of
-- a row is asked for row by row, by an index. The planner would ask for the array at each row, and join all reports.
CREATE FUNCTION hidden_sources(who name) RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT CASE WHEN pg_has_role(session_user, who, 'MEMBER') THEN ARRAY(
        SELECT r.source_id
        FROM restrictions AS r
        WHERE (r.until IS NULL OR r.until > (now() AT TIME ZONE 'UTC')::date)
          AND NOT EXISTS (
              SELECT FROM pg_roles AS granted
              WHERE granted.rolname = ANY (r.visible_to) AND pg_has_role(who, granted.oid, 'USAGE')
          )
    ) END;
END;

COMMENT ON FUNCTION hidden_sources(name) IS
    'The restricted sources that a role may not see: their restriction is in force, and grants nobody whose rights '
    'the role has';
