-- issuer × year × indicator: the figure to use. A person's value stands over the machine's; a disputed figure (a finding
-- of severity 'wrong' that is open, or accepted without a correction) is left out. Of several reports of one issuer and
-- year the one that arrived last counts. A figure for each of something (每村2场) and a part of a total of the same
-- indicator are left out. Of several others: the issuer's own before another body's, the year's before a shorter time's,
-- then the largest, because a total is at least as large as its parts and a sum would count twice; of rates the first.
CREATE VIEW panel AS
WITH newest AS (
    SELECT DISTINCT ON (report.issuer_id, report.year) report.document_id, report.issuer_id, report.year
    FROM report
    JOIN document ON document.id = report.document_id
        AND document.done_at IS NOT NULL -- also while it is read anew: its results are replaced whole
    JOIN arrival ON arrival.document_id = report.document_id
    WHERE report.issuer_id IS NOT NULL AND report.year IS NOT NULL
    ORDER BY report.issuer_id, report.year, arrival.arrived_at DESC
),
figure AS (
    SELECT
        newest.issuer_id,
        newest.year,
        COALESCE(metric.human_indicator, metric.indicator) AS indicator,
        COALESCE(metric.human_value, metric.value) AS value,
        COALESCE(metric.human_unit, metric.unit) AS unit,
        metric.bound,
        COALESCE(metric.human_value::text, metric.human_unit, metric.human_indicator) IS NOT NULL AS corrected,
        metric.id AS metric_id,
        metric.document_id,
        metric.raw_start,
        metric.subject,
        metric.period
    FROM newest
    JOIN metric ON metric.document_id = newest.document_id
    WHERE metric.status = 'done'
      AND metric.per IS NULL
      -- What is found no more and was kept for a person's reading goes with that reading.
      AND (metric.ordinal >= 0 OR COALESCE(metric.human_value::text, metric.human_unit, metric.human_indicator) IS NOT NULL)
      AND NOT EXISTS (
          SELECT 1
          FROM metric AS total
          WHERE total.document_id = metric.document_id
            AND total.key = metric.part_of
            AND COALESCE(total.human_indicator, total.indicator) = COALESCE(metric.human_indicator, metric.indicator)
      )
      AND COALESCE(metric.human_indicator, metric.indicator) IS NOT NULL
      AND (
          COALESCE(metric.human_value::text, metric.human_unit, metric.human_indicator) IS NOT NULL
          OR NOT EXISTS (
              SELECT 1
              FROM finding
              WHERE finding.document_id = metric.document_id
                AND finding.present
                AND finding.severity = 'wrong'
                AND metric.key = finding.metric_keys[1] -- the doubtful one; the others are what it was held against
                AND (finding.verdict IS NULL OR finding.verdict = 'accept')
          )
      )
)
SELECT DISTINCT ON (figure.issuer_id, figure.year, figure.indicator)
    figure.issuer_id,
    issuer.name AS issuer,
    issuer.county,
    issuer.province,
    figure.year,
    figure.indicator,
    indicator.zh,
    figure.value,
    figure.unit,
    figure.bound,
    figure.corrected,
    COUNT(*) OVER (PARTITION BY figure.issuer_id, figure.year, figure.indicator) AS stated,
    figure.metric_id,
    figure.document_id
FROM figure
JOIN issuer ON issuer.id = figure.issuer_id
JOIN indicator ON indicator.code = figure.indicator
ORDER BY
    figure.issuer_id,
    figure.year,
    figure.indicator,
    figure.corrected DESC,
    figure.subject IS NOT NULL,
    figure.period IS NOT NULL,
    CASE WHEN indicator.dim = 'rate' THEN 0 ELSE figure.value END DESC,
    figure.raw_start
