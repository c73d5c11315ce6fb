-- The sources that count, each with its current coding: every view begins here, by reports_as_of or directly.
-- A single SELECT, STABLE and without SET: the planner takes it apart into the query that calls it.
CREATE FUNCTION sources_as_of(day date)
RETURNS TABLE (
    source_id bigint, coding_id bigint, source_file text, publisher text, reliability text, title text,
    published_on date, published_precision text, version integer, coder text, coded_at timestamptz
)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT s.id, c.id, s.file_name, p.name, p.reliability, s.title,
           s.published_on, s.published_precision, s.version, c.coder, c.coded_at
    FROM sources AS s
    JOIN codings AS c ON c.source_id = s.id AND c.superseded_at IS NULL
    LEFT JOIN publishers AS p ON p.id = s.publisher_id
    WHERE (day = 'infinity' OR published_by(s.published_on, s.published_precision) <= day)
      AND NOT EXISTS (
          SELECT FROM sources AS newer
          WHERE newer.address = s.address
            AND newer.version > s.version
            AND (day = 'infinity' OR published_by(newer.published_on, newer.published_precision) <= day)
      );
END;

COMMENT ON FUNCTION sources_as_of(date) IS
    'The sources published on or before a day, each with its current coding, at each address the newest version '
    'of them. A source without a day of publication is left out, and one dated to a month or a year counts from '
    'its last day. On ''infinity'': every source, dated or not.';
