-- The folded form of a name, by which spellings meet: "Kata'ib", "Kata-ib" and "Kataib" fold to one key.
-- Lower case; compatibility forms and diacritics undone; apostrophes of every kind and full stops dropped; any other run
-- of characters that are neither letter nor digit parts two words; a leading "the" and every "al" dropped, as long as
-- something remains; words joined. The same rule stands in eventdb.lexicon.fold, and a test holds the two together.
-- A body in the form RETURN … is bound when it is created, so that no search_path can change what it calls.
CREATE FUNCTION fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT replace(coalesce(nullif(regexp_replace(words, '(^| )al(?= |$)', '', 'g'), ''), words), ' ', '')
    FROM (
        SELECT regexp_replace(btrim(regexp_replace(regexp_replace(
            normalize(lower(value), NFKD),
            U&'[\0300-\036F''\2019\2018\02BC\02BB`\00B4\02BF\02BE.]', '', 'g'),
            '[^[:alnum:]]+', ' ', 'g')), '^the ', '')
    ) AS parted (words)
);

COMMENT ON FUNCTION fold(text) IS
    'A name without case, diacritics, apostrophes, hyphens, spaces and articles: what its spellings have in common';
