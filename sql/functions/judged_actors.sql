CREATE FUNCTION judged_actors() RETURNS TABLE (actor_id bigint, known_id bigint)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
    WITH RECURSIVE latest AS (
        SELECT DISTINCT ON (least(actor_id, other_actor_id), greatest(actor_id, other_actor_id))
               kind, actor_id, other_actor_id
        FROM judgements
        WHERE other_actor_id IS NOT NULL
        ORDER BY least(actor_id, other_actor_id), greatest(actor_id, other_actor_id), judged_at DESC, id DESC
    ),
    same AS (
        SELECT actor_id, other_actor_id FROM latest WHERE kind = 'same'
        UNION ALL
        SELECT other_actor_id, actor_id FROM latest WHERE kind = 'same'
    ),
    family AS (
        SELECT actor_id, actor_id AS kin FROM same
        UNION
        SELECT family.actor_id, same.other_actor_id FROM family JOIN same ON same.actor_id = family.kin
    )
    SELECT DISTINCT ON (family.actor_id) family.actor_id, known.id
    FROM family
    JOIN actors AS known ON known.id = family.kin
    ORDER BY family.actor_id, known.provisional, known.described, known.origin <> 'shipped', known.id;
END;

COMMENT ON FUNCTION judged_actors() IS
    'Each actor that a person holds to be the same as another, and the one of them under which all are counted: a '
    'confirmed one before a provisional one, a named one before a described one, a shipped one before others, then '
    'the oldest';
