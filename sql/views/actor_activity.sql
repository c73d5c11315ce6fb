CREATE VIEW actor_activity WITH (security_invoker = true) AS
WITH blamed AS (
    SELECT
        actor_id, event_id,
        coalesce(max(confidence) FILTER (WHERE positive), 0) AS confidence,
        bool_or(stance = 'claimed') AS claimed,
        bool_or(stance = 'stated') AS stated,
        bool_or(stance = 'accused') AS accused,
        bool_or(stance = 'suspected') AS suspected,
        bool_or(stance = 'denied') AS denied
    FROM attribution_ledger
    WHERE actor_id IS NOT NULL
    GROUP BY actor_id, event_id
)
SELECT
    a.id AS actor_id, a.name AS actor, a.kind, c.name AS country,
    count(*) FILTER (WHERE i.class = 'physical' AND b.confidence >= 50) AS attacks,
    count(*) FILTER (WHERE i.class = 'physical' AND b.claimed) AS claimed,
    count(*) FILTER (WHERE i.class = 'physical' AND b.stated) AS stated,
    count(*) FILTER (WHERE i.class = 'physical' AND b.accused) AS accused,
    count(*) FILTER (WHERE i.class = 'physical' AND b.suspected) AS suspected,
    count(*) FILTER (WHERE i.class = 'physical' AND b.denied) AS denied,
    count(*) FILTER (WHERE i.class = 'verbal' AND b.confidence >= 50) AS verbal,
    min(i.date_start) FILTER (WHERE i.class = 'physical' AND b.confidence >= 50) AS first_date,
    max(i.date_end) FILTER (WHERE i.class = 'physical' AND b.confidence >= 50) AS last_date,
    coalesce(sum(i.killed) FILTER (WHERE i.class = 'physical' AND b.confidence >= 50), 0)::bigint AS killed,
    coalesce(sum(i.wounded) FILTER (WHERE i.class = 'physical' AND b.confidence >= 50), 0)::bigint AS wounded
FROM blamed AS b
JOIN incident_timeline AS i ON i.event_id = b.event_id
JOIN actors AS a ON a.id = b.actor_id
LEFT JOIN countries AS c ON c.code = a.country
GROUP BY a.id, a.name, a.kind, c.name
ORDER BY attacks DESC, a.name;

COMMENT ON VIEW actor_activity IS
    'What is laid to each actor, for profiles: one row for each actor named in any attribution. Rule: attacks are '
    'physical incidents with a positive attribution of confidence 50 or more to the actor; dates and figures are '
    'theirs. An incident laid to two actors counts with both, so the column does not add up to all attacks.';
COMMENT ON COLUMN actor_activity.claimed IS
    'physical incidents with an attribution of this stance, whatever its confidence; likewise stated to denied';
COMMENT ON COLUMN actor_activity.verbal IS 'threats, suspensions and statements laid to the actor at 50 or more';
COMMENT ON COLUMN actor_activity.killed IS
    'best figures (casualty_estimates) of the attacks, added up; the actor''s own dead among them';
COMMENT ON COLUMN actor_activity.wounded IS
    'best figures (casualty_estimates) of the attacks, added up; the actor''s own among them';
