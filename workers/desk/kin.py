"""What others say where a report states a figure: its issuer the year before, and three other
issuers of its county, or else of its province, in the same year; each by its sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from schema.tables import Issuer, Metric, PanelFigure, Report
from workers.desk.queue import EvidencePiece, mark_spans, sentences_around
from workers.ledger import Ledger
from workers.report.text import Span

PEERS = 3
# So much of a text holds a sentence around a figure.
_AROUND = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class KinSentence:
    """A sentence that states the same indicator; where it stands."""

    issuer: str
    year: int
    document: int
    figure: str
    sentence: tuple[EvidencePiece, ...]


def list_kin(ledger: Ledger, document: int, indicator: str, value: float) -> list[KinSentence]:
    """The issuer's last earlier year first, then the peers whose values are nearest to this one."""
    with ledger.transaction() as session:
        mine = session.execute(
            select(Issuer, Report.year)
            .join(Report, Report.issuer_id == Issuer.id)
            .where(Report.document_id == document, Report.year.is_not(None))
        ).one_or_none()
        if mine is None:
            return []
        issuer, year = mine
        about = _select(indicator)
        before = about.where(PanelFigure.issuer_id == issuer.id, PanelFigure.year < year)
        peers = about.where(PanelFigure.year == year, Issuer.id != issuer.id, _near(issuer))
        nearest = func.abs(PanelFigure.value - value)
        return [
            *_read(session, before.order_by(PanelFigure.year.desc()).limit(1)),
            *_read(session, peers.order_by(nearest, Issuer.id).limit(PEERS)),
        ]


def _near(issuer: Issuer) -> ColumnElement[bool]:
    if issuer.county:
        return Issuer.county == issuer.county
    return Issuer.province == issuer.province


def _select(indicator: str) -> Select[*tuple[Any, ...]]:
    """With the part of the text around each figure, and where the figure stands in it."""
    begin = func.greatest(Metric.raw_start - _AROUND, 0)
    around = func.substr(Report.raw_text, begin + 1, Metric.raw_end - begin + _AROUND)
    return (
        select(
            Issuer.name, PanelFigure.year, PanelFigure.document_id, Metric.key, around,
            Metric.raw_start - begin, Metric.raw_end - begin,
        )
        .join(Issuer, Issuer.id == PanelFigure.issuer_id)
        .join(Metric, Metric.id == PanelFigure.metric_id)
        .join(Report, Report.document_id == PanelFigure.document_id)
        .where(PanelFigure.indicator == indicator)
    )  # fmt: skip


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> list[KinSentence]:
    return [
        KinSentence(
            issuer=issuer,
            year=year,
            document=document,
            figure=key,
            sentence=_sentence(text or "", Span(start, end)),
        )
        for issuer, year, document, key, text, start, end in session.execute(query)
    ]


def _sentence(text: str, place: Span) -> tuple[EvidencePiece, ...]:
    (window,) = sentences_around(text, [place])
    return tuple(mark_spans(text, window, [place]))
