-- Nothing is coded without a passage to show for it. Looked at when the transaction ends, since a row comes before its
-- passages. Arguments: the table, the table of its passages, and the column of that which names the row.
CREATE FUNCTION rests_on_passage() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    row_id bigint := coalesce(to_jsonb(OLD) ->> TG_ARGV[2], to_jsonb(NEW) ->> 'id');
    bare bool;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %1$I.%2$I WHERE id = $1)'
                   ' AND NOT EXISTS (SELECT FROM %1$I.%3$I WHERE %4$I = $1)',
                   TG_TABLE_SCHEMA, TG_ARGV[0], TG_ARGV[1], TG_ARGV[2])
        INTO bare
        USING row_id;
    IF bare THEN
        RAISE EXCEPTION 'row % of % rests on no passage', row_id, TG_ARGV[0]
            USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
                  HINT = format('store it and its rows of %s in one transaction', TG_ARGV[1]);
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION rests_on_passage() IS 'Trigger: what a source says rests on at least one of its passages';

CREATE CONSTRAINT TRIGGER reports_rest_on_passages
    AFTER INSERT ON reports DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION rests_on_passage('reports', 'report_passages', 'report_id');
CREATE CONSTRAINT TRIGGER report_passages_last_kept
    AFTER UPDATE OR DELETE ON report_passages DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION rests_on_passage('reports', 'report_passages', 'report_id');

CREATE CONSTRAINT TRIGGER casualties_rest_on_passages
    AFTER INSERT ON casualties DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION rests_on_passage('casualties', 'casualty_passages', 'casualty_id');
CREATE CONSTRAINT TRIGGER casualty_passages_last_kept
    AFTER UPDATE OR DELETE ON casualty_passages DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION rests_on_passage('casualties', 'casualty_passages', 'casualty_id');

CREATE CONSTRAINT TRIGGER attributions_rest_on_passages
    AFTER INSERT ON attributions DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION rests_on_passage('attributions', 'attribution_passages', 'attribution_id');
CREATE CONSTRAINT TRIGGER attribution_passages_last_kept
    AFTER UPDATE OR DELETE ON attribution_passages DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION rests_on_passage('attributions', 'attribution_passages', 'attribution_id');

CREATE CONSTRAINT TRIGGER tallies_rest_on_passages
    AFTER INSERT ON tallies DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION rests_on_passage('tallies', 'tally_passages', 'tally_id');
CREATE CONSTRAINT TRIGGER tally_passages_last_kept
    AFTER UPDATE OR DELETE ON tally_passages DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION rests_on_passage('tallies', 'tally_passages', 'tally_id');
