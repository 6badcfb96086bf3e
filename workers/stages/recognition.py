"""Scans: whether this machine recognises them, and their text from a confined child of its own."""

from __future__ import annotations

from importlib.util import find_spec

from workers.errors import PagesWithoutText, TooLarge
from workers.report.model import Source, Unpacked
from workers.settings import Settings
from workers.stages.confinement.client import own_server
from workers.stages.confinement.server import Setup
from workers.stages.converting import read_file

RECOGNISER = "workers.stages.confinement.recognising:recognise_ordered"
# What the extra `ocr` brings; `make ocr` installs it.
NEEDED = ("onnxruntime", "pi_heif", "rapidocr")
# What is quick goes first: a worker's scan takes what the others leave, but never nothing (a tenth
# of their share).
NICE = 10
# The decoder of HEIC pictures begins one for each tile, some fifty. All processes of the user
# "nobody" are counted together.
THREADS = 512


def is_installed() -> bool:
    """Whether this machine can recognise text."""
    return all(find_spec(name) for name in NEEDED)


def hands_on(chosen: Settings) -> bool:
    """Whether scans are recognised, here or on another machine."""
    return is_installed() if chosen.recognise is None else chosen.recognise


def longest_recognition(chosen: Settings) -> int:
    """The seconds of the largest file that is recognised, with all stages after that."""
    return int(chosen.recognise_seconds * chosen.recognise_pages) + chosen.stage_seconds


def layered_pages(read: Source | Unpacked) -> int:
    """How many pages have a hidden text over a picture, which may be better recognised."""
    return read.layered if isinstance(read, Source) else 0


def recognise_file(data: bytes, name: str, chosen: Settings, *, nice: int = 0) -> Source | Unpacked:
    """The file as text, where it has any, and with recognition where it is a scan, which yields to
    others by `nice`.

    UnusableFile, ReaderError as in `read_file`.
    """
    try:
        source = read_file(data, name, chosen)
        pages = layered_pages(source)
        if not (pages and is_installed()):
            return source
    except PagesWithoutText as lost:
        if not is_installed():
            raise
        pages = lost.pages
    if pages > chosen.recognise_pages:
        raise TooLarge(
            f"({pages} pages to recognise, at most {chosen.recognise_pages})",
            f"（需要识别 {pages} 页，最多 {chosen.recognise_pages} 页）",
        )
    seconds = chosen.parse_seconds + chosen.recognise_seconds * pages
    server = own_server(Setup(RECOGNISER, nice=nice, threads=THREADS))
    return server.read(data, name, seconds=seconds, megabytes=chosen.recognise_megabytes)
