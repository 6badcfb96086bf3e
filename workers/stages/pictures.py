"""The pictures of pages: made in a confined child when somebody looks, and kept for a while.

They lie in `var/pictures`, never more bytes than the setting allows, the oldest out first; where
the disk is short of room they go before anything else does. Each can be made again.
"""

from __future__ import annotations

import base64
import binascii
import time

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from workers.errors import Notice, UnusableFile
from workers.intake.pressure import free_megabytes, spare_pictures
from workers.settings import Settings
from workers.stages.confinement.answers import ReaderError
from workers.stages.confinement.client import own_server
from workers.stages.confinement.drawing import order_page
from workers.stages.confinement.server import Setup
from workers.store import Store

DRAWER = Setup("workers.stages.confinement.drawing:draw_ordered")
# Part of the names of what is kept: another number where pages are drawn otherwise.
DRAWING = 1
# A page that could not be drawn is not tried again for so long.
RETRY_SECONDS = 3600.0
SECONDS = 20.0
# The first bytes of what a child may answer with.
_RIFF, _WEBP = b"RIFF", b"WEBP"
# No picture that we make is larger.
_MOST_BYTES = 300_000


class NoPicture(Notice):
    """This page cannot be shown as a picture: download the original to look at it."""

    zh = "这一页无法显示图像：请下载原文件查看。"


@dataclass(frozen=True)
class _Drawn:
    picture: str


@dataclass(frozen=True)
class _Answer:
    """What a child says: a picture, or nothing of use."""

    source: _Drawn | None = None


_ANSWERS = TypeAdapter(_Answer)


def name_picture(sha256: str, page: int) -> str:
    """What is kept of a page, and its tag for browsers; `page` counts from 0."""
    return f"{sha256}-{page}-{DRAWING}"


def page_picture(chosen: Settings, sha256: str, media_type: str, page: int) -> bytes:
    """The picture of a page, as WebP. NoPicture where it has none.

    FileNotFoundError where the store has lost the file.
    """
    kept, name = spare_pictures(chosen), name_picture(sha256, page)
    found = kept.read(name)
    if found:
        return found
    age = kept.age(name, time.time())
    if age is not None and age < RETRY_SECONDS:
        raise NoPicture
    data = Store(chosen.store_dir).read(sha256)
    made = _draw(order_page(data, media_type, page), chosen.parse_megabytes)
    if free_megabytes(chosen.var) >= chosen.disk_free_megabytes:
        kept.keep(name, made)
    if not made:
        raise NoPicture
    return made


def _draw(order: bytes, megabytes: int) -> bytes:
    """The picture; empty where there is none."""
    try:
        answer = own_server(DRAWER).answer(order, seconds=SECONDS, megabytes=megabytes)
        told = _ANSWERS.validate_json(answer)
        picture = base64.b64decode(told.source.picture, validate=True) if told.source else b""
    except (UnusableFile, ReaderError, ValidationError, binascii.Error):
        return b""
    whole = picture.startswith(_RIFF) and picture[8:12] == _WEBP
    return picture if whole and len(picture) <= _MOST_BYTES else b""
