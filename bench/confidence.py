"""`python -m bench.confidence GOLD=TEXTS …`: are nine of ten right that are 0.9 sure?

Gold: <id>.metrics.jsonl of figures that people annotated; texts: the file whose name begins with
<id>. Only texts that no rule was made with say anything. The table holds tenth by tenth what was
promised by the shares in the catalogue, and what was right; with `--cross` each page is judged with
the shares that all other pages give. `--write` puts the shares of all pages into
schema/catalogue/confidence.yaml.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers.report.catalogue import CATALOGUE_DIR
from workers.report.chinese.folding import fold_narrow
from workers.report.extraction.confidence import (
    OF_ZEROS,
    Likeness,
    Share,
    confidence_of,
    fit_one,
    likeness_of,
    unsure_below,
)
from workers.report.extraction.naming import name_quantities
from workers.report.extraction.quantities import find_quantities
from workers.report.extraction.zeros import find_zeros
from workers.report.model import Report
from workers.report.pipeline import read_report

_FILE = CATALOGUE_DIR / "confidence.yaml"


@dataclass(frozen=True, slots=True)
class Judged:
    """A figure that the gold has too: its group, and whether its indicator is the gold's."""

    page: str
    like: Likeness
    right: bool


Promised = tuple[Judged, float]


@dataclass(frozen=True, slots=True)
class Tenth:
    """The figures that were promised within this tenth."""

    low: float
    count: int
    promised: float
    right: float


def main() -> None:
    args = argparse.ArgumentParser(prog="python -m bench.confidence", description=__doc__)
    args.add_argument("pairs", nargs="+", metavar="GOLD=TEXTS")
    args.add_argument("--cross", action="store_true", help="judge each page by the others")
    args.add_argument("--write", action="store_true", help="put the shares into the catalogue")
    given = args.parse_args()
    judged = [one for pair in given.pairs for one in judge_folder(*map(Path, pair.split("=")))]
    print(f"{len(judged)} figures, {sum(one.right for one in judged) / len(judged):.3f} right")
    promised = list(cross_promises(judged) if given.cross else catalogue_promises(judged))
    for tenth in reliability(promised):
        print(
            f"  {tenth.low:.1f}–{tenth.low + 0.1:.1f}  {tenth.count:4} figures"
            f"  promised {tenth.promised:.3f}  right {tenth.right:.3f}"
        )
    sure, unsure = split_sure(promised)
    print(f"  sure {sure.of}: {sure.right / max(1, sure.of):.3f} right; ", end="")
    print(f"unsure {unsure.of}: {unsure.right / max(1, unsure.of):.3f} right")
    if given.write:
        write_shares(count_shares(judged))


def judge_folder(gold: Path, texts: Path) -> Iterator[Judged]:
    for annotated in sorted(gold.glob("*.metrics.jsonl")):
        page = annotated.name.partition(".")[0]
        (path,) = texts.glob(f"{page}*.txt")
        lines = annotated.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        yield from judge_page(f"{texts}/{page}", read_report(path.read_bytes(), path.name), rows)


def judge_page(page: str, report: Report, rows: Sequence[Mapping[str, Any]]) -> Iterator[Judged]:
    """The figures that both have, at one place with one value; each row once."""
    groups = likeness_of_figures(report)
    left = list(rows)
    for metric in report.metrics:
        raw = report.cleaned.traced.raw(metric.start, metric.end)
        same = [
            row
            for row in left
            if row["start"] < raw.end and raw.start < row["end"]
            and abs(row["value"] - metric.value) < 1e-6
        ]  # fmt: skip
        if not same:
            continue
        row = next((row for row in same if row["indicator"] == metric.indicator), same[0])
        left.remove(row)
        like = groups.get((metric.start, metric.indicator), OF_ZEROS)
        yield Judged(page, like, row["indicator"] == metric.indicator)


def likeness_of_figures(report: Report) -> dict[tuple[int, str | None], Likeness]:
    """The group of each figure by its place and indicator; a denial has none here."""
    text = report.cleaned.traced.text
    folded = fold_narrow(text)
    quantities = find_quantities(text, folded, report.segmented)
    named = zip(quantities, name_quantities(folded, report.segmented, quantities), strict=True)
    denied = {zero.start for zero in find_zeros(text, folded, report.segmented)}
    return {
        (quantity.start, name.indicator): likeness_of(name, quantity.kind, quantity.unit)
        for quantity, names in named
        for name in names
        if quantity.start not in denied
    }


def count_shares(judged: Iterable[Judged]) -> dict[Likeness, Share]:
    found: dict[Likeness, Share] = defaultdict(lambda: Share(0, 0))
    for one in judged:
        share = found[one.like]
        found[one.like] = Share(share.right + one.right, share.of + 1)
    return dict(found)


def catalogue_promises(judged: Iterable[Judged]) -> Iterator[Promised]:
    """Each figure with the confidence that the product gives it."""
    return ((one, confidence_of(one.like)) for one in judged)


def cross_promises(judged: Sequence[Judged]) -> Iterator[Promised]:
    """Each figure with the confidence that the other pages give it."""
    for page in {one.page for one in judged}:
        known = count_shares(one for one in judged if one.page != page)
        for one in judged:
            if one.page == page:
                yield one, fit_one(one.like, known)


def reliability(promised: Iterable[Promised]) -> list[Tenth]:
    tenths: dict[int, list[tuple[Judged, float]]] = defaultdict(list)
    for one, confidence in promised:
        tenths[min(9, int(confidence * 10))].append((one, confidence))
    return [
        Tenth(
            low=number / 10,
            count=len(members),
            promised=sum(confidence for _, confidence in members) / len(members),
            right=sum(one.right for one, _ in members) / len(members),
        )
        for number, members in sorted(tenths.items())
    ]


def split_sure(promised: Iterable[Promised]) -> tuple[Share, Share]:
    """Right ones among the figures shown as sure, and among those shown as unsure."""
    sides = {True: [0, 0], False: [0, 0]}
    for one, confidence in promised:
        side = sides[confidence >= unsure_below()]
        side[0] += one.right
        side[1] += 1
    return Share(*sides[True]), Share(*sides[False])


def write_shares(shares: Mapping[Likeness, Share]) -> None:
    """The catalogue's file with these shares; all else in it stays."""
    lines = [
        f"  - {{route: {like.route}, named: {str(like.named).lower()}, counts: {like.counts}, "
        f"lead: {like.lead}, right: {share.right}, of: {share.of}}}"
        for like, share in sorted(shares.items(), key=lambda one: str(one[0]))
    ]
    text = _FILE.read_text(encoding="utf-8")
    kept = re.sub(r"^measured:.*\Z", "", text, flags=re.S | re.M)
    _FILE.write_text(f"{kept}measured:\n" + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
