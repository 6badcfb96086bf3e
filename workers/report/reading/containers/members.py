"""What is taken out of a file that holds others: under which names, within which bounds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import PurePosixPath
from typing import IO

from workers.errors import TooLarge
from workers.report.model import Member, Unpacked
from workers.report.reading.package import MAX_ENTRIES, MAX_RATIO, RATIO_FROM

# A province has some 2,000 townships. All that is taken out is held in memory at once.
MOST_MEMBERS, MOST_BYTES = 2_000, 192 * 1024 * 1024
_CHUNK = 1024 * 1024
# What Macs, Windows and office programs leave beside the files of their users.
_FOLDERS = frozenset({"__MACOSX", ".git", "$RECYCLE.BIN"})
_NAMES = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini"})
_BEGINNINGS = ("._", "~$", ".~")


def take_members(found: Iterable[tuple[str, IO[bytes]]], *, packed: int) -> Unpacked:
    """The files among what is found, each read to its end; `packed` is the size of all of it.

    TooLarge where they are more, or unpack to more, than can be held.
    """
    left = min(MOST_BYTES, max(RATIO_FROM, MAX_RATIO * packed))
    taken: dict[str, bytes] = {}
    for path, stream in _wanted(found):
        content = b"".join(_read_within(stream, left))
        left -= len(content)
        taken[next(one for one in _numbered(path) if one not in taken)] = content
        if len(taken) > MOST_MEMBERS:
            raise TooLarge(f"(more than {MOST_MEMBERS} files)", f"（超过 {MOST_MEMBERS} 个文件）")
    return Unpacked(tuple(Member(path, content) for path, content in taken.items()))


def _wanted(found: Iterable[tuple[str, IO[bytes]]]) -> Iterator[tuple[str, IO[bytes]]]:
    for at, (name, stream) in enumerate(found):
        if at == MAX_ENTRIES:
            raise TooLarge(f"(more than {MAX_ENTRIES} parts)", f"（超过 {MAX_ENTRIES} 个部分）")
        path = plain_path(name)
        if path and not is_furniture(path):
            yield path, stream


def _read_within(stream: IO[bytes], most: int) -> Iterator[bytes]:
    """What is there is counted, whatever was declared."""
    while chunk := stream.read(min(_CHUNK, most + 1)):
        most -= len(chunk)
        if most < 0:
            megabytes = MOST_BYTES // 1024**2
            raise TooLarge(
                f"(it unpacks to more than {megabytes} MB, or far more than its own size)",
                f"（解压后超过 {megabytes} MB，或远大于原文件）",
            )
        yield chunk


def decode_name(raw: bytes) -> str:
    """A name out of an archive that does not say its encoding: the systems of today write UTF-8,
    those of Chinese Windows GBK.

    >>> decode_name("年报.docx".encode("gbk")), decode_name("年报.docx".encode())
    ('年报.docx', '年报.docx')
    """
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def plain_path(name: str) -> str:
    """The path of a member below the container, whatever it claims: no way up or out.

    >>> plain_path("../青山镇\\\\年报.docx"), plain_path("/etc/passwd"), plain_path("..")
    ('青山镇/年报.docx', 'etc/passwd', '')
    """
    composed = unicodedata.normalize("NFC", name.replace("\\", "/"))
    parts = (part.strip() for part in composed.split("\0")[0].split("/"))
    return "/".join(part for part in parts if part not in {"", ".", ".."})


def is_furniture(path: str) -> bool:
    """Whether a system or an office program laid the file beside those of its user.

    >>> [is_furniture(path) for path in ("__MACOSX/._年报.docx", "~$年报.docx", "a/年报.docx")]
    [True, True, False]
    """
    *folders, name = path.split("/")
    return (
        name.lower() in _NAMES
        or name.startswith(_BEGINNINGS)
        or any(folder in _FOLDERS for folder in folders)
    )


def _numbered(path: str) -> Iterator[str]:
    """The path, and what the member is called where another one has it."""
    yield path
    plain = PurePosixPath(path)
    yield from (str(plain.with_name(f"{plain.stem} ({at}){plain.suffix}")) for at in count(2))
