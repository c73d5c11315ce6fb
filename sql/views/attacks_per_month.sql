CREATE VIEW attacks_per_month WITH (security_invoker = true) AS
WITH counted AS (
    SELECT
        date_trunc('month', date_start::timestamp)::date AS month,
        count(*) FILTER (
            WHERE date_trunc('month', date_end::timestamp) > date_trunc('month', date_start::timestamp)
        ) AS maybe_later,
        count(*) AS incidents,
        coalesce(sum(killed), 0)::bigint AS killed,
        coalesce(sum(wounded), 0)::bigint AS wounded
    FROM incident_timeline
    WHERE class = 'physical'
    GROUP BY 1
),
months AS (
    SELECT generate_series(min(month)::timestamp, max(month)::timestamp, interval '1 month')::date AS month
    FROM counted
)
SELECT
    m.month,
    coalesce(c.incidents - c.maybe_later, 0) AS attacks,
    coalesce(c.maybe_later, 0) AS maybe_later,
    coalesce(c.killed, 0) AS killed,
    coalesce(c.wounded, 0) AS wounded
FROM months AS m
LEFT JOIN counted AS c ON c.month = m.month
UNION ALL
SELECT c.month, c.incidents, 0, c.killed, c.wounded
FROM counted AS c
WHERE c.month IS NULL
ORDER BY month;

COMMENT ON VIEW attacks_per_month IS
    'How many attacks there were in each month, for trends: one row for each month, those without any as 0. Rule: '
    'every physical incident counts once, in the month in which its dates begin: under attacks where they also end '
    'in it, under maybe_later where they end in a later month ("in late 2019", "last year"). Incidents that no '
    'report dates stand in a last row whose month is null.';
COMMENT ON COLUMN attacks_per_month.month IS 'its first day; null for the incidents that no report dates';
COMMENT ON COLUMN attacks_per_month.attacks IS 'physical incidents that lie wholly in the month';
COMMENT ON COLUMN attacks_per_month.maybe_later IS
    'physical incidents that may lie in this month or in a later one; they are in no other row';
COMMENT ON COLUMN attacks_per_month.killed IS
    'best figures (casualty_estimates) of the incidents in both columns, added up';
COMMENT ON COLUMN attacks_per_month.wounded IS
    'best figures (casualty_estimates) of the incidents in both columns, added up';
