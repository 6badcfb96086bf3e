-- Generated rows for `python -m bench.desk`: {reports} reports of {issuers} bodies over five years, each of 4,000
-- characters with 10 sections and 20 figures; half a finding a report, two of five settled. Sizes and mixes are like those
-- of real reports, the words are filler. Run with foreign keys and triggers off, for there are millions of rows.
SELECT setseed(0.25);

INSERT INTO issuer (name, county, province)
SELECT format('样本%s镇人民政府', number), format('样本%s县', number / 16), format('样本%s省', number / 650)
FROM generate_series(1, {issuers}) AS number;

INSERT INTO roster_entry (issuer_id, level) SELECT id, 'township' FROM issuer;

INSERT INTO document (sha256, size, state, reason, rules_version, created_at, changed_at, done_at)
SELECT
    md5(number::text) || md5((-number)::text), 12000,
    CASE WHEN number % 50 = 0 THEN 'refused' ELSE 'done' END,
    CASE WHEN number % 50 = 0 THEN '文件没有文字。' || chr(10) || 'The file holds no text.' END,
    'bench', arrived.at, arrived.at, CASE WHEN number % 50 > 0 THEN arrived.at END
FROM generate_series(1, {reports}) AS number,
    LATERAL (SELECT now() - ({reports} - number) * interval '730 days' / {reports} AS at) AS arrived;

INSERT INTO arrival (document_id, claim, name, folder, size, modified_at, arrived_at)
SELECT id, gen_random_uuid(), format('样本报告%s.txt', id), '', size, created_at, created_at FROM document ORDER BY id;

INSERT INTO stage_run (id, document_id, stage, worker, attempt, started_at, ended_at, outcome, error)
SELECT
    nextval('claim_token'), id, run.stage, 'bench', 1, created_at, created_at + random() * interval '300 ms',
    CASE WHEN run.stage = 'read' AND state = 'refused' THEN 'refused' ELSE 'done' END, reason
FROM document, unnest('{{read,clean,segment,extract,audit}}'::text[]) AS run(stage)
WHERE state = 'done' OR run.stage = 'read'
ORDER BY id;

INSERT INTO report
    (document_id, rules_version, name, media_type, page_starts, raw_text, text, edits, facts, title, issuer_id, township,
     county, province, year, published, sentences, tokens)
SELECT
    document.id, 'bench', format('样本报告%s.txt', document.id), 'text/plain', '{{0}}', written.text, written.text, '[]',
    '{{}}', format('%s%s年度法治政府建设情况报告', issuer.name, 2020 + document.id % 5), issuer.id,
    format('样本%s镇', issuer.id), issuer.county, issuer.province, 2020 + document.id % 5,
    make_date(2021 + (document.id % 5)::int, 1, 20),
    (SELECT jsonb_agg(jsonb_build_array(at * 200, at * 200 + 200)) FROM generate_series(0, 19) AS at),
    (
        SELECT array_to_tsvector(array_agg(DISTINCT '词' || floor(random() ^ 2 * 5000 + 0 * (word + document.id))))
        FROM generate_series(1, 80) AS word
    )
FROM document
JOIN issuer ON issuer.id = 1 + document.id / 5 % {issuers},
    LATERAL (
        SELECT string_agg(rpad(format('样本%s。全年开展工作%s件，', document.id, at * 7), 199, '依法推进各项工作') || '。', '') AS text
        FROM generate_series(1, 20) AS at
    ) AS written
WHERE document.state = 'done';

INSERT INTO section (document_id, ordinal, level, number, title, roles, start, "end", heading_end, raw_start, raw_end)
SELECT document_id, at, 1, at::text, format('样本标题%s', at), '{{}}', at * 400, at * 400 + 400, at * 400 + 8, at * 400, at * 400 + 400
FROM report, generate_series(0, 9) AS at;

-- Some indicators stand in most reports, some in few; one figure in ten has no name.
INSERT INTO metric
    (document_id, key, ordinal, section, indicator, value, unit, bound, status, quote, start, "end", raw_start, raw_end,
     page, confidence, why)
SELECT
    report.document_id, format('%s-%s', at * 200 + 8, at * 200 + 14), at, at / 2, indicator.code,
    CASE indicator.dim WHEN 'rate' THEN 90 + floor(random() * 101) / 10 ELSE ceil(exp(random() * 6)) END,
    COALESCE(indicator.unit, '件'), 'exact', CASE WHEN random() < 0.05 THEN 'planned' ELSE 'done' END,
    substr(report.text, at * 200 + 9, 6), at * 200 + 8, at * 200 + 14, at * 200 + 8, at * 200 + 14, 1, 0.9, 'bench'
FROM report
CROSS JOIN generate_series(0, 19) AS at
CROSS JOIN LATERAL (SELECT floor(96 * random() ^ 1.5 + 0 * (at + report.document_id)) AS chosen) AS draw
LEFT JOIN indicator ON indicator.ordinal = draw.chosen;

INSERT INTO finding
    (document_id, key, about, kind, across, severity, message, message_en, spans, metric_keys, evidence, suggestion, priority,
     state, verdict, present, created_at)
SELECT
    metric.document_id, format('%s:%s:%s', kind.name, number, metric.key), number::text, kind.name, kind.at >= 6, kind.severity,
    '这个数值与原文的其他数值对不上，请核对原文。', 'This figure does not agree with others of the text.',
    jsonb_build_array(jsonb_build_array(metric.raw_start, metric.raw_end)), ARRAY[metric.key], metric.quote, '98%',
    kind.priority + (number % 4) * 10, CASE WHEN number % 5 < 2 THEN 'settled' ELSE 'open' END,
    CASE number % 5 WHEN 0 THEN 'dismiss' WHEN 1 THEN 'accept' END, true, document.done_at
FROM generate_series(1, {reports} / 2) AS number
JOIN (
    VALUES (0, 'rate_impossible', 'wrong', 300), (1, 'sum_mismatch', 'wrong', 300), (2, 'odd_bound', 'note', 100),
        (3, 'figures_conflict', 'check', 200), (4, 'law_item_missing', 'check', 200), (5, 'damaged_number', 'check', 200),
        (6, 'outlier_in_time', 'check', 200), (7, 'outlier_among_peers', 'note', 100), (8, 'near_duplicate', 'check', 200)
) AS kind(at, name, severity, priority) ON kind.at = number % 9
JOIN metric ON metric.document_id = number * 2 - 1 AND metric.ordinal = number % 20
JOIN document ON document.id = metric.document_id;

INSERT INTO finding
    (issuer_id, year, key, kind, across, severity, message, message_en, spans, metric_keys, evidence, details, priority, state, present)
SELECT id, 2025, 'report_overdue::', 'report_overdue', true, 'check', '报告至今没有收到。', 'The report has not come.', '[]', '{{}}',
    name, jsonb_build_object('due', '2026-04-01', 'expected_by', 'roster'), 240, 'open', true
FROM issuer WHERE id % 20 = 0;

INSERT INTO decision (finding_id, action, who, decided_at, before, after, evidence)
SELECT id, verdict, format('reviewer%s', id % 3), created_at + interval '1 day', '{{}}', '{{}}', evidence
FROM finding WHERE state = 'settled';

INSERT INTO audit (at, who, deed, about)
SELECT now() - number * interval '1 minute', 'reviewer', 'uploaded', number::text FROM generate_series(1, 20000) AS number;

-- One cell an indicator; of several figures the rules of the product would say more.
INSERT INTO cell
    (document_id, indicator, rule, value, unit, bound, terms, omitted, metric_id, corrected)
SELECT DISTINCT ON (document_id, indicator)
    document_id, indicator, 'once', value, unit, bound,
    jsonb_build_array(jsonb_build_object('figures', jsonb_build_array(key), 'quote', quote, 'value', value, 'high', NULL,
        'unit', unit, 'bound', bound)),
    '[]', id, false
FROM metric
WHERE status = 'done' AND indicator IS NOT NULL
ORDER BY document_id, indicator, value DESC;

INSERT INTO panel_figure
    (issuer_id, year, indicator, value, high, unit, bound, rule, why, corrected, stated, metric_id, document_id)
SELECT issuer_id, year, indicator, value, high, unit, bound, rule, why, corrected, stated, metric_id, document_id FROM panel;
