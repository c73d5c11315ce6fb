CREATE VIEW retaliation_chains WITH (security_invoker = true) AS
WITH RECURSIVE answers AS MATERIALIZED (
    SELECT event_id, other_event_id AS responds_to, lag_days, lag_days_low, lag_days_high, sources
    FROM event_relations
    WHERE kind = 'responds_to'
),
follows (cause, event_id) AS (
    SELECT responds_to, event_id FROM answers
    UNION
    SELECT f.cause, a.event_id
    FROM follows AS f
    JOIN answers AS a ON a.responds_to = f.event_id
),
incidents AS (
    SELECT event_id, event_type, date_start, date_end, place, attributed_to FROM incident_timeline
),
-- What begins a chain: whatever it responds to, if anything, also follows from it, as sources may tie two both ways.
roots AS (
    SELECT DISTINCT f.cause AS event_id
    FROM follows AS f
    WHERE NOT EXISTS (
        SELECT FROM follows AS before
        WHERE before.event_id = f.cause
          AND NOT EXISTS (SELECT FROM follows AS back WHERE back.cause = f.cause AND back.event_id = before.cause)
    )
),
chains AS (
    SELECT
        r.event_id AS root_event_id, 1 AS depth, a.event_id, a.responds_to,
        a.lag_days, a.lag_days_low, a.lag_days_high, a.sources, ARRAY[r.event_id, a.event_id] AS path
    FROM roots AS r
    JOIN answers AS a ON a.responds_to = r.event_id
    UNION ALL
    SELECT
        c.root_event_id, c.depth + 1, a.event_id, a.responds_to,
        a.lag_days, a.lag_days_low, a.lag_days_high, a.sources, c.path || a.event_id
    FROM chains AS c
    JOIN answers AS a ON a.responds_to = c.event_id
    WHERE a.event_id <> ALL (c.path) AND c.depth < 20
)
SELECT
    c.root_event_id, c.depth, c.path,
    c.event_id, i.event_type, i.date_start, i.date_end, i.place, i.attributed_to,
    c.responds_to AS responds_to_event_id, o.event_type AS responds_to_type, o.date_start AS responds_to_date,
    o.attributed_to AS responds_to_actor,
    c.lag_days, c.lag_days_low, c.lag_days_high, c.sources
FROM chains AS c
JOIN incidents AS i ON i.event_id = c.event_id
JOIN incidents AS o ON o.event_id = c.responds_to
ORDER BY c.path;

COMMENT ON VIEW retaliation_chains IS
    'Which incident answered which, and what answered that in turn, for escalation: one row for each step from the '
    'incident that began it. Rule: the ties "responds to" of event_relations, followed from each incident that '
    'answers none; an incident stands once in a chain, and a chain has at most 20 steps. An incident that answers '
    'two stands in two chains.';
COMMENT ON COLUMN retaliation_chains.depth IS 'steps from the incident that began the chain, from 1';
COMMENT ON COLUMN retaliation_chains.path IS 'event ids from the beginning to this one';
COMMENT ON COLUMN retaliation_chains.lag_days IS
    'from the incident that it responds to; null unless both are known to the day';
COMMENT ON COLUMN retaliation_chains.lag_days_low IS 'the least that the dates allow; below 0 where they overlap';
COMMENT ON COLUMN retaliation_chains.lag_days_high IS 'the most that the dates allow';
COMMENT ON COLUMN retaliation_chains.sources IS 'sources that make this tie';
