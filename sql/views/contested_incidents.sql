CREATE VIEW contested_incidents WITH (security_invoker = true) AS
WITH said AS NOT MATERIALIZED (
    SELECT
        event_id, source_id, speaker, actor_id, actor, stance, positive, confidence,
        concat_ws(', ', speaker, coalesce(publisher, source_file), published_on) AS who
    FROM attribution_ledger
    WHERE actor_id IS NOT NULL AND NOT described
),
-- The actors that each voice (a speaker in a source, or the source itself) names together.
named AS NOT MATERIALIZED (
    SELECT DISTINCT event_id, array_agg(DISTINCT actor_id) AS actors
    FROM said
    WHERE positive
    GROUP BY event_id, source_id, speaker
),
disputed AS (
    SELECT one.event_id
    FROM named AS one
    JOIN named AS other ON other.event_id = one.event_id AND other.actors > one.actors
    WHERE NOT EXISTS (
        SELECT FROM unnest(one.actors) AS a (id), unnest(other.actors) AS b (id) WHERE tied_actors(a.id, b.id)
    )
    UNION
    SELECT s.event_id
    FROM said AS s
    JOIN said AS d ON d.event_id = s.event_id AND d.actor_id = s.actor_id AND d.stance = 'denied'
    WHERE s.positive
),
versions AS (
    SELECT
        event_id, 'actor' AS contested, confidence::bigint AS weight,
        actor || ' — ' || stance || ' ' || confidence AS version, who
    FROM said
    JOIN disputed USING (event_id)
    UNION ALL
    SELECT
        event_id, outcome, low,
        figure_text(low, high), concat_ws(', ', speaker, coalesce(publisher, source_file), published_on)
    FROM (
        SELECT *, max(low) OVER figures_of_outcome > min(high) OVER figures_of_outcome AS apart
        FROM casualty_figures_as_of('infinity')
        WINDOW figures_of_outcome AS (PARTITION BY event_id, outcome)
    ) AS figures
    WHERE apart
),
told AS (
    SELECT
        event_id, contested, weight, version || ' — ' || string_agg(DISTINCT who, '; ' ORDER BY who) AS version
    FROM versions
    GROUP BY event_id, contested, weight, version
)
SELECT
    v.event_id, e.date_start, e.date_end, e.event_type, p.name AS place,
    v.contested, array_agg(v.version ORDER BY v.weight DESC, v.version) AS versions
FROM told AS v
JOIN events AS e ON e.id = v.event_id
LEFT JOIN places AS p ON p.id = e.place_id
GROUP BY v.event_id, e.date_start, e.date_end, e.event_type, p.name, v.contested
ORDER BY e.date_start, e.date_end, v.event_id, v.contested;

COMMENT ON VIEW contested_incidents IS
    'Where sources or speakers disagree, with every version, for weighing them: one row for each incident and '
    'disputed matter. Rule: the actor is contested where two voices name actors of whom none is the other or part '
    'of, a front for or the successor of the other (described actors do not count), or where an actor that is '
    'named is said to deny it; a figure is contested where two figures of one outcome do not overlap ("at least 5" '
    'and 8 do).';
COMMENT ON COLUMN contested_incidents.contested IS 'actor, or the outcome: killed, wounded, missing, detained';
COMMENT ON COLUMN contested_incidents.versions IS
    'each version and all who give it (speaker, publisher, day of publication), the surest or highest first';
