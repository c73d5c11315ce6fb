CREATE FUNCTION figure_text(low bigint, high bigint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN high IS NULL THEN 'at least ' || low
    WHEN high = low THEN low::text
    ELSE low || ' to ' || high
END;

COMMENT ON FUNCTION figure_text(bigint, bigint) IS 'A figure in words: "8", "5 to 8", "at least 5"';
