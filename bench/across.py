"""`python -m bench.across`: are planted copies, resubmissions,
outliers found among thousands of reports, and how fast?

The reports are generated, with headers and figures (bench/across_reports.py), put into the tables
of a Postgres of its own, and compared by the product's own functions, one after the other in the
order in which they come. A body is one issuer; `--issuers` counts the places, each with so many
bodies (a county's government and its towns) that the reports come out: 20,000 reports of 400 places
over 5 years are some ten bodies a place.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, pairwise
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.across_reports import LAST_YEAR, Key, Made, Truth, make_reports
from bench.across_store import save_reports
from schema.tables import Finding, Issuer
from workers import across
from workers.across.copies import find_copies
from workers.across.nightly import compare_anew
from workers.across.subjects import load_subjects
from workers.database import connect, migrate
from workers.embedded import running_servers
from workers.ledger import Ledger
from workers.report.finding_kinds import FindingKind

BOUND = 0.95
# The day of the nightly run: all reports of the last year are due.
TODAY = date(LAST_YEAR + 1, 4, 2)
_BATCH = 200
# After so many comparisons a line says how far it is.
_REPORTED = 1000


@dataclass(slots=True)
class Score:
    """What was found of what was planted, and what was found without having been planted."""

    planted: int = 0
    hit: int = 0
    found: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        return self.hit / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0


@dataclass(slots=True)
class Stored:
    """The reports in the database, and how long each comparison took, in milliseconds."""

    ids: dict[Key, int] = field(default_factory=dict)
    compared: list[float] = field(default_factory=list)

    @property
    def keys(self) -> dict[int, Key]:
        return {document_id: key for key, document_id in self.ids.items()}


def store(ledger: Ledger, reports: Iterable[Made], stored: Stored) -> None:
    """The reports, each with its fingerprint, in the order in which they come."""
    for batch in batched(reports, _BATCH):
        with ledger.transaction() as session:
            for made, saved in zip(batch, save_reports(session, batch), strict=True):
                across.publish(session, {saved.document_id: across.sketch(saved.report)})
                stored.ids[made.key] = saved.document_id


def compare(ledger: Ledger, reports: Iterable[Made], stored: Stored) -> None:
    """Each report against the others, as at the end of its audit."""
    for made in reports:
        begun = time.perf_counter()
        with ledger.transaction() as session:
            across.compare(session, [stored.ids[made.key]])
        stored.compared.append(1000 * (time.perf_counter() - begun))
        if len(stored.compared) % _REPORTED == 0:
            last = statistics.median(stored.compared[-_REPORTED:])
            print(
                f"{len(stored.compared):6} compared, the last {_REPORTED} in "
                f"{last:.0f} ms each (median)",
                flush=True,
            )


def lookup_times(ledger: Ledger, fresh: Iterable[Made]) -> list[float]:
    """Milliseconds to find the copies of each newly arrived report; nothing of it is stored."""
    taken = []
    for made in fresh:
        with Session(ledger.engine) as session:
            (saved,) = save_reports(session, [made])
            across.publish(session, {saved.document_id: across.sketch(saved.report)})
            session.expunge_all()
            begun = time.perf_counter()
            find_copies(session, load_subjects(session, [saved.document_id]), {})
            taken.append(1000 * (time.perf_counter() - begun))
            session.rollback()
    return taken


def batched(reports: Iterable[Made], size: int) -> Iterator[list[Made]]:
    """The reports in batches of this length."""
    left = iter(reports)
    while some := list(islice(left, size)):
        yield some


def score(ledger: Ledger, stored: Stored, truth: Truth) -> dict[str, Score]:
    """Recall and precision by kind."""
    with ledger.transaction() as session:
        found = defaultdict(list)
        for finding in session.scalars(select(Finding).where(Finding.across, Finding.present)):
            found[finding.kind].append(finding)
        issuers = {one.id: (one.county or "", one.name) for one in session.scalars(select(Issuer))}
    keys = stored.keys
    resent = found[FindingKind.CONFLICTING_RESUBMISSION]
    changes = {
        (keys[one.document_id], frozenset(_changed(one))) for one in resent if one.document_id
    }
    return {
        "near_duplicate": _score_copies(found[FindingKind.NEAR_DUPLICATE], keys, truth),
        "conflicting_resubmission": _score({*truth.resubmissions}, {key for key, _ in changes}),
        "  with each figure that changed": _score({*truth.resubmissions.items()}, changes),
        "stale_year": _score(truth.stale, _documents(found[FindingKind.STALE_YEAR], keys)),
        "outlier_in_time": _score(
            truth.in_time, _figures(found[FindingKind.OUTLIER_IN_TIME], keys)
        ),
        "outlier_among_peers": _score(
            truth.among_peers, _figures(found[FindingKind.OUTLIER_AMONG_PEERS], keys)
        ),
        "report_overdue": _score(
            truth.overdue,
            {issuers[one.issuer_id] for one in found[FindingKind.REPORT_OVERDUE] if one.issuer_id},
        ),
    }


def _score(planted: set[object], found: set[object]) -> Score:  # type: ignore[type-arg]
    both = len(planted & found)
    return Score(planted=len(planted), hit=both, found=len(found), right=both)


def _score_copies(found: Iterable[Finding], keys: dict[int, Key], truth: Truth) -> Score:
    """A copy is found where a finding joins it with a report of the body that it was
    copied from, on either side.
    """
    result, hit = Score(planted=len(truth.copies)), set()
    for finding in found:
        result.found += 1
        pair = keys[finding.document_id or 0], keys[int(finding.about or 0)]
        joined = {one for one, other in (pair, pair[::-1]) if truth.copies.get(one) == other[:2]}
        both_copied = len({truth.copies.get(one) for one in pair}) == 1 and pair[0] in truth.copies
        result.right += bool(joined) or both_copied
        hit |= joined
    result.hit = len(hit)
    return result


def _changed(finding: Finding) -> Iterator[str]:
    for change in (finding.details or {})["changes"]:
        yield change["indicator"]


def _documents(found: Iterable[Finding], keys: dict[int, Key]) -> set[Key]:
    return {keys[one.document_id] for one in found if one.document_id}


def _figures(found: Iterable[Finding], keys: dict[int, Key]) -> set[tuple[Key, str]]:
    return {(keys[one.document_id], one.about or "") for one in found if one.document_id}


@contextmanager
def own_ledger() -> Iterator[Ledger]:
    """A ledger on an embedded Postgres of its own, migrated and empty."""
    with (
        tempfile.TemporaryDirectory(prefix="fazhi-across-") as home,
        running_servers(Path(home)) as servers,
    ):
        engine = connect(servers.database_url)
        migrate(engine)
        try:
            yield Ledger(engine)
        finally:
            engine.dispose()


def _milliseconds(taken: list[float]) -> str:
    cuts = statistics.quantiles(taken, n=20)
    return f"p50 {statistics.median(taken):6.1f}   p95 {cuts[-1]:6.1f}"


def _print_scores(scores: dict[str, Score]) -> bool:
    print(f"{'kind':34} planted  found  recall  precision")
    for kind, one in scores.items():
        print(f"{kind:34} {one.planted:7} {one.found:6}  {one.recall:6.3f}  {one.precision:9.3f}")
    return all(min(one.recall, one.precision) >= BOUND for one in scores.values())


def main() -> None:
    args = argparse.ArgumentParser(prog="python -m bench.across", description=__doc__)
    args.add_argument("--reports", type=int, default=20_000)
    args.add_argument(
        "--issuers", type=int, default=400, help="places, each with several bodies that report"
    )
    args.add_argument("--years", type=int, default=5)
    args.add_argument("--seed", type=int, default=1)
    asked = args.parse_args()
    reports, truth = make_reports(
        asked.seed, reports=asked.reports, places=asked.issuers, years=asked.years
    )
    fresh, _ = make_reports(asked.seed + 1, reports=300, places=30, years=asked.years)
    bodies = len({made.key[:2] for made in reports})
    print(
        f"{len(reports)} reports of {bodies} bodies in {asked.issuers} places over "
        f"{asked.years} years"
    )
    stored, parts = Stored(), (0, len(reports) // 4, len(reports))
    with own_ledger() as ledger:
        for first, last in pairwise(parts):
            store(ledger, reports[first:last], stored)
            compare(ledger, reports[first:last], stored)
            print(
                f"{last:6} stored: lookup of copies, ms:   "
                f"{_milliseconds(lookup_times(ledger, fresh))}",
                flush=True,
            )
            print(f"{'':14} whole comparison, ms:   {_milliseconds(stored.compared[first:last])}")
        begun = time.monotonic()
        print(f"nightly run: {compare_anew(ledger, TODAY)} in {time.monotonic() - begun:.0f} s")
        good = _print_scores(score(ledger, stored, truth))
    raise SystemExit(0 if good else f"recall or precision below {BOUND}")


if __name__ == "__main__":
    main()
