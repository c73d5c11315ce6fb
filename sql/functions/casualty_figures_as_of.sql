-- What one report says of one outcome: the sum of its rows, or, where it gives totals, each of these by itself.
-- It joins before it groups, and groups by event_id too, so that a question about one incident reads that one only.
CREATE FUNCTION casualty_figures_as_of(day date)
RETURNS TABLE (
    event_id bigint, report_id bigint, source_id bigint, outcome text, low bigint, high bigint, chosen boolean,
    speaker text, publisher text, reliability text, published_on date, source_file text
)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT f.event_id, f.report_id, f.source_id, f.outcome, f.low, f.high, f.rank = 1,
           f.speaker, f.publisher, f.reliability, f.published_on, f.source_file
    FROM (
        SELECT r.event_id, r.report_id, r.source_id, c.outcome, c.total, sum(c.low) AS low,
               CASE WHEN count(c.high) = count(*) THEN sum(c.high) END AS high,
               CASE WHEN count(c.speaker) = count(*) AND min(c.speaker) = max(c.speaker)
                   THEN min(c.speaker) END AS speaker,
               row_number() OVER (
                   PARTITION BY r.event_id, r.report_id, c.outcome ORDER BY c.total DESC, min(c.ordinal)
               ) AS rank,
               r.publisher, r.reliability, r.published_on, r.source_file
        FROM reports_as_of(day) AS r
        JOIN casualties AS c ON c.report_id = r.report_id
        GROUP BY r.event_id, r.report_id, r.source_id, r.publisher, r.reliability, r.published_on, r.source_file,
                 c.outcome, c.total, CASE WHEN c.total THEN c.ordinal END
    ) AS f
    WHERE f.total OR f.rank = 1;
END;

COMMENT ON FUNCTION casualty_figures_as_of(date) IS
    'Every figure that a report gives for an outcome, of the sources published on or before a day (see '
    'sources_as_of). Where a report gives totals, each total is a figure and the first is the chosen one; else '
    'its rows are added up. A high of null means "at least".';
