-- Passages are offsets into a source's text, and its address says what it is a version of: neither may change.
CREATE TRIGGER sources_text_kept
    BEFORE UPDATE ON sources
    FOR EACH ROW
    WHEN (OLD.text IS DISTINCT FROM NEW.text OR OLD.address IS DISTINCT FROM NEW.address)
    EXECUTE FUNCTION refuse_change('a changed text, or a text of another address, is a source of its own');
