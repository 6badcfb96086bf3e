"""`python -m bench.scans_beside_texts`: a scan does not hold up a text.

Reports as texts are dropped into a running system, alone and then together with scans of ten pages
each; printed is how long it takes each time until the last text is done. The system is a whole
`fazhi run` in a home of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from bench.compose import compose_reports
from tests.acceptance.system import System
from tests.scans import saved, scan

# What the aim is stated in: texts and scans that are dropped together, and the longest that the
# texts may take then, in times of what they take alone.
TEXTS, SCANS, PAGES, AIM = 200, 20, 10, 1.5
LONGEST = 3600.0  # seconds


def main() -> None:
    options = _parse()
    alone = _measure(options.texts, 0, options.seed)
    beside = _measure(options.texts, options.scans, options.seed)
    ratio = beside / alone
    print(
        f"{options.texts} texts alone {alone:.1f} s; "
        f"with {options.scans} scans of {PAGES} pages {beside:.1f} s; ratio {ratio:.2f}"
    )
    sys.exit(0 if ratio <= AIM else 1)


def _measure(texts: int, scans: int, seed: int) -> float:
    """Seconds until all texts are done that were dropped together with the scans."""
    with tempfile.TemporaryDirectory(prefix="fazhi-bench-") as name:
        system = System(Path(name), FAZHI_SETTLE_SECONDS="0.5")
        system.start()
        try:
            _drop_scans(system, scans)
            for at, report in enumerate(compose_reports(seed, texts)):
                (system.inbox / f"{at}.txt").write_text(report.text, encoding="utf-8")
            begun = time.monotonic()
            system.wait(lambda: system.count("document", _DONE) == texts, LONGEST)
            return time.monotonic() - begun
        finally:
            system.stop()


_DONE = "state = 'done' AND id IN (SELECT document_id FROM arrival WHERE name LIKE '%.txt')"


def _drop_scans(system: System, count: int) -> None:
    """Scans first, so that they are at work already; each differs in its first line."""
    page = scan()
    for at in range(count):
        first = scan([f"第{at + 1}号扫描件"])
        pages = saved(first, *[page] * (PAGES - 1), kind="TIFF", compression="tiff_lzw")
        (system.inbox / f"{at}.tiff").write_bytes(pages)
    if count:
        recognising = "state = 'running' AND stage = 'recognise'"
        system.wait(lambda: system.count("document", recognising), LONGEST)


def _parse() -> argparse.Namespace:
    args = argparse.ArgumentParser(
        prog="python -m bench.scans_beside_texts",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    args.add_argument("--texts", type=int, default=TEXTS, help=f"how many ({TEXTS})")
    args.add_argument("--scans", type=int, default=SCANS, help=f"how many ({SCANS})")
    args.add_argument("--seed", type=int, default=1, help="of the texts (1)")
    return args.parse_args()


if __name__ == "__main__":
    main()
