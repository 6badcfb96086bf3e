"""Names that are left alone: of files that are not finished,
and of folders that a share keeps for itself.
"""

import pytest

from tests.workers.watching import Bench
from workers.intake.unfinished import ENDINGS, FOLDERS, NAMES, why_unfinished

UNFINISHED = (
    "报告.docx.crdownload", "未确认 330012.crdownload", "报告.docx.part", "报告.aB3x.docx.part",
    "报告.download",
    "报告.docx.opdownload", "报告.docx.partial", "报告.docx.xltd", "报告.docx.xltd.cfg",
    "报告.docx.td",
    "报告.docx.td.cfg", "报告.docx.baiduyun.p.downloading", "报告.docx.baiduyun.uploading.cfg",
    "报告.docx.!qd",
    "报告.docx.qkdownloading", "报告.docx.aria2", "报告.docx.lftp-pget-status", ".in.报告.docx.",
    ".报告.docx.Xy12",
    ".syncthing.报告.docx.tmp", "~syncthing~报告.docx.tmp", ".报告.docx.~6a3f", "报告.docx.~6a3f",
    ".~报告.docx",
    "报告.docx.ocTransferId12.part", ".davfs.tmp1a2b3c", "._报告.docx", "报告.docx.filepart",
    "报告.docx.!ut",
    "报告.docx.!qB", "报告.docx.jc!", "报告.docx.bc!", "报告.docx.!sync", "报告.docx.fdmdownload",
    "报告.TMP",
    "~$报告.docx", "~WRL0001.tmp", ".~lock.报告.docx#", "报告.docx~", "Thumbs.db", "desktop.ini",
    "#报告.txt#",
    "报告.docx.ffs_tmp", "报告.docx.1a2b3c4d.partial", "报告.docx.下载中",
)  # fmt: skip
OF_SHARES = (
    "#recycle", "@Recycle", "@eaDir", ".snapshot", "#snapshot", "@Recently-Snapshot", "~snapshot",
    ".zfs",
    ".Trash-1000", ".Trashes", "$RECYCLE.BIN", "RECYCLER", "System Volume Information",
    "lost+found", "FOUND.000",
    ".Spotlight-V100", ".fseventsd", "@tmp", "@sharesnap", ".@__thumb", "__MACOSX",
    "Network Trash Folder",
    "Temporary Items", ".stversions", ".sync", ".recycle", "回收站", ".rsync-partial", ".~tmp~",
)  # fmt: skip


def test_unfinished_files_are_left_alone_and_named_until_they_have_their_names(
    bench: Bench,
) -> None:
    for name in UNFINISHED:
        bench.drop(name, name.encode())
    bench.drop("other.txt", b"other")
    bench.settle()
    assert (bench.arrivals(), bench.left()) == ([("", "other.txt")], sorted(UNFINISHED))
    told = bench.watcher.inbox.scan().left_alone
    assert (told.keys(), all(told.values())) == (set(UNFINISHED), True)
    for at, name in enumerate(UNFINISHED):
        (bench.folder / name).rename(bench.folder / f"报告{at}.docx")
    bench.settle()
    assert (len(bench.documents()), bench.left()) == (1 + len(UNFINISHED), [])


@pytest.mark.parametrize("above", ["", "2024年/"])
def test_folders_of_a_share_are_left_alone_with_all_that_they_hold(
    bench: Bench, above: str
) -> None:
    for folder in OF_SHARES:
        bench.drop(f"{above}{folder}/旧/报告.docx")
    bench.drop(f"{above}报告.docx", b"new")
    bench.settle()
    assert bench.arrivals() == [(above.rstrip("/"), "报告.docx")]
    assert bench.watcher.inbox.scan().left_alone.keys() == {
        f"{above}{folder}/" for folder in OF_SHARES
    }


@pytest.mark.parametrize("guide", ["aria2", "lftp-pget-status", "st", "td.cfg"])
def test_file_that_grows_under_its_own_name_is_awaited(bench: Bench, guide: str) -> None:
    bench.drop("镇/报告.docx", b"half")
    beside = bench.drop(f"镇/报告.docx.{guide}", b"50 %")
    bench.drop("镇/另一.docx", b"whole")
    bench.settle()
    assert bench.arrivals() == [("镇", "另一.docx")]
    assert guide in bench.watcher.inbox.scan().left_alone["镇/报告.docx"]
    beside.unlink()
    bench.settle()
    assert len(bench.arrivals()) == 2


@pytest.mark.parametrize(
    "beside", ["报告.docx.part", "报告.x7Yz.docx.part", "报告.docx.crdownload"]
)
def test_empty_file_that_a_download_will_replace_is_awaited(bench: Bench, beside: str) -> None:
    bench.drop("报告.docx", b"")
    partial = bench.drop(beside, b"half")
    bench.settle()
    assert bench.arrivals() == []
    partial.write_bytes(b"whole")
    partial.replace(bench.folder / "报告.docx")
    bench.settle()
    assert [bench.store.read(document.sha256) for document in bench.documents()] == [b"whole"]


FINISHED = (
    "报告.docx", "报告.part1.docx", "download.txt", "2024 upload list.xlsx", "下载中的报告.docx",
    "临时救助.docx",
    "#1.txt", "recycle.docx", "@eadir.txt", "st", "td", "报告 (2).docx", "lost+found.txt", "a.b.c",
    "temporary.pdf",
    "回收站改造项目/报告.docx", "recycled paper/报告.docx", "快照/报告.docx", "tmp/报告.docx",
    "snapshots 2024/报告.docx", "#1/报告.docx", "@政府/报告.docx",
)  # fmt: skip


def test_names_of_people_are_taken(bench: Bench) -> None:
    for name in FINISHED:
        bench.drop(name, name.encode())
    bench.settle()
    assert (len(bench.arrivals()), bench.left()) == (len(FINISHED), [])


def test_every_name_that_is_left_alone_has_a_reason() -> None:
    for known in (NAMES, ENDINGS, FOLDERS):
        assert all(one.why for one in known)
        assert len({one.pattern for one in known}) == len(known)
        assert all(one.pattern == one.pattern.lower() for one in known)
    assert why_unfinished("REPORT.DOCX.PART") == why_unfinished("report.docx.part")
