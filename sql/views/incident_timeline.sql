CREATE VIEW incident_timeline WITH (security_invoker = true) AS
SELECT
    event_id, date_start, date_end, date_precision, event_type, class,
    place, admin1, country, latitude, longitude, weapon, targets,
    killed_low, killed, killed_high, wounded_low, wounded, wounded_high, missing, detained,
    attributed_to, stance, confidence, likelihood, attributed_by,
    reports, sources, first_published, review_status
FROM incidents_as_of('infinity')
ORDER BY date_start, date_end, event_id;

COMMENT ON VIEW incident_timeline IS
    'All that is known of each incident, physical or verbal, for reading and for maps: one row for each. Rule: '
    'every incident with at least one report that counts (current_reports); figures as in casualty_estimates; '
    'attributed to the actor of the positive attribution of highest confidence, at the same confidence a named '
    'actor before a described one, then the first published.';
COMMENT ON COLUMN incident_timeline.date_start IS
    'first day on which it may have happened; null where no report dates it';
COMMENT ON COLUMN incident_timeline.date_end IS 'last day on which it may have happened';
COMMENT ON COLUMN incident_timeline.class IS 'physical, or verbal: a threat, a suspension, a statement';
COMMENT ON COLUMN incident_timeline.country IS 'by name; of a place in several countries, all of them';
COMMENT ON COLUMN incident_timeline.killed IS 'the best figure; null where no source gives one';
COMMENT ON COLUMN incident_timeline.killed_high IS 'null where no source gives one, or the greatest is "at least"';
COMMENT ON COLUMN incident_timeline.wounded IS 'the best figure; null where no source gives one';
COMMENT ON COLUMN incident_timeline.wounded_high IS 'null where no source gives one, or the greatest is "at least"';
COMMENT ON COLUMN incident_timeline.likelihood IS 'the ICD 203 word for the confidence';
COMMENT ON COLUMN incident_timeline.attributed_by IS
    'the speaker, or the publisher where the article says it in its own voice';
