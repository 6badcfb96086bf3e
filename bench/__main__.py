"""`make bench`: speed as ratios of one run, so that machines and their moods cancel out."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import jieba

from tests.acceptance.system import SAMPLES, System
from workers.report.auditing import audit_report
from workers.report.chinese.words import search_terms
from workers.report.cleaning import clean_text
from workers.report.extraction import extract_metrics
from workers.report.pipeline import read_report
from workers.report.reading import read_source
from workers.report.relations.statements import extract_relations
from workers.report.segmentation import segment_text


def reports(count: int) -> list[bytes]:
    """Distinct reports: the samples, joined to the usual length of 4,000 characters,
    with other names each time.
    """
    texts = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt"))]
    long = [text + "".join(other for other in texts if other is not text) * 2 for text in texts]
    return [f"{chr(0x5000 + at)}{long[at % len(long)]}".encode() for at in range(count)]


def seconds(act: Callable[[], object], rounds: int = 5) -> float:
    """The median of several rounds, in processor seconds."""
    taken = []
    for _ in range(rounds):
        begun = time.process_time()
        act()
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def bench_core(documents: list[bytes]) -> float:
    """Print the time of each stage over that of `jieba.lcut` on the same text;
    gives the core's seconds a report.
    """
    texts = [data.decode() for data in documents]
    jieba.initialize()
    read_report(documents[0], "")
    base = seconds(lambda: [jieba.lcut(text) for text in texts])
    cleaned = [clean_text(text) for text in texts]
    segmented = [segment_text(c.traced.text, name="", facts=c.facts) for c in cleaned]
    metrics = [extract_metrics(c.traced.text, s) for c, s in zip(cleaned, segmented, strict=True)]
    sources = [read_source(data, "") for data in documents]
    read = list(zip([c.traced.text for c in cleaned], segmented, metrics, strict=True))
    relations = [extract_relations(*three) for three in read]
    whole = list(zip(sources, cleaned, segmented, metrics, relations, strict=True))
    stages: dict[str, Callable[[], object]] = {
        "read": lambda: [read_source(data, "") for data in documents],
        "clean": lambda: [clean_text(text) for text in texts],
        "segment": lambda: [segment_text(c.traced.text, name="", facts=c.facts) for c in cleaned],
        "extract": lambda: [
            extract_metrics(c.traced.text, s) for c, s in zip(cleaned, segmented, strict=True)
        ],
        "relate": lambda: [extract_relations(*three) for three in read],
        "audit": lambda: [audit_report(*five) for five in whole],
        "tokens (search_terms)": lambda: [search_terms(text) for text in texts],
    }
    print(
        f"core, {len(documents)} reports of {sum(map(len, texts)) // len(texts)} characters; 1.00 "
        "= jieba.lcut alone"
    )
    for name, act in stages.items():
        print(f"  {name:24} {seconds(act, 3) / base:5.2f}")
    core = seconds(lambda: [read_report(data, "") for data in documents], 3)
    print(f"  {'the core, all stages':24} {core / base:5.2f}")
    return core / len(documents)


def bench_whole(documents: list[bytes], core_seconds: float) -> None:
    """Print the rate from folder to rows over that of the core alone in one process."""
    with tempfile.TemporaryDirectory(prefix="fazhi-bench-") as folder:
        system = System(Path(folder))
        system.start()
        try:
            outside = Path(folder) / "drop"
            outside.mkdir()
            for at, data in enumerate(documents):
                (outside / f"{at}.txt").write_bytes(data)
            begun = time.monotonic()
            for path in outside.iterdir():
                path.rename(system.inbox / path.name)
            system.wait(lambda: system.count("arrival"))
            first = time.monotonic()
            system.wait_done(len(documents), 600)
            rate = len(documents) / (time.monotonic() - first)
        finally:
            system.stop()
    print(
        f"end to end, {len(documents)} files, 2 worker children; 1.00 = the core's "
        "rate in one process"
    )
    print(f"  {'from arrival to rows':24} {rate * core_seconds:5.2f}")
    print(f"  (this run: {rate:.1f} reports/s end to end, {1 / core_seconds:.1f} by the core; "
          "first arrival after "
          f"{first - begun:.1f} s of settling)")  # fmt: skip


def main() -> None:
    args = argparse.ArgumentParser(prog="make bench", description=__doc__)
    args.add_argument("--reports", type=int, default=200, help="how many files end to end")
    count = args.parse_args().reports
    documents = reports(count)
    bench_whole(documents, bench_core(documents[:30]))


if __name__ == "__main__":
    main()
