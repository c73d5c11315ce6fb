CREATE FUNCTION tied_actors(one bigint, other bigint) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
RETURN one = other OR EXISTS (
    SELECT FROM actor_links AS l
    WHERE l.kind IN ('part_of', 'front_for', 'successor_of')
      AND (l.actor_id, l.other_id) IN ((one, other), (other, one))
);

COMMENT ON FUNCTION tied_actors(bigint, bigint) IS
    'Whether two actors may stand for one doer, so that naming the one does not contradict naming the other: '
    'they are the same, or one is part of, a front for, or the successor of the other. One that only backs the '
    'other is another doer.';
