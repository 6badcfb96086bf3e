"""How an input is changed: a part of a package by itself, other files as they stand."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import atheris

from tests.report.oles import Tree, ole
from workers.report.reading.compound import COMPOUND_MARK, open_compound

Parts = dict[str, bytes]
# Parts of a package are far smaller; libFuzzer asks for a bound.
_LARGEST = 1 << 16


@dataclass(frozen=True, slots=True)
class Packing:
    """How files of one kind hold their parts; `mark` is what they begin with."""

    mark: bytes
    unpack: Callable[[bytes], Parts]
    pack: Callable[[Parts], bytes]


def mutate(data: bytes, largest: int, seed: int) -> bytes:
    """Another input of at most `largest` bytes."""
    packing = next((one for one in PACKINGS if data.startswith(one.mark)), None)
    if packing is None:
        return bytes(atheris.Mutate(data, largest))
    chance = random.Random(seed)
    try:
        parts = packing.unpack(data)
    except Exception:  # noqa: BLE001 - whatever a broken package does to its library: it is mutated as it is
        parts = {}
    # One in ten times the package itself.
    if not parts or not chance.randrange(10):
        return bytes(atheris.Mutate(data, largest))
    name = chance.choice(sorted(parts))
    parts[name] = bytes(atheris.Mutate(parts[name], _LARGEST))
    packed = packing.pack(parts)
    return packed if len(packed) <= largest else data


def _unzip(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _zip(parts: Parts) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def _read_streams(data: bytes) -> Parts:
    with open_compound(data) as compound:
        return {"/".join(path): compound.openstream(path).read() for path in compound.listdir()}


def _write_streams(parts: Parts) -> bytes:
    tree: Tree = {}
    for path, content in parts.items():
        folder = tree
        *folders, name = path.split("/")
        for one in folders:
            below = folder.setdefault(one, {})
            assert isinstance(below, dict)
            folder = below
        folder[name] = content
    return ole(tree)


PACKINGS = (
    Packing(b"PK", _unzip, _zip),
    Packing(COMPOUND_MARK, _read_streams, _write_streams),
)
