-- What each group may do in one database: `eventdb roles apply` runs this as often as one likes, and each upgrade does after
-- its migrations, so that what they made has its rights. Rights are taken away and given anew in one transaction.
-- The caller has set eventdb.owner, eventdb.coder and eventdb.reader to the groups of this database. Objects that people
-- made for themselves beside eventdb's stay theirs.
DO $$
DECLARE
    owner CONSTANT name := current_setting('eventdb.owner');
    coder CONSTANT name := current_setting('eventdb.coder');
    reader CONSTANT name := current_setting('eventdb.reader');
    -- Who migrated until now. From here on nobody's login owns anything, so that every colleague may migrate.
    before CONSTANT oid := (SELECT relowner FROM pg_class WHERE oid = 'alembic_version'::regclass);
    may_write CONSTANT jsonb := '{
        "publishers": "INSERT",
        "sources": "INSERT, UPDATE (publisher_id, title, url, authors, published_on, published_precision, published_basis, language)",
        "passages": "INSERT",
        "places": "INSERT",
        "place_names": "INSERT",
        "place_countries": "INSERT",
        "actors": "INSERT, UPDATE (provisional)",
        "aliases": "INSERT, UPDATE (first_seen_source_id)",
        "actor_links": "INSERT",
        "ingest_runs": "INSERT, UPDATE (finished_at)",
        "ingest_items": "INSERT",
        "codings": "INSERT, UPDATE (superseded_at)",
        "events": "INSERT, UPDATE (event_type, date_start, date_end, date_precision, place_id, weapon, review_status)",
        "reports": "INSERT, UPDATE (event_id, link_score, link_reasons)",
        "casualties": "INSERT",
        "attributions": "INSERT",
        "tallies": "INSERT",
        "event_targets": "INSERT",
        "event_links": "INSERT",
        "mentions": "INSERT",
        "report_passages": "INSERT",
        "casualty_passages": "INSERT",
        "attribution_passages": "INSERT",
        "tally_passages": "INSERT",
        "judgements": "INSERT",
        "restrictions": "SELECT, INSERT, UPDATE (reason, until, visible_to), DELETE"
    }';
    thing text;
    rights text;
BEGIN
    -- Groups: nobody logs in as one, people are members.
    FOREACH thing IN ARRAY ARRAY[owner, coder, reader] LOOP
        IF to_regrole(quote_ident(thing)) IS NULL THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', thing);
        END IF;
    END LOOP;
    -- Who applies goes on migrating. From PostgreSQL 16 on, who makes a role may grant it, and does not yet have its rights.
    IF current_setting('server_version_num')::int < 160000 THEN
        IF NOT pg_has_role(owner, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', owner);
        END IF;
    ELSIF NOT (pg_has_role(owner, 'SET') AND pg_has_role(owner, 'USAGE')) THEN
        EXECUTE format('GRANT %I TO CURRENT_USER WITH INHERIT TRUE, SET TRUE', owner);
    END IF;
    IF NOT pg_has_role(coder, reader, 'MEMBER') THEN
        EXECUTE format('GRANT %I TO %I', reader, coder);
    END IF;

    -- The database and the schema: closed to everybody else, who by default may connect and look around.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC, %I, %I', current_database(), coder, reader);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), reader);
    EXECUTE format('GRANT ALL ON DATABASE %I TO %I', current_database(), owner);
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC, %I, %I', current_schema(), coder, reader);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), reader);
    EXECUTE format('GRANT ALL ON SCHEMA %I TO %I', current_schema(), owner);

    -- Everything that is eventdb's belongs to the owner.
    FOR thing IN
        SELECT format('%s %s', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                                            WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, oid::regclass)
        FROM pg_class AS c
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
          AND relowner = before
          AND NOT EXISTS (SELECT FROM pg_depend
                          WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype IN ('e', 'i'))
        UNION ALL
        SELECT format('ROUTINE %s', oid::regprocedure)
        FROM pg_proc AS p
        WHERE pronamespace = current_schema()::regnamespace AND proowner = before
          AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
    LOOP
        EXECUTE format('ALTER %s OWNER TO %I', thing, owner);
    END LOOP;

    -- The reader reads all, but why sources are restricted. A function that a trigger calls is for nobody to call: it
    -- writes as the owner, wherever the table lies that it is put on.
    FOR thing, rights IN
        SELECT format('TABLE %s', oid::regclass), CASE WHEN relname <> 'restrictions' THEN 'SELECT' END
        FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
          AND relowner = to_regrole(quote_ident(owner))
        UNION ALL
        SELECT format('ROUTINE %s', oid::regprocedure), CASE WHEN prorettype <> 'trigger'::regtype THEN 'EXECUTE' END
        FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND proowner = to_regrole(quote_ident(owner))
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, %I, %I', thing, coder, reader);
        IF rights IS NOT NULL THEN
            EXECUTE format('GRANT %s ON %s TO %I', rights, thing, reader);
        END IF;
    END LOOP;

    -- The coder adds. What it may change is what storing and joining change, each with its history; a restriction it may
    -- lift. It removes nothing else, writes no history, and alters no name, code or text.
    FOR thing, rights IN SELECT key, value FROM jsonb_each_text(may_write) WHERE to_regclass(key) IS NOT NULL LOOP
        EXECUTE format('GRANT %s ON %I TO %I', rights, thing, coder);
    END LOOP;

    -- What the owner makes by hand is closed to PUBLIC and open to readers, too.
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I REVOKE ALL ON ROUTINES FROM PUBLIC', owner);
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT ON TABLES TO %I',
                   owner, current_schema(), reader);
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT EXECUTE ON ROUTINES TO %I',
                   owner, current_schema(), reader);
END;
$$;
