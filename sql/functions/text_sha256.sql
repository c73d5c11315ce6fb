-- SHA-256 of a text in UTF-8, in hexadecimal, whatever the encoding of the client.
-- convert_to() is only STABLE, as encodings could be redefined; UTF-8 is not, so this may be IMMUTABLE and generate a column.
CREATE FUNCTION text_sha256(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN encode(sha256(convert_to(value, 'UTF8')), 'hex');

COMMENT ON FUNCTION text_sha256(text) IS 'SHA-256 of a text in UTF-8, in hexadecimal';
