-- As of 0013, with the bound of what a person chose.
CREATE OR REPLACE VIEW panel AS
WITH newest AS (
    SELECT DISTINCT ON (report.issuer_id, report.year) report.document_id, report.issuer_id, report.year
    FROM report
    JOIN document ON document.id = report.document_id
        AND document.done_at IS NOT NULL -- also while it is read anew: its results are replaced whole
    JOIN arrival ON arrival.document_id = report.document_id
    WHERE report.issuer_id IS NOT NULL AND report.year IS NOT NULL
    ORDER BY report.issuer_id, report.year, arrival.arrived_at DESC
)
SELECT
    newest.issuer_id,
    issuer.name AS issuer,
    issuer.county,
    issuer.province,
    newest.year,
    cell.indicator,
    indicator.zh,
    COALESCE(cell.human_value, cell.value) AS value,
    CASE WHEN cell.human_value IS NULL THEN cell.high ELSE cell.human_high END AS high,
    COALESCE(cell.human_unit, cell.unit) AS unit,
    CASE WHEN cell.human_value IS NULL THEN cell.bound ELSE COALESCE(cell.human_bound, 'exact') END AS bound,
    CASE WHEN cell.human_value IS NULL THEN cell.rule ELSE 'person' END AS rule,
    CASE WHEN cell.human_value IS NULL THEN cell.why END AS why,
    cell.corrected OR cell.human_value IS NOT NULL AS corrected,
    (jsonb_array_length(cell.terms) + jsonb_array_length(cell.omitted))::bigint AS stated,
    cell.metric_id,
    cell.document_id
FROM newest
JOIN cell ON cell.document_id = newest.document_id
JOIN issuer ON issuer.id = newest.issuer_id
JOIN indicator ON indicator.code = cell.indicator
