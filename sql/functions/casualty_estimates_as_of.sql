CREATE FUNCTION casualty_estimates_as_of(day date)
RETURNS TABLE (
    event_id bigint, outcome text, low bigint, best bigint, best_high bigint, high bigint,
    sources bigint, sources_for_best bigint
)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    WITH figures AS NOT MATERIALIZED (
        SELECT * FROM casualty_figures_as_of(day)
    ),
    ranges AS (
        SELECT event_id, outcome, min(low) AS low,
               CASE WHEN coalesce(max(low) FILTER (WHERE high IS NULL) <= max(high), max(high) IS NOT NULL)
                   THEN max(high) END AS high,
               count(DISTINCT source_id) AS sources
        FROM figures
        GROUP BY event_id, outcome
    ),
    best AS (
        SELECT DISTINCT ON (event_id, outcome) event_id, outcome, low, high, count(DISTINCT source_id) AS sources
        FROM figures
        WHERE chosen
        GROUP BY event_id, outcome, low, high
        -- An ungraded publisher, or one that cannot be judged (F), stands between C and D.
        ORDER BY event_id, outcome, count(DISTINCT source_id) DESC,
                 min(coalesce(nullif(reliability, 'F'), 'CD')), max(published_on) DESC NULLS LAST, low, high
    )
    SELECT r.event_id, r.outcome, r.low, b.low, b.high, r.high, r.sources, b.sources
    FROM ranges AS r
    JOIN best AS b ON b.event_id = r.event_id AND b.outcome = r.outcome;
END;

COMMENT ON FUNCTION casualty_estimates_as_of(date) IS
    'The view casualty_estimates, by its rules, as it stood on a day: from the sources published on or before it '
    '(see sources_as_of). On ''infinity'': from every source, dated or not.';
