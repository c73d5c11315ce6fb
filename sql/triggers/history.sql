-- Nothing is overwritten without its history being kept: every table whose rows can change has a trigger that keeps them,
-- and none of these can be emptied by TRUNCATE, which no row trigger sees. judgements and history are only added to.
-- ingest_runs and ingest_items are themselves the record of what was done.
DO $$
DECLARE
    kept text;
    key_columns text;
BEGIN
    FOREACH kept IN ARRAY ARRAY[
        'publishers', 'sources', 'passages',
        'countries', 'places', 'place_names', 'place_countries',
        'actors', 'aliases', 'actor_links',
        'event_types', 'stances', 'probability_words',
        'codings', 'events', 'reports', 'casualties', 'attributions', 'tallies',
        'event_targets', 'event_links', 'mentions',
        'report_passages', 'casualty_passages', 'attribution_passages', 'tally_passages']
    LOOP
        SELECT string_agg(quote_literal(attname), ', ' ORDER BY attnum)
        INTO STRICT key_columns
        FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
        WHERE indrelid = kept::regclass AND indisprimary;
        EXECUTE format('CREATE TRIGGER %I AFTER UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION keep_history(%s)',
                       kept || '_history_kept', kept, key_columns);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I EXECUTE FUNCTION refuse_change(%L)',
                       kept || '_not_truncated', kept, 'its history could not be kept; DELETE keeps it');
    END LOOP;
    FOREACH kept IN ARRAY ARRAY['judgements', 'history']
    LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change(%L)',
                       kept || '_only_added_to', kept, 'its rows are only added to, and a later one wins');
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I EXECUTE FUNCTION refuse_change(%L)',
                       kept || '_not_truncated', kept, 'its rows are only added to');
    END LOOP;
END;
$$;
