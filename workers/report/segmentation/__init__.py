"""Clean text → header, sections, sentences."""

from __future__ import annotations

from workers.report.chinese.characters import plain_text
from workers.report.chinese.folding import fold_wide
from workers.report.chinese.sentences import find_sentences
from workers.report.model import PageFacts, Segmented
from workers.report.segmentation.header import gather_evidence, read_header
from workers.report.segmentation.headings import find_headings
from workers.report.segmentation.runins import find_run_ins
from workers.report.segmentation.sections import lay_sections
from workers.report.segmentation.signature import find_signature
from workers.report.segmentation.titles import find_title
from workers.report.text import Span

__all__ = ["segment_text"]


def segment_text(text: str, *, name: str, facts: PageFacts, folder: str = "") -> Segmented:
    """What the clean text says of itself and how it is laid out; offsets are code points of `text`.

    `name` is the file's name, `folder` where it lay, `facts` what the page's furniture stated;
    they count only where the text is silent.

    >>> done = segment_text(
    ...     "松坪镇2024年法治政府建设报告\\n一、成效\\n好。", name="a.txt", facts=PageFacts()
    ... )
    >>> done.header.issuer, done.header.year, [section.title for section in done.sections]
    ('松坪镇', 2024, ['一、成效'])
    """
    folded = fold_wide(text)
    signature = find_signature(folded)
    end = signature.start if signature else len(text)
    headings = find_headings(folded[:end])
    first = headings[0].start if headings else end
    title = find_title(text, folded, first)
    preamble = Span(title.end if title else 0, max(first, title.end if title else 0))
    tops = [text[heading.start : heading.end] for heading in headings if heading.level == 1]
    header = read_header(
        gather_evidence(
            text,
            folded,
            title=title,
            preamble=preamble,
            headings=tops,
            signature=signature,
            name=plain_text(name),
            folder=folder,
            facts=facts,
        )
    )
    headings = find_run_ins(folded, headings, preamble.start, end)
    sections = lay_sections(
        text,
        headings,
        body=Span(preamble.start, end),
        signed=signature is not None,
        year=header.year,
    )
    breaks = [edge for section in sections for edge in (section.start, section.heading_end)]
    return Segmented(header=header, sections=sections, sentences=find_sentences(folded, breaks))
