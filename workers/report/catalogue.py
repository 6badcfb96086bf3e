"""The knowledge that people of the field extend: YAML files in `schema/catalogue/`,
read strictly, once.

An organisation may lay a file of its own over them (`lay_over`): a mapping from the name of a
catalogue file to what is added to it. Mappings are joined, lists get longer, a single value takes
the place of the built-in one.
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
_overlays: list[Path] = []


def knowledge(read: Callable[..., T]) -> Callable[..., T]:
    """Like `functools.cache`, for what is made of catalogue files;
    forgotten when another file is laid over them.
    """
    cached = cache(read)
    _read_once.append(cached)
    return cached


def lay_over(path: Path | None) -> None:
    """From now on this file is added to the catalogue; None takes it off.

    CatalogueError where it is wrong.
    """
    _overlays[:] = [path] if path else []
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
    return _overlays[0] if _overlays else None


def load_yaml(file_name: str) -> Mapping[str, Any]:
    """The file's top mapping, with what is laid over it.

    CatalogueError where it is missing or is not YAML.
    """
    added: Mapping[str, Any] = _overlay().get(file_name, {})
    path = CATALOGUE_DIR / file_name
    if added and not path.exists():  # the triggers of a pillar that only the overlay has
        return added
    joined: Mapping[str, Any] = _joined(_mapping(path), added)
    return joined


def require(condition: object, file_name: str, key: str, why: str) -> None:
    """Refuse a wrong entry with the file and the key that a person must mend."""
    if not condition:
        raise CatalogueError(f"{file_name}: {key}: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What a metric can be about.

    `dim` is count, people, money or rate; `unit` the one that values are compared in.
    """

    code: str
    zh: str
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
            code=code, zh=row["zh"], unit=row["unit"], dim=row["dim"], means=row["means"]
        )
    return found


@knowledge
def _overlay() -> Mapping[str, Any]:
    return _mapping(_overlays[0]) if _overlays else {}


@knowledge
def _mapping(path: Path) -> Mapping[str, Any]:
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    if not isinstance(loaded, dict):
        raise CatalogueError(f"{path.name}: its top must be a mapping")
    return loaded


def _joined(base: Any, added: Any) -> Any:
    if isinstance(base, dict) and isinstance(added, dict):
        return base | {
            key: _joined(base[key], value) if key in base else value for key, value in added.items()
        }
    return [*base, *added] if isinstance(base, list) and isinstance(added, list) else added
