"""What can go wrong in ways a person can mend. The docstring of a class is the sentence that the person reads."""

from __future__ import annotations

import inspect


class FazhiError(Exception):
    """Something went wrong."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(f"{inspect.getdoc(type(self))} {detail}".strip())


class UnusableFile(FazhiError):
    """This file cannot be read."""


class EmptyFile(UnusableFile):
    """The file is empty (0 bytes): copy it again from its source and drop it once more."""


class UnknownFormat(UnusableFile):
    """This is no format that can be read: save the report as .txt, .html or .docx and drop it again."""


class DamagedFile(UnusableFile):
    """The file is damaged or was cut off while copying: open it where it came from, save it anew and drop it again."""


class NoText(UnusableFile):
    """The file holds no text: if it is a scan, drop a version with text (.docx, .html, .txt)."""


class UndecodableText(UnusableFile):
    """The text is in no known Chinese encoding: save it as UTF-8 and drop it again."""


class TooLarge(UnusableFile):
    """The file is larger than can be read safely: drop the report alone, without its attachments and pictures."""


class CatalogueError(FazhiError):
    """A catalogue file is wrong: mend the entry that is named here."""


class SettingError(FazhiError):
    """A setting is wrong: mend it in the environment or in .env."""


class ServiceMissing(FazhiError):
    """A service that fazhi needs is not there: `fazhi doctor` says what to do."""
