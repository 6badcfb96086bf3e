"""`python -m tests.fuzz.target FORMAT FOLDER [options of libFuzzer]`: the process that fuzzes."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["workers.report.reading"]):
    from workers.report.reading import read_source

from tests.fuzz.mutating import mutate
from tests.fuzz.seeds import write_seeds
from workers.errors import UnusableFile
from workers.stages.confinement.client import open_safely

# Of the settings; an input of some kilobytes needs a fraction.
SECONDS, MEGABYTES = 60, 1024


def read_here(data: bytes) -> None:
    with suppress(UnusableFile):
        read_source(data, "报告")


def read_confined(data: bytes) -> None:
    """TookTooLong is a refusal, but here it is a hang; what libFuzzer's clock says counts."""
    with suppress(UnusableFile):
        open_safely(data, "报告", seconds=SECONDS, megabytes=MEGABYTES)


def main() -> None:
    name, folder, *options = sys.argv[1:]
    Path(folder).mkdir(parents=True, exist_ok=True)
    write_seeds(name, Path(folder))
    target = read_confined if name == "pdf" else read_here
    atheris.Setup([sys.argv[0], folder, *options], target, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
