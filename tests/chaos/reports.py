"""Distinct small reports in a seeded order, and the ways in which people
put files into a folder.
"""

from __future__ import annotations

import io
import os
import random
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

# A text with this word stops its worker each time, see workers.failpoints.
POISON = "毒药文件"
PLACES = "松柏梅兰竹菊桂棠桐槐榆枫柳杉檀楠橡桦椿樟"
WATERS = "涧溪渠河湾塘泉潭浦港洲滩坝堰沟渡桥湖江岭"
UNREADABLE = b"Rar!\x1a\x07\x00"


def report_text(number: int, chance: random.Random) -> str:
    """A township's report of some ten sentences; no two numbers give the same text."""
    a, b, c = PLACES[number % 20], WATERS[number // 20 % 20], PLACES[number // 400 % 20]
    name, year = f"{a}{b}{c}镇", 2019 + number // 8000 % 6
    found = chance.randint(20, 900)
    settled = chance.randint(found // 2, found)
    return (
        f"{name}人民政府{year}年度法治政府建设工作情况报告\n"
        f"{year}年，{name}认真落实法治政府建设部署，现将有关情况报告如下。\n"
        "一、主要工作\n"
        f"全年排查矛盾纠纷{found}件，调解成功{settled}件。开展普法宣传{chance.randint(3, 60)}场次，"
        f"发放宣传材料{chance.randint(100, 9000)}份。\n"
        f"办理行政处罚案件{chance.randint(1, 80)}件，行政复议{chance.randint(0, 9)}件。\n"
        "二、党政主要负责人履行推进法治建设第一责任人职责情况\n"
        f"主持召开专题会议{chance.randint(2, 12)}次，研究法治工作。\n"
        "三、存在的不足\n普法的形式还不够多样。\n"
        f"四、下一步打算\n计划开展法治讲座{chance.randint(2, 20)}场。\n"
        f"{name}人民政府\n{year + 1}年1月{chance.randint(3, 28)}日\n第{number}号\n"
    )


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive; the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def mail(files: Mapping[str, bytes]) -> bytes:
    """A mail with these attachments; the same bytes each time."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "年报"
    message.set_content("请查收。")
    for name, content in files.items():
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    message.set_boundary("parts")
    return message.as_bytes()


@dataclass(slots=True)
class Dropper:
    """Drops files into one inbox; remembers which content was dropped under which path,
    what was no file, and of each archive and mail, by its SHA-256, what is in it.
    """

    inbox: Path
    chance: random.Random
    drops: list[tuple[str, bytes]] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    packed: dict[str, Mapping[str, bytes]] = field(default_factory=dict)
    number: int = 0

    def drop_some(self, count: int) -> None:
        """Drop `count` new reports in all the ways, some of them packed,
        and a known file now and then.
        """
        rest = count
        while rest > 0:
            if self.drops and self.chance.random() < 0.1:
                self._drop(self.chance.choice(self.drops)[1], "再")
            if rest > 2 and self.chance.random() < 0.05:
                self.drop_packed()
                rest -= 3
            else:
                self._drop(self._new_report())
                rest -= 1

    def drop_packed(self) -> None:
        """Three new reports: in an archive with folders, one that cannot be read and a known
        one; or in a mail with an archive.
        """
        one, other, third = (self._new_report() for _ in range(3))
        inner = {"镇/年报.txt": one, "年报.txt": other, "图.rar": self._unreadable()}
        if self.chance.random() < 0.5:
            known = self.chance.choice(self.drops)[1] if self.drops else one
            self._drop(
                self._pack(archive, {**inner, "村/年报.txt": third, "再": known}), "包", ".zip"
            )
        else:
            attached = {"全县.zip": self._pack(archive, inner), "年报.txt": third}
            self._drop(self._pack(mail, attached), "信", ".eml")

    def drop_poison(self) -> None:
        """One by itself, one with a report in an archive."""
        self._drop(self._new_report() + POISON.encode())
        files = {"毒.txt": self._new_report() + POISON.encode(), "年报.txt": self._new_report()}
        self._drop(self._pack(archive, files), "包", ".zip")

    def drop_unreadable(self) -> None:
        """A file of no format that is read, and an archive of nothing else."""
        self._drop(self._unreadable(), "图")
        self._drop(archive({"图.rar": self._unreadable()}), "图", ".zip")

    def drop_below(self, folder: str, *, unreadable: bool = False) -> None:
        """Drop a new report, or a picture, into a folder of this name."""
        content = self._new_report()
        path = f"{folder}/{len(self.drops)}.txt"
        self.drops.append((path, UNREADABLE + content if unreadable else content))
        (self.inbox / path).parent.mkdir(parents=True, exist_ok=True)
        (self.inbox / path).write_bytes(self.drops[-1][1])

    def drop_odd(self, name: str, lay: Callable[[Path], object]) -> None:
        """Drop what is no file."""
        self.odd.append(name)
        lay(self.inbox / name)

    @property
    def contents(self) -> dict[str, bytes]:
        """Each content that was dropped or was in one that was, by its SHA-256."""
        members = (content for files in self.packed.values() for content in files.values())
        every = (*(content for _, content in self.drops), *members)
        return {sha256(content).hexdigest(): content for content in every}

    @property
    def arrivals(self) -> int:
        """How many there are in the end: the drops, and what was in each archive and mail once."""
        return len(self.drops) + sum(map(len, self.packed.values()))

    def _new_report(self) -> bytes:
        self.number += 1
        return report_text(self.number - 1, self.chance).encode()

    def _unreadable(self) -> bytes:
        return UNREADABLE + self.chance.randbytes(200)

    def _pack(
        self, pack: Callable[[Mapping[str, bytes]], bytes], files: Mapping[str, bytes]
    ) -> bytes:
        content = pack(files)
        self.packed[sha256(content).hexdigest()] = files
        return content

    def _drop(self, content: bytes, prefix: str = "", ending: str = ".txt") -> None:
        path = f"{prefix}{len(self.drops)}{ending}"
        if self.chance.random() < 0.2:
            path = f"{self.chance.choice(PLACES)}镇/{path}"
        target = self.inbox / path
        target.parent.mkdir(parents=True, exist_ok=True)
        self.drops.append((path, content))
        self.chance.choice(MANNERS)(target, content)


def write_at_once(target: Path, content: bytes) -> None:
    target.write_bytes(content)


def write_in_pieces(target: Path, content: bytes) -> None:
    """As a copy over a network: created first, then filled."""
    with target.open("wb", buffering=0) as out:
        for start in range(0, len(content), 100):
            out.write(content[start : start + 100])


def move_into_place(target: Path, content: bytes) -> None:
    outside = target.with_name(f".{target.name}.outside")
    outside.write_bytes(content)
    outside.rename(target)


def rename_from_partial(target: Path, content: bytes) -> None:
    partial = target.with_name(f"{target.name}.part")
    partial.write_bytes(content)
    partial.rename(target)


def rewrite_in_place(target: Path, content: bytes) -> None:
    with target.open("wb", buffering=0) as out:
        out.write(content[: len(content) // 2])
        out.seek(0)
        out.write(content)


def copy_with_odd_times(target: Path, content: bytes) -> None:
    target.write_bytes(content)
    os.utime(target, (0, 4_000_000_000))


MANNERS: tuple[Callable[[Path, bytes], None], ...] = (
    write_at_once,
    write_in_pieces,
    move_into_place,
    rename_from_partial,
    rewrite_in_place,
    copy_with_odd_times,
)
