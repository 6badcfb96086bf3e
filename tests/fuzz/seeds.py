"""What fuzzing begins with: the report of the tests and their odd cases in each format."""

from __future__ import annotations

import bz2
import gzip
import lzma
from email.message import EmailMessage
from pathlib import Path

from tests.formats.blocks import REPORT, blocks_of
from tests.formats.office import write_docs
from tests.formats.writers import WRITERS
from tests.report.docx import package
from tests.report.ofd_fonts import in_glyphs
from tests.report.test_containers import (
    PAGE as LONG_PAGE,
)
from tests.report.test_containers import (
    REPORT as LONG_REPORT,
)
from tests.report.test_containers import attach, gbk_zip, mail, outlook, tar_of, web_archive
from tests.report.test_rtf import escaped, rtf
from tests.report.test_word_variants import CASES
from tests.report.test_workbooks import ROWS
from tests.report.workbooks import fods, open_row, xls, xlsx
from tests.scans import saved, scan

BLOCKS = blocks_of(REPORT)
WRITTEN = {name: write(BLOCKS) for name, write in WRITERS.items()}
SHEET = fods([open_row("行政复议", "46", "97.9%"), open_row("调解", "", "100%")])
PAGE = "<html><style>.h{{display:none}}</style><body>{}</body></html>"
MEMBERS = {"甲镇/年报.txt": LONG_REPORT.encode(), "乙镇/年报.txt": b"1", "图.png": b"\x89PNG"}
TAR = tar_of(MEMBERS)


# As small as can be recognised.
SCAN = scan(["办结案件46件"], dpi=70).crop((60, 90, 320, 140))
HEIC = Path(__file__).parent.parent / "samples" / "扫描.heic"


def attached(message: EmailMessage) -> bytes:
    """The mail with an archive and a text."""
    attach(message, "全县.zip", gbk_zip(MEMBERS))
    attach(message, "年报.txt", LONG_REPORT.encode())
    return message.as_bytes()


SAMPLES: dict[str, list[bytes]] = {
    "docx": [WRITTEN["docx"], *(data for data, _, _ in CASES.values())],
    "odt": [WRITTEN["odt"]],
    "fodt": [WRITTEN["fodt"]],
    "xls": [xls(ROWS)],
    "xlsx": [xlsx(ROWS, hidden={"旧数据": "办结12件"})],
    "ods": [
        package(
            {
                "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": SHEET.decode(),
            }
        )
    ],
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
    "zip": [gbk_zip(MEMBERS), package({"全县/年报.txt": LONG_REPORT, "__MACOSX/._a": "1"})],
    "tar": [
        TAR,
        tar_of(MEMBERS, "gbk"),
        *(to(TAR) for to in (gzip.compress, bz2.compress)),
        lzma.compress(TAR),
        gzip.compress(LONG_REPORT.encode()),
    ],
    "eml": [
        mail(body=LONG_REPORT).as_bytes(),
        mail(body=LONG_PAGE, kind="html").as_bytes(),
        attached(mail()),
        attached(mail(body=LONG_REPORT)),
    ],
    "msg": [outlook(("年报.txt", LONG_REPORT.encode())), outlook(html=LONG_PAGE)],
    "picture": [
        *(saved(SCAN, kind=kind) for kind in ("PNG", "JPEG", "BMP", "WEBP", "GIF", "PDF")),
        saved(SCAN.convert("1"), SCAN.convert("1"), kind="TIFF", compression="group4"),
        HEIC.read_bytes(),
    ],
    "glyphs": [in_glyphs(["46件"]), in_glyphs(["46件"], bare=True)],
    "mhtml": [web_archive(LONG_PAGE), web_archive(LONG_PAGE, LONG_PAGE.replace("苇塘", "松岗"))],
}


def write_seeds(name: str, folder: Path) -> None:
    samples = write_docs(BLOCKS) if name == "doc" else SAMPLES[name]
    for at, data in enumerate(samples):
        (folder / f"seed-{at}").write_bytes(data)
