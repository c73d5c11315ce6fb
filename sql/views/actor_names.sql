CREATE VIEW actor_names WITH (security_invoker = true) AS
SELECT
    a.id AS actor_id, a.name AS actor, a.kind AS actor_kind, n.name, n.kind, n.origin,
    s.file_name AS first_seen, p.name AS first_seen_publisher, s.published_on AS first_seen_on,
    a.provisional
FROM actors AS a
JOIN (
    SELECT actor_id, name, kind, origin, first_seen_source_id FROM aliases
    UNION ALL
    SELECT id, name, 'name', origin, NULL
    FROM actors
    WHERE NOT EXISTS (SELECT FROM aliases WHERE aliases.actor_id = actors.id AND aliases.name = actors.name)
) AS n ON n.actor_id = a.id
LEFT JOIN sources AS s ON s.id = n.first_seen_source_id
LEFT JOIN publishers AS p ON p.id = s.publisher_id
ORDER BY a.name, n.name;

COMMENT ON VIEW actor_names IS
    'Every spelling of every actor, for finding one by any of its names: one row for each spelling. Rule: all '
    'aliases, and the canonical name, whether or not any source that counts has them.';
COMMENT ON COLUMN actor_names.origin IS 'shipped with eventdb, coded from an article, or added by a user';
COMMENT ON COLUMN actor_names.first_seen IS
    'the file in which this spelling was first met; null where it is known from elsewhere';
COMMENT ON COLUMN actor_names.provisional IS 'met in an article, and confirmed by nobody yet';
