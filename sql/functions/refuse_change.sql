-- For triggers on what may only be added to, or never emptied at a stroke. The triggers' WHEN says what it refuses.
CREATE FUNCTION refuse_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '% of table % is refused: %', lower(TG_OP), TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END;
$$;

COMMENT ON FUNCTION refuse_change() IS 'Trigger: refuses the change, with the reason that the trigger gives';
