"""Characters of the seal, read over the signature that it is pressed on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import takewhile

from workers.report.chinese.clauses import HAN
from workers.report.cleaning.lines import Line, split_lines
from workers.report.text import Change

# Who signs: one body, or a party committee above it.
_SIGNER = re.compile(rf"[{HAN}]{{4,30}}(?:政府|办事处|委员会|局|办公室|厅|院)")
_DATE = re.compile(r"(?:[12]\d{3}|[一二〇○零三四五六七八九]{2,4})年.{1,6}月.{1,4}")
# The seal is as high as four lines, and its arc is read in pieces of a few characters.
# A signature stands at the end.
_REACH, _TAIL = 4, 30
_PIECE = re.compile(rf"[{HAN}]{{1,4}}")


def drop_seal_characters(text: str) -> Iterator[Change]:
    """Drop the lines of a few characters around the signature that are a piece out of the middle of
    its name; a shorter name above the full one stays.

    >>> text = "全年没有发生案件。\\n镇人民\\n政\\n柳溪镇人民政府\\n2024年1月20日"
    >>> [text[change.start : change.end] for change in drop_seal_characters(text)]
    ['政\\n', '镇人民\\n']
    """
    lines = [line for line in split_lines(text)[-_TAIL:] if line.text]
    for at, line in enumerate(lines):
        below = lines[at + 1 : at + 1 + _REACH]
        if _SIGNER.fullmatch(line.text) and any(_DATE.fullmatch(other.text) for other in below):
            above = reversed(lines[max(0, at - _REACH) : at])
            for side in (above, below):
                yield from (
                    piece.drop() for piece in takewhile(partial(_is_piece, line.text), side)
                )
            return


def _is_piece(signer: str, piece: Line) -> bool:
    """Is the line a piece of the name, other than its beginning, which is a name of its own?"""
    line = piece.text
    if not _PIECE.fullmatch(line) or (len(line) > 1 and signer.startswith(line)):
        return False
    # One character of several may be misread, not one of a pair.
    return line in signer or (len(line) > 2 and (line[:-1] in signer or line[1:] in signer))
