"""Lasting addresses of characters: which file, by its content, and where in its raw text.

Such a link says the same on every machine that has the file, and after any re-run.
"""

from __future__ import annotations

from sqlalchemy import select

from schema.tables import Document, Metric
from workers.ledger import Ledger
from workers.settings import desk_address, settings

# So many digits of a SHA-256 tell the files of a country apart.
DIGITS = 16


def links() -> str:
    """How every link begins."""
    return f"{desk_address(settings())}/at/"


def link_to(sha256: str, figure: str) -> str:
    """The link of a figure by its key, which begins with its raw span (`metric_keys`)."""
    return f"{links()}{sha256[:DIGITS]}/{figure.partition('#')[0]}"


def find_linked(ledger: Ledger, sha256: str, start: int, end: int) -> tuple[int, str] | None:
    """The document, and the key of its figure at these raw characters, or else of the first that
    touches them; "" where none does. None where there is no such file here.
    """
    overlaps = (Metric.raw_start < end) & (Metric.raw_end > start)
    exact = (Metric.raw_start == start) & (Metric.raw_end == end)
    with ledger.transaction() as session:
        document = session.scalar(
            select(Document.id).where(Document.sha256.startswith(sha256)).order_by(Document.id)
        )
        if document is None:
            return None
        key = session.scalar(
            select(Metric.key)
            .where(Metric.document_id == document, overlaps)
            .order_by(exact.desc(), Metric.raw_start, Metric.ordinal)
        )
    return document, key or ""
