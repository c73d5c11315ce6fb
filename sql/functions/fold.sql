-- The folded form of a name, by which spellings meet: "Kata'ib", "Kata-ib" and "Kataib" fold to one key.
-- Lower case; compatibility forms and diacritics undone; apostrophes of every kind and full stops dropped; runs of
-- spaces, punctuation, symbols and the points of Arabic and Hebrew part words; a leading "the" and every "al" dropped,
-- as long as something remains; words joined. The same rule stands in eventdb.lexicon.fold, and a test holds the two
-- together. What parts words is told by code point, since what a server holds for a letter depends on its version and
-- locale. A body in the form RETURN … is bound when it is created: no search_path can change what it calls.
CREATE FUNCTION fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT replace(coalesce(nullif(regexp_replace(words, '(^| )al(?= |$)', '', 'g'), ''), words), ' ', '')
    FROM (
        SELECT regexp_replace(btrim(regexp_replace(regexp_replace(
            normalize(lower(value), NFKD) COLLATE "C",
            '[\u0300-\u036F''\u2019\u2018\u02BC\u02BB`\u00B4\u02BF\u02BE.]', '', 'g'),
            '[\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u00D7\u00F7'
            '\u02C2-\u02C5\u02D2-\u02DF\u02E5-\u02EB\u02ED\u02EF-\u02FF\u0375\u03F6\u0482-\u0489\u055A-\u055F\u0589-\u058F'
            '\u0591-\u05C7\u05F3\u05F4\u0600-\u061F\u064B-\u065F\u066A-\u066D\u0670\u06D4\u06D6-\u06E4\u06E7-\u06ED'
            '\u2000-\u206F\u20A0-\u20FF\u2190-\u2BFF\u2E00-\u2E7F\u3000-\u3004\u3008-\u3020\uFE00-\uFE2F'
            '\U0001F000-\U0001FAFF]+', ' ', 'g')), '^the ', '')
    ) AS parted (words)
);

COMMENT ON FUNCTION fold(text) IS
    'A name without case, diacritics, apostrophes, hyphens, spaces and articles: what its spellings have in common';
