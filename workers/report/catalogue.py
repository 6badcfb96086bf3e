"""The knowledge that people of the field extend: YAML files in `schema/catalogue/`, read strictly, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import schema
from workers.errors import CatalogueError

CATALOGUE_DIR = Path(schema.__file__).parent / "catalogue"


def load_yaml(file_name: str) -> Mapping[str, Any]:
    """The file's top mapping. CatalogueError names the file where it is missing or is not YAML."""
    path = CATALOGUE_DIR / file_name
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    if not isinstance(loaded, dict):
        raise CatalogueError(f"{path.name}: its top must be a mapping")
    return loaded


def require(condition: object, file_name: str, key: str, why: str) -> None:
    """Refuse a wrong entry with the file and the key that a person must mend."""
    if not condition:
        raise CatalogueError(f"{file_name}: {key}: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What a metric can be about. `dim` is count, people, money or rate; `unit` the one that values are compared in."""

    code: str
    zh: str
    unit: str
    dim: str
    means: str


@cache
def indicators() -> Mapping[str, Indicator]:
    """The indicators by code, in the order of the file."""
    file_name = "indicators.yaml"
    found: dict[str, Indicator] = {}
    pillars = load_yaml(file_name)["pillars"]
    for row in load_yaml(file_name)["indicators"]:
        code = str(row.get("code"))
        require(code.split(".")[0] in pillars, file_name, code, "its pillar is not declared")
        require(code not in found, file_name, code, "stands twice")
        require(row.get("dim") in {"count", "people", "money", "rate"}, file_name, code, "dim is unknown")
        found[code] = Indicator(code=code, zh=row["zh"], unit=row["unit"], dim=row["dim"], means=row["means"])
    return found
