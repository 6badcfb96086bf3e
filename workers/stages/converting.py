"""Any file → its text: what LibreOffice reads best is converted by it where it is installed."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace

from workers.errors import DamagedFile, NeedsOffice
from workers.report.model import Source, Unpacked
from workers.settings import Settings
from workers.stages.confinement.client import open_safely
from workers.stages.conversions import Waiting, convert_with_others, is_converted
from workers.stages.office import find_office, left


class TakesLong(Exception):
    """The file is to be converted, which takes seconds."""


def read_file(
    data: bytes,
    name: str,
    chosen: Settings,
    waiting: Waiting | None = None,
    *,
    patient: bool = True,
) -> Source | Unpacked:
    """The text of a file, read and where need be converted within the limits of the settings, with
    some of those that are `waiting`; or the files that it holds.

    UnusableFile; ReaderError where the fault is ours. TakesLong where one is not patient.
    """
    office, deadline = find_office(chosen.office), time.monotonic() + chosen.parse_seconds

    def read(content: bytes, *, convertible: bool) -> Source | Unpacked:
        return open_safely(
            content,
            name,
            seconds=left(deadline),
            megabytes=chosen.parse_megabytes,
            office=convertible,
        )

    try:
        return read(data, convertible=office is not None)
    except NeedsOffice as error:
        if office is None:
            raise
        if not patient and not is_converted(data, chosen):
            raise TakesLong from error
        wanted = error
    try:
        converted = convert_with_others(office, data, chosen, deadline, waiting)
    except DamagedFile as cannot:
        try:  # our own reader may
            return read(data, convertible=False)
        except NeedsOffice:
            raise cannot from None
    opened = read(converted, convertible=False)
    if isinstance(opened, Unpacked):
        return opened
    sha256 = hashlib.sha256(data).hexdigest()
    return replace(opened, media_type=wanted.media_type, sha256=sha256)
