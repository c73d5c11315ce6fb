-- ICD 203 has two words for each range; the first row of its table (likely, chance, almost) is the one shown.
CREATE FUNCTION attributions_as_of(day date)
RETURNS TABLE (
    attribution_id bigint, event_id bigint, report_id bigint, source_id bigint, event_type text,
    date_start date, date_end date, date_precision text, place text,
    actor_id bigint, actor text, described boolean, stance text, positive boolean, confidence smallint, likelihood text,
    speaker text, speaker_id bigint, speaker_actor text,
    publisher text, published_on date, source_file text, quotes text[]
)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT a.id, r.event_id, r.report_id, r.source_id, r.event_type,
           r.date_start, r.date_end, r.date_precision, r.place,
           a.actor_id, actor.name, actor.described, a.stance, st.positive, a.confidence,
           (SELECT w.term FROM probability_words AS w
            WHERE a.confidence BETWEEN w.low AND w.high
            ORDER BY w.low DESC, w.term ~ 'likely|chance|almost' DESC, w.term LIMIT 1),
           a.speaker, a.speaker_id, speaker.name, r.publisher, r.published_on, r.source_file,
           ARRAY(SELECT p.quote FROM attribution_passages AS ap
                 JOIN passages AS p ON p.id = ap.passage_id
                 WHERE ap.attribution_id = a.id ORDER BY p.start_offset)
    FROM reports_as_of(day) AS r
    JOIN attributions AS a ON a.report_id = r.report_id
    JOIN stances AS st ON st.code = a.stance
    LEFT JOIN actors AS actor ON actor.id = a.actor_id
    LEFT JOIN actors AS speaker ON speaker.id = a.speaker_id;
END;

COMMENT ON FUNCTION attributions_as_of(date) IS
    'The view attribution_ledger as it stood on a day: of the sources published on or before it (see '
    'sources_as_of). On ''infinity'': of every source, dated or not.';
