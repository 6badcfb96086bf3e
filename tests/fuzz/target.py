"""`python -m tests.fuzz.target FORMAT FOLDER [options of libFuzzer]`: the process that fuzzes."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["workers.report.reading", "workers.report.picturing"]):
    from workers.report.picturing.fonts import Fonts
    from workers.report.picturing.ofd import draw_ofd
    from workers.report.reading import read_source

from tests.fuzz.mutating import mutate
from tests.fuzz.seeds import write_seeds
from workers.errors import ForbiddenStep, StoppedReader, UnusableFile
from workers.settings import Settings
from workers.stages.confinement.client import open_safely
from workers.stages.recognition import recognise_file

# Of the settings; an input of some kilobytes needs a fraction.
SECONDS, MEGABYTES = 60, 1024
DRAWN = (420, 594)  # pixels
SETTINGS = Settings(parse_seconds=SECONDS, parse_megabytes=MEGABYTES)


def read_here(data: bytes) -> None:
    with suppress(UnusableFile):
        read_source(data, "报告")


def read_confined(data: bytes) -> None:
    """TookTooLong is a refusal, but here it is a hang; what libFuzzer's clock says counts."""
    with suppress(UnusableFile):
        open_safely(data, "报告", seconds=SECONDS, megabytes=MEGABYTES)


def recognise_confined(data: bytes) -> None:
    """What decodes, draws and recognises is not ours: that it stops, or oversteps, is a finding."""
    try:
        recognise_file(data, "报告", SETTINGS)
    except (StoppedReader, ForbiddenStep):
        raise
    except UnusableFile:
        pass


def draw_here(data: bytes) -> None:
    """By PDFium, whose crash ends this process, too."""
    with suppress(UnusableFile, IndexError):
        draw_ofd(data, 0, DRAWN, Fonts(), whole=True)


TARGETS = {"pdf": read_confined, "picture": recognise_confined, "glyphs": draw_here}


def main() -> None:
    name, folder, *options = sys.argv[1:]
    Path(folder).mkdir(parents=True, exist_ok=True)
    write_seeds(name, Path(folder))
    target = TARGETS.get(name, read_here)
    atheris.Setup([sys.argv[0], folder, *options], target, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
