"""Characters of symbol fonts, whose codes mean nothing by themselves,
as the characters that they show.

Source: the tables of the fonts that Word brings; only what reports use (ticks, boxes, circled
numbers, arrows, bullets, Greek letters). A document writes the codes as such or moved to U+F000.
"""

from __future__ import annotations

from collections.abc import Mapping

_CIRCLED = {0x80 + value: chr(0x245F + value) for value in range(1, 11)}
_FILLED = {0x8B + value: chr(0x2775 + value) for value in range(1, 11)}
_WINGDINGS: Mapping[int, str] = {
    **_CIRCLED,
    **_FILLED,
    0x28: "☎", 0x46: "☞", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "□", 0x72: "□",
    0x75: "◆", 0x76: "◆", 0x77: "◆", 0x80: "⓪", 0x8B: "⓿", 0x9E: "·", 0x9F: "•", 0xA7: "▪",
    0xA8: "□", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "→", 0xF0: "→",
    0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2: Mapping[int, str] = {
    **{0x69 + value: chr(0x245F + value) for value in range(1, 11)},
    **{0x74 + value: chr(0x2775 + value) for value in range(1, 11)},
    0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x69: "⓪", 0x74: "⓿",
    0x96: "•", 0x97: "●", 0x98: "●", 0xA2: "■", 0xA3: "□", 0xA4: "□", 0xA5: "□",
}  # fmt: skip
_SYMBOL: Mapping[int, str] = {
    **dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True)),
    **dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)),
    **{code: chr(code) for code in range(0x20, 0x40)},
    0xA3: "≤", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠",
    0xBB: "≈", 0xD7: "·",
}  # fmt: skip
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}
_MOVED = 0xF000
# A symbol that is not in the tables is shown as one; it must not vanish between two words.
_UNKNOWN = "▯"


def is_symbol_font(font: str) -> bool:
    return font.lower() in _FONTS or font.lower() in {"webdings", "wingdings 3"}


def symbol(font: str, code: int) -> str:
    """What a character of a font shows: of a symbol font by its table, of any other the character.

    >>> symbol("Wingdings 2", 0xF052), symbol("Wingdings", 0x81), symbol("宋体", 0x3007)
    ('☑', '①', '〇')
    >>> symbol("Wingdings", 0xF0FF)
    '▯'
    """
    plain = code - _MOVED if _MOVED <= code < _MOVED + 0x100 else code
    if is_symbol_font(font) or plain != code:
        return _FONTS.get(font.lower(), {}).get(plain, _UNKNOWN)
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF else ""


def show_symbols(font: str, text: str) -> str:
    """A text in which characters of a symbol font stand, by their codes or moved.

    >>> show_symbols("Wingdings", "\\uf0fe是 \\uf0a8否"), show_symbols("宋体", "46件")
    ('☑是 □否', '46件')
    """
    if is_symbol_font(font):
        return "".join(symbol(font, ord(one)) if _is_coded(one) else one for one in text)
    return text


def _is_coded(character: str) -> bool:
    """Chinese text that was set in such a font by mistake is shown in another."""
    return _MOVED <= ord(character) < _MOVED + 0x100 or 0x21 <= ord(character) < 0x100
