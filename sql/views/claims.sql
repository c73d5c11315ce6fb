CREATE VIEW claims WITH (security_invoker = true) AS
WITH said AS (
    SELECT l.*, coalesce(l.speaker, l.publisher, l.source_file) AS voice
    FROM attribution_ledger AS l
),
claimed AS (
    SELECT DISTINCT ON (s.event_id, s.actor_id) s.*
    FROM said AS s
    WHERE s.stance = 'claimed'
    ORDER BY s.event_id, s.actor_id, s.published_on, s.attribution_id
),
answered AS (
    SELECT
        c.event_id, c.actor_id,
        array_agg(DISTINCT s.voice) FILTER (
            WHERE s.actor_id = c.actor_id AND s.positive AND s.speaker_id IS DISTINCT FROM c.actor_id
        ) AS confirmed_by,
        array_agg(DISTINCT s.voice) FILTER (WHERE s.actor_id = c.actor_id AND s.stance = 'denied') AS denied_by,
        array_agg(DISTINCT s.actor) FILTER (
            WHERE s.positive AND NOT s.described AND NOT tied_actors(s.actor_id, c.actor_id)
        ) AS others_named
    FROM claimed AS c
    JOIN said AS s ON s.event_id = c.event_id AND s.stance <> 'claimed'
    GROUP BY c.event_id, c.actor_id
)
SELECT
    c.event_id, e.date_start, e.date_end, e.event_type, p.name AS place,
    c.actor AS claimed_by, c.speaker, c.published_on AS first_published, c.publisher, c.source_file, c.quotes,
    CASE
        WHEN a.denied_by IS NOT NULL OR a.others_named IS NOT NULL THEN 'disputed'
        WHEN a.confirmed_by IS NOT NULL THEN 'confirmed'
        ELSE 'unconfirmed'
    END AS standing,
    coalesce(a.confirmed_by, '{}') AS confirmed_by,
    coalesce(a.denied_by, '{}') AS denied_by,
    coalesce(a.others_named, '{}') AS others_named
FROM claimed AS c
JOIN events AS e ON e.id = c.event_id
JOIN event_types AS t ON t.code = e.event_type AND t.class = 'physical'
LEFT JOIN places AS p ON p.id = e.place_id
LEFT JOIN answered AS a ON a.event_id = c.event_id AND a.actor_id = c.actor_id
ORDER BY e.date_start, e.date_end, c.event_id, c.actor;

COMMENT ON VIEW claims IS
    'Who claimed which attack and whether others bear it out, for judging claims: one row for each incident and '
    'claimant. Rule: physical incidents with an attribution of stance claimed, as first published; disputed where '
    'somebody denies that the claimant did it or names another actor that is not tied to it, else confirmed where '
    'another voice, an article in its own among them, says that the claimant did it.';
COMMENT ON COLUMN claims.quotes IS 'the passages on which the first published claim rests';
COMMENT ON COLUMN claims.confirmed_by IS 'speakers, or publishers where an article says it in its own voice';
COMMENT ON COLUMN claims.others_named IS
    'actors named by others that are not part of, a front for or a successor of the claimant, nor it of them, '
    'nor merely described';
