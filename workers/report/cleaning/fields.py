"""One line of a page taken apart into labels, values and buttons."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from workers.report.catalogue import knowledge
from workers.report.chinese.clauses import HAN
from workers.report.cleaning.lines import SENTENCE_MARK
from workers.report.cleaning.phrases import Label, Phrases, phrases
from workers.report.cleaning.values import CLOCK, DATE, fits_label, is_plain, is_sure

# Furniture is short; index rows of several cells are the longest.
MAX_LENGTH = 300
_SEPARATORS = re.compile(r"[\s|｜丨•●·>›»:：,，/【】\[\]（）()「」]+")
_BULLET = re.compile(r"^[-•●·▪◦‣][ \t\u3000]{1,4}")
_EDGES = " \t\u3000\xa0|｜丨•●·-—:：,，;；【[（("
_STAMP = re.compile(
    rf"{DATE}[ \t]{{0,3}}{CLOCK}|\d{{4}}-\d{{1,2}}-\d{{1,2}}"
    r"|^[ \t\u3000●•·-]{0,4}\d{4}[./]\d{1,2}[./]\d{1,2}$"
)
# 清溪经济开发区网: in a row of sites, for 联网 and 互联网 stand alone in no such row.
_SITE = re.compile(f"[{HAN}]{{3,16}}网")
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.|(?=[\w.-]{3,60}\.(?:gov|org|com)))[\w-]{1,40}(?:\.[\w-]{1,40}){1,5}/?",
    re.ASCII,
)
# A hint may end in a full stop, a summary be a sentence; nothing else of a page holds one.
_SENTENCE_END = re.compile(rf"{SENTENCE_MARK.pattern}.")
_STAMPED = re.compile(
    rf"(?P<stamp>{DATE}[ \t]{{1,3}}{CLOCK})[ \t\u3000]{{0,4}}[|｜丨][ \t\u3000]{{0,4}}"
    rf"(?P<body>[{HAN}]{{2,30}})[ \t|｜丨]{{0,4}}"
)


class Field(NamedTuple):
    label: Label
    value: str


class Parts(NamedTuple):
    """What a line is made of when all of it is known. `stamp` is a date that stands without a
    label; `outside` where the same line inside the body may be a row of the report's own table.
    """

    fields: tuple[Field, ...]
    controls: int
    stamp: str | None
    outside: bool = False

    def is_furniture(self, *, in_head: bool, in_foot: bool) -> bool:
        """Is a line of these parts furniture there?

        In the body only what no report says of itself.
        """
        labels = [field.label for field in self.fields]
        if self.outside and not (in_head or in_foot):
            return False
        if self.controls or len(labels) > 1 or any(label.strong for label in labels):
            return True
        if in_head:
            return not any(label.where == "footer" for label in labels)
        return in_foot and bool(labels) and not any(label.where for label in labels)


def take_apart(line: str) -> Parts | None:
    """The parts of a line of furniture; None where any part of it is not known.

    >>> parts = take_apart("来源：县司法局  发布时间：2024-03-20 09:30 【打印】")
    >>> [(field.label.fact, field.value) for field in parts.fields], parts.controls
    ([('source', '县司法局'), ('published', '2024-03-20 09:30')], 1)
    >>> [field.value for field in take_apart("索 引 号 0118/2024-00013 公开方式 主动公开").fields]
    ['0118/2024-00013', '主动公开']
    >>> parts = take_apart("2026-01-20 17:01 | 平沙市水利局")
    >>> parts.stamp, parts.fields[0].value
    ('2026-01-20 17:01', '平沙市水利局')
    >>> take_apart("来源：群众来信占46%，来访占31%。") is None
    True
    """
    if not line or len(line) > MAX_LENGTH:
        return None
    return _take_apart(line, phrases())


@lru_cache(maxsize=2048)  # several rules look at the same lines; a page has fewer
def _take_apart(line: str, known: Phrases) -> Parts | None:
    if _SENTENCE_END.search(line) and not known.summary.match(line):
        return None
    line = _BULLET.sub("", line)
    found = list(known.label.finditer(line))
    if not found and (
        known_whole := _take_glued(line) or _take_spaced(line) or _take_stamped(line)
    ):
        return known_whole
    head = _drop_stamp(line[: found[0].start()] if found else line)
    loose = _count_controls(head[0])
    if loose is None:
        return None
    fields, controls = [], loose
    for match, after in zip(found, [*found[1:], None], strict=False):
        label = known.labels[plain_name(match)]
        value, more = _drop_controls(line[match.end() : after.start() if after else len(line)])
        if not fits_label(label, value):
            return None
        fields.append(Field(label, value))
        controls += more
    if not fields and not controls and not head[1]:
        return None
    return Parts(tuple(fields), controls, head[1])


def _take_glued(line: str) -> Parts | None:
    """A label with its value and nothing between (发布日期2024-01-09).

    Only values that are sure.
    """
    found = phrases().glued.match(line)
    label = phrases().labels[found["name"]] if found else None
    value = line[found.end() :].strip() if found else ""
    if label is None or label.where or len(value) > 60 or not is_plain(label.value, value):
        return None
    return Parts((Field(label, value),), 0, None)


def _take_spaced(line: str) -> Parts | None:
    """A row of an index whose cells only spaces part (索 引 号 0118/2024-00013 公开方式 主动公开):
    two labels or more, none of which a report uses, and a value that is sure.
    """
    pattern = _cell_labels()
    found = list(pattern.finditer(line)) if pattern.match(line) else []
    labels = [phrases().labels[plain_name(match)] for match in found]
    if len(found) < 2 or any(label.where for label in labels):
        return None
    ends = [*(match.start() for match in found[1:]), len(line)]
    values = [line[match.end() : end].strip() for match, end in zip(found, ends, strict=True)]
    fields = tuple(map(Field, labels, values))
    sure = any(is_sure(*field) for field in fields)
    return (
        Parts(fields, 0, None, outside=True)
        if sure and all(fits_label(*field) for field in fields)
        else None
    )


@knowledge
def _cell_labels() -> re.Pattern[str]:
    names = sorted(phrases().labels, key=len, reverse=True)
    spaced = "|".join("[ \u3000]{0,4}".join(name) for name in names)
    return re.compile(rf"(?<!\S)(?P<name>{spaced})(?!\S)")


def _take_stamped(line: str) -> Parts | None:
    """A date with its hour, a bar, and the body that published it;
    the body is a source without its label.
    """
    found = _STAMPED.fullmatch(line)
    source = phrases().labels.get("来源")
    if not found or not source or not is_plain("name", found["body"]):
        return None
    return Parts((Field(source, found["body"]),), 0, found["stamp"])


def plain_name(found: re.Match[str]) -> str:
    """The label without the spaces in it: 索 引 号 is 索引号."""
    return re.sub(r"[ \u3000]", "", found["name"])


def _drop_stamp(head: str) -> tuple[str, str | None]:
    stamp = _STAMP.search(head)
    return (head[: stamp.start()] + " " + head[stamp.end() :], stamp[0]) if stamp else (head, None)


def _count_controls(text: str) -> int | None:
    """How many strong buttons the text is made of; None where it holds anything else."""
    known = phrases()
    whole = re.sub(r"\s", "", text).strip("。")
    if whole in known.controls:
        return 1
    strong = weak = 0
    address = _ADDRESS.search(text)
    if address:
        text, strong = text[: address.start()] + " " + text[address.end() :], 1
    for token in _SEPARATORS.split(text):
        token = token.strip("。….")
        if not token:
            continue
        if token in known.controls or known.site.fullmatch(token):
            strong += 1
        elif token in known.weak or _SITE.fullmatch(token):
            weak += 1
        else:
            return None
    return strong or (1 if weak > 1 else 0 if not weak else None)


def _drop_controls(value: str) -> tuple[str, int]:
    """The value without the buttons that follow it, and how many they were."""
    known = phrases()
    value = value.strip(_EDGES + "】])）")
    dropped = 0
    while value:
        tokens = _SEPARATORS.split(value)
        last = next((token for token in reversed(tokens) if token), "")
        if last not in known.controls and last not in known.weak:
            break
        value = value[: value.rindex(last)].strip(_EDGES + "】])）")
        dropped += last in known.controls
    return value, dropped
