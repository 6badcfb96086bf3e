"""Clean reports of the project's own: composed by a seeded generator from a stock of sentences
(clean_reports/stock.yaml).

Each has a `text` in the canonical typography of clean text, which is the truth, and `shown`: the
same report as one of the usual ways of typing shows it (indents, blank lines, half-width marks),
which cleaning may only touch as style.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bench.slots import fill_slots

FOLDER = Path(__file__).parent / "clean_reports"
SAMPLES = Path(__file__).parent.parent / "tests" / "samples"
# Hand-written samples without any damage; those with furniture or breaks are not among them.
UNDAMAGED = (
    "松涧镇2024.txt",
    "青禾县水利局2024.txt",
    "full/兰汀街道2024.txt",
    "full/格桑塘乡2024.txt",
    "full/沅岭县2024.txt",
    "full/陵江市2024.txt",
)
# Characters in a report: what published ones have, without the few very long ones.
SHORTEST, LONGEST = 1500, 4000

_HAN_NUMBERS = "一二三四五六七八九十"
_HALF = str.maketrans("，：；（）", ",:;()")
# fmt: off
_STEMS = ("云栖", "柏渡", "青麓", "石堰", "桐屏", "鹿鸣畈", "竹汀", "溪坪", "望泽", "南浔湾",
          "榆关", "沙坝畈", "金榔桥", "松岗", "霞浦坪", "雁塘", "梨花溪", "槐荫", "枫溪", "苍坪")
COUNTIES = ("洛岭县", "泽川县", "望陵区", "榆阳岭县", "清浦区", "安麓县", "岚河县", "星桥区",
            "丹崖县", "沐川岭县")
_DEPARTMENTS = ("水利局", "农业农村局", "市场监督管理局", "教育局", "交通运输局", "文化和旅游局",
                "卫生健康局")
_MATTERS = ("行政检查", "行政处罚", "行政许可", "矛盾纠纷排查", "法治宣传活动",
            "法律咨询", "信访事项", "合同审查", "法治培训", "法律援助")
# fmt: on


@dataclass(frozen=True, slots=True)
class Composed:
    """One clean report: `text` is the truth, `shown` the way it is typed; both are undamaged.

    `words` are what the slots of its sentences are filled with: its name, town, county, year (y);
    none where it was written by hand.
    """

    name: str
    text: str
    shown: str
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """The year reported on."""
        return int(self.words["y"])


@dataclass(frozen=True, slots=True)
class Body:
    """Who reports: official name, short name, county, and the words for its own area."""

    name: str
    town: str
    county: str
    is_department: bool


def compose_reports(seed: int, count: int) -> list[Composed]:
    """`count` reports of varied form, the same for the same seed;
    the hand-written samples are not among them.
    """
    stock = yaml.safe_load((FOLDER / "stock.yaml").read_text(encoding="utf-8"))
    return [_compose(random.Random(f"{seed}:{at}"), stock, at) for at in range(count)]  # noqa: S311 (not a secret)


def written_reports() -> list[Composed]:
    """The undamaged samples of the tests, typed as they are."""
    texts = [(name, (SAMPLES / name).read_text(encoding="utf-8")) for name in UNDAMAGED]
    return [Composed(name, text, text) for name, text in texts]


def _compose(rng: random.Random, stock: dict[str, Any], at: int) -> Composed:
    while True:
        body, year = _body(rng), rng.randint(2018, 2025)
        lines = _Writer(rng, stock, body, year).lines()
        text = "\n".join(lines) + "\n"
        if SHORTEST <= len(text) <= LONGEST:
            return Composed(
                f"{at:03} {body.name}{year}", text, _show(rng, lines), words_of(body, year)
            )


def words_of(body: Body, year: int) -> dict[str, str]:
    """The words of a report: who reports, the place, the level, last year, this and the next."""
    years = {"last": str(year - 1), "y": str(year), "next": str(year + 1)}
    return {
        "name": body.name,
        "town": body.town,
        "county": body.county,
        "level": body.county[-1],
    } | years


def _body(rng: random.Random) -> Body:
    county, stem = rng.choice(COUNTIES), rng.choice(_STEMS)
    kind = rng.choice(["镇", "镇", "镇", "乡", "街道", "县", "局"])
    if kind == "县":
        return Body(f"{county}人民政府", county, county, False)
    if kind == "局":
        name = county + rng.choice(_DEPARTMENTS)
        return Body(name, name, county, True)
    name = stem + kind
    return Body(name + ("办事处" if kind == "街道" else "人民政府"), name, county, False)


class _Writer:
    """One report being written."""

    def __init__(self, rng: random.Random, stock: dict[str, Any], body: Body, year: int) -> None:
        self.rng, self.stock, self.body, self.year = rng, stock, body, year
        self.shared_line = rng.random() < 0.4  # 2nd level headings share the line with their text
        self.third = rng.choice(["一是", "1.", "", ""])
        self.least = rng.choice([3, 4, 9])  # how much the report has to say under each heading

    def lines(self) -> list[str]:
        rng, stock = self.rng, self.stock
        lines = [*self._title(), *self._addressee(), self.fill(rng.choice(stock["openings"]))]
        if not lines[-1].startswith(str(self.year)) and rng.random() < 0.2:
            lines.insert(-1, f"（{self.year + 1}年1月{rng.randint(3, 29)}日）")
        parts = [("achievement_titles", self._topics), ("leader_titles", self._plainly("leader"))]
        parts += [
            ("shortcoming_titles", self._plainly("shortcomings")),
            ("plan_titles", self._plainly("plan")),
        ]
        for at, (titles, write) in enumerate(parts):
            lines.append(f"{_HAN_NUMBERS[at]}、{self.fill(rng.choice(stock[titles]))}")
            lines += write()
            lines += self._table() if at == 0 and rng.random() < 0.3 else []
        return [*lines, self.body.name, self._date()]

    def _date(self) -> str:
        """The day of the signature, in digits or, as decrees have it, in Chinese."""
        month, day = self.rng.randint(1, 3), self.rng.randint(1, 28)
        if self.rng.random() < 0.8:
            return f"{self.year + 1}年{month}月{day}日"
        year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(self.year + 1))
        tens = ("", "十", "二十")[day // 10] + ("" if day % 10 == 0 else _HAN_NUMBERS[day % 10 - 1])
        return f"{year}年{_HAN_NUMBERS[month - 1]}月{tens}日"

    def fill(self, template: str) -> str:
        """The sentence with its choices made and its slots filled."""
        words = words_of(self.body, self.year) | {"Town": self.rng.choice(_STEMS)}
        return fill_slots(self.rng, template, words)

    def _title(self) -> list[str]:
        kind = self.rng.choice(
            ["法治政府建设情况报告", "法治政府建设年度报告", "法治政府建设工作情况的报告"]
        )
        if self.rng.random() < 0.4:
            return [self.body.name, f"关于{self.year}年度{kind}"]
        return [f"{self.body.name}{self.year}年度{kind}".replace("情况的", "情况")]

    def _addressee(self) -> list[str]:
        if self.rng.random() < 0.6:
            return []
        level = self.body.county[-1]
        return [
            self.rng.choice(
                [
                    f"{level}委、{level}政府：",
                    f"{self.body.county}委全面依法治{level}委员会办公室：",
                ]
            )
        ]

    def _topics(self) -> list[str]:
        names = list(self.stock["topics"])
        chosen = sorted(self.rng.sample(names, self.rng.randint(7, len(names))), key=names.index)
        lines: list[str] = []
        for at, name in enumerate(chosen):
            topic = self.stock["topics"][name]
            heading = f"（{_HAN_NUMBERS[at]}）{self.rng.choice(topic['titles'])}"
            lines += self._under(heading, self._sentences(topic["sentences"]))
        if self.body.is_department:
            lines += self._under(
                f"（{_HAN_NUMBERS[len(chosen) % 10]}）发挥部门职能作用",
                self._sentences(self.stock["department"]),
            )
        return lines

    def _under(self, heading: str, sentences: list[str]) -> list[str]:
        """The heading with its sentences: one paragraph, items of their own lines,
        or run-in items.
        """
        if self.third == "1." and len(sentences) > 2:
            return [heading, *(f"{at}.{sentence}" for at, sentence in enumerate(sentences, 1))]
        if self.third == "一是" and len(sentences) > 2:
            sentences = [f"{_HAN_NUMBERS[at]}是{sentence}" for at, sentence in enumerate(sentences)]
        if self.shared_line:
            return [f"{heading}。{''.join(sentences)}"]
        return [heading, "".join(sentences)]

    def _sentences(self, stock: list[str]) -> list[str]:
        count = (
            self.rng.randint(min(self.least, len(stock)), len(stock))
            if len(stock) > 3
            else len(stock)
        )
        chosen = sorted(self.rng.sample(range(len(stock)), count))
        return [self.fill(stock[at]) for at in chosen]

    def _plainly(self, part: str) -> Any:
        def write() -> list[str]:
            sentences = self._sentences(self.stock[part])
            if self.rng.random() < 0.5:
                return [f"{_HAN_NUMBERS[at]}是{sentence}" for at, sentence in enumerate(sentences)]
            return ["".join(sentences)]

        return write

    def _table(self) -> list[str]:
        rows = self.rng.sample(_MATTERS, self.rng.randint(4, 8))
        lines = [
            f"{self.year}年度主要工作数据如下表：",
            self.rng.choice(["项目\t数量\t单位", "事项\t本年\t上年"]),
        ]
        counted = lines[1].endswith("单位")
        thirds = ["件" if counted else str(self.rng.randint(2, 400)) for _ in rows]
        return lines + [
            f"{row}\t{self.rng.randint(2, 900)}\t{third}"
            for row, third in zip(rows, thirds, strict=True)
        ]


def _show(rng: random.Random, lines: list[str]) -> str:
    """The report as it is typed: canonical, half-width marks, indents and blank lines,
    a signature to the right.
    """
    way = rng.choice(["plain", "blank", "indent", "half", "half indent"])
    if "half" in way:
        lines = [line if "“" in line else line.translate(_HALF) for line in lines]
    if "indent" in way:
        lines = [*lines[:1],
                 *("\u3000\u3000" + line if "\t" not in line else line for line in lines[1:-2]),
                 *(" " * 30 + line for line in lines[-2:])]  # fmt: skip
    return ("\n\n" if way == "blank" else "\n").join(lines) + "\n"
