"""What fuzzing begins with: the report of the tests and their odd cases in each format."""

from __future__ import annotations

from pathlib import Path

from tests.formats.blocks import REPORT, blocks_of
from tests.formats.writers import WRITERS
from tests.report.test_rtf import escaped, rtf
from tests.report.test_word_variants import CASES

BLOCKS = blocks_of(REPORT)
WRITTEN = {name: write(BLOCKS) for name, write in WRITERS.items()}
PAGE = "<html><style>.h{{display:none}}</style><body>{}</body></html>"
SAMPLES: dict[str, list[bytes]] = {
    "docx": [WRITTEN["docx"], *(data for data, _, _ in CASES.values())],
    "odt": [WRITTEN["odt"]],
    "fodt": [WRITTEN["fodt"]],
    "ofd": [WRITTEN["ofd"]],
    "pdf": [WRITTEN["pdf"]],
    "rtf": [
        WRITTEN["rtf"],
        rtf(rf"{{\*\fldinst EQ \\o\\ac(○,11)}}{{\super 1}}\bin9 123456789 {escaped('报告')}"),
    ],
    "html": [
        WRITTEN["html"],
        WRITTEN["html (GBK)"],
        PAGE.format(
            "<p class=h>一</p><ol start=3><li>二<sup>1</sup></ol><pre>三\n四</pre>"
        ).encode(),
    ],
    "txt": [data for name, data in WRITTEN.items() if name.startswith("txt")]
    + ["案件46件".encode(encoding) for encoding in ("hz", "utf-7", "big5")],
}


def write_seeds(name: str, folder: Path) -> None:
    for at, data in enumerate(SAMPLES[name]):
        (folder / f"seed-{at}").write_bytes(data)
