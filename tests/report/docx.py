"""Word files for tests, written part by part: nothing but what a test asks for stands in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered(text: str, depth: int = 0, number: int = 1) -> str:
    return paragraph(
        text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    )


def document(body: str) -> str:
    return f"<w:document {W} {MC}><w:body>{body}</w:body></w:document>"


def numbering(levels: str, overrides: str = "") -> str:
    family = '<w:abstractNumId w:val="7"/>'
    lists = f'<w:num w:numId="1">{family}</w:num><w:num w:numId="2">{family}{overrides}</w:num>'
    return (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="7">'
        f"{levels}</w:abstractNum>{lists}</w:numbering>"
    )


def level(depth: int, form: str, text: str, more: str = "") -> str:
    how = f'<w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{depth}">{how}</w:lvl>'


def docx(body: str, **parts: str) -> bytes:
    """A file of this body; `parts` are further parts of word/ by name:
    numbering, styles, footnotes.
    """
    return package(
        {
            "word/document.xml": document(body),
            **{f"word/{name}.xml": xml for name, xml in parts.items()},
        }
    )


def package(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
