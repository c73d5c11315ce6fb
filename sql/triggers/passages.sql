-- A passage is its source's text between the offsets: filled in where no quote is given, refused where it differs.
CREATE FUNCTION passage_quote() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found text;
BEGIN
    EXECUTE format('SELECT substr(text, $1 + 1, $2 - $1) FROM %I.sources WHERE id = $3', TG_TABLE_SCHEMA)
        INTO found
        USING NEW.start_offset, NEW.end_offset, NEW.source_id;
    NEW.quote := coalesce(NEW.quote, found);
    IF NEW.quote <> found THEN
        RAISE EXCEPTION 'source % has % at % to %, not %',
                NEW.source_id, quote_literal(found), NEW.start_offset, NEW.end_offset, quote_literal(NEW.quote)
            USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
                  CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION passage_quote() IS 'Trigger: holds the quote of a passage to the text of its source';

CREATE TRIGGER passages_quote_of_source
    BEFORE INSERT OR UPDATE ON passages
    FOR EACH ROW
    WHEN (NEW.end_offset >= NEW.start_offset)  -- else a constraint refuses it
    EXECUTE FUNCTION passage_quote();
