-- Names are unique, so whoever may add one has to find those that are there.
CREATE FUNCTION hidden_actors(who name) RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH hidden AS MATERIALIZED (
        SELECT hidden_sources(who) AS source_ids
        WHERE pg_has_role(session_user, who, 'MEMBER') AND NOT has_table_privilege(who, 'actors'::regclass, 'INSERT')
    ),
    told AS MATERIALIZED (
        SELECT r.id FROM hidden JOIN reports AS r ON r.source_id = ANY (hidden.source_ids)
    ),
    coded AS MATERIALIZED (
        SELECT c.id FROM hidden JOIN codings AS c ON c.source_id = ANY (hidden.source_ids)
    ),
    named (id) AS (
        SELECT m.actor_id FROM coded JOIN mentions AS m ON m.coding_id = coded.id
        UNION
        SELECT t.speaker_id FROM coded JOIN tallies AS t ON t.coding_id = coded.id
        UNION
        SELECT unnest(ARRAY[a.actor_id, a.speaker_id]) FROM told JOIN attributions AS a ON a.report_id = told.id
        UNION
        SELECT unnest(ARRAY[k.affiliation_id, k.speaker_id]) FROM told JOIN casualties AS k ON k.report_id = told.id
        UNION
        SELECT t.actor_id FROM told JOIN event_targets AS t ON t.report_id = told.id
    )
    SELECT CASE WHEN pg_has_role(session_user, who, 'MEMBER') THEN ARRAY(
        SELECT a.id
        FROM hidden
        CROSS JOIN named
        JOIN actors AS a ON a.id = named.id AND a.origin = 'coded'
        WHERE NOT EXISTS (SELECT FROM mentions AS m WHERE m.actor_id = a.id AND m.source_id <> ALL (hidden.source_ids))
          AND NOT EXISTS (SELECT FROM tallies AS t WHERE t.speaker_id = a.id AND t.source_id <> ALL (hidden.source_ids))
          AND NOT EXISTS (
              SELECT FROM attributions AS x
              WHERE (x.actor_id = a.id OR x.speaker_id = a.id) AND x.source_id <> ALL (hidden.source_ids))
          AND NOT EXISTS (
              SELECT FROM casualties AS k
              WHERE (k.affiliation_id = a.id OR k.speaker_id = a.id) AND k.source_id <> ALL (hidden.source_ids))
          AND NOT EXISTS (
              SELECT FROM event_targets AS t JOIN reports AS r ON r.id = t.report_id
              WHERE t.actor_id = a.id AND r.source_id <> ALL (hidden.source_ids))
    ) END;
END;

COMMENT ON FUNCTION hidden_actors(name) IS
    'The actors that were coded from sources which a role may not see, and that no other source names; none for a '
    'role that may add actors';
