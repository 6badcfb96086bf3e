"""Bodies that report: which names mean the same one, and which bodies are of a level."""

from __future__ import annotations

import re

from workers.report.segmentation.gazetteer import shorter_names

# What stands behind a place in the name of its government:
# 松坪镇, 松坪镇人民政府 and 南河街道办事处, 南河街道.
_GOVERNMENTS = ("人民政府", "办事处", "政府")
_GOVERNMENT = re.compile(rf"(?:{'|'.join(_GOVERNMENTS)})$")
_LEVELS = (
    ("township", re.compile(r"(?:街道|苏木|[镇乡街])$")),
    ("county", re.compile(r"[县区旗]$")),
    ("city", re.compile(r"(?:地区|[市州盟])$")),
    ("province", re.compile(r"(?:省|自治区|特别行政区)$")),
)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)年?度?")
# A department's place, before its own name: 青禾县水利局.
_PLACE = re.compile(r"^.*[省市州盟县区旗镇乡](?=.{3,})|^.*街道(?=.{3,})")


def names_of(name: str) -> tuple[str, ...]:
    """The names under which one body signs.

    >>> names_of("松坪镇人民政府")
    ('松坪镇', '松坪镇人民政府', '松坪镇办事处', '松坪镇政府')
    """
    place = _GOVERNMENT.sub("", name)
    return (place, *(place + government for government in _GOVERNMENTS))


def folder_of_body(folder: str, name: str) -> str:
    """The folder, without the years in it and without folders that only bear the body's name:
    reports of one body in folders by year are of one.

    >>> folder_of_body("2024年/第一批/松坪镇", "松坪镇人民政府"), folder_of_body("2023", "司法局")
    ('第一批', '')
    """
    own = {"", *names_of(name)}
    parts = (_YEAR.sub("", part).strip() for part in folder.split("/"))
    return "/".join(part for part in parts if part not in own)


def plain_county(county: str) -> str:
    """The county without the peoples in its name, which reports leave out now and then.

    >>> plain_county("彭水苗族土家族自治县"), plain_county("榆湾县")
    ('彭水县', '榆湾县')
    """
    return next(shorter_names(county), county)


def level_of(name: str) -> str:
    """The level of a government; of a department its own name,
    for only such bodies have the same work.

    >>> (
    ...     level_of("松坪镇人民政府"),
    ...     level_of("南河街道办事处"),
    ...     level_of("榆湾县"),
    ...     level_of("青禾县水利局"),
    ... )
    ('township', 'township', 'county', '水利局')
    """
    place = _GOVERNMENT.sub("", name)
    for level, pattern in reversed(_LEVELS):
        if pattern.search(place):
            return level
    return _PLACE.sub("", name)
