CREATE VIEW casualty_estimates WITH (security_invoker = true) AS
SELECT
    c.event_id, e.date_start, e.date_end, e.event_type, p.name AS place,
    c.outcome, c.low, c.best, c.best_high, c.high, c.sources, c.sources_for_best
FROM casualty_estimates_as_of('infinity') AS c
JOIN events AS e ON e.id = c.event_id
LEFT JOIN places AS p ON p.id = e.place_id
ORDER BY c.event_id, c.outcome;

COMMENT ON VIEW casualty_estimates IS
    'How many were killed, wounded, missing or detained, low, best and high over the sources: one row for each '
    'incident and outcome that any source gives. Rule: a report''s figure is its first total, or the sum of its '
    'rows where it gives no total; best is the figure of most sources, then of the more reliable publisher (A to '
    'E; ungraded and F between C and D), then of the newest publication, then the lower; low and high also take in '
    'the other totals that speakers give.';
COMMENT ON COLUMN casualty_estimates.low IS 'the least that any source or speaker gives';
COMMENT ON COLUMN casualty_estimates.best IS 'the best figure; where that is a range, the low end of it';
COMMENT ON COLUMN casualty_estimates.best_high IS 'the high end of the best figure; null means "at least"';
COMMENT ON COLUMN casualty_estimates.high IS
    'the greatest upper figure; null where the greatest figure is "at least"';
COMMENT ON COLUMN casualty_estimates.sources IS 'sources that give a figure';
COMMENT ON COLUMN casualty_estimates.sources_for_best IS 'sources whose figure is the best one';
