"""OFD pages that show their text by glyphs of fonts in the file and do not say its characters."""

from __future__ import annotations

import pytest
from lxml import etree
from PIL import Image, ImageChops

from tests.report.ofd_fonts import PartFont, glyphs, in_glyphs, part_font, with_font
from tests.report.ofds import SIZE, ofd, page, text
from tests.scans import REPORT
from workers.errors import DrawnLetters, PagesWithoutText
from workers.report.picturing.fonts import Fonts
from workers.report.picturing.ofd import draw_ofd
from workers.report.places import find_boxes
from workers.report.reading import read_source
from workers.report.reading.ofd_text import text_letters
from workers.report.recognition.pages import recognise_source
from workers.report.text import Span
from workers.stages.confinement.system_fonts import find_fonts

PIXELS = (2100, 2970)  # ten pixels a millimetre


def ink_of(seen: Image.Image, colour: tuple[int, int, int] = (0, 0, 0)) -> tuple[int, ...]:
    """Where a page that is drawn with ten pixels a millimetre has this colour."""
    plain = ImageChops.difference(seen, Image.new("RGB", seen.size, colour)).convert("L")
    return plain.point(lambda far: 255 * (far < 60)).getbbox() or ()


@pytest.mark.parametrize("bare", [False, True], ids=["opentype", "cff"])
def test_glyphs_of_a_font_in_the_file_are_to_be_recognised(bare: bool) -> None:
    with pytest.raises(PagesWithoutText, match=r"\(1\)"):
        read_source(in_glyphs(REPORT, bare=bare), "")


def test_glyph_is_drawn_where_its_text_object_stands() -> None:
    font = part_font("口一")
    red = '<ofd:FillColor Value="255 0 0"/>'
    plain = glyphs("口", 50, 100, font)
    large = glyphs("一口", 20, 40, font, 'CTM="4 0 0 2 0 0"')
    content = plain.replace("<ofd:CGT", f"{red}<ofd:CGT") + large
    seen = draw_ofd(with_font(ofd(page(content)), font.data), 0, PIXELS, Fonts())
    # 口 fills most of its square of 5 mm, from 4.4 above the base line to 0.6 below.
    expected = (503, 959, 547, 1004)
    assert ink_of(seen, (255, 0, 0)) == pytest.approx(expected, abs=8)
    # Twice as high and four times as wide from the corner of its box: 一 and 口, 20 mm each.
    left, _, right, bottom = ink_of(seen)
    assert (left, right, bottom) == pytest.approx((210, 590, 458), abs=15)


def test_glyphs_that_the_font_lacks_are_nothing_and_a_damaged_font_is_told() -> None:
    font = part_font("口一")
    missing = PartFont(font.data, {"口": 60000, "一": 3_000_000})
    beyond = with_font(ofd(page(glyphs("口一", 50, 100, missing))), font.data)
    assert ink_of(draw_ofd(beyond, 0, PIXELS, Fonts())) == ()
    damaged = with_font(ofd(page(glyphs("口一", 50, 100, font))), font.data[:60])
    assert ink_of(draw_ofd(damaged, 0, PIXELS, Fonts())) == ()
    with pytest.raises(DrawnLetters, match=r"\(1\)"):
        draw_ofd(damaged, 0, PIXELS, Fonts(), whole=True)


@pytest.mark.parametrize(
    ("transforms", "written", "drawn"),
    [
        ("", "甲乙", [(None, "甲"), (None, "乙")]),
        ("0 2 7 8", "甲乙", [(7, "甲"), (8, "乙")]),
        ("1 1 7", "甲乙丙", [(None, "甲"), (7, "乙"), (None, "丙")]),
        ("0 2 7", "甲乙丙", [(7, "\u3000"), (None, "丙")]),
        ("0 1 7 8", "甲丙", [(7, "\u3000"), (8, "\u3000"), (None, "丙")]),
        ("0 1 7 8", "", [(7, "\u3000"), (8, "\u3000")]),
        ("0 x y", "甲", [(0, "甲")]),
        ("0 999999999 7", "甲", [(7, "甲")]),
    ],
)
def test_glyphs_take_the_place_of_the_characters_that_they_are_for(
    transforms: str, written: str, drawn: list[tuple[int | None, str]]
) -> None:
    at, count, *numbers = transforms.split() or ("0", "0")
    given = f'<CGTransform CodePosition="{at}" CodeCount="{count}"><Glyphs>{" ".join(numbers)}'
    given = f"{given}</Glyphs></CGTransform>" if transforms else ""
    node = etree.fromstring(f"<T Size='5'>{given}<TextCode>{written}</TextCode></T>")
    assert [(one.number, one.glyph.text) for one in text_letters(node)] == drawn


def test_glyphs_are_recognised_and_so_are_the_characters_beside_them() -> None:
    """Those are drawn with a font of the machine, for theirs is not in the file."""
    shown, said = "全年办结行政处罚案件46件，调解纠纷128起", "全年培训执法人员9名。"
    font = part_font(shown)
    data = with_font(ofd(page(glyphs(shown, 20, 30, font) + text(said, 20, 50))), font.data)
    source = recognise_source(data, "", fonts=find_fonts())
    assert source.raw_text.split() == [shown, said]
    figure = source.raw_text.index("46件")
    [box] = find_boxes(source.lines, Span(figure, figure + 3))
    left = 20 + SIZE * shown.index("46件")
    assert box.left / 10_000 * 210 == pytest.approx(left, abs=1.5)


def test_bare_outlines_are_drawn_by_the_numbers_of_the_whole_font() -> None:
    """OpenType and CFF of the same characters come to the same picture."""
    one, other = (draw_ofd(in_glyphs(REPORT, bare=bare), 0, PIXELS, Fonts()) for bare in (0, 1))
    assert ink_of(one)
    far = ImageChops.difference(one.reduce(10), other.reduce(10)).convert("L")
    assert max(far.get_flattened_data()) < 64
