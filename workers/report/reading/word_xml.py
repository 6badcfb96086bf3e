"""Word documents that are one XML file: a package laid flat (pkg:package), and Word 2003's own
format (w:wordDocument). Both are put together as a .docx, whose reader goes by local names."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from workers.errors import DamagedFile
from workers.report.reading.doc_lists import NUMBER_FORMS
from workers.report.reading.numbering import put_label
from workers.report.reading.package import parse_xml
from workers.report.reading.xmlnodes import (
    as_int,
    attribute,
    child,
    children,
    local_name,
    value_of,
)

# Pictures and fonts; the parser takes no text as long as theirs.
_BINARY = re.compile(
    rb"<(?P<name>(?:pkg:binaryData|w:binData|w:docOleData)\b)[^>]*>[^<]*</(?:pkg|w):\w+>"
)

# What was deleted, and what somebody said beside the text.
_NO_TEXT = frozenset({"Word.Deletion", "Word.Comment"})


def pack_word_xml(data: bytes) -> bytes:
    """The document as a .docx, with the parts that hold its text. DamagedFile."""
    root = parse_xml(_BINARY.sub(b"", data).strip())
    parts = _laid_flat(root) if local_name(root) == "package" else _of_2003(root)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in parts:
            archive.writestr(name, etree.tostring(part))
    return packed.getvalue()


def _laid_flat(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    for part in children(root, "part"):
        content = child(part, "xmlData")
        if content is not None and len(content):
            yield attribute(part, "name").lstrip("/"), content[0]


def _of_2003(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    body = child(root, "body")
    if body is None:
        raise DamagedFile("(it lacks its main part)", "（缺少正文部分）")
    for marked in list(body.iter("{*}annotation")):
        if attribute(marked, "type") in _NO_TEXT and (around := marked.getparent()) is not None:
            around.remove(marked)
    for paragraph in list(body.iter("{*}p")):
        _put_number(paragraph)
    for kind in ("footnote", "endnote"):
        notes = etree.Element(f"{kind}s")
        for note in list(body.iter(f"{{*}}{kind}")):
            note.tail = None
            notes.append(note)  # out of the run that it hangs on
        yield f"word/{kind}s.xml", notes
    document = etree.Element("document")
    document.append(body)
    yield "word/document.xml", document
    lists = child(root, "lists")
    if lists is not None:
        yield "word/numbering.xml", _numbering(lists)
    styles = child(root, "styles")
    if styles is not None:
        yield "word/styles.xml", styles


def _put_number(paragraph: etree._Element) -> None:
    """The number that Word has counted stands beside the list's own, as a hint; what other programs
    wrote is counted as in a .docx.
    """
    properties = child(paragraph, "pPr")
    listed = None if properties is None else child(properties, "listPr")
    if properties is None or listed is None:
        return
    hint = child(listed, "t")
    if hint is None:
        _count(listed)
        return
    label = attribute(hint, "val")
    text = "".join(str(node.text or "") for node in paragraph.iter("{*}t") if node is not hint)
    is_bullet = "\uf000" <= label[:1] <= "\uf8ff"
    if not label or is_bullet or not text.strip():
        return
    run = etree.Element("r")
    shown = etree.SubElement(run, "t")
    shown.text = put_label(label, text).removesuffix(text)
    paragraph.insert(paragraph.index(properties) + 1, run)


def _count(listed: etree._Element) -> None:
    """Has the reader of .docx count the paragraph."""
    listed.tag = "numPr"
    number = child(listed, "ilfo")
    if number is not None:
        number.tag = "numId"


def _numbering(lists: etree._Element) -> etree._Element:
    """numbering.xml of the lists, which are the same by other names."""
    numbering = etree.Element("numbering")
    for definition in children(lists, "listDef"):
        family = etree.SubElement(
            numbering, "abstractNum", abstractNumId=attribute(definition, "listDefId")
        )
        for level in children(definition, "lvl"):
            code = value_of(level, "nfc")
            etree.SubElement(level, "numFmt", val=NUMBER_FORMS.get(as_int(code, 0), "decimal"))
            family.append(level)
    for each in children(lists, "list"):
        number = etree.SubElement(numbering, "num", numId=attribute(each, "ilfo"))
        etree.SubElement(number, "abstractNumId", val=value_of(each, "ilst"))
    return numbering
