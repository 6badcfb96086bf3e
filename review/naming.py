"""Indicators, pillars, units and amounts as the visitor's language calls them."""

from __future__ import annotations

from review.words import Language
from workers.report.catalogue import indicators, pillars
from workers.report.chinese.units import units


def indicator_name(code: str | None, language: Language = Language.ZH) -> str | None:
    """The indicator's name; the code where the catalogue has none of it any more.

    >>> indicator_name("disputes.resolved"), indicator_name(None)
    ('化解矛盾纠纷', None)
    >>> indicator_name("disputes.resolved", Language.EN)
    'Disputes resolved'
    """
    known = indicators().get(code or "")
    if known is None:
        return code
    return known.zh if language is Language.ZH else known.en


def pillar_name(code: str, language: Language = Language.ZH) -> str:
    """The name of a pillar of the catalogue.

    >>> pillar_name("disputes"), pillar_name("disputes", Language.EN)
    ('矛盾化解', 'Disputes')
    """
    zh, en = pillars()[code]
    return zh if language is Language.ZH else en


def unit_name(unit: str | None, language: Language = Language.ZH, value: float = 2) -> str:
    """What so many are called; a unit that the catalogue does not have is as the report writes it.

    >>> unit_name("件"), unit_name("件", Language.EN), unit_name("件", Language.EN, 1)
    ('件', 'cases', 'case')
    """
    known = units().get(unit or "")
    if known is None or language is Language.ZH:
        return unit or ""
    return known.one if value == 1 else known.many


def write_amount(value: float, unit: str | None, language: Language = Language.ZH) -> str:
    """A figure to be read at a glance.

    >>> write_amount(3_125_000.0, "元"), write_amount(97.9, "%"), write_amount(0.0, "件")
    ('3,125,000元', '97.9%', '0件')
    >>> write_amount(53, "件", Language.EN), write_amount(97.9, "%", Language.EN)
    ('53 cases', '97.9%')
    """
    called = unit_name(unit, language, value)
    space = " " if language is Language.EN and called not in {"", "%", "‰"} else ""
    return f"{value:,.4f}".rstrip("0").rstrip(".") + space + called
