-- A single SELECT, STABLE and without SET: the planner takes it apart into the query that calls it.
CREATE FUNCTION named_places()
RETURNS TABLE (
    place_id bigint, place text, place_precision text, admin1 text, country text,
    latitude double precision, longitude double precision
)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT p.id, p.name, p.precision, p.admin1,
           coalesce(
               c.name,
               (SELECT string_agg(one.name, ', ' ORDER BY one.name)
                FROM place_countries AS pc
                JOIN countries AS one ON one.code = pc.country
                WHERE pc.place_id = p.id)
           ),
           p.latitude, p.longitude
    FROM places AS p
    LEFT JOIN countries AS c ON c.code = p.country;
END;

COMMENT ON FUNCTION named_places() IS
    'Every place with the name of its country, or of its several countries; null at sea and where none is known';
