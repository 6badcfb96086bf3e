"""Names that are left alone: files that a program has not finished yet,
and folders that a share keeps for itself.

They are data: to leave another one alone, add a line with its reason. `fazhi status` names what is
left alone, so that nobody waits for a file that only looks unfinished.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from functools import lru_cache
from pathlib import PurePath


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A name, as a pattern in small letters, and whose it is. A pattern of an `ENDING` is held
    against what follows the last dot.
    """

    pattern: str
    why: str


NAMES = (
    Unfinished(
        ".*",
        "hidden: rsync, Syncthing, Nextcloud, lftp, davfs2, proftpd and WPS write "
        "under such names first",
    ),
    Unfinished("~$*", "Word, Excel, WPS: marks a document that somebody has open"),
    Unfinished("*~", "a backup that an editor or lftp keeps of the version before"),
    Unfinished("~wr[ldacf]*", "Word: a document while it is saved"),
    Unfinished("~syncthing~*", "Syncthing on Windows: a file on its way"),
    Unfinished("[#]*[#]", "Emacs: what is not saved yet"),
    Unfinished("thumbs.db*", "Windows: thumbnails"),
    Unfinished("ehthumbs*.db", "Windows: thumbnails"),
    Unfinished("desktop.ini", "Windows: how a folder is shown"),
    Unfinished("icon\r", "macOS: the picture of a folder"),
    Unfinished("*.td.cfg", "迅雷: how far a download has come"),
    Unfinished("*.xltd.cfg", "迅雷: how far a download has come"),
    Unfinished("*.baiduyun.*", "百度网盘: a file on its way"),
)

ENDINGS = (
    # Of Chrome and Edge, Safari, Opera, 360, FDM, Google Drive, QQ, 夸克, 百度网盘, 阿里云盘,
    # 天翼云盘, 微云: whatever stands before it (crdownload, opdownload, baiduyun.p.downloading …),
    # the word is there.
    Unfinished("*download", "a browser or a cloud drive has not finished downloading it"),
    Unfinished("*downloading", "a browser or a cloud drive has not finished downloading it"),
    Unfinished("*upload", "a cloud drive has not finished uploading it"),
    Unfinished("*uploading", "a cloud drive has not finished uploading it"),
    Unfinished("part", "Firefox, curl, Nextcloud, KDE, JDownloader: not finished"),
    Unfinished("part[0-9]*", "a program that downloads in several parts"),
    Unfinished("partial*", "Internet Explorer, rclone: not finished"),
    Unfinished("filepart", "WinSCP: not finished"),
    Unfinished("incomplete", "a program that names unfinished files so"),
    Unfinished("unfinished", "a program that names unfinished files so"),
    Unfinished("inprogress", "a program that names unfinished files so"),
    Unfinished("td", "迅雷: not finished"),
    Unfinished("xltd", "迅雷: not finished"),
    Unfinished("tdl", "迅雷: not finished"),
    Unfinished("xlcfg", "迅雷: how far a download has come"),
    Unfinished("aria2*", "aria2, Motrix: how far a download has come"),
    Unfinished("lftp-pget-status", "lftp: how far a download has come"),
    Unfinished("st", "axel: how far a download has come"),
    Unfinished("met", "eMule: how far a download has come"),
    Unfinished("bts", "Resilio Sync: not finished"),
    Unfinished("ytdl", "yt-dlp: how far a download has come"),
    Unfinished("qdl*", "QQ旋风: not finished"),
    Unfinished("*下载中", "a program that says so in Chinese: not finished"),
    Unfinished("*未完成", "a program that says so in Chinese: not finished"),
    Unfinished("~*", "ownCloud and Nextcloud: a file on its way"),
    # uTorrent (!ut), qBittorrent (!qb), Resilio (!sync), QQ旋风 (!qd),
    # FlashGet (jc!, fg!), BitComet (bc!), UC (uc!)
    Unfinished("!*", "a program that downloads: not finished"),
    Unfinished("*!", "a program that downloads: not finished"),
    Unfinished("*tmp", "a passing name of many programs, Office, OneDrive and Samba among them"),
    Unfinished("tmp[0-9]*", "a passing name of many programs"),
    Unfinished("temp", "a passing name of many programs"),
    Unfinished("sw[a-p]", "Vim: what is not saved yet"),
    Unfinished("*lock", "a program has the document open"),
    Unfinished("laccdb", "Access has the document open"),
    Unfinished("crswap", "Chrome: a file that a web page is writing"),
    Unfinished("cyberducksegment", "Cyberduck: part of a download"),
)

# A file grows under its own name beside one of these, which says how far it is.
BESIDE = ("aria2", "aria2__temp", "lftp-pget-status", "st", "td.cfg", "xltd.cfg", "bc!", "jc!")

FOLDERS = (
    Unfinished(
        ".*",
        "hidden: trash, snapshots and indexes of shares, versions of Syncthing, parts of rsync",
    ),
    Unfinished("[#@]recycle", "Synology, QNAP: recycle bin"),
    Unfinished("[#@]snapshot*", "Synology: snapshots"),
    Unfinished("[#@]*-snapshot*", "QNAP: snapshots"),
    Unfinished("~snapshot*", "NetApp: snapshots"),
    Unfinished("@sharesnap", "Synology: snapshots"),
    Unfinished("@sharebin", "Synology: recycle bin"),
    Unfinished("@eadir", "Synology: thumbnails and indexes"),
    Unfinished("@tmp", "Synology: passing files"),
    Unfinished("@syno*", "Synology: folders of its own"),
    Unfinished("@transcode", "QNAP: films made smaller"),
    Unfinished("@qsync*", "QNAP: versions"),
    Unfinished("$recycle.bin", "Windows: recycle bin"),
    Unfinished("recycle", "Samba: recycle bin"),
    Unfinished("recycle[dr]", "Windows: recycle bin"),
    Unfinished("recycle.bin", "Windows: recycle bin"),
    Unfinished("回收站", "recycle bin"),
    Unfinished("$extend", "Windows: index of the disk"),
    Unfinished("system volume information", "Windows: index and restore points of the disk"),
    Unfinished("found.[0-9][0-9][0-9]", "Windows: pieces that a disk check has found"),
    Unfinished("lost+found", "Linux: pieces that a disk check has found"),
    Unfinished("__macosx", "macOS: what an archive says beside its files"),
    Unfinished("network trash folder", "macOS: trash of a share"),
    Unfinished("temporary items", "macOS: passing files of a share"),
    Unfinished("thevolumesettingsfolder", "macOS: settings of a share"),
    Unfinished("*.sb-*", "macOS: a document while it is saved"),
    Unfinished("_gsdata_", "GoodSync: what it knows of the folder"),
)

# These stay beside a file that is finished.
_KEPT = ("~", "lock")

# A folder with one of these stays, and nobody need be told of them.
KEEPERS = {".keep", ".gitkeep"}


def _any_of(known: Iterable[Unfinished]) -> re.Pattern[str]:
    return re.compile("|".join(translate(one.pattern) for one in known))


_NAMES, _ENDINGS, _FOLDERS = map(_any_of, (NAMES, ENDINGS, FOLDERS))


@lru_cache(maxsize=1 << 17)  # the same names are met in every scan
def why_unfinished(name: str, *, folder: bool = False) -> str | None:
    """Whose a name is, where it says that it is not finished or not meant for people.

    >>> why_unfinished("报告.docx.XLTD"), why_unfinished("#recycle", folder=True)
    ('迅雷: not finished', 'Synology, QNAP: recycle bin')
    >>> why_unfinished("报告.docx"), why_unfinished("#recycle")
    (None, None)
    """
    small = name.lower()
    ending = PurePath(small).suffix.removeprefix(".")
    if folder and _FOLDERS.match(small):
        return _find_reason(FOLDERS, small)
    if _NAMES.match(small):
        return _find_reason(NAMES, small)
    return _find_reason(ENDINGS, ending) if ending and _ENDINGS.match(ending) else None


def _find_reason(known: Iterable[Unfinished], text: str) -> str:
    return next(one.why for one in known if fnmatchcase(text, one.pattern))


def is_temporary(name: str) -> bool:
    """Whether a name is one that programs give to files that are not finished,
    or not meant for people.

    >>> is_temporary("~$报告.docx"), is_temporary("报告.docx.part"), is_temporary("报告.docx")
    (True, True, False)
    """
    return why_unfinished(name) is not None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The names in one folder, in small letters; `passing` are the unfinished ones among them."""

    names: frozenset[str]
    passing: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> Neighbours:
        small = frozenset(name.lower() for name in names)
        passing = (name for name in small if is_temporary(name) and not name.endswith(_KEPT))
        return cls(small, tuple(passing))

    def why_growing(self, name: str, size: int) -> str | None:
        """Why a file is not finished although its name says nothing of it.

        aria2 and others write under the final name; Firefox lays an empty file there,
        and writes beside it.

        >>> Neighbours.of(["年报.docx", "年报.docx.aria2"]).why_growing("年报.docx", 9)
        '年报.docx.aria2 says that it is not finished'
        >>> Neighbours.of(["年报.docx", "年报.Xy1z.docx.part"]).why_growing("年报.docx", 0)
        '年报.xy1z.docx.part is on its way to this name'
        """
        if not self.passing:
            return None
        small = name.lower()
        for ending in BESIDE:
            if (guide := f"{small}.{ending}") in self.names:
                return f"{guide} says that it is not finished"
        stem = f"{PurePath(small).stem}."
        coming = (other for other in self.passing if size == 0 and other.startswith(stem))
        return next((f"{other} is on its way to this name" for other in coming), None)
