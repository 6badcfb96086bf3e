"""Which earlier reports may share text with this one: its grams looked up among those of all.

A bucket (the reports that contain one gram) holds at most `BUCKET` reports, so set phrases shared
by thousands cost neither space nor time; the more reports contain a gram, the less it counts. A
text shared by thousands is still found, through the first of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from schema.columns import is_among
from schema.tables import Band, Fingerprint
from workers.results.bulk import put_rows

# Makes fingerprints visible one at a time, in the order of their ids;
# held only while the few rows of one report are written.
FINGERPRINT_LOCK = 7_234_003
# A lookup reads at most SKETCH rows of BUCKET numbers. A gram of more than 50 reports is a set
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

_PUT = text("""
    INSERT INTO band (gram, holders)
    SELECT sketched.gram, (array_agg(fingerprint.id ORDER BY fingerprint.id))[1 : :bucket]
    FROM fingerprint CROSS JOIN unnest(fingerprint.sketch) AS sketched (gram)
    WHERE fingerprint.id = ANY(CAST(:mine AS bigint[]))
      AND NOT EXISTS (
        SELECT FROM band WHERE band.gram = sketched.gram AND cardinality(band.holders) >= :bucket
      )
    GROUP BY sketched.gram
    ON CONFLICT (gram) DO UPDATE SET holders = (band.holders || excluded.holders)[1 : :bucket]
""")
_TAKE_OUT = text("""
    UPDATE band SET holders = array_remove(holders, :mine)
    WHERE gram = ANY(CAST(:sketch AS bigint[]))
""")
# Of each gram those of its holders that came before; `shared` counts no full bucket that the other
# came too late for.
_FIND = text("""
    SELECT asked.document_id, found.fingerprint_id, fingerprint.document_id AS other,
      report.issuer_id, found.shared
    FROM fingerprint AS asked
    CROSS JOIN LATERAL (
        SELECT holder AS fingerprint_id, sum(1.0 / earlier) AS weight, count(*) AS shared
        FROM band
        CROSS JOIN LATERAL (
            SELECT count(*) AS earlier FROM unnest(band.holders) AS one WHERE one < asked.id
        ) AS counted
        CROSS JOIN unnest(band.holders) AS holder
        WHERE band.gram = ANY(asked.sketch) AND holder < asked.id
        GROUP BY holder
        HAVING sum(1.0 / earlier) >= :least
        ORDER BY weight DESC, holder
        LIMIT :most
    ) AS found
    JOIN fingerprint ON fingerprint.id = found.fingerprint_id
    JOIN report ON report.document_id = fingerprint.document_id
    WHERE asked.document_id = ANY(CAST(:documents AS bigint[]))
    ORDER BY asked.document_id, found.weight DESC, found.fingerprint_id
""")


def publish(session: Session, sketches: Mapping[int, Sequence[int]]) -> None:
    """Let the reports compared from now on find these documents; the id of a fingerprint stays when
    its text changes.

    Committed before the reports themselves are compared, so that of two copies audited at the same
    moment the second sees the first.
    """
    mine = is_among(Fingerprint.document_id, sketches)
    known = {one.document_id: one for one in session.scalars(select(Fingerprint).where(mine))}
    changed = [one for one in known.values() if one.sketch != list(sketches[one.document_id])]
    fresh = [
        {"document_id": document_id, "sketch": list(sketches[document_id])}
        for document_id in sorted(sketches)
        if document_id not in known
    ]
    if not fresh and not changed:
        return
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FINGERPRINT_LOCK})
    for one in changed:
        session.execute(_TAKE_OUT, {"mine": one.id, "sketch": one.sketch})
        one.sketch = list(sketches[one.document_id])
    session.flush()
    put_rows(session, Fingerprint, fresh)
    ids = select(Fingerprint.id).where(mine, Fingerprint.document_id.not_in(set(known)))
    new = session.scalars(ids).all() if fresh else ()
    session.execute(_PUT, {"mine": [*(one.id for one in changed), *new], "bucket": BUCKET})


def later_candidates(session: Session, document_id: int) -> list[int]:
    """The documents for which `earlier_candidates` may return this one."""
    mine = session.scalars(select(Fingerprint).filter_by(document_id=document_id)).one_or_none()
    if mine is None:
        return []
    held = select(func.unnest(Band.holders)).where(is_among(Band.gram, mine.sketch))
    later = session.scalars(
        select(Fingerprint).where(Fingerprint.id.in_(held), Fingerprint.id > mine.id)
    )
    return [one.document_id for one in later if _share_enough(mine.sketch, one.sketch)]


def earlier_candidates(
    session: Session, document_ids: Sequence[int]
) -> dict[int, list[tuple[int, int | None]]]:
    """For each document the (document, issuer) of earlier fingerprints that share grams with its
    own, best first.
    """
    asked = {"documents": list(document_ids), "least": LEAST_WEIGHT, "most": MOST_CANDIDATES}
    rows = session.execute(_FIND, asked).all()
    doubtful = [row for row in rows if row.shared < LEAST_SHARED]
    asking = {row.document_id for row in doubtful} | {row.other for row in doubtful}
    sketches = _load_sketches(session, asking)
    found: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for row in rows:
        if row.shared >= LEAST_SHARED or _share_enough(
            sketches[row.document_id], sketches[row.other]
        ):
            found[row.document_id].append((row.other, row.issuer_id))
    return found


def _load_sketches(session: Session, document_ids: Collection[int]) -> dict[int, Sequence[int]]:
    if not document_ids:
        return {}
    columns = select(Fingerprint.document_id, Fingerprint.sketch)
    mine = is_among(Fingerprint.document_id, document_ids)
    return dict(session.execute(columns.where(mine)).all())


def _share_enough(one: Sequence[int], other: Sequence[int]) -> bool:
    return len({*one}.intersection(other)) >= LEAST_SHARED
