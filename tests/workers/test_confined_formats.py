"""Each format is read in the confined child, which opens nothing: what its reader loads late would
be missing there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.formats.blocks import REPORT, blocks_of
from tests.formats.writers import WRITERS
from tests.report.test_word_variants import CASES
from workers.errors import UnusableFile
from workers.report.reading import read_source
from workers.stages.confinement.client import ForkServer

LIMITS = {"seconds": 60, "megabytes": 1024}


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer() as begun:
        yield begun


@pytest.mark.parametrize("name", WRITERS)
def test_format_is_read_as_outside_of_the_child(name: str, server: ForkServer) -> None:
    data = WRITERS[name](blocks_of(REPORT))
    assert server.read(data, "报告", **LIMITS) == read_source(data, "报告")


@pytest.mark.parametrize("name", WRITERS)
def test_damaged_file_is_read_or_refused(name: str, server: ForkServer) -> None:
    """ReaderError, which is no UnusableFile, would be a fault of ours."""
    data = WRITERS[name](blocks_of(REPORT))
    for damaged in (data[: len(data) // 2], data.replace(b"1", b"\xff"), data[::-1]):
        with suppress(UnusableFile):
            server.read(damaged, "报告", **LIMITS)


def test_odd_word_files_are_read_as_outside_of_the_child(server: ForkServer) -> None:
    for data, _, _ in CASES.values():
        assert server.read(data, "报告", **LIMITS) == read_source(data, "报告")
