-- The panel's rows, kept. Whatever the view `panel` rests on, at the end of a transaction that changed it the figures of
-- that body and year are taken from the view anew, in the same transaction; so a change of any program, or by hand,
-- is never seen without its figures.

CREATE FUNCTION keep_figures() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bigint;
    kept text := COALESCE(current_setting('fazhi.figures_kept', true), '');
BEGIN
    IF TG_TABLE_NAME = 'document' THEN
        changed := COALESCE(NEW.id, OLD.id);
    ELSE
        changed := COALESCE(NEW.document_id, OLD.document_id);
    END IF;
    -- One document's rows change together: once a transaction is enough, for this runs when all is written.
    IF changed IS NULL OR strpos(kept, format(',%s,', changed)) > 0 THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('fazhi.figures_kept', format('%s,%s,', kept, changed), true);
    PERFORM keep_figures_of(changed);
    RETURN NULL;
END
$$;

CREATE FUNCTION keep_figures_of(changed bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    pair record;
BEGIN
    -- A document that was never finished has no figures here.
    IF NOT EXISTS (SELECT FROM document WHERE id = changed AND done_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM panel_figure WHERE document_id = changed)
    THEN
        RETURN;
    END IF;
    -- Of two that change one body and year at once, the second sees what the first wrote. One lock for all, and only at
    -- the end, so that no two can wait for each other.
    PERFORM pg_advisory_xact_lock(7234006);
    FOR pair IN
        SELECT issuer_id, year FROM report
        WHERE document_id = changed AND issuer_id IS NOT NULL AND year IS NOT NULL
        UNION
        SELECT issuer_id, year FROM panel_figure WHERE document_id = changed
    LOOP
        DELETE FROM panel_figure WHERE issuer_id = pair.issuer_id AND year = pair.year;
        INSERT INTO panel_figure
        SELECT issuer_id, year, indicator, value, unit, bound, corrected, stated, metric_id, document_id
        FROM panel
        WHERE issuer_id = pair.issuer_id AND year = pair.year;
    END LOOP;
END
$$;

CREATE CONSTRAINT TRIGGER keep_figures AFTER UPDATE ON document
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.done_at IS DISTINCT FROM NEW.done_at)
EXECUTE FUNCTION keep_figures();

CREATE CONSTRAINT TRIGGER keep_figures AFTER INSERT ON arrival
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_figures();

CREATE CONSTRAINT TRIGGER keep_figures AFTER INSERT OR UPDATE OF issuer_id, year OR DELETE ON report
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_figures();

CREATE CONSTRAINT TRIGGER keep_figures AFTER INSERT OR UPDATE OR DELETE ON metric
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_figures();

-- Who looks at a finding changes no figure.
CREATE CONSTRAINT TRIGGER keep_figures AFTER INSERT OR UPDATE OF severity, present, verdict, metric_keys OR DELETE ON finding
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_figures();

INSERT INTO panel_figure
SELECT issuer_id, year, indicator, value, unit, bound, corrected, stated, metric_id, document_id FROM panel;
