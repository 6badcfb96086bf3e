"""What a person puts right without a question: the header of a report, its figures, and which
bodies are one. Kept apart from what the machine read, with its history; a report that is read anew
keeps it (workers/results/correcting.py).

    amounts.py     an amount as a person writes it
    reading.py     a correction of a figure, checked against the catalogue
    figures.py     figures corrected, taken out, added
    header.py      title, issuer, county, province, year, day
    candidates.py  what a field of the header may be
    bodies.py      two bodies that are one, one that is two
    recording.py   the history
    undoing.py     taken back
    trying.py      what a value would settle or raise, before it is saved
"""

from workers.desk.corrections.amounts import Amount, read_amount
from workers.desk.corrections.errors import (
    CannotCorrect,
    NoSuchBody,
    NoSuchCorrection,
    NoSuchFigure,
    NoSuchReport,
    ReviewError,
)
from workers.desk.corrections.reading import Correction, read_correction
from workers.desk.corrections.recording import PastCorrection, Who, list_corrections

__all__ = [
    "Amount",
    "CannotCorrect",
    "Correction",
    "NoSuchBody",
    "NoSuchCorrection",
    "NoSuchFigure",
    "NoSuchReport",
    "PastCorrection",
    "ReviewError",
    "Who",
    "list_corrections",
    "read_amount",
    "read_correction",
]
