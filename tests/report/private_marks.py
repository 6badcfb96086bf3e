"""Where a module defines marks, clauses or Chinese characters of its own;
run it on a tree to count them.

`python tests/report/private_marks.py [TREE]` prints one line a place.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

_PLAIN = str.maketrans("!?;,:", "！？；，：")
_POINTS = frozenset("。！？；，：、")
_MARKS = frozenset(
    "。！？；，：、.．…“”‘’\"'（）()《》〈〉【】〔〕[]|｜·-—～~ \t\n\r\u3000\xa0\x00^"
)
_CLASS = re.compile(r"\[\^?((?:\\.|[^\]\\])+)\]")
_HAN_RANGE = re.compile(r"一-[龥-鿿]|\\u4e00-\\u9f|二〇\[〇")
_GROUP = re.compile(r"\(\?(?:<?[=!]|:)")
_ESCAPED = {r"\n": "\n", r"\s": " ", r"\t": "\t"}
_INTERPOLATED = "\0"


def private_marks(tree: Path) -> Iterator[tuple[str, int, str]]:
    """File, line and text of each definition that belongs into workers/report/chinese/."""
    for path in sorted((tree / "workers").rglob("*.py")):
        name = path.relative_to(tree).as_posix()
        if not name.startswith("workers/report/chinese/"):
            for line, text in _strings(ast.parse(path.read_text(encoding="utf-8"))):
                if _defines_marks(text):
                    yield name, line, text


def _strings(module: ast.Module) -> Iterator[tuple[int, str]]:
    """The string literals that are no docstrings;
    what a literal interpolates is not looked into.
    """
    joined = [node for node in ast.walk(module) if isinstance(node, ast.JoinedStr)]
    skipped = {id(part) for node in joined for part in ast.walk(node) if part is not node}
    skipped |= {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = (
                part.value if isinstance(part, ast.Constant) else _INTERPOLATED
                for part in node.values
            )
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _defines_marks(text: str) -> bool:
    if _HAN_RANGE.search(text) or text == "\u9fff":
        return True
    if _INTERPOLATED not in text and _parts_text(text):
        return True
    return any(_parts_text(inside) for inside in _CLASS.findall(text))


def _parts_text(marks: str) -> bool:
    """Are these marks, two or more of them different points?

    Those of other languages alone (CSS) are none.
    """
    if _POINTS.isdisjoint(marks):
        return False
    for escaped, plain in _ESCAPED.items():
        marks = marks.replace(escaped, plain)
    marks = re.sub(r"\\[dD]|\\(?=.)|\d-\d", "", _GROUP.sub("", marks)).translate(_PLAIN)
    return _MARKS.issuperset(marks) and len(_POINTS.intersection(marks)) > 1


if __name__ == "__main__":
    found = list(private_marks(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
    for name, line, text in found:
        print(f"{name}:{line}: {text!r}")
    print(len(found))
