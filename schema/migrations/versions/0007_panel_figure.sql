-- As of 0006 (which says why), but that a document without figures here is told from one that was never finished.

CREATE OR REPLACE FUNCTION keep_figures() RETURNS trigger LANGUAGE plpgsql AS $$
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
    -- A document that was never finished has no figures here. Whether it is finished is the document's own row to say: one
    -- that stood without figures and goes gives them back to the report before it.
    IF TG_TABLE_NAME <> 'document'
        AND NOT EXISTS (SELECT FROM document WHERE id = changed AND done_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM panel_figure WHERE document_id = changed)
    THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('fazhi.figures_kept', format('%s,%s,', kept, changed), true);
    PERFORM keep_figures_of(changed);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION keep_figures_of(changed bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    pair record;
BEGIN
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
