"""`python -m bench.scans`: reports of our own printed, scanned, read by an OCR engine and cleaned.

Each report is set on A4 pages with a running head, page numbers and a seal, drawn as page images,
worn by each profile (bench/scans/profiles.py), recognised and cleaned as scans that are dropped.
Printed a profile: processor seconds a page, the character error rate of the text as read and after
cleaning (lines stripped, empty ones left out, as in bench.cleaning), the same with line breaks
ignored, the numbers whose digits survive, F1 of the figures understood in the scan against those
in the text, the lines of furniture left, and the lines of the body dropped with them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.compose import Composed, compose_reports, written_reports
from bench.scans.score import HEADER, Tally, differences, make_reading, score_reading
from workers.report.places import PlacedLine
from workers.report.reading.pages import PageText
from workers.stages.recognition import is_installed

TABLE = """望陵区2024年法治政府建设年度报告
一、行政执法情况
全年各部门办理案件如下。
部门\t立案（件）\t办结（件）\t罚款（万元）
市场监管局\t146\t140\t35.6
交通运输局\t1,208\t1,200\t128.4
生态环境局\t67\t67\t9.05
合计\t1,421\t1,407\t173.05
组织执法培训12场次，参训人员356人次。
"""


class Task(NamedTuple):
    """One report on one profile; `keep` is where its pages are kept, if anywhere."""

    seed: int
    reports: int
    report: int
    profile: int
    keep: str | None


class Read(NamedTuple):
    """The pages of a report as they were recognised, in so many processor seconds."""

    pages: list[PageText]
    seconds: float


def read_task(task: Task) -> Read:
    """The pages of a report, recognised; from the folder of kept ones where they are there."""
    from bench.scans import draw, layout, profiles
    from workers.report.recognition.engine import load_engine
    from workers.report.recognition.pages import Recogniser

    report, profile = chosen(task.seed, task.reports)[task.report], profiles.PROFILES[task.profile]
    kept = (
        Path(task.keep, f"{task.seed}-{report.name.replace('/', '-')}-{profile.name}.json")
        if task.keep
        else None
    )
    if read := _read_kept(kept, report.text):
        return read
    rng = random.Random(f"{task.seed}:{report.name}")  # noqa: S311 (not a secret)
    recogniser, pages, seconds = Recogniser(load_engine()), [], 0.0
    for number, page in enumerate(layout.lay_out(report, draw.measure, rng), 1):
        image = profiles.degrade(
            draw.draw_page(page, profile.dpi), profile, task.seed * 1000 + number
        )
        begun = time.process_time()
        pages.append(recogniser.read_page(np.asarray(image), first=number == 1))
        seconds += time.process_time() - begun
        print(f"{profile.name} {report.name} page {number}", file=sys.stderr, flush=True)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        read = {"text": report.text, "pages": [asdict(page) for page in pages], "seconds": seconds}
        kept.write_text(json.dumps(read, ensure_ascii=False), encoding="utf-8")
    return Read(pages, seconds)


def _read_kept(path: Path | None, text: str) -> Read | None:
    """The pages kept of this very report."""
    kept = json.loads(path.read_text(encoding="utf-8")) if path and path.exists() else {}
    if kept.get("text") != text:
        return None
    pages = [
        PageText(text=page["text"], lines=tuple(PlacedLine(**line) for line in page["lines"]))
        for page in kept["pages"]
    ]
    return Read(pages, kept["seconds"])


@cache
def chosen(seed: int, count: int) -> list[Composed]:
    """`count` reports: two of three composed, one written by hand as long as there are any; and
    one with a ruled table.
    """
    written = written_reports()[: count // 3]
    table = Composed("table", TABLE, TABLE)
    return [*compose_reports(seed, count - len(written)), *written, table]


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
        for at in range(options.reports + 1)
    ]
    for report, read in zip(
        chosen(options.seed, options.reports), pool.map(read_task, tasks), strict=True
    ):
        reading = make_reading(report.name, report.text, read.pages)
        if options.show:
            print("\n".join([f"{report.name}, {PROFILES[profile].name}", *differences(reading)]))
        yield score_reading(reading, len(read.pages), read.seconds)


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
    if not is_installed():
        return "bench.scans needs text recognition: make ocr."
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
