-- What one report says of one outcome: the sum of its rows, or, where it gives totals, each of these by itself.
-- The windows are by event_id too, so that a question about one incident reads that one only.
CREATE FUNCTION casualty_figures_as_of(day date)
RETURNS TABLE (
    event_id bigint, report_id bigint, source_id bigint, outcome text, low bigint, high bigint, chosen boolean,
    speaker text, publisher text, reliability text, published_on date, source_file text
)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT f.event_id, f.report_id, f.source_id, f.outcome,
           CASE WHEN f.total THEN f.low ELSE f.low_sum END,
           CASE WHEN f.total THEN f.high WHEN f.bounded THEN f.high_sum END,
           f.rank = 1,
           CASE WHEN f.total OR f.one_speaker THEN f.speaker END,
           f.publisher, f.reliability, f.published_on, f.source_file
    FROM (
        SELECT r.event_id, r.report_id, r.source_id, r.publisher, r.reliability, r.published_on, r.source_file,
               c.outcome, c.low, c.high, c.speaker, c.total,
               sum(c.low) OVER rows_of_outcome AS low_sum,
               sum(c.high) OVER rows_of_outcome AS high_sum,
               count(c.high) OVER rows_of_outcome = count(*) OVER rows_of_outcome AS bounded,
               count(c.speaker) OVER rows_of_outcome = count(*) OVER rows_of_outcome
                   AND min(c.speaker) OVER rows_of_outcome = max(c.speaker) OVER rows_of_outcome AS one_speaker,
               row_number() OVER (rows_of_outcome ORDER BY c.total DESC, c.ordinal) AS rank
        FROM reports_as_of(day) AS r
        JOIN casualties AS c ON c.report_id = r.report_id
        WINDOW rows_of_outcome AS (PARTITION BY r.event_id, r.report_id, c.outcome)
    ) AS f
    WHERE f.total OR f.rank = 1;
END;

COMMENT ON FUNCTION casualty_figures_as_of(date) IS
    'Every figure that a report gives for an outcome, of the sources published on or before a day (see '
    'sources_as_of). Where a report gives totals, each total is a figure and the first is the chosen one; else '
    'its rows are added up. A high of null means "at least".';
