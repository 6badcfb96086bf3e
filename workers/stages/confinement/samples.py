"""A little of each format, which the fork server reads before its first child: what a reader
imports and loads at its first use must be there, for a child opens nothing.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Iterator

from workers.report.reading.plain import CANDIDATES

ENCODINGS = (*CANDIDATES, "utf-8", "utf-32-le", "utf-32-be")
WORDS = "一、人民法治年度工作"  # in characters that every encoding has
WEB_PAGE = f"<html><title>{WORDS}</title><body><p>{WORDS}</p></body></html>"
# One page with a line in a font that is not in the file.
PDF_PARTS = (
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    "<</Length 32>>stream\nBT /F 9 Tf 9 9 Td (report) Tj ET\nendstream",
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
)
MAILS = (
    f"From: a\nSubject: =?gb2312?B?xOqxqA==?=\n\n{WORDS}".encode(),
    (
        'From: a\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n'
        'Content-Disposition: attachment; filename="=?utf-8?Q?=E5?="\n'
        f"Content-Transfer-Encoding: base64\n\nYQ==\n--b\n\n{WORDS}\n--b--\n"
    ).encode(),
)
ZIPPED = {
    "a.txt": WORDS,
    "word/document.xml": f"<document><body><p><r><t>{WORDS}</t></r></p></body></document>",
    "OFD.xml": "<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>",
}


def format_samples() -> Iterator[bytes]:
    """Files of every format; some are damaged, which their readers find out
    after they have loaded all.
    """
    for encoding in ENCODINGS:
        yield WORDS.encode(encoding)
    yield WEB_PAGE.encode()
    objects = "\n".join(f"{number} 0 obj{part}endobj" for number, part in enumerate(PDF_PARTS, 1))
    yield f"%PDF-1.4\n{objects}\ntrailer<</Root 1 0 R>>".encode()
    yield from MAILS
    tape = io.BytesIO()
    with tarfile.open(fileobj=tape, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    yield from (pack(tape.getvalue()) for pack in (gzip.compress, bz2.compress, lzma.compress))
    for name, content in ZIPPED.items():
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        yield packed.getvalue()
