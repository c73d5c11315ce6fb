CREATE FUNCTION place_country(place bigint) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
RETURN (
    SELECT coalesce(
        (SELECT c.name FROM countries AS c WHERE c.code = p.country),
        (SELECT string_agg(c.name, ', ' ORDER BY c.name)
         FROM place_countries AS pc
         JOIN countries AS c ON c.code = pc.country
         WHERE pc.place_id = p.id)
    )
    FROM places AS p
    WHERE p.id = place
);

COMMENT ON FUNCTION place_country(bigint) IS
    'The country in which a place lies, by name, or its several countries; null at sea and where none is known';
