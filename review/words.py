"""The words of the pages: one file, each key in Chinese and in English."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("words.yaml")


class Language(StrEnum):
    """A language of the pages, as HTML's `lang` names it."""

    ZH = "zh-CN"
    EN = "en"


@cache
def catalogue() -> dict[str, dict[Language, str]]:
    """Key → language → text. A group of the file is a prefix of its keys: `intake.title`."""
    groups = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {
        f"{group}.{key}": {Language.ZH: pair[0], Language.EN: pair[1]}
        for group, entries in groups.items()
        for key, pair in entries.items()
    }


def say(language: Language, key: str, **values: object) -> str:
    """The text of a key, with its `{values}` filled in.

    KeyError for a key that the file does not have.

    >>> say(Language.EN, "intake.title"), say(Language.ZH, "stage.read")
    ('Intake', '读取')
    """
    text = catalogue()[key][language]
    return text.format(**values) if values else text
