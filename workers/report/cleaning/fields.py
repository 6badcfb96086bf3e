"""One line of a page taken apart into labels, values and buttons."""

from __future__ import annotations

import re
from typing import NamedTuple

from workers.report.cleaning.phrases import Label, phrases

# Furniture is short; index rows of several cells are the longest.
MAX_LENGTH = 300
_SEPARATORS = re.compile(r"[\s|｜丨•●·>›»:：,，/【】\[\]（）()「」]+")
_EDGES = " \t\u3000\xa0|｜丨•●·-—:：,，;；【[（("
_DATE = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
_CLOCK = r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
_STAMP = re.compile(rf"{_DATE}[ \t]{{0,3}}{_CLOCK}|\d{{4}}-\d{{1,2}}-\d{{1,2}}")
# A hint may end in a full stop, a summary be a sentence; nothing else of a page holds one.
_SENTENCE_END = re.compile(r"[。；！].")
_VALUES = {
    "date": re.compile(rf"{_DATE}(?:[ \tT]{{0,3}}{_CLOCK})?"),
    "code": re.compile(r"[0-9A-Za-z\u4e00-\u9fff/_\-.—〔〕\[\]【】()（） #]{1,60}"),
    "count": re.compile(r"[\d,]{1,10}次?"),
    "size": re.compile(r"[大中小特超号默认AaT+\-\s]{1,12}"),
    "name": re.compile(r"[^。；，！？：:;!?]{1,40}"),
    "text": re.compile(r"[^。；，！？;!?]{1,80}"),
    "summary": re.compile(r".{1,300}"),
}


class Field(NamedTuple):
    label: Label
    value: str


class Parts(NamedTuple):
    """What a line is made of when all of it is known. `stamp` is a date that stands without a label."""

    fields: tuple[Field, ...]
    controls: int
    stamp: str | None

    def is_furniture(self, *, in_head: bool, in_foot: bool) -> bool:
        """Is a line of these parts furniture there? In the body only what no report says of itself."""
        labels = [field.label for field in self.fields]
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
    >>> take_apart("来源：群众来信占46%，来访占31%。") is None
    True
    """
    if not line or len(line) > MAX_LENGTH or (_SENTENCE_END.search(line) and not phrases().summary.match(line)):
        return None
    found = list(phrases().label.finditer(line))
    head = _drop_stamp(line[: found[0].start()] if found else line)
    loose = _count_controls(head[0])
    if loose is None:
        return None
    fields, controls = [], loose
    for match, after in zip(found, [*found[1:], None], strict=False):
        label = phrases().labels[plain_name(match)]
        value, more = _drop_controls(line[match.end() : after.start() if after else len(line)])
        if not fits(label, value):
            return None
        fields.append(Field(label, value))
        controls += more
    if not fields and not controls and not head[1]:
        return None
    return Parts(tuple(fields), controls, head[1])


def plain_name(found: re.Match[str]) -> str:
    """The label without the spaces in it: 索 引 号 is 索引号."""
    return re.sub(r"[ \u3000]", "", found["name"])


def fits(label: Label, value: str) -> bool:
    return not value or bool(_VALUES[label.value].fullmatch(value))


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
    for token in _SEPARATORS.split(text):
        token = token.strip("。")
        if not token:
            continue
        if token in known.controls or known.site.fullmatch(token):
            strong += 1
        elif token in known.weak:
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
