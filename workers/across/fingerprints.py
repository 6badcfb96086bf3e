"""Which earlier reports may share text with this one: its grams looked up among those of all.

A bucket (the reports that contain one gram) holds at most `BUCKET` reports, so set phrases shared
by thousands cost neither space nor time; the more reports contain a gram, the less it counts. A
text shared by thousands is still found, through the first of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from schema.tables import Band, Fingerprint

# Makes fingerprints visible one at a time, in the order of their ids;
# held only while the few rows of one report are written.
FINGERPRINT_LOCK = 7_234_003
# A lookup reads at most SKETCH × BUCKET = 4,800 short rows. A gram of more than 50 reports is a set
# phrase, or a text that was copied so often that the first 50 are witnesses enough.
BUCKET = 50
# How much shared grams must weigh, each by one over the reports that hold it: a gram of two reports
# is half of it all. Among 5,000 generated reports the copies weigh 1.1 and more, the best of the
# others 0.7 in the middle.
LEAST_WEIGHT = 0.5
# Grams that a copy with two words in five replaced shares of its 96, full buckets or not: 21 in the
# middle, in 500 trials 10 and more. Most unrelated reports share 5.
LEAST_SHARED = 8
# Other reports of the issuers copied from come out as well, a few years and versions each.
MOST_CANDIDATES = 40

_PUT = text(
    """
    INSERT INTO band (gram, fingerprint_id)
    SELECT sketched.gram, :mine
    FROM unnest(CAST(:sketch AS bigint[])) AS sketched (gram)
    WHERE (SELECT count(*) FROM (SELECT FROM band WHERE band.gram = sketched.gram LIMIT :bucket)
      AS held) < :bucket
    """
)
_FIND = text(
    """
    SELECT fingerprint.document_id, report.issuer_id, fingerprint.sketch
    FROM (
        SELECT fingerprint_id, sum(1.0 / size) AS weight
        FROM (
            SELECT fingerprint_id, count(*) OVER (PARTITION BY gram) AS size
            FROM band
            WHERE gram = ANY(CAST(:sketch AS bigint[])) AND fingerprint_id < :mine
        ) AS held
        GROUP BY fingerprint_id
        HAVING sum(1.0 / size) >= :least
        ORDER BY weight DESC, fingerprint_id
        LIMIT :most
    ) AS found
    JOIN fingerprint ON fingerprint.id = found.fingerprint_id
    JOIN report ON report.document_id = fingerprint.document_id
    ORDER BY found.weight DESC, found.fingerprint_id
    """
)


def publish(session: Session, document_id: int, sketch: Sequence[int]) -> None:
    """Let the reports compared from now on find this one; its id stays when its text changes.

    Committed before the report itself is compared, so that of two copies audited at the same
    moment the second sees the first.
    """
    known = session.scalars(select(Fingerprint).filter_by(document_id=document_id)).one_or_none()
    if known and known.sketch == list(sketch):
        return
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FINGERPRINT_LOCK})
    if known is None:
        known = Fingerprint(document_id=document_id, sketch=list(sketch))
        session.add(known)
    else:
        session.execute(
            delete(Band).where(Band.gram.in_(known.sketch), Band.fingerprint_id == known.id)
        )
        known.sketch = list(sketch)
    session.flush()
    session.execute(_PUT, {"mine": known.id, "sketch": list(sketch), "bucket": BUCKET})


def later_candidates(session: Session, document_id: int) -> list[int]:
    """The documents for which `earlier_candidates` may return this one."""
    mine = session.scalars(select(Fingerprint).filter_by(document_id=document_id)).one_or_none()
    if mine is None:
        return []
    shared = select(Band.fingerprint_id).where(
        Band.gram.in_(mine.sketch), Band.fingerprint_id > mine.id
    )
    later = session.scalars(select(Fingerprint).where(Fingerprint.id.in_(shared)))
    return [
        one.document_id
        for one in later
        if len({*mine.sketch}.intersection(one.sketch)) >= LEAST_SHARED
    ]


def earlier_candidates(session: Session, document_id: int) -> list[tuple[int, int | None]]:
    """(document, issuer) of earlier fingerprints that share grams with this one, best first."""
    mine = session.scalars(select(Fingerprint).filter_by(document_id=document_id)).one_or_none()
    if mine is None:
        return []
    asked = {"mine": mine.id, "sketch": mine.sketch, "least": LEAST_WEIGHT, "most": MOST_CANDIDATES}
    sketch = set(mine.sketch)
    return [
        (row.document_id, row.issuer_id)
        for row in session.execute(_FIND, asked)
        if len(sketch.intersection(row.sketch)) >= LEAST_SHARED
    ]
