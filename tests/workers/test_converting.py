"""What LibreOffice reads best is converted by it, held as tightly as it lives with."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.formats.office import write_as
from tests.formats.programs import WRITES, WRITTEN, a_program
from tests.report.docx import document, level, numbered, numbering, package, paragraph
from workers.errors import (
    DamagedFile,
    NeedsOffice,
    ProtectedFile,
    TookTooLong,
    UnusableFile,
)
from workers.report.reading import read_source
from workers.settings import Settings
from workers.stages.converting import read_file
from workers.stages.office import find_office

RAISED = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>1</w:t></w:r>'
ROW = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in ("案件", "46", "97.9%"))
BODY = (
    paragraph("柳溪镇2024年法治政府建设年度报告")
    + numbered("工作开展情况")
    + numbered("依法行政", depth=1)
    + numbered("46件行政处罚案件全部办结", depth=2)
    + numbered("存在问题")
    + f"<w:p><w:r><w:t>全年调解纠纷88</w:t></w:r>{RAISED}<w:r><w:t>件。</w:t></w:r></w:p>"
    + f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{ROW}</w:tr></w:tbl>"
    + paragraph("柳溪镇人民政府")
)
LISTS = numbering(
    level(0, "chineseCounting", "%1、")
    + level(1, "chineseCounting", "（%2）")
    + level(2, "decimal", "%3.")
)
KINDS = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
REPORT = package(
    {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{KINDS}.document.main+xml"/>'
            f'<Override PartName="/word/numbering.xml" ContentType="{KINDS}.numbering+xml"/>'
            "</Types>"
        ),
        "_rels/.rels": (
            f'<Relationships {RELATIONS}><Relationship Id="r1" Type="{RELATED}/officeDocument"'
            ' Target="word/document.xml"/></Relationships>'
        ),
        "word/_rels/document.xml.rels": (
            f'<Relationships {RELATIONS}><Relationship Id="r1" Type="{RELATED}/numbering"'
            ' Target="numbering.xml"/></Relationships>'
        ),
        "word/document.xml": document(BODY),
        "word/numbering.xml": LISTS,
    }
)
# What a program does that its file has taken over; it prints what it was able to do.
ACTS = """
import os, socket, sys
from pathlib import Path
from workers.stages.confinement.limits import Limits, confine_program
held, folder, beside, tcp, unix = sys.argv[1:]
"x".encode("idna")  # what is loaded only when it is used, could not be any more
def read(): return Path(beside, "secret").read_text()
def write(): return Path(beside, "written").write_text("x")
def remove(): return Path(beside, "secret").unlink()
def connect(): return socket.create_connection(("127.0.0.1", int(tcp)), 1)
def reach():
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect(unix)
def send(): return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def begin():
    child = os.fork()
    if not child:
        os._exit(0)
    return os.waitpid(child, 0)
if held == "held":
    confine_program(Path(folder), Limits(seconds=60, megabytes=2048),
                    installed=Path(sys.base_prefix), parent=os.getppid())
Path(folder, "own").write_text("x")
for act in (read, write, connect, reach, send, begin, remove):
    try:
        act()
    except OSError:
        continue
    print(act.__name__)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """One in which everybody may do anything."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report as LibreOffice writes it for Word 97."""
    folder = tmp_path_factory.mktemp("written")
    (folder / "report.docx").write_bytes(REPORT)
    write_as("doc", folder, folder / "report.docx")
    return folder


def settings(**chosen: str) -> Settings:
    return Settings(_env_file=None, **chosen)  # type: ignore[call-arg, arg-type]


def test_converted_document_has_the_text_of_its_source(written: Path) -> None:
    data = (written / "report.doc").read_bytes()
    found = read_file(data, "报告.wps", settings())
    assert found.raw_text == read_source(REPORT, "").raw_text
    assert "1. 46件" in found.raw_text
    assert "纠纷88¹件" in found.raw_text
    assert (found.name, found.media_type) == ("报告.wps", "application/msword")


def test_without_libreoffice_our_own_reader_finds_the_same(written: Path) -> None:
    data = (written / "report.doc").read_bytes()
    found = read_file(data, "报告.doc", settings(office=""))
    assert found.raw_text.rstrip("\n") == read_source(REPORT, "").raw_text
    assert found.media_type == "application/msword"


def with_head(data: bytes, at: int, value: int) -> bytes:
    """The file with another number in the head of its main stream ([MS-DOC] 2.5.2)."""
    start = data.index(b"\xec\xa5")
    return data[: start + at] + value.to_bytes(2, "little") + data[start + at + 2 :]


@pytest.mark.parametrize("office", ["", "soffice"])
def test_protected_document_is_told_as_one(written: Path, office: str) -> None:
    data = with_head((written / "report.doc").read_bytes(), 10, 0x0300)
    with pytest.raises(ProtectedFile):
        read_file(data, "报告.doc", settings(office=office))


def test_document_older_than_word_97_is_left_to_libreoffice(written: Path) -> None:
    data = with_head((written / "report.doc").read_bytes(), 2, 0x65)
    with pytest.raises(NeedsOffice, match="Word 6 or 95"):
        read_file(data, "报告.doc", settings(office=""))


def test_document_with_any_byte_changed_is_read_or_refused(written: Path) -> None:
    data = (written / "report.doc").read_bytes()
    changes = random.Random(7)
    for _ in range(100):
        spoilt = bytearray(data)
        for _ in range(8):
            spoilt[changes.randrange(512, len(data))] = changes.randrange(256)
        with suppress(UnusableFile):
            read_source(bytes(spoilt), "报告.doc")


def test_without_libreoffice_it_is_sent_back_with_what_to_do() -> None:
    uof = b'<uof:UOF xmlns:uof="http://schemas.uof.org/cn/2003/uof"/>'
    with pytest.raises(NeedsOffice, match="LibreOffice is not installed"):
        read_file(uof, "报告.uot", settings(office=""))


def test_file_that_libreoffice_cannot_open_is_damaged(written: Path) -> None:
    data = (written / "report.doc").read_bytes()
    with pytest.raises(DamagedFile):
        read_file(data[:5000], "报告.doc", settings())


def test_program_that_asks_to_be_begun_anew_is(folder: Path) -> None:
    office = a_program(folder, f"[ -e begun ] || {{ : > begun; exit 81; }}; {WRITES} > a.docx")
    assert office.convert(b"x", seconds=20) == WRITTEN


def test_status_of_the_program_says_nothing(folder: Path) -> None:
    assert a_program(folder, f"{WRITES} > a.docx; exit 9").convert(b"x", seconds=20)


def test_half_of_a_document_is_none(folder: Path) -> None:
    with pytest.raises(DamagedFile):
        a_program(folder, "echo PK > a.docx").convert(b"x", seconds=20)


def test_what_a_file_leaves_in_the_profile_is_met_by_no_other(folder: Path) -> None:
    """A conversion without the options that forbid macros, or after another, writes nothing."""
    options = "profile/user/registrymodifications.xcu"
    script = f"""while read line; do
        case $line in *DisableMacrosExecution*true*) forbidden=yes;; esac
    done < {options}
    [ -e profile/user/left ] || [ -z "$forbidden" ] || {WRITES} > a.docx
    echo '<oor:items/>' > {options}
    echo x > profile/user/left"""
    office = a_program(folder, script)
    for _ in range(2):
        assert office.convert(b"x", seconds=20) == WRITTEN


def test_link_in_place_of_what_was_written_is_not_followed(folder: Path) -> None:
    with pytest.raises(DamagedFile):
        a_program(folder, "exec ln -s /etc/passwd a.docx").convert(b"x", seconds=20)


def test_program_that_hangs_is_ended_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    office = a_program(folder, "exec sleep 600")
    began = time.monotonic()
    with pytest.raises(TookTooLong):
        office.convert(b"x", seconds=2)
    assert time.monotonic() - began < 300
    assert [path.name for path in folder.iterdir()] == ["office"]


@pytest.mark.parametrize(("held", "able"), [("held", set()), ("free", None)])
def test_program_that_its_file_has_taken_over_gets_nowhere(
    folder: Path, held: str, able: set[str] | None
) -> None:
    own, beside = folder / "own", folder / "beside"
    for one in (own, beside):
        one.mkdir()
        one.chmod(0o777)
    (beside / "secret").write_text("青禾县的密码")
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(beside / "socket"))
        (beside / "socket").chmod(0o777)
        unix.listen()
        arguments = [held, str(own), str(beside), str(tcp.getsockname()[1])]
        did = subprocess.run(
            [sys.executable, "-c", ACTS, *arguments, str(beside / "socket")],
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
    expected = {"read", "write", "connect", "reach", "send", "begin", "remove"}
    assert {*did} == (expected if able is None else able)


def test_files_are_converted_in_one_run_and_a_damaged_one_hurts_no_other(written: Path) -> None:
    data, office = (written / "report.doc").read_bytes(), find_office("soffice")
    assert office is not None
    first, none, last = office.convert_several([data, data[:5000], data], seconds=60)
    text = read_source(REPORT, "").raw_text
    assert [read_source(one or b"", "").raw_text for one in (first, last)] == [text] * 2
    assert none is None


def test_what_was_written_before_a_run_hung_is_taken(folder: Path) -> None:
    office = a_program(folder, f"{WRITES} > a.docx; exec sleep 600")
    assert office.convert_several([b"x", b"y"], seconds=2) == [WRITTEN, None]
