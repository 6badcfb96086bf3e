"""How an input is changed: a part of a package by itself, other files as they stand."""

from __future__ import annotations

import io
import random
import zipfile

import atheris

_ZIP = b"PK"
# Parts of a package are far smaller; libFuzzer asks for a bound.
_LARGEST = 1 << 16


def mutate(data: bytes, largest: int, seed: int) -> bytes:
    """Another input of at most `largest` bytes."""
    if not data.startswith(_ZIP):
        return bytes(atheris.Mutate(data, largest))
    chance = random.Random(seed)
    try:
        parts = _unpack(data)
    except Exception:  # noqa: BLE001 - whatever a broken zip does to zipfile: it is mutated as it is
        parts = {}
    # One in ten times the zip itself.
    if not parts or not chance.randrange(10):
        return bytes(atheris.Mutate(data, largest))
    name = chance.choice(sorted(parts))
    parts[name] = bytes(atheris.Mutate(parts[name], _LARGEST))
    packed = _pack(parts)
    return packed if len(packed) <= largest else data


def _unpack(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _pack(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()
