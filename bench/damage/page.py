"""Page furniture: what a site or paper adds to a report.

Texts: clean_reports/furniture.yaml.
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bench.compose import COUNTIES
from workers.report.chinese.clauses import HAN

_FILE = Path(__file__).parent.parent / "clean_reports" / "furniture.yaml"
# Characters of a printed page of a report: 22 lines of 28 characters,
# less headings and short lines.
PAGE = (420, 620)


@cache
def _stock() -> dict[str, Any]:
    stock: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return stock


def add_breadcrumbs(rng: random.Random, text: str) -> str:
    """One path of menus above the title."""
    return _above(rng, text, "breadcrumbs")


def add_index_table(rng: random.Random, text: str) -> str:
    """An index table above the title: labels and values in a line, in cells,
    in lines of their own.
    """
    return _above(rng, text, "index_table")


def add_menus(rng: random.Random, text: str) -> str:
    """The menu of the site above the title."""
    return _above(rng, text, "menus")


def add_source_line(rng: random.Random, text: str) -> str:
    """Source, date and view count, below the title or above it."""
    return _below_title(rng, text, "source_line")


def add_controls(rng: random.Random, text: str) -> str:
    """Font size, print, share, read aloud: below the title or at the foot."""
    return (
        _below_title(rng, text, "controls")
        if rng.random() < 0.6
        else _beneath(rng, text, "controls")
    )


def add_qr_hints(rng: random.Random, text: str) -> str:
    """A hint to scan the page."""
    return _beneath(rng, text, "qr_hints")


def add_related_links(rng: random.Random, text: str) -> str:
    """Other pages of the site."""
    return _beneath(rng, text, "related_links")


def add_site_footer(rng: random.Random, text: str) -> str:
    """Who runs the site, and its registrations."""
    return _beneath(rng, text, "site_footer")


def add_attachments(rng: random.Random, text: str) -> str:
    """The list of attached files."""
    return _beneath(rng, text, "attachments")


def repeat_title(rng: random.Random, text: str) -> str:
    """The title repeated above itself as the page's heading, its two lines joined."""
    title = _title(text)
    return (
        f"{title}\n{text}"
        if rng.random() < 0.7
        else f"{title}_{_slots(rng, text)['county']}人民政府网\n{text}"
    )


def add_running_heads(rng: random.Random, text: str) -> str:
    """The title, or the name of a gazette, at the head of each page but the first."""
    gazette = f"{_slots(rng, text)['county']}人民政府公报"
    head = rng.choice([_title(text), _title(text), gazette])
    return _at_pages(rng, text, lambda _page, _pages: head)


def add_page_numbers(rng: random.Random, text: str) -> str:
    """A number at the foot of each page, in one form throughout;
    it splits a sentence that runs over the page.
    """
    form = rng.choice(
        ["- {} -", "— {} —", "-{}-", "第{}页 共{}页", "第 {} 页", "{}", "— {}", "{}/{}", "· {} ·"]
    )
    return _at_pages(rng, text, form.format)


def _at_pages(rng: random.Random, text: str, line: Any) -> str:
    """A line where each page ends: in mid-sentence as often as between paragraphs."""
    places, at, size = [], rng.randint(*PAGE), len(text)
    while at < size - 60:
        end = text.find("\n", at)
        inside = (
            end - at > 12 and text.rfind("\n", 0, at) < at - 12 and "\t" not in text[at - 12 : end]
        )
        places.append(
            at if inside and rng.random() < 0.7 and not _cuts_number(text, at) else end + 1
        )
        at = places[-1] + rng.randint(*PAGE)
    for page, place in reversed(list(enumerate(places, 1))):
        before = "" if text[place - 1] == "\n" else "\n"
        text = f"{text[:place]}{before}{line(page, len(places) + 1)}\n{text[place:]}"
    return text


def _cuts_number(text: str, at: int) -> bool:
    return not ("\u4e00" <= text[at - 1] <= "\u9fff" and "\u4e00" <= text[at] <= "\u9fff")


def _above(rng: random.Random, text: str, part: str) -> str:
    return "\n".join([*_lines(rng, text, part), text])


def _beneath(rng: random.Random, text: str, part: str) -> str:
    return "\n".join([text.rstrip("\n"), *_lines(rng, text, part)]) + "\n"


def _below_title(rng: random.Random, text: str, part: str) -> str:
    title = re.search(r"^.{0,60}报告$", text, re.MULTILINE)
    at = title.end() + 1 if title and rng.random() < 0.8 else 0
    return text[:at] + "\n".join(_lines(rng, text, part)) + "\n" + text[at:]


def _lines(rng: random.Random, text: str, part: str) -> list[str]:
    chosen = rng.choice(_stock()[part])
    slots = _slots(rng, text)
    return [line.format(**slots) for line in ([chosen] if isinstance(chosen, str) else chosen)]


def _slots(rng: random.Random, text: str) -> dict[str, str]:
    issuer = re.search(rf"[{HAN}]{{2,12}}(?:人民政府|街道办事处|局)", text)
    year = re.search(r"20\d\d", text)
    date = f"{int(year[0]) + 1 if year else 2024}-0{rng.randint(1, 3)}-{rng.randint(10, 28)}"
    return {
        "title": _title(text),
        "issuer": issuer[0] if issuer else "云栖镇人民政府",
        "county": next((name for name in COUNTIES if name in text), COUNTIES[0]),
        "year": year[0] if year else "2023",
        "date": date,
        "clock": f"{rng.randint(8, 18):02}:{rng.randint(0, 59):02}",
        "count": str(rng.randint(3, 4000)),
        "code": rng.choice(
            ["MB1A0000/2024-00013", "11500000MB1X00001A/2024-00002", "520300/2024-18"]
        ),
        "number": f"泽府发〔2024〕{rng.randint(1, 90)}号",
    }


def _title(text: str) -> str:
    found = re.search(r"^((?:.{0,40}\n)?.{0,60}报告)$", text, re.MULTILINE)
    return found[1].replace("\n", "") if found else text.split("\n", 1)[0]
