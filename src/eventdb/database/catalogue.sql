-- Everything in the first schema of the search_path: its kind, the table it belongs to (or its own name), its name within
-- that table, and all that defines it. As that schema is on the search_path, definitions name what lies in it without it.
-- Alembic's own table and what extensions brought are left out.
WITH relations AS (
    SELECT oid, relname, relkind, reloptions, relrowsecurity, relforcerowsecurity
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace
      AND relname <> 'alembic_version'
      AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = pg_class.oid AND d.deptype = 'e')
)
SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' ELSE 'relation' END AS kind,
       relname AS owner,
       NULL AS name,
       concat_ws(' ', array_to_string(reloptions, ', '), CASE WHEN relrowsecurity THEN 'ROW SECURITY' END,
                 CASE WHEN relforcerowsecurity THEN 'FORCED' END,
                 'comment: ' || obj_description(oid, 'pg_class')) AS definition
FROM relations
WHERE relkind NOT IN ('i', 'S', 't')
UNION ALL
SELECT 'view', relname, 'query', pg_get_viewdef(oid, true)
FROM relations
WHERE relkind = 'v'
UNION ALL
SELECT 'column', relname, attname,
       concat_ws(' ', format_type(atttypid, atttypmod),
                 CASE WHEN attnotnull THEN 'NOT NULL' END,
                 CASE attidentity WHEN '' THEN NULL WHEN 'a' THEN 'IDENTITY ALWAYS' ELSE 'IDENTITY BY DEFAULT' END,
                 CASE attgenerated WHEN '' THEN 'DEFAULT ' ELSE 'GENERATED ' END || pg_get_expr(adbin, adrelid),
                 'comment: ' || col_description(relations.oid, attnum))
FROM relations
JOIN pg_attribute ON attrelid = relations.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = relations.oid AND adnum = attnum
WHERE relkind IN ('r', 'v')
UNION ALL
-- NOT NULL is told of the columns: before PostgreSQL 18 it is no constraint of its own.
SELECT 'constraint', relname, conname,
       concat_ws(' ', pg_get_constraintdef(c.oid, true), 'comment: ' || obj_description(c.oid, 'pg_constraint'))
FROM relations
JOIN pg_constraint c ON conrelid = relations.oid AND contype NOT IN ('n', 't')
UNION ALL
SELECT 'index', t.relname, i.relname,
       concat_ws(' ', pg_get_indexdef(i.oid, 0, true), CASE WHEN NOT indisvalid THEN 'INVALID' END)
FROM relations t
JOIN pg_index ON indrelid = t.oid
JOIN relations i ON i.oid = indexrelid
UNION ALL
SELECT 'trigger', relname, tgname,
       concat_ws(' ', pg_get_triggerdef(g.oid, true), CASE WHEN tgenabled <> 'O' THEN 'DISABLED' END)
FROM relations
JOIN pg_trigger g ON tgrelid = relations.oid AND NOT tgisinternal
UNION ALL
SELECT 'policy', relname, polname,
       concat_ws(' ', CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END, polcmd,
                 'TO ' || array_to_string(ARRAY(SELECT rolname FROM pg_roles r WHERE r.oid = ANY (polroles)), ', '),
                 'USING ' || pg_get_expr(polqual, polrelid), 'CHECK ' || pg_get_expr(polwithcheck, polrelid))
FROM relations
JOIN pg_policy ON polrelid = relations.oid
UNION ALL
SELECT 'function', p.oid::regprocedure::text, NULL,
       concat_ws(E'\n', replace(pg_get_functiondef(p.oid), quote_ident(current_schema()) || '.', ''),
                 'comment: ' || obj_description(p.oid, 'pg_proc'))
FROM pg_proc p
WHERE pronamespace = current_schema()::regnamespace
  AND prokind IN ('f', 'p')
  AND NOT EXISTS (SELECT FROM pg_depend d
                  WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
