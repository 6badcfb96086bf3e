"""Text files in any Chinese encoding."""

from __future__ import annotations

import codecs

from workers.errors import UndecodableText, UnknownFormat
from workers.report.chinese.clauses import is_han
from workers.report.reading.decoded import Decoded
from workers.report.reading.frequent import frequent_share
from workers.report.reading.mended import (
    decode_seven_bits,
    is_escaped,
    is_shifted,
    mend_misread,
)

_BOMS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CANDIDATES = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
# Right readings of ten characters and more score above 0.35, wrong ones below 0.2;
# without a margin it is a guess.
_ENOUGH, _MARGIN = 0.25, 0.08
_SAMPLE = 20_000
# A file that lost or won a byte here and there is still that file;
# the losses show as � and are reported.
_BROKEN_SHARE = 0.02


def read_text(data: bytes) -> Decoded:
    """The file as it stands; a byte order mark stays in the text.

    UndecodableText, UnknownFormat (a binary file).
    """
    if is_shifted(data) or is_escaped(data):
        raise UndecodableText
    plain = _without_padding(data)
    text, encoding = decode_seven_bits(data) or _without_nuls(plain) or decode_text(plain)
    mended = mend_misread(text)
    if mended is None:
        raise UndecodableText
    return Decoded((mended,), encoding)


def _without_padding(data: bytes) -> bytes:
    """Without the NUL bytes that fill a block of a disk;
    in UTF-16 they are halves of characters and stay.
    """
    plain = data.strip(b"\x00")
    return (
        data if b"\x00" in plain or (len(data) - len(plain) == 1 and len(data) % 2 == 0) else plain
    )


def _without_nuls(data: bytes) -> tuple[str, str] | None:
    """The text between NUL bytes that some program put there; None where that is no text."""
    if b"\x00" not in data or data.startswith(tuple(bom for bom, _ in _BOMS)):
        return None
    plain = data.replace(b"\x00", b"")
    for encoding in ("utf-8", "gb18030"):
        text = _strict(plain, encoding)
        if text is not None and frequent_share(text[:_SAMPLE]) > _ENOUGH and not text.isascii():
            return text, encoding
    return None


def decode_text(data: bytes) -> tuple[str, str]:
    """The text and its encoding; a byte order mark stays in the text.

    UndecodableText, UnknownFormat (a binary file).

    >>> decode_text("法治政府建設情況".encode("big5"))
    ('法治政府建設情況', 'big5hkscs')
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _tolerate(data, encoding)
    text = _strict(data, "utf-8")
    if text is not None and "\x00" not in text:
        return text, "utf-8"
    return _repairable(data) or _judge(data)


def decode_declared(data: bytes, encoding: str) -> tuple[str, str]:
    """The text where the file states its encoding, which is believed if it can be true.

    UTF-8 proves itself; with a few broken bytes the statement counts only where the bytes say
    nothing of themselves. UndecodableText, UnknownFormat (a binary file).
    """
    for trial in ("utf-8", encoding):
        text = _strict(data, trial)
        if text is not None:
            return text, trial
    try:
        return decode_text(data)
    except UndecodableText:
        return _tolerate(data, encoding)


def _tolerate(data: bytes, encoding: str) -> tuple[str, str]:
    text = data.decode(encoding, errors="replace")
    if text.count("\ufffd") > _BROKEN_SHARE * len(text) + 1:
        raise UndecodableText()
    return text, encoding


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _repairable(data: bytes) -> tuple[str, str] | None:
    """UTF-8 with a few broken bytes: whole Chinese characters of three bytes do
    not come about by chance.
    """
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = sum(is_han(char) for char in text[:_SAMPLE])
    if "\x00" in text or broken > _BROKEN_SHARE * len(text) + 1 or whole < 4 * min(broken, _SAMPLE):
        return None
    return text, "utf-8"


def _judge(data: bytes) -> tuple[str, str]:
    """The reading with the most frequent characters, if it is clearly the best."""
    ranked = sorted(((_score(data, encoding), encoding) for encoding in CANDIDATES), reverse=True)
    (best, encoding), (second, _) = ranked[:2]
    if best < _ENOUGH or best - second < _MARGIN:
        if b"\x00" in data:
            raise UnknownFormat(
                "It is a binary file: open it with the program that made it and save "
                "its text as .docx or .txt.",
                "这是二进制文件：请用生成它的程序打开，把文字另存为 .docx 或 .txt，再放入一次。",
            )
        raise UndecodableText()
    return _tolerate(data, encoding)


def _score(data: bytes, encoding: str) -> float:
    return frequent_share(data[: 2 * _SAMPLE].decode(encoding, errors="replace")[:_SAMPLE])
