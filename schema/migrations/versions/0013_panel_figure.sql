-- As of 0007, with the columns of 0013.
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
            (issuer_id, year, indicator, value, high, unit, bound, rule, why, corrected, stated, metric_id, document_id)
        SELECT issuer_id, year, indicator, value, high, unit, bound, rule, why, corrected, stated, metric_id, document_id
        FROM panel
        WHERE issuer_id = pair.issuer_id AND year = pair.year;
    END LOOP;
END
$$;
