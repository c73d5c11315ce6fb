-- The confidence of an attribution lies in the range of its stance, and a stance's range cannot move away from under it.
CREATE FUNCTION confidence_in_stance() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    low int;
    high int;
BEGIN
    EXECUTE format('SELECT confidence_low, confidence_high FROM %I.stances WHERE code = $1', TG_TABLE_SCHEMA)
        INTO low, high
        USING NEW.stance;
    IF NEW.confidence NOT BETWEEN low AND high THEN
        RAISE EXCEPTION 'confidence % is outside % to %, the range of the stance %', NEW.confidence, low, high, NEW.stance
            USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
                  CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION confidence_in_stance() IS 'Trigger: holds the confidence of an attribution to the range of its stance';

CREATE TRIGGER attributions_confidence_in_stance
    BEFORE INSERT OR UPDATE ON attributions
    FOR EACH ROW
    WHEN (NEW.confidence IS NOT NULL)
    EXECUTE FUNCTION confidence_in_stance();

CREATE FUNCTION stance_range_held() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    outside bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM %I.attributions WHERE stance = $1 AND confidence NOT BETWEEN $2 AND $3',
                   TG_TABLE_SCHEMA)
        INTO outside
        USING NEW.code, NEW.confidence_low, NEW.confidence_high;
    IF outside > 0 THEN
        RAISE EXCEPTION 'the confidence of % attributions would be outside the range of the stance %', outside, NEW.code
            USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
                  CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION stance_range_held() IS 'Trigger: keeps the range of a stance around the attributions that have it';

CREATE TRIGGER stances_range_held
    BEFORE UPDATE ON stances
    FOR EACH ROW EXECUTE FUNCTION stance_range_held();
