"""The knowledge that people of the field extend: YAML files in `schema/catalogue/`,
read strictly, once.

An organisation may lay a file of its own over them (`lay_over`): a mapping from the name of a
catalogue file to what is added to it. Mappings are joined, lists get longer, a single value takes
the place of the built-in one. What people taught (`workers/results/lessons.py`) lies over that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

import schema
from workers.errors import CatalogueError

CATALOGUE_DIR = Path(schema.__file__).parent / "catalogue"

T = TypeVar("T")
_read_once: list[Any] = []


@dataclass(slots=True)
class _LaidOver:
    """What lies over the catalogue: the office's file, and what was taught, as YAML."""

    path: Path | None = None
    taught: str = ""


_laid_over = _LaidOver()


def knowledge(read: Callable[..., T]) -> Callable[..., T]:
    """Like `functools.cache`, for what is made of catalogue files;
    forgotten when another file is laid over them.
    """
    cached = cache(read)
    _read_once.append(cached)
    return cached


def lay_over(path: Path | None, taught: str = "") -> None:
    """From now on this file is added to the catalogue, and what was taught to both;
    None and "" take them off.

    CatalogueError where one is wrong.
    """
    _laid_over.path, _laid_over.taught = path, taught
    for cached in _read_once:
        cached.cache_clear()
    known = {each.name for each in CATALOGUE_DIR.glob("*.yaml")}
    for name in _overlay():
        require(
            name in known or name.startswith("triggers."),
            str(path),
            name,
            "there is no such catalogue file",
        )


def overlay_path() -> Path | None:
    """The file that lies over the catalogue."""
    return _laid_over.path


def taught_text() -> str:
    """What was taught and lies over the catalogue, as YAML."""
    return _laid_over.taught


def as_yaml(entries: Mapping[str, Any]) -> str:
    """Catalogue entries as they are written in a file: Chinese as it is, triggers on one line."""
    return yaml.safe_dump(
        entries, allow_unicode=True, sort_keys=False, default_flow_style=None, width=100
    )


def join_entries(base: Any, added: Any) -> Any:
    """`base` with what is added: mappings are joined, lists get longer, single values replaced."""
    if isinstance(base, dict) and isinstance(added, dict):
        return base | {
            key: join_entries(base[key], value) if key in base else value
            for key, value in added.items()
        }
    return [*base, *added] if isinstance(base, list) and isinstance(added, list) else added


def load_yaml(file_name: str) -> Mapping[str, Any]:
    """The file's top mapping, with what is laid over it.

    CatalogueError where it is missing or is not YAML.
    """
    added: Mapping[str, Any] = _overlay().get(file_name, {})
    path = CATALOGUE_DIR / file_name
    if added and not path.exists():  # the triggers of a pillar that only the overlay has
        return added
    joined: Mapping[str, Any] = join_entries(_mapping(path), added)
    return joined


def require(condition: object, file_name: str, key: str, why: str) -> None:
    """Refuse a wrong entry with the file and the key that a person must mend."""
    if not condition:
        raise CatalogueError(f"{file_name}: {key}: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What a metric can be about.

    `dim` is count, people, money or rate; `unit` the one that values are compared in; `en` its name
    in English, the Chinese one where an office's own entry has none.
    """

    code: str
    zh: str
    en: str
    unit: str
    dim: str
    means: str


@knowledge
def indicators() -> Mapping[str, Indicator]:
    """The indicators by code, in the order of the file."""
    file_name = "indicators.yaml"
    loaded = load_yaml(file_name)
    found: dict[str, Indicator] = {}
    for row in loaded["indicators"]:
        code = str(row.get("code"))
        require(
            code.split(".")[0] in loaded["pillars"], file_name, code, "its pillar is not declared"
        )
        require(code not in found, file_name, code, "stands twice")
        require(
            row.get("dim") in {"count", "people", "money", "rate"},
            file_name,
            code,
            "dim is unknown",
        )
        for field in ("zh", "unit", "means"):
            require(isinstance(row.get(field), str), file_name, code, f"{field} is missing")
        found[code] = Indicator(
            code=code,
            zh=row["zh"],
            en=str(row.get("en", row["zh"])),
            unit=row["unit"],
            dim=row["dim"],
            means=row["means"],
        )
    return found


@knowledge
def _overlay() -> Mapping[str, Any]:
    office = _mapping(_laid_over.path) if _laid_over.path else {}
    taught = _parse(_laid_over.taught, "taught") if _laid_over.taught else {}
    joined: Mapping[str, Any] = join_entries(office, taught)
    return joined


@knowledge
def _mapping(path: Path) -> Mapping[str, Any]:
    try:
        return _parse(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path.name}: {error}") from error


def _parse(text: str, name: str) -> Mapping[str, Any]:
    try:
        loaded = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise CatalogueError(f"{name}: {error}") from error
    if not isinstance(loaded, dict):
        raise CatalogueError(f"{name}: its top must be a mapping")
    return loaded


def code_of(written: str) -> str:
    """The code of the indicator with this Chinese or English name; anything else as written.

    >>> code_of("化解矛盾纠纷"), code_of("Disputes resolved"), code_of("x")
    ('disputes.resolved', 'disputes.resolved', 'x')
    """
    named = (known.code for known in indicators().values() if written in {known.zh, known.en})
    return next(named, written)


@knowledge
def pillars() -> Mapping[str, tuple[str, str]]:
    """The pillars: code → Chinese and English name, in the order of the file."""
    loaded = load_yaml("indicators.yaml")
    english = loaded["pillars_en"]
    return {code: (zh, english.get(code, zh)) for code, zh in loaded["pillars"].items()}
