"""A correction taken back: what stood before it, and what others said since, stand again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.tables import Correction
from workers.desk.corrections.bodies import follow_merges
from workers.desk.corrections.errors import CannotCorrect, NoSuchCorrection
from workers.desk.corrections.figures import follow_undone
from workers.desk.corrections.header import hold_headers, remake_header
from workers.desk.corrections.recording import Who, take_back
from workers.ledger import Ledger
from workers.results.remaking import remake_changed


def undo_correction(ledger: Ledger, correction_id: int, who: Who) -> Sequence[int]:
    """Take back all that was put right together with this; the documents concerned.

    NoSuchCorrection where nothing of it stands.
    """
    with ledger.transaction() as session:
        documents = act_documents(session, correction_id)
        if documents is None:
            raise NoSuchCorrection(f"(number {correction_id})")
        _refuse_decided(session, correction_id)
        hold_headers(session, documents)
        undo_act(session, correction_id, who)
        return documents


def is_standing(session: Session, act: int) -> bool:
    """Whether anything of this act stands."""
    left = select(Correction.id).where(Correction.act == act, Correction.undone_at.is_(None))
    return session.scalar(left.limit(1)) is not None


def _refuse_decided(session: Session, correction_id: int) -> None:
    """What a decision made is taken back with it."""
    finding = session.get_one(Correction, correction_id).before.get("finding")
    if finding:
        raise CannotCorrect(
            f"It was made through finding {finding}: take it back there.",
            f"这条更正是处理问题 #{finding} 时作出的，请在那里撤销。",
        )


def act_documents(session: Session, correction_id: int) -> list[int] | None:
    """The documents of this correction's act; None where there is no such correction."""
    act = session.scalar(select(Correction.act).filter_by(id=correction_id))
    if act is None:
        return None
    mine = select(Correction.document_id).filter_by(act=act)
    return sorted({one for one in session.scalars(mine) if one is not None})


def undo_act(session: Session, correction_id: int, who: Who) -> None:
    """The same on documents that are held."""
    undone = take_back(session, correction_id, who)
    for one in undone:
        if one.document_id and one.figure:
            follow_undone(session, one.document_id, one.figure)
        elif one.document_id:
            remake_header(session, one.document_id)
    if merged := [one.issuer_id for one in undone if one.issuer_id]:
        follow_merges(session, merged)
    remake_changed(session)
