-- Keeps a row as it was before it is changed or removed. The arguments name the columns of the table's primary key.
-- A change that changes nothing is not kept. The table is found beside the one that changes, whatever the search_path.
-- It runs as the owner of the tables: who changes a row may not write, or forge, history. changed_by is the session's user.
CREATE OR REPLACE FUNCTION keep_history() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN
        RETURN NULL;
    END IF;
    EXECUTE format(
        'INSERT INTO %I.history (table_name, row_key, operation, old_row)'
        ' SELECT $1, jsonb_object_agg(name, $4 -> name), $3, $4 FROM unnest($2) AS key (name)', TG_TABLE_SCHEMA)
    USING TG_TABLE_NAME, TG_ARGV, TG_OP, to_jsonb(OLD);
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION keep_history() IS 'Trigger: writes the row as it was to history';
