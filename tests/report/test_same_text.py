"""One report in each format: the same text comes back, the numbers of lists included."""

from __future__ import annotations

import pytest

from tests.formats.blocks import REPORT, blocks_of
from tests.formats.writers import WRITERS, text_of
from workers.report.pipeline import read_report
from workers.report.reading import read_source

BLOCKS = blocks_of(REPORT)
# Formats whose pages break the lines of a text where they end.
DRAWN = {"pdf", "ofd"}


@pytest.mark.parametrize("name", WRITERS)
def test_same_text_comes_back(name: str) -> None:
    text = read_source(WRITERS[name](BLOCKS), "报告").raw_text.removeprefix("\ufeff")
    wanted = text_of(BLOCKS)
    if name in DRAWN:
        text, wanted = "".join(text.split()), "".join(wanted.split())
    assert text == wanted


@pytest.mark.parametrize("name", WRITERS)
def test_same_figures_are_found(name: str) -> None:
    def figures(data: bytes) -> list[tuple[float, str]]:
        return [(metric.value, metric.unit) for metric in read_report(data, "报告").metrics]

    assert figures(WRITERS[name](BLOCKS)) == figures(text_of(BLOCKS).encode())
