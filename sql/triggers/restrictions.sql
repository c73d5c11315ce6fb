-- Who restricted a source, why, and who lifted it is kept as everything else is.
CREATE TRIGGER restrictions_history_kept
    AFTER UPDATE OR DELETE ON restrictions
    FOR EACH ROW EXECUTE FUNCTION keep_history('source_id');
CREATE TRIGGER restrictions_not_truncated
    BEFORE TRUNCATE ON restrictions
    EXECUTE FUNCTION refuse_change('its history could not be kept; DELETE keeps it');
