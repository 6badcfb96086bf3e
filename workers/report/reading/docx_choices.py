"""What a Word document offers to choose from, settled before it is read."""

from __future__ import annotations

import re

from lxml import etree

from workers.report.reading.docx_styles import is_on
from workers.report.reading.xmlnodes import attribute, child, children, local_name

# Namespaces that are read; of another choice Word's own fallback is taken.
_KNOWN = re.compile(r"schemas\.(?:microsoft\.com/office/(?:word|drawing)|openxmlformats\.org)")


def settle_choices(root: etree._Element) -> None:
    """Put what is shown in the place of each `mc:AlternateContent`,
    and empty the controls that show no more than their prompt (单击输入文字).
    """
    for node in list(root.iter("{*}AlternateContent", "{*}sdt")):
        if local_name(node) == "AlternateContent":
            _put_in_place(node, _chosen(node))
        elif _is_prompt(node):
            for run in list(node.iter("{*}r")):
                _put_in_place(run, None)


def _chosen(node: etree._Element) -> etree._Element | None:
    """The first choice that is known, else the fallback."""
    for choice in children(node, "Choice"):
        wanted = str(choice.get("Requires", "")).split()
        if wanted and all(_KNOWN.search(choice.nsmap.get(name) or "") for name in wanted):
            return choice
    return child(node, "Fallback")


def _put_in_place(node: etree._Element, chosen: etree._Element | None) -> None:
    above = node.getparent()
    if above is not None:
        at = above.index(node)
        above[at : at + 1] = [] if chosen is None else list(chosen)


def _is_prompt(control: etree._Element) -> bool:
    properties = child(control, "sdtPr")
    shown = None if properties is None else child(properties, "showingPlcHdr")
    return shown is not None and is_on(attribute(shown, "val"))
