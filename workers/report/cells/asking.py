"""The notes that wait for a person: where a cell is unclear, and where it rests on a figure of
which it is unsure what it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workers.report.catalogue import indicators
from workers.report.cell_rules import CellRule, Unclear
from workers.report.extraction.confidence import ask_below
from workers.report.finding_kinds import FindingKind
from workers.report.model import Cell, Finding, Metric, Severity, Term
from workers.report.relations.acts import are_addable
from workers.report.text import Traced

# What is in doubt, in the words of a clerk, then of an English page.
_WHY = {
    Unclear.CONFLICT: ("前后写的数不一致", "the same thing is stated with two values"),
    Unclear.UNITS: ("计量单位不同，不能相加", "they are counted in different units"),
    Unclear.RATES: ("是不同事项的比率，不能相加", "they are rates of different things"),
    Unclear.UNLIKE: ("说的是不同性质的事项", "they are of unlike acts"),
    Unclear.LEVELS: ("是逐级包含的层级", "they are of levels that hold one another"),
    Unclear.STAGES: ("是同一批事项的不同环节", "they are of stages of one matter"),
    Unclear.OVERLAP: ("看不出是否互相包含", "nothing says whether one holds the other"),
}
# More candidates than this are no help.
_MOST = 6


def ask_about(
    cells: Iterable[Cell], metrics: Sequence[Metric], traced: Traced
) -> Iterator[Finding]:
    """A note for each unclear cell, with what it could hold as suggestions.

    A cell that is only stated for each of something asks nothing; a disputed one has its finding.
    """
    for cell in cells:
        if cell.rule is CellRule.UNCLEAR and cell.why in _WHY:
            yield _note(cell, metrics, traced)


def ask_unsure(
    cells: Iterable[Cell], metrics: Sequence[Metric], traced: Traced
) -> Iterator[Finding]:
    """A note for each figure that a cell's value is made of and whose name is little more than a
    guess.
    """
    for cell in cells:
        for at in (at for term in cell.terms for at in term.figures):
            if cell.value is not None and metrics[at].confidence < ask_below():
                yield _doubt(metrics[at], at, traced)


def _doubt(metric: Metric, at: int, traced: Traced) -> Finding:
    known = indicators()[metric.indicator or ""]
    return Finding(
        kind=FindingKind.FIGURE_UNSURE,
        severity=Severity.NOTE,
        message=f"“{metric.quote}”暂归入“{known.zh}”，把握不大，数据总表用到它。请核对指标是否正确。",
        message_en=f"{metric.quote} is taken for {known.code}, which is unsure. Is it right?",
        spans=(traced.raw(metric.start, metric.end),),
        metrics=(at,),
        about=known.code,
    )


def _note(cell: Cell, metrics: Sequence[Metric], traced: Traced) -> Finding:
    zh, en = _WHY[cell.why or Unclear.OVERLAP]
    name = indicators()[cell.indicator].zh
    figures = [at for term in cell.terms for at in term.figures]
    quotes = "、".join(dict.fromkeys(metrics[at].quote for at in figures))
    return Finding(
        kind=FindingKind.CELL_UNCLEAR,
        severity=Severity.NOTE,
        message=f"“{name}”写了{quotes}，{zh}。请选定数据总表采用的数值。",
        message_en=f"{cell.indicator}: {quotes}; {en}. Which value shall the panel take?",
        spans=tuple(traced.raw(metrics[at].start, metrics[at].end) for at in figures),
        metrics=tuple(figures),
        suggestion="；".join(_candidates(cell)) or None,
        about=cell.indicator,
    )


def _candidates(cell: Cell) -> Iterator[str]:
    """Each value once; their sum where they could be added.

    >>> from workers.report.model import Bound
    >>> two = tuple(
    ...     Term(figures=(at,), value=value, unit="场", bound=Bound.EXACT)
    ...     for at, value in enumerate([10.0, 50.0])
    ... )
    >>> cell = Cell(
    ...     indicator="publicity.events", rule=CellRule.UNCLEAR, terms=two, value=None,
    ...     unit="场", bound=Bound.EXACT, why=Unclear.OVERLAP,
    ... )
    >>> list(_candidates(cell))
    ['10场', '50场', '10+50=60场']
    """
    yield from dict.fromkeys(map(_write_term, cell.terms[:_MOST]))
    can_add = cell.why in {Unclear.OVERLAP, Unclear.UNLIKE, Unclear.LEVELS}
    if can_add and are_addable([term.unit for term in cell.terms]) and len(cell.terms) <= _MOST:
        added = sum(term.value for term in cell.terms)
        yield f"{'+'.join(f'{term.value:.12g}' for term in cell.terms)}={added:.12g}{cell.unit}"


def _write_term(term: Term) -> str:
    return f"{term.value:.12g}{term.unit}"
