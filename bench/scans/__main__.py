"""`python -m bench.scans`: reports of our own printed, scanned, read by an OCR engine and cleaned.

Each report is set on A4 sheets with a running head, page numbers and a seal, drawn as page images,
worn by each profile (bench/scans/profiles.py), read by rapidocr, and cleaned. Printed a profile:
the character error rate of the text as read and after cleaning (lines stripped, empty ones left
out, as in bench.cleaning), the same with line breaks ignored, the figures whose digits survive, the
lines of furniture left, and the lines of the body dropped with them.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bench.compose import Composed, compose_reports, written_reports
from bench.scans.rows import Row
from bench.scans.score import HEADER, Tally, differences, make_reading, score_reading

NEEDED = ("rapidocr", "onnxruntime", "PIL")


class Task(NamedTuple):
    """One report on one profile; `keep` is where its pages are kept, if anywhere."""

    seed: int
    reports: int
    report: int
    profile: int
    keep: str | None


Pages = list[list[Row]]


def read_task(task: Task) -> Pages:
    """The rows of each page, as read; from the folder of kept ones where they are there."""
    from bench.scans import draw, engine, layout, profiles

    report, profile = chosen(task.seed, task.reports)[task.report], profiles.PROFILES[task.profile]
    kept = (
        Path(task.keep, f"{task.seed}-{report.name.replace('/', '-')}-{profile.name}.json")
        if task.keep
        else None
    )
    pages = _read_kept(kept, report.text)
    if pages:
        return pages
    rng = random.Random(f"{task.seed}:{report.name}")  # noqa: S311 (not a secret)
    for number, sheet in enumerate(layout.lay_out(report, draw.measure, rng), 1):
        image = profiles.degrade(
            draw.draw_sheet(sheet, profile.dpi), profile, task.seed * 1000 + number
        )
        pages.append(engine.recognise(image))
        print(
            f"{profile.name} {report.name} page {number}: {len(pages[-1])} lines",
            file=sys.stderr,
            flush=True,
        )
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(
            json.dumps({"text": report.text, "pages": pages}, ensure_ascii=False), encoding="utf-8"
        )
    return pages


def _read_kept(path: Path | None, text: str) -> Pages:
    """The pages kept of this very report; none where they are of another."""
    kept = json.loads(path.read_text(encoding="utf-8")) if path and path.exists() else {}
    return (
        [[Row(*row) for row in page] for page in kept["pages"]] if kept.get("text") == text else []
    )


@cache
def chosen(seed: int, count: int) -> list[Composed]:
    """`count` reports: two of three composed, one written by hand as long as there are any."""
    written = written_reports()[: count // 3]
    return [*compose_reports(seed, count - len(written)), *written]


def main() -> None:
    options = _parse()
    trouble = _trouble()
    if trouble:
        sys.exit(trouble)
    from bench.scans.profiles import PROFILES

    profiles = [at for at, profile in enumerate(PROFILES) if options.profile in ("", profile.name)]
    if not profiles:
        sys.exit(
            f"no such profile: {options.profile}; there are {', '.join(p.name for p in PROFILES)}"
        )
    rows, total = [], Tally()
    with ProcessPoolExecutor(options.workers) as pool:
        for profile in profiles:
            tally = sum(_score(pool, profile, options), Tally())
            rows.append(tally.row(PROFILES[profile].name))
            total += tally
    print(f"{options.reports} reports, seed {options.seed}")
    print("\n".join([HEADER, *rows, total.row("all")]))


def _score(pool: ProcessPoolExecutor, profile: int, options: argparse.Namespace) -> Iterator[Tally]:
    from bench.scans.profiles import PROFILES

    tasks = [
        Task(options.seed, options.reports, at, profile, options.keep)
        for at in range(options.reports)
    ]
    for report, pages in zip(
        chosen(options.seed, options.reports), pool.map(read_task, tasks), strict=True
    ):
        reading = make_reading(report.name, report.text, pages)
        if options.show:
            print("\n".join([f"{report.name}, {PROFILES[profile].name}", *differences(reading)]))
        yield score_reading(reading, len(pages))


def _parse() -> argparse.Namespace:
    args = argparse.ArgumentParser(
        prog="python -m bench.scans",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="example: python -m bench.scans --reports 8 --seed 1 --profile scan200 --show",
    )
    args.add_argument(
        "--seed", type=int, default=1, help="of the reports, their layout and their wear (1)"
    )
    args.add_argument("--reports", type=int, default=9, help="how many, each on every profile (9)")
    args.add_argument("--profile", default="", help="only this one, such as fax150")
    args.add_argument(
        "--workers", type=int, default=2, help="processes, each of one thread and about 0.7 GB (2)"
    )
    args.add_argument(
        "--keep",
        help="a folder: what the engine read is kept there, and taken from there the next time",
    )
    args.add_argument(
        "--show", action="store_true", help="print what the clean text still has wrong"
    )
    return args.parse_args()


def _trouble() -> str | None:
    """What to install, in one sentence; None if nothing is missing."""
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        return (
            "bench.scans needs an OCR engine: pip install 'fazhi[bench]' (rapidocr==3.10.0, "
            "onnxruntime, pillow)."
        )
    from bench.scans.draw import missing_fonts

    missing = missing_fonts()
    if missing:
        return (
            f"bench.scans needs Chinese fonts ({missing[0]}): apt-get install "
            "fonts-noto-cjk fonts-arphic-ukai."
        )
    return None


if __name__ == "__main__":
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    main()
