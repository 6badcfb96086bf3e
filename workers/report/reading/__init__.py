"""Bytes → raw text and pages, one module per family of formats."""

from __future__ import annotations

from hashlib import sha256

from workers.report.model import Source


def read_source(data: bytes, name: str) -> Source:
    text = data.decode("utf-8")
    return Source(name=name, sha256=sha256(data).hexdigest(), media_type="text/plain", encoding="utf-8", raw_text=text)
