"""Raw text → clean text: each rule a function `str → Iterable[Change]`, in the order of RULES."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workers.errors import NoText
from workers.report.cleaning import (
    breaks,
    commas,
    confusions,
    encodings,
    figures,
    furniture,
    glosses,
    heads,
    indexes,
    markup,
    ocr,
    page_numbers,
    scripts,
    seals,
    style,
    tables,
    titles,
)
from workers.report.cleaning.facts import read_facts
from workers.report.model import Cleaned, Source
from workers.report.text import Change, EditKind, Traced

Rule = Callable[[str], Iterable[Change]]

# Characters first, so that every later rule sees plain lines.
PAGE_RULES: tuple[tuple[Rule, EditKind], ...] = (
    # Before what has no ink is dropped: to a wrong encoding that is half of a character.
    (encodings.decode_mojibake, EditKind.OCR),
    (markup.decode_entities, EditKind.MARKUP),
    (markup.drop_invisible_characters, EditKind.MARKUP),
    (style.write_plain_characters, EditKind.STYLE),
    (markup.unify_line_ends, EditKind.STYLE),
    (markup.drop_tags, EditKind.MARKUP),
    (markup.drop_field_codes, EditKind.MARKUP),
    (markup.drop_emphasis, EditKind.MARKUP),
    (markup.drop_note_marks, EditKind.MARKUP),
    (glosses.drop_readings, EditKind.OCR),
    (glosses.drop_glosses, EditKind.OCR),
    (scripts.simplify_stray_characters, EditKind.OCR),
    (style.narrow_wide_forms, EditKind.STYLE),
)
# Furniture before sentences: a page number parts the two halves of one.
RULES: tuple[tuple[Rule, EditKind], ...] = (
    *PAGE_RULES,
    # The figures of a table are no page numbers.
    (tables.rebuild_rows, EditKind.OCR),
    (page_numbers.drop_page_numbers, EditKind.FURNITURE),
    (furniture.drop_breadcrumbs, EditKind.FURNITURE),
    (indexes.drop_index_lists, EditKind.FURNITURE),
    (furniture.drop_page_fields, EditKind.FURNITURE),
    (furniture.drop_site_lines, EditKind.FURNITURE),
    (titles.drop_repeated_titles, EditKind.FURNITURE),
    (heads.drop_running_heads, EditKind.FURNITURE),
    (seals.drop_seal_characters, EditKind.OCR),
    # Breaks and spaces before marks: what stands beside a mark decides its width.
    (style.widen_full_stops, EditKind.STYLE),
    (style.widen_year_brackets, EditKind.STYLE),
    (breaks.join_broken_lines, EditKind.OCR),
    (style.trim_lines, EditKind.STYLE),
    (ocr.restore_zeros, EditKind.OCR),
    (ocr.restore_ones, EditKind.OCR),
    (figures.restore_ones_in_figures, EditKind.OCR),
    (ocr.restore_chinese_zeros, EditKind.OCR),
    (confusions.restore_confused_words, EditKind.OCR),
    (ocr.join_split_years, EditKind.OCR),
    (ocr.join_split_words, EditKind.OCR),
    (commas.join_wide_gaps, EditKind.OCR),
    (commas.restore_commas, EditKind.OCR),
    (ocr.drop_specks, EditKind.OCR),
    (ocr.drop_spaces_at_digits, EditKind.STYLE),
    (style.curl_quotes, EditKind.STYLE),
    (style.widen_brackets, EditKind.STYLE),
    (style.widen_marks, EditKind.STYLE),
    (ocr.drop_spaces_at_marks, EditKind.STYLE),
    (ocr.drop_doubled_marks, EditKind.OCR),
)


def clean_source(source: Source) -> Cleaned:
    """The clean text of a file. NoText where nothing but page furniture stood in it.

    >>> clean_source(
    ...     Source(name="x", sha256="", media_type="text/plain", encoding=None, raw_text="— 1 —")
    ... )
    Traceback (most recent call last):
    workers.errors.NoText: The file holds no text: ...
    """
    cleaned = clean_text(source.raw_text)
    if not cleaned.traced.text.strip():
        raise NoText
    return cleaned


def clean_text(raw_text: str) -> Cleaned:
    """The clean text with every edit, and what the page's furniture stated before it was dropped.

    >>> clean_text(
    ...     "清溪镇2023年度法治政府建设报告\\n发布时间：2024-03-20\\n2O23年,调解 46 件。"
    ... ).traced.text
    '清溪镇2023年度法治政府建设报告\\n2023年，调解46件。'
    """
    traced = _apply_rules(Traced(raw_text), PAGE_RULES)
    facts = read_facts(traced.text)
    traced = _apply_rules(traced, RULES[len(PAGE_RULES) :])
    # Where broken lines were joined, a later rule may see for the first time what it knows;
    # three rounds are plenty.
    for _ in range(3):
        before = traced
        if any(edit.rule == breaks.join_broken_lines.__name__ for edit in before.edits):
            traced = _apply_rules(before, RULES)
        if traced.text == before.text:
            break
    return Cleaned(traced=traced, facts=facts)


def _apply_rules(traced: Traced, rules: Iterable[tuple[Rule, EditKind]]) -> Traced:
    for rule, kind in rules:
        traced = traced.edit(rule(traced.text), kind=kind, rule=rule.__name__)
    return traced
