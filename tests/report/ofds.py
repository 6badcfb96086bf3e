"""OFD files for tests, part by part."""

from __future__ import annotations

from tests.report.docx import package

OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 5.0


def text(written: str, x: float, y: float, more: str = "", delta: str | None = None) -> str:
    """One text object whose base line begins at x, y (millimetres from the top left)."""
    step = f"g {len(written) - 1} {SIZE}" if delta is None and len(written) > 1 else delta or ""
    return (
        f'<ofd:TextObject Boundary="{x} {y - SIZE} 150 8" Size="{SIZE}" {more}>'
        f'<ofd:TextCode X="0" Y="{SIZE}" DeltaX="{step}">{written}</ofd:TextCode></ofd:TextObject>'
    )


def page(content: str, template: str = "") -> str:
    return (
        f'<ofd:Page {OFD}>{template}<ofd:Content><ofd:Layer ID="1">{content}</ofd:Layer>'
        "</ofd:Content></ofd:Page>"
    )


def ofd(*pages: str, templates: tuple[str, ...] = (), folder: str = "Doc_0") -> bytes:
    """A file of these pages; each template has its place in the tuple as its ID."""
    listed = "".join(
        f'<ofd:Page ID="{at}" BaseLoc="Pages/Page_{at}/Content.xml"/>' for at in range(len(pages))
    )
    known = "".join(
        f'<ofd:TemplatePage ID="{at}" BaseLoc="Tpls/Tpl_{at}/Content.xml"/>'
        for at in range(len(templates))
    )
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    document = (
        f"<ofd:Document {OFD}><ofd:CommonData>{area}{known}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    )
    root = f"<ofd:DocBody><ofd:DocRoot>{folder}/Document.xml</ofd:DocRoot></ofd:DocBody>"
    return package(
        {
            "OFD.xml": f'<ofd:OFD {OFD} Version="1.0">{root}</ofd:OFD>',
            "Doc_0/Document.xml": document,
            **{f"Doc_0/Pages/Page_{at}/Content.xml": xml for at, xml in enumerate(pages)},
            **{f"Doc_0/Tpls/Tpl_{at}/Content.xml": xml for at, xml in enumerate(templates)},
        }
    )
