"""The reports that stand, as people look at them: a list of them,
and one with all that is known of it.

    listing.py     which reports: by name, issuer, year, newest first
    showing.py     one report: header, a part of its text with figures, findings and edits
    values.py      what showing gives
    pages.py       its pages as they are drawn, and what is marked on them
    alike.py       which other reports it resembles
    parts.py       how a long text is parted, and where a raw span stands in the clean text
    stored.py      one report as the JSON object of `fazhi read --json`

What makes a report out of bytes is `workers/report/`, which knows nothing of these.
"""

from workers.desk.browsing.listing import ReportLine, find_reports, list_reports
from workers.desk.browsing.pages import (
    DrawnPage,
    MarkedBox,
    PictureSource,
    find_picture_source,
    load_pages,
    open_page,
)
from workers.desk.browsing.showing import show_report
from workers.desk.browsing.stored import stored_json
from workers.desk.browsing.values import (
    OpenedReport,
    PlacedEdit,
    PlacedFinding,
    PlacedMetric,
    SimilarReport,
)

__all__ = [
    "DrawnPage",
    "MarkedBox",
    "OpenedReport",
    "PictureSource",
    "PlacedEdit",
    "PlacedFinding",
    "PlacedMetric",
    "ReportLine",
    "SimilarReport",
    "find_picture_source",
    "find_reports",
    "list_reports",
    "load_pages",
    "open_page",
    "show_report",
    "stored_json",
]
