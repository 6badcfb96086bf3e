"""`python -m bench.formats [--texts FOLDER]`: what of a report comes back from each format.

Each text (the samples of the tests, those of a folder) is written in every format by the tests' own
generators and, where it is installed, by LibreOffice; its numbers of lists become Word's own. The
file is read as a worker reads it. Printed for each format are the share of the text's characters
that come back in their order, blanks left aside (0.995 is due with a text layer), the share of the
figures of the text that are found (0.99), the seconds a file and the most memory of its reader. The
exit status is 1 where a share is less. Scans: `python -m bench.scans`.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from tests.acceptance.system import SAMPLES
from tests.formats import office
from tests.formats.blocks import REPORT, blocks_of
from tests.formats.writers import WRITERS, text_of
from workers.errors import UnusableFile
from workers.report.pipeline import read_report, understand_source
from workers.settings import settings
from workers.stages.confinement.client import own_server
from workers.stages.converting import read_file

DUE_CHARACTERS, DUE_FIGURES = 0.995, 0.99
MEGABYTE = 1024  # ru_maxrss is in kilobytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One format over all texts; `seconds` a file, `megabytes` at most."""

    name: str
    files: int
    characters: float
    figures: float
    seconds: float
    megabytes: int
    refused: str = ""

    @property
    def is_due(self) -> bool:
        return self.characters >= DUE_CHARACTERS and self.figures >= DUE_FIGURES


def common_length(one: str, other: str) -> int:
    """The length of the longest common subsequence, bit-parallel (Hyyrö 2004).

    >>> common_length("办结46件", "共办结4 6件")
    5
    """
    places: dict[str, int] = {}
    for at, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << at
    full = (1 << len(one)) - 1
    unmatched = full
    for character in other:
        matched = unmatched & places.get(character, 0)
        unmatched = ((unmatched + matched) | (unmatched - matched)) & full
    return len(one) - unmatched.bit_count()


def measure_format(name: str, files: Sequence[tuple[str, bytes]]) -> Result:
    """Read the files, each beside the text that it was made of, in a process of their own."""
    came, due, found, wanted, refused, seconds = 0, 0, 0, 0, "", 0.0
    for text, data in files:
        figures = _figures(read_report(text.encode(), ""))
        plain = "".join(text.split())
        due, wanted = due + len(plain), wanted + figures.total()
        begun = time.monotonic()
        try:
            source = read_file(data, "", settings())
        except UnusableFile as error:
            refused = type(error).__name__
            continue
        finally:
            seconds += time.monotonic() - begun
        came += common_length(plain, "".join(source.raw_text.split()))
        found += (figures & _figures(understand_source(source))).total()
    own_server().close()  # whose children count when it has ended
    return Result(
        name=name,
        files=len(files),
        characters=round(came / max(due, 1), 4),
        figures=round(found / max(wanted, 1), 4),
        seconds=round(seconds / max(len(files), 1), 3),
        megabytes=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // MEGABYTE,
        refused=refused,
    )


def _figures(report: object) -> Counter[tuple[float, str]]:
    return Counter((metric.value, metric.unit) for metric in report.metrics)  # type: ignore[attr-defined]


def written(
    texts: Sequence[str], *, by_office: int
) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """The files of each format; LibreOffice, which is slow, writes the first texts only."""
    blocks = [blocks_of(text) for text in texts]
    shown = [text_of(one) for one in blocks]
    for name, write in WRITERS.items():
        yield name, [(text, write(one)) for text, one in zip(shown, blocks, strict=True)]
    converted = [office.write_by_office(one) for one in blocks[:by_office]]
    for ending in office.FORMATS if office.is_installed() else ():
        pairs = zip(shown, converted, strict=False)
        yield f"{ending} (LibreOffice)", [(t, made[ending]) for t, made in pairs if ending in made]


def texts_in(folder: Path | None) -> list[str]:
    paths = sorted(SAMPLES.glob("*.txt"))
    paths += sorted(folder.rglob("*.txt")) if folder else []
    return [REPORT, *(path.read_text(encoding="utf-8") for path in paths)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--texts", type=Path, help="a folder of more texts (*.txt, UTF-8)")
    parser.add_argument("--office", type=int, default=3, help="so many texts by LibreOffice")
    parser.add_argument("--json", action="store_true", dest="as_lines")
    chosen = parser.parse_args()
    results = []
    if not chosen.as_lines:
        print(f"{'':24}{'files':>6}{'characters':>12}{'figures':>9}{'s/file':>8}{'MB':>6}")
    for name, files in written(texts_in(chosen.texts), by_office=chosen.office):
        # A process for each: what its children used at most is then this format's.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
            one = pool.submit(measure_format, name, files).result()
        results.append(one)
        if chosen.as_lines:
            print(json.dumps(asdict(one), ensure_ascii=False), flush=True)
        else:
            print(
                f"{one.name:24}{one.files:6}{one.characters:12.4f}{one.figures:9.4f}"
                f"{one.seconds:8.3f}{one.megabytes:6} {one.refused}",
                flush=True,
            )
    sys.exit(not all(one.is_due for one in results))


if __name__ == "__main__":
    main()
