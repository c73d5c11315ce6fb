-- A source whose publication is known to the month or the year was surely out by the end of it, and maybe not before.
CREATE FUNCTION published_by(published_on date, published_precision text) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE published_precision
    WHEN 'month' THEN (date_trunc('month', published_on::timestamp) + interval '1 month - 1 day')::date
    WHEN 'year' THEN (date_trunc('year', published_on::timestamp) + interval '1 year - 1 day')::date
    ELSE published_on
END;

COMMENT ON FUNCTION published_by(date, text) IS
    'The day by which a source was surely published: the last of its month or year where no day is known';
