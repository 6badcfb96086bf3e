"""OpenDocument texts for tests, written part by part."""

from __future__ import annotations

from tests.report.docx import package

NAMES = "office text table style draw fo svg"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_URNS = {"draw": "drawing", "fo": "xsl-fo-compatible", "svg": "svg-compatible"}
NS = " ".join(f'xmlns:{name}="{_OASIS}:{_URNS.get(name, name)}:1.0"' for name in NAMES.split())
KIND = "application/vnd.oasis.opendocument."


def paragraph(written: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{written}</text:p>'


def heading(written: str, depth: int, more: str = "") -> str:
    return f'<text:h text:outline-level="{depth}" {more}>{written}</text:h>'


def listed(*items: str, more: str = 'text:style-name="L"', item: str = "") -> str:
    """A list of these items; an item that is no element is a paragraph."""
    inner = (one if one.startswith("<") else paragraph(one) for one in items)
    return (
        f"<text:list {more}>"
        f"{''.join(f'<text:list-item {item}>{one}</text:list-item>' for one in inner)}</text:list>"
    )


def level(depth: int, form: str, before: str = "", after: str = "", more: str = "") -> str:
    """One level of a list style, from 1."""
    how = f'style:num-format="{form}" style:num-prefix="{before}" style:num-suffix="{after}" {more}'
    return f'<text:list-level-style-number text:level="{depth}" {how}/>'


def list_style(*levels: str, name: str = "L") -> str:
    return f'<text:list-style style:name="{name}">{"".join(levels)}</text:list-style>'


def style(name: str, looks: str, family: str = "text", more: str = "") -> str:
    properties = f"<style:text-properties {looks}/>"
    return (
        f'<style:style style:name="{name}" style:family="{family}" {more}>'
        f"{properties}</style:style>"
    )


def table(*rows: str) -> str:
    return (
        "<table:table>"
        f"{''.join(f'<table:table-row>{row}</table:table-row>' for row in rows)}</table:table>"
    )


def cell(written: str, more: str = "") -> str:
    return f"<table:table-cell {more}>{paragraph(written)}</table:table-cell>"


def odt(body: str, automatic: str = "", *, kind: str = "text", **parts: str) -> bytes:
    """A file of this body; `parts` are further parts by name: styles, META-INF/manifest."""
    held = (
        f"<office:automatic-styles>{automatic}</office:automatic-styles><office:body>"
        f"{_body(kind, body)}</office:body>"
    )
    return package(
        {
            "mimetype": KIND + kind,
            "content.xml": f"<office:document-content {NS}>{held}</office:document-content>",
            **{f"{name}.xml": xml for name, xml in parts.items()},
        }
    )


def flat_odt(body: str, automatic: str = "", *, kind: str = "text") -> bytes:
    held = (
        f"<office:automatic-styles>{automatic}</office:automatic-styles><office:body>"
        f"{_body(kind, body)}</office:body>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {NS} '
        f'office:mimetype="{KIND}{kind}">'
        f"{held}</office:document>"
    ).encode()


def _body(kind: str, body: str) -> str:
    return f"<office:{kind}>{body}</office:{kind}>"


def styles(automatic: str) -> str:
    """The part of the styles that have names of their own."""
    return (
        f"<office:document-styles {NS}><office:styles>{automatic}</office:styles>"
        "</office:document-styles>"
    )
