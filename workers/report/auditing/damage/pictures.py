"""A title and pictures, and hardly a word between: the report was scanned into a document."""

from __future__ import annotations

from collections.abc import Iterator

from workers.report.auditing.context import Evidence
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity

# The shortest report that says anything has some 300 characters;
# a title, an issuer and a date have 60.
_FEWEST_CHARACTERS = 150


def audit_pictures(evidence: Evidence) -> Iterator[Finding]:
    """pictures_without_text, once."""
    count, text = evidence.source.pictures, evidence.text
    if count and sum(not character.isspace() for character in text) < _FEWEST_CHARACTERS:
        yield Finding(
            kind=FindingKind.PICTURES_WITHOUT_TEXT,
            severity=Severity.CHECK,
            message=f"文件里有{count}张图片，却几乎没有文字：正文像是以图片放入的。请放入有文字的版本，或先做文字识别。",
            message_en=(
                f"The file has {count} pictures and hardly any text: the report "
                "seems to be in the pictures."
            ),
        )
