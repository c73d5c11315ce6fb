CREATE VIEW unattributed_incidents WITH (security_invoker = true) AS
SELECT
    event_id, date_start, date_end, date_precision, event_type, place, country, weapon, targets, killed, wounded,
    best_actor, best_stance, best_confidence, best_speaker, declined_by, reports, sources
FROM unattributed_incidents(50)
ORDER BY date_start, date_end, event_id;

COMMENT ON VIEW unattributed_incidents IS
    'Attacks that nobody is said with any weight to have done, for what to look into next: one row for each. Rule: '
    'physical incidents without a positive attribution (claimed, stated, accused, suspected) of confidence 50 or '
    'more; the function of the same name takes another confidence. The best one below it is shown, if any.';
COMMENT ON COLUMN unattributed_incidents.best_actor IS
    'the actor of the surest positive attribution, all of them below 50';
COMMENT ON COLUMN unattributed_incidents.declined_by IS 'who was asked, and cannot or will not say';
