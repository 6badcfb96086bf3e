"""Faults of the whole report: an item of the law, the header, what is cut off or doubled."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from bench.compose import Composed
from bench.findings.places import Planted, insert, put, sections, signature
from workers.report.text import Span

# The law's items in the order of the parts of a composed report,
# each with words that touch upon it in passing.
ITEMS: Sequence[tuple[str, Sequence[str]]] = (
    ("achievements", ()),
    (
        "leader_duty",
        (
            "镇党委、政府主要负责人履行第一责任人职责，压实工作责任。",
            "班子成员年终开展述法，党政主要负责人带头报告。",
            "将第一责任人职责落实情况纳入考核。",
            "主要领导对法治重点工作亲自部署、亲自过问。",
        ),
    ),
    (
        "shortcomings",
        (
            "干部的法治素养有待提高，需要常抓不懈。",
            "有的站所执法记录还不够规范，已督促整改。",
            "对照先进地区仍有差距，正在迎头赶上。",
            "个别村普法工作存在薄弱环节，及时派员指导。",
        ),
    ),
    (
        "plan",
        (
            "下一步将继续巩固这一成果。",
            "明年还将新增一批服务点。",
            "今后要把好经验坚持下去。",
            "下一阶段将扩大覆盖面。",
        ),
    ),
)
# Names that several places in China bear (schema/catalogue/gazetteer.txt).
SHARED_NAMES = (
    "城关镇",
    "太平镇",
    "石桥镇",
    "新华镇",
    "双河镇",
    "龙泉镇",
    "大河乡",
    "和平镇",
    "东风镇",
    "永安镇",
)
_DATE = re.compile(r"[^\n]+日\n*\Z")
_ADDRESSEE = re.compile(r"[^：\n]{2,40}：")
_LONG = re.compile(r"(?<=[。\n])[^。\n\t]{28,}。")


def drop_item(rng: random.Random, report: Composed, at: int) -> Planted:
    """One mandated part is missing, has only a heading, or is only mentioned elsewhere."""
    role, mentions = ITEMS[at % 4]
    part = sections(report.text)[at % 4]
    heading = report.text[part.start : report.text.index("\n", part.start) + 1]
    way = (at // 4) % 3
    if way == 0:
        return Planted(
            kind="law_item_missing", text=_without(report.text, part), about=role, wording="gone"
        )
    if way == 1 or not mentions:
        text = report.text[: part.start] + heading + report.text[part.end :]
        place = Span(part.start, part.start + len(heading) - 1)
        return Planted(
            kind="law_item_missing", text=text, place=place, about=role, wording=heading.strip()
        )
    text = _without(report.text, part)
    said = rng.choice(mentions)
    text, place = insert(rng, text, f"⟦{said}⟧", sections(text)[0])
    return Planted(kind="law_item_missing", text=text, place=place, about=role, wording=said)


def _without(text: str, part: Span) -> str:
    return text[: part.start] + text[part.end :]


def publish_late(rng: random.Random, report: Composed, _at: int) -> Planted:
    """Signed between 2 April and the end of that year."""
    day = f"{report.year + 1}年{rng.randint(5, 12)}月{rng.randint(1, 28)}日"
    if rng.random() < 0.3:
        day = f"{report.year + 1}年4月{rng.randint(2, 30)}日"
    return Planted(kind="published_late", text=_DATE.sub(f"{day}\n", report.text), wording=day)


def damage_signature(rng: random.Random, report: Composed) -> Planted:
    """The date of the signature without some of its words or with a day that no calendar has."""
    year, month, day = report.year + 1, rng.randint(1, 3), rng.randint(13, 28)
    ways = [f"{year}{month}{day}", f"{year}年{month}{day}日", f"{year}{month}月{day}日",
            f"{year}年{month}月{day}",
            f"{year}年2月30日", f"{year}年 月 日", f"{year}年1{month + 2}月{day}日"]  # fmt: skip
    written = rng.choice(ways)
    text = _DATE.sub("", report.text)
    text, place = put(text, f"⟦{written}⟧", len(text))
    return Planted(kind="damaged_date", text=f"{text}\n", place=place, wording=written)


def hide_issuer(rng: random.Random, report: Composed, _at: int) -> Planted:
    """Neither title nor text nor signature names the body; it calls itself 全镇 or 本单位."""
    words = report.words
    lines = [
        line
        for line in report.text.split("\n")
        if line != words["name"] and not _ADDRESSEE.fullmatch(line)
    ]
    own = "我局" if words["name"].endswith("局") else rng.choice(["我单位", "本单位", "全镇"])
    text = "\n".join(lines).replace(words["name"], "").replace(words["town"], own)
    text = text.replace(words["county"], "上级").removeprefix("关于")
    return Planted(kind="issuer_unknown", text=text.lstrip("\n"), wording=own)


def share_name(_rng: random.Random, report: Composed, at: int) -> Planted:
    """The body has a name that several places bear, and no county is named."""
    name = SHARED_NAMES[at % len(SHARED_NAMES)]
    text = report.text.replace(report.words["name"], f"{name}人民政府").replace(
        report.words["town"], name
    )
    text = text.replace(report.words["county"], report.words["level"])
    return Planted(kind="place_ambiguous", text=text, wording=name)


def drop_title(_rng: random.Random, report: Composed, _at: int) -> Planted:
    """The lines of the title are missing."""
    lines = report.text.split("\n")
    first = 2 if lines[1].startswith("关于") else 1
    return Planted(
        kind="title_missing", text="\n".join(lines[first:]), wording=" ".join(lines[:first])
    )


def contradict_year(rng: random.Random, report: Composed, at: int) -> Planted:
    """Title, opening, heading, signature or file name says another year than the rest."""
    ways: Sequence[Callable[[random.Random, Composed], Planted | None]] = (
        _other_title,
        _other_opening,
        _other_date,
        _other_heading,
        _other_name,
    )
    turned = [*ways[at % 5 :], *ways[: at % 5]]
    return next(done for way in turned if (done := way(rng, report)))


def _other_title(rng: random.Random, report: Composed) -> Planted | None:
    title, opening = report.text.split("现将", 1)[0].rsplit("\n", 1)
    if f"{report.year}年" not in opening or f"{report.year}年" not in title:
        return None
    other = report.year + rng.choice([-1, -2, 1])
    text = report.text.replace(f"{report.year}年度法治", f"{other}年度法治", 1)
    return Planted(kind="year_conflict", text=text, wording=f"title {other}")


def _other_opening(rng: random.Random, report: Composed) -> Planted | None:
    until = sections(report.text)[0].start
    at = report.text.rfind(f"{report.year}年", 0, until)
    line = report.text.rfind("\n", 0, until - 1)
    if at < line or report.text.startswith("以来", at + 5):
        return None  # 2023年以来 names a beginning, which may be that of a longer time
    other = report.year - rng.choice([1, 1, 2])
    text = f"{report.text[:at]}{other}{report.text[at + 4 :]}"
    return Planted(
        kind="year_conflict", text=text, place=Span(at, at + 5), wording=text[at : at + 20]
    )


def _other_date(rng: random.Random, report: Composed) -> Planted:
    day = f"{report.year + rng.choice([-2, -1, 3])}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    return Planted(kind="year_conflict", text=_DATE.sub(f"{day}\n", report.text), wording=day)


def _other_heading(rng: random.Random, report: Composed) -> Planted:
    part = sections(report.text)[0]
    heading = (
        f"一、{report.year - rng.choice([1, 2])}年"
        f"{rng.choice(['主要工作', '工作情况', '度工作开展情况', '工作成效'])}"
    )
    end = report.text.index("\n", part.start)
    text = report.text[: part.start] + heading + report.text[end:]
    return Planted(
        kind="year_conflict",
        text=text,
        place=Span(part.start, part.start + len(heading)),
        wording=heading,
    )


def _other_name(rng: random.Random, report: Composed) -> Planted:
    name = f"{report.words['town']}{report.year - rng.choice([1, 2])}年法治政府建设报告.txt"
    return Planted(kind="year_conflict", text=report.text, name=name, wording=name)


def repeat_passage(rng: random.Random, report: Composed, at: int) -> Planted:
    """A sentence is repeated right after itself or one sentence later."""
    part = sections(report.text)[0]
    found = rng.choice(list(_LONG.finditer(report.text, part.start, part.end)))
    behind = found.end()
    if at % 2:
        line = report.text.find("\n", behind)
        stop = report.text.find("。", behind, line)
        behind = stop + 1 if stop >= 0 else behind
    text, place = put(report.text, f"⟦{found.group()}⟧", behind)
    return Planted(kind="repeated_passage", text=text, place=place, wording=found.group())


def cut_text(rng: random.Random, report: Composed, at: int) -> Planted:
    """The text breaks off: in mid-sentence, behind a heading,
    or within an announced row of points.
    """
    body = report.text[: signature(report.text)]
    if at % 3 == 0:
        return _cut_in_sentence(rng, report, body)
    return _cut_at_heading(rng, body) if at % 3 == 1 else _cut_in_points(rng, report)


def _cut_in_sentence(rng: random.Random, report: Composed, body: str) -> Planted:
    places = [at for at in range(len(body) // 2, len(body) - 1) if _is_inside(body, at)]
    end = rng.choice(places)
    text = body[:end]
    if rng.random() < 0.3:
        text = text[: max(text.rfind(mark) for mark in "，、；：") + 1]
    place = Span(len(text) - 12, len(text))
    if text[-1] in "，、；：":
        text += "\n" + report.text[signature(report.text) :]
    return Planted(kind="truncated", text=text, place=place, wording=text[place.start : place.end])


def _is_inside(body: str, at: int) -> bool:
    """Between two characters of a sentence, with the beginning of its line before."""
    line = body.rfind("\n", 0, at) + 1
    return (
        body[at - 1] not in "。\n"
        and body[at] not in "。\n"
        and at - line >= 8
        and body[body.find("\n", at) - 1] == "。"
    )


def _cut_at_heading(rng: random.Random, body: str) -> Planted:
    headings = [
        *re.finditer(
            r"^(?:[一二三四]、|（[一二三四五六七八九十]）)[^。\n]{4,30}$", body, re.MULTILINE
        )
    ]
    found = rng.choice(headings[2:] or [*sections_headings(body)])
    return Planted(
        kind="truncated", text=body[: found.end()], place=Span(*found.span()), wording=found.group()
    )


def sections_headings(body: str) -> list[re.Match[str]]:
    return [*re.finditer(r"^[二三四]、[^\n]*$", body, re.MULTILINE)]


_POINTS = (
    "主要做了三方面工作：⟦一是健全制度，完善议事规则；二是加强培训，提高执法人员能力。⟧",
    "重点抓了四项工作：⟦一是压实责任；二是完善机制；三是强化督查。⟧",
    "从两个方面入手：⟦一是把好程序关，所有合同先审后签。⟧",
    "围绕法治建设办好三件实事：⟦一是修建法治广场；二是开通法律服务热线。⟧",
    "突出“三个强化”：⟦一是强化学习，定期组织干部学法；二是强化宣传，扩大普法覆盖面。⟧",
    "采取以下五项措施：⟦一是建章立制；二是公开透明；三是严格考核；四是强化问责。⟧",
    "在规范执法上，⟦一是开展案卷评查，逐案点评问题。⟧",
)  # fmt: skip


def _cut_in_points(rng: random.Random, report: Composed) -> Planted:
    said = rng.choice(_POINTS)
    part = sections(report.text)[0]
    lines = [
        *re.finditer(r"^（[一二三四五六七八九]）[^\n]*$", report.text[: part.end], re.MULTILINE)
    ]
    at = rng.choice(lines).end()
    text, place = put(report.text, f"\n{said}", at)
    return Planted(kind="truncated", text=text, place=place, wording=said)
