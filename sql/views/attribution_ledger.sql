CREATE VIEW attribution_ledger WITH (security_invoker = true) AS
SELECT
    attribution_id, event_id, report_id, source_id, event_type, date_start, date_end, date_precision, place,
    actor_id, actor, described, stance, positive, confidence, likelihood,
    speaker, speaker_id, speaker_actor, publisher, published_on, source_file, quotes
FROM attributions_as_of('infinity');

COMMENT ON VIEW attribution_ledger IS
    'Who accused whom of what, when, how surely and in which words, for weighing responsibility: one row for each '
    'attribution. Rule: every attribution of a report that counts (current_reports), denials and refusals to '
    'attribute among them.';
COMMENT ON COLUMN attribution_ledger.date_start IS 'of the incident, as this report has it';
COMMENT ON COLUMN attribution_ledger.place IS 'of the incident, as this report has it';
COMMENT ON COLUMN attribution_ledger.actor IS
    'who is said to have done it; null where an authority declines to say';
COMMENT ON COLUMN attribution_ledger.described IS
    'the actor has no name of its own: "gunmen", "a militia backed by Iran"';
COMMENT ON COLUMN attribution_ledger.positive IS 'the stance says that the actor did it';
COMMENT ON COLUMN attribution_ledger.confidence IS '0 to 100; null where the stance is declined';
COMMENT ON COLUMN attribution_ledger.likelihood IS
    'the ICD 203 word for the confidence, of two that meet at it the higher; null at 0 and 100, for which it has '
    'none';
COMMENT ON COLUMN attribution_ledger.speaker IS 'who says so; null is the article in its own voice';
COMMENT ON COLUMN attribution_ledger.published_on IS 'the day on which the source was published';
COMMENT ON COLUMN attribution_ledger.quotes IS 'the passages on which it rests, in their order';
