CREATE VIEW evidence WITH (security_invoker = true) AS
WITH coded AS (
    SELECT
        'report' AS kind, r.report_id AS id, r.report_id, r.event_id,
        r.source_id, r.source_file, r.publisher, r.published_on,
        concat_ws(
            ', ', r.event_type, nullif(concat_ws(' to ', r.date_start, nullif(r.date_end, r.date_start)), ''), r.place
        ) AS value,
        r.rule, rp.passage_id
    FROM current_reports AS r
    JOIN report_passages AS rp ON rp.report_id = r.report_id
    UNION ALL
    SELECT
        'casualty', c.id, r.report_id, r.event_id, r.source_id, r.source_file, r.publisher, r.published_on,
        concat_ws(
            ', ', c.outcome || ' ' || figure_text(c.low, c.high) || CASE WHEN c.total THEN ' in all' ELSE '' END,
            c.victims, 'of ' || whose.name, CASE WHEN c.civilian THEN 'civilian' END, 'says ' || c.speaker
        ),
        c.rule, cp.passage_id
    FROM current_reports AS r
    JOIN casualties AS c ON c.report_id = r.report_id
    LEFT JOIN actors AS whose ON whose.id = c.affiliation_id
    JOIN casualty_passages AS cp ON cp.casualty_id = c.id
    UNION ALL
    SELECT
        'attribution', a.id, r.report_id, r.event_id, r.source_id, r.source_file, r.publisher, r.published_on,
        concat_ws(', ', concat_ws(' ', actor.name, a.stance, a.confidence), 'says ' || a.speaker),
        a.rule, ap.passage_id
    FROM current_reports AS r
    JOIN attributions AS a ON a.report_id = r.report_id
    LEFT JOIN actors AS actor ON actor.id = a.actor_id
    JOIN attribution_passages AS ap ON ap.attribution_id = a.id
    UNION ALL
    SELECT
        'tally', t.id, NULL, NULL, s.source_id, s.source_file, s.publisher, s.published_on,
        concat_ws(', ', figure_text(t.low, t.high) || ' ' || t.what, 'says ' || t.speaker),
        t.rule, tp.passage_id
    FROM sources_as_of('infinity') AS s
    JOIN tallies AS t ON t.coding_id = s.coding_id
    JOIN tally_passages AS tp ON tp.tally_id = t.id
    UNION ALL
    SELECT
        'mention', m.actor_id, NULL, NULL, s.source_id, s.source_file, s.publisher, s.published_on,
        actor.name,
        NULL, m.passage_id
    FROM sources_as_of('infinity') AS s
    JOIN mentions AS m ON m.coding_id = s.coding_id
    JOIN actors AS actor ON actor.id = m.actor_id
)
SELECT
    c.kind, c.id, c.event_id, c.report_id, c.value, p.quote, c.rule,
    c.source_id, c.source_file, c.publisher, c.published_on, p.start_offset, p.end_offset
FROM coded AS c
JOIN passages AS p ON p.id = c.passage_id;

COMMENT ON VIEW evidence IS
    'Every coded value with the passages on which it rests, for checking any figure in the article itself: one row '
    'for each value and passage. Rule: the reports that count (current_reports) with their casualties and '
    'attributions, and the tallies and mentions of actors of the sources that count.';
COMMENT ON COLUMN evidence.kind IS 'report, casualty, attribution, tally or mention';
COMMENT ON COLUMN evidence.id IS 'of the row in the table of that kind; of a mention, the actor''s';
COMMENT ON COLUMN evidence.rule IS 'the coder''s rule that made the value';
COMMENT ON COLUMN evidence.start_offset IS 'in code points of the source''s text as read, from 0';
COMMENT ON COLUMN evidence.end_offset IS 'exclusive';
