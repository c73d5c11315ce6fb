-- A restricted source, and whatever hangs on it, is there for those alone whom its restriction names: in every table, and
-- so in every view and function, which all read the tables by the rights of whoever asks. Owners of the tables read
-- all of it, and so does their backup; pg_dump by anybody else ends with an error, since it turns row security off.
-- Each condition is an array that is made once a query, mostly empty. Null, which is no answer, hides the row.
DO $$
DECLARE
    -- Tables of a source's rows, and which column says whose they are.
    of_source CONSTANT text[] := ARRAY[
        'passages', 'codings', 'reports', 'casualties', 'attributions', 'tallies', 'event_links', 'mentions',
        'report_passages', 'casualty_passages', 'attribution_passages', 'tally_passages', 'restrictions'];
    sources_hidden CONSTANT text := '(SELECT hidden_sources(current_user))';
    rule text;
    on_table text;
    rules jsonb;
BEGIN
    rules := jsonb_build_object(
        'sources', format('id <> ALL (%s)', sources_hidden),
        'ingest_items', format('source_id IS NULL OR source_id <> ALL (%s)', sources_hidden),
        'event_targets', 'report_id <> ALL ((SELECT hidden_reports(current_user)))',
        'events', 'id <> ALL ((SELECT hidden_events(current_user)))',
        'publishers', 'id <> ALL ((SELECT hidden_publishers(current_user)))',
        'places', 'id <> ALL ((SELECT hidden_places(current_user)))',
        'place_names', 'place_id <> ALL ((SELECT hidden_places(current_user)))',
        'place_countries', 'place_id <> ALL ((SELECT hidden_places(current_user)))',
        'actors', 'id <> ALL ((SELECT hidden_actors(current_user)))',
        'actor_links', 'actor_id <> ALL ((SELECT hidden_actors(current_user)))'
            ' AND other_id <> ALL ((SELECT hidden_actors(current_user)))',
        'aliases', format(
            'actor_id <> ALL ((SELECT hidden_actors(current_user)))'
            ' AND (origin <> ''coded'' OR first_seen_source_id IS NULL OR first_seen_source_id <> ALL (%s)'
            ' OR has_table_privilege(current_user, tableoid, ''INSERT''))', sources_hidden),
        'judgements',
            'coalesce(event_id, 0) <> ALL ((SELECT hidden_events(current_user)))'
            ' AND coalesce(other_event_id, 0) <> ALL ((SELECT hidden_events(current_user)))'
            ' AND coalesce(actor_id, 0) <> ALL ((SELECT hidden_actors(current_user)))'
            ' AND coalesce(other_actor_id, 0) <> ALL ((SELECT hidden_actors(current_user)))',
        -- What a row was tells as much as what it is. Why a source was restricted is for those who may restrict one.
        'history', format(
            'CASE table_name'
            ' WHEN ''sources'' THEN (row_key ->> ''id'')::bigint <> ALL (%1$s)'
            ' WHEN ''events'' THEN (row_key ->> ''id'')::bigint <> ALL ((SELECT touched_events(current_user)))'
            ' WHEN ''event_targets'' THEN (row_key ->> ''report_id'')::bigint'
            ' <> ALL ((SELECT hidden_reports(current_user)))'
            ' WHEN ''publishers'' THEN (row_key ->> ''id'')::bigint <> ALL ((SELECT hidden_publishers(current_user)))'
            ' WHEN ''places'' THEN (row_key ->> ''id'')::bigint <> ALL ((SELECT hidden_places(current_user)))'
            ' WHEN ''place_names'' THEN (old_row ->> ''place_id'')::bigint'
            ' <> ALL ((SELECT hidden_places(current_user)))'
            ' WHEN ''place_countries'' THEN (old_row ->> ''place_id'')::bigint'
            ' <> ALL ((SELECT hidden_places(current_user)))'
            ' WHEN ''actors'' THEN (row_key ->> ''id'')::bigint <> ALL ((SELECT hidden_actors(current_user)))'
            ' WHEN ''actor_links'' THEN (old_row ->> ''actor_id'')::bigint'
            ' <> ALL ((SELECT hidden_actors(current_user)))'
            ' AND (old_row ->> ''other_id'')::bigint <> ALL ((SELECT hidden_actors(current_user)))'
            ' WHEN ''aliases'' THEN (old_row ->> ''actor_id'')::bigint <> ALL ((SELECT hidden_actors(current_user)))'
            ' AND coalesce((old_row ->> ''first_seen_source_id'')::bigint, 0) <> ALL (%1$s)'
            ' WHEN ''restrictions'' THEN (old_row ->> ''source_id'')::bigint <> ALL (%1$s)'
            ' AND has_table_privilege(current_user, ''restrictions''::regclass, ''INSERT'')'
            ' ELSE coalesce((old_row ->> ''source_id'')::bigint, 0) <> ALL (%1$s) END', sources_hidden)
    );
    FOREACH on_table IN ARRAY of_source LOOP
        rules := rules || jsonb_build_object(on_table, format('source_id <> ALL (%s)', sources_hidden));
    END LOOP;
    FOR on_table, rule IN SELECT key, value FROM jsonb_each_text(rules) ORDER BY key LOOP
        -- The cast makes the subquery a value that is an array; without it, ALL would go through its rows.
        rule := replace(rule, '(current_user))', '(current_user))::bigint[]');
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', on_table);
        EXECUTE format('CREATE POLICY %I ON %I USING (%s)', on_table || '_restricted', on_table, rule);
    END LOOP;
END;
$$;
