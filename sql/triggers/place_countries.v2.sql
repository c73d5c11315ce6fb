-- A place lies in one country (places.country), or in several (place_countries), never both. FOR SHARE keeps the place from
-- getting a country while one of several is added.
-- To lock a place for sharing takes the right to change places, which who adds one need not have: hence the owner's.
CREATE OR REPLACE FUNCTION place_of_several_countries() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    single text;
BEGIN
    EXECUTE format('SELECT country FROM %I.places WHERE id = $1 FOR SHARE', TG_TABLE_SCHEMA)
        INTO single
        USING NEW.place_id;
    IF single IS NOT NULL THEN
        RAISE EXCEPTION 'place % lies in one country, %', NEW.place_id, single
            USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
                  CONSTRAINT = TG_NAME, HINT = 'set its country to null first';
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION place_of_several_countries() IS 'Trigger: only a place without a country of its own lies in several';

CREATE OR REPLACE TRIGGER place_countries_several
    BEFORE INSERT OR UPDATE ON place_countries
    FOR EACH ROW EXECUTE FUNCTION place_of_several_countries();

CREATE OR REPLACE FUNCTION place_of_one_country() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    several bool;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.place_countries WHERE place_id = $1)', TG_TABLE_SCHEMA)
        INTO several
        USING NEW.id;
    IF several THEN
        RAISE EXCEPTION 'place % lies in several countries', NEW.id
            USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
                  CONSTRAINT = TG_NAME, HINT = 'remove its rows of place_countries first';
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION place_of_one_country() IS 'Trigger: a place that lies in several countries has none of its own';

CREATE OR REPLACE TRIGGER places_one_country
    BEFORE UPDATE ON places
    FOR EACH ROW
    WHEN (NEW.country IS NOT NULL)
    EXECUTE FUNCTION place_of_one_country();
