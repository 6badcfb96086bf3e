"""`python -m bench.public FOLDER`: what becomes of files that others made.

Every file of the folder, at any depth, goes through the confined reader of the workers. Printed by
the ending of the names is what became of them: done, refused (each kind by itself), crashed (the
reader was stopped), hung (it ran out of time), failed (a fault of ours); and the longest time.
`--json` prints a line a file. The exit status is 1 where a file crashed, hung or failed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from workers.errors import ForbiddenStep, StoppedReader, TookTooLong, UnusableFile
from workers.report.model import Unpacked
from workers.settings import settings
from workers.stages.confinement.answers import ReaderError
from workers.stages.confinement.client import open_safely

FAULTS = ("crashed", "hung", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a file: `kind` is the format of what was read, or why it was not."""

    file: str
    outcome: str
    kind: str
    seconds: float
    characters: int = 0
    told: str = ""


def read_all(folder: Path, texts: Path | None) -> Iterator[Outcome]:
    """Each file in the order of the names; the texts of those that are read go to `texts`."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        begun = time.monotonic()
        outcome, kind, text, told = _read(path)
        if texts is not None and outcome == "done":
            (texts / f"{path.name}.txt").write_text(text, encoding="utf-8", newline="")
        yield Outcome(
            file=str(path.relative_to(folder)),
            outcome=outcome,
            kind=kind,
            seconds=round(time.monotonic() - begun, 2),
            characters=len(text),
            told=told,
        )


def _read(path: Path) -> tuple[str, str, str, str]:
    chosen = settings()
    try:
        source = open_safely(
            path.read_bytes(),
            path.name,
            seconds=chosen.parse_seconds,
            megabytes=chosen.parse_megabytes,
        )
    except (StoppedReader, ForbiddenStep) as error:
        return "crashed", type(error).__name__, "", error.notice
    except TookTooLong as error:
        return "hung", type(error).__name__, "", error.notice
    except UnusableFile as error:
        return "refused", type(error).__name__, "", error.notice
    except ReaderError as error:
        return "failed", "ReaderError", "", str(error)
    if isinstance(source, Unpacked):
        return "unpacked", source.media_type, "", ""
    return "done", source.media_type, source.raw_text, ""


def print_table(outcomes: Iterable[Outcome]) -> None:
    """A line for each ending of names, the kinds of refusal behind it."""
    by_ending: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        by_ending[Path(one.file).suffix.lower()].append(one)
    print(f"{'':8}{'files':>6}{'done':>6}{'refused':>9}{'faults':>8}{'longest':>9}")
    for ending, ones in sorted(by_ending.items()):
        counts = Counter(one.outcome for one in ones)
        kinds = Counter(one.kind for one in ones if one.outcome != "done")
        print(
            f"{ending:8}{len(ones):6}{counts['done']:6}{counts['refused']:9}"
            f"{sum(counts[fault] for fault in FAULTS):8}{max(one.seconds for one in ones):8.1f}s  "
            + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", dest="as_lines")
    parser.add_argument("--texts", type=Path, help="a folder for the texts that were read")
    chosen = parser.parse_args()
    if chosen.texts is not None:
        chosen.texts.mkdir(parents=True, exist_ok=True)
    outcomes = []
    for one in read_all(chosen.folder, chosen.texts):
        outcomes.append(one)
        if chosen.as_lines:
            print(json.dumps(asdict(one), ensure_ascii=False), flush=True)
    if not chosen.as_lines:
        print_table(outcomes)
        for one in outcomes:
            if one.outcome in FAULTS:
                print(f"{one.outcome}: {one.file}: {one.told}")
    sys.exit(any(one.outcome in FAULTS for one in outcomes))


if __name__ == "__main__":
    main()
