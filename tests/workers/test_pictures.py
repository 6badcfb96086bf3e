"""The picture of a page: made in the confined child, kept within bounds; what cannot be drawn ends
as the sentence that says so, within the limits.
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageStat

from tests.report.ofds import ofd, page, text
from tests.report.pdfs import lines, pdf, picture, together
from workers.files.spare import SpareFolder
from workers.intake.pressure import limits_of, measure_room, spare_conversions, spare_pictures
from workers.ledger import Ledger
from workers.report.picturing import HEIGHT, MOST_BYTES, WIDTH, pack_picture
from workers.settings import Settings
from workers.stages.pictures import NoPicture, name_picture, page_picture
from workers.store import Store

PDF, OFD = "application/pdf", "application/ofd"


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, picture_megabytes=1)


Show = Callable[..., Image.Image]


@pytest.fixture
def show(chosen: Settings) -> Show:
    """The picture of a page of a file that was dropped."""

    def show(data: bytes, media_type: str, page: int = 0) -> Image.Image:
        sha256, _ = Store(chosen.store_dir).put(io.BytesIO(data))
        return Image.open(io.BytesIO(page_picture(chosen, sha256, media_type, page)))

    return show


def raw_pdf(box: str, image: bytes = b"<<>>") -> bytes:
    """A page of this box that draws this image over 500 points, written by hand."""
    draw = b"q 500 0 0 500 0 0 cm /I Do Q"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R"
        b"/Resources<</XObject<</I 5 0 R>>>>>>" % box.encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(draw), draw),
        image,
    ]
    objects = b"\n".join(b"%d 0 obj%sendobj" % (at, part) for at, part in enumerate(parts, 1))
    return b"%PDF-1.4\n" + objects + b"\ntrailer<</Root 1 0 R>>"


def frames(*sizes: tuple[int, int]) -> bytes:
    """A TIFF of so many frames, each with a black bar."""
    drawn = []
    for size in sizes:
        drawn.append(Image.new("L", size, 255))
        ImageDraw.Draw(drawn[-1]).rectangle((0, 0, size[0], size[1] // 4), fill=0)
    written = io.BytesIO()
    drawn[0].save(written, "TIFF", save_all=True, append_images=drawn[1:])
    return written.getvalue()


def test_page_with_characters_whose_font_is_not_in_the_file_is_shown(show: Show) -> None:
    shown = show(pdf(lines("一、概况"), lines("全年办结案件46件。")), PDF, page=1)
    assert (shown.format, shown.width) == ("WEBP", WIDTH)
    dark = shown.convert("L").point(lambda value: 255 * (value < 128))
    ink = dark.getbbox()
    assert ink is not None
    # Strokes, not the boxes by which such characters are read.
    assert ImageStat.Stat(dark.crop(ink)).mean[0] < 255 * 0.4
    # Nine characters and a half of 14 points, the first 80 points from the left of 595.
    assert ink[0] == pytest.approx(80 / 595 * WIDTH, abs=8)
    assert ink[2] == pytest.approx((80 + 14 * 8.6) / 595 * WIDTH, abs=25)


def test_page_of_an_ofd_is_shown_with_text_and_lines(show: Show) -> None:
    rule = (
        '<ofd:PathObject Boundary="20 100 170 1" LineWidth="1">'
        "<ofd:AbbreviatedData>M 0 0 L 170 0</ofd:AbbreviatedData></ofd:PathObject>"
    )
    shown = show(ofd(page(text("全年办结案件46件", 20, 60) + rule)), OFD).convert("L")
    words = shown.crop((0, 280, WIDTH, 360))
    ruled = shown.crop((200, 565, 1000, 578))
    assert ImageStat.Stat(words).extrema[0][0] < 100
    assert ImageStat.Stat(ruled).extrema[0][0] < 100


def test_frames_of_a_picture_are_its_pages(show: Show) -> None:
    data = frames((300, 400), (500, 200))
    assert [show(data, "image/tiff", at).size for at in range(2)] == [(300, 400), (500, 200)]
    with pytest.raises(NoPicture):
        show(data, "image/tiff", 2)


def test_picture_that_packs_badly_is_made_smaller() -> None:
    noise = Image.frombytes("RGB", (WIDTH, 500), os.urandom(3 * WIDTH * 500))
    assert len(pack_picture(noise)) <= MOST_BYTES


def flat_image(width: int, height: int) -> bytes:
    packed = zlib.compress(bytes(50_000_000))
    return (
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8"
        b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (width, height, len(packed), packed)
    )


@pytest.mark.parametrize(
    "data",
    [
        raw_pdf("0 0 14000000 14000000"),
        raw_pdf("0 0 1 14000000"),
        raw_pdf("0 0 500 500", flat_image(50_000, 50_000)),
    ],
    ids=["huge page", "endless page", "huge image"],
)
def test_page_beyond_all_measures_is_small_or_none(show: Show, data: bytes) -> None:
    try:
        shown = show(data, PDF)
    except NoPicture:
        return
    assert shown.width <= WIDTH
    assert shown.height <= HEIGHT


def huge_picture() -> bytes:
    """The head of a PNG of 50,000 × 50,000 pixels."""
    head = b"IHDR" + (50_000).to_bytes(4) * 2 + b"\x01\x00\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + head + zlib.crc32(head).to_bytes(4) + bytes(4096)
    )


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (huge_picture(), "image/png"),
        (b"%PDF-1.4 nothing", PDF),
        (pdf(lines("一、概况"), encrypt="secret"), PDF),
        ("清溪镇".encode(), "text/plain"),
    ],
    ids=["huge", "damaged", "protected", "text"],
)
def test_page_that_cannot_be_drawn_ends_as_a_sentence(
    show: Show, chosen: Settings, data: bytes, media_type: str
) -> None:
    with pytest.raises(NoPicture) as refused:
        show(data, media_type)
    assert refused.value.notice.splitlines() == [
        "这一页无法显示图像：请下载原文件查看。",
        "This page cannot be shown as a picture: download the original to look at it.",
    ]
    # It is not tried again at once.
    name = name_picture(hashlib.sha256(data).hexdigest(), 0)
    assert spare_pictures(chosen).read(name) == b""
    with pytest.raises(NoPicture):
        show(data, media_type)


def test_picture_is_kept_and_made_no_second_time(show: Show, chosen: Settings) -> None:
    data = pdf(together(picture, lines("松涧镇")))
    show(data, PDF)
    [kept] = chosen.var.joinpath("pictures").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    other = io.BytesIO()
    Image.new("RGB", (7, 7)).save(other, "WEBP")
    kept.write_bytes(other.getvalue())
    assert show(data, PDF).size == (7, 7)


def test_oldest_makes_room_for_what_is_new(tmp_path: Path) -> None:
    spare = SpareFolder(tmp_path / "spare", 1000)
    for at, name in enumerate(["first", "second", "third"]):
        spare.keep(name, bytes(400))
        os.utime(spare.folder / name, (at, at))
    spare.keep("fourth", bytes(400))
    assert [spare.read(name) is not None for name in ("first", "second", "third", "fourth")] == [
        False,
        False,
        True,
        True,
    ]


def test_pictures_go_first_where_the_disk_is_short(
    show: Show, chosen: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(pdf(lines("松涧镇")), PDF)
    spare_conversions(chosen).keep("before its turn", b"made")
    short = chosen.model_copy(update={"disk_free_megabytes": 1 << 40})
    room = measure_room(limits_of(short), ledger, short.store_dir)
    assert room.files == 0
    assert list(chosen.var.joinpath("pictures").iterdir()) == []
    assert list(chosen.var.joinpath("conversions").iterdir()) == []
    sha256, _ = Store(short.store_dir).put(io.BytesIO(pdf(lines("松涧镇"))))
    assert page_picture(short, sha256, PDF, 0)
    assert list(chosen.var.joinpath("pictures").iterdir()) == []
