-- Who a person holds to be one actor stands under one name, on 'infinity' alone: on a day, what people decided is left out.
-- ICD 203 has two words for each range; the first row of its table (likely, chance, almost) is the one shown.
CREATE OR REPLACE FUNCTION attributions_as_of(day date)
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
           actor.id, actor.name, actor.described, a.stance, st.positive, a.confidence,
           (SELECT w.term FROM probability_words AS w
            WHERE a.confidence BETWEEN w.low AND w.high
            ORDER BY w.low DESC, w.term ~ 'likely|chance|almost' DESC, w.term LIMIT 1),
           a.speaker, speaker.id, speaker.name, r.publisher, r.published_on, r.source_file,
           ARRAY(SELECT p.quote FROM attribution_passages AS ap
                 JOIN passages AS p ON p.id = ap.passage_id
                 WHERE ap.attribution_id = a.id ORDER BY p.start_offset)
    FROM reports_as_of(day) AS r
    JOIN attributions AS a ON a.report_id = r.report_id
    JOIN stances AS st ON st.code = a.stance
    LEFT JOIN judged_actors() AS did ON did.actor_id = a.actor_id AND day = 'infinity'
    LEFT JOIN judged_actors() AS spoke ON spoke.actor_id = a.speaker_id AND day = 'infinity'
    LEFT JOIN actors AS actor ON actor.id = coalesce(did.known_id, a.actor_id)
    LEFT JOIN actors AS speaker ON speaker.id = coalesce(spoke.known_id, a.speaker_id);
END;

COMMENT ON FUNCTION attributions_as_of(date) IS
    'The view attribution_ledger as it stood on a day: of the sources published on or before it (see '
    'sources_as_of), each actor under its own name. On ''infinity'': of every source, dated or not, and actors that '
    'a person holds to be one under one name (judged_actors).';
