"""The queue for people: findings, and what a person decided of them.

Nothing that the machine read is changed.

A finding is open, claimed by one person for a while, or settled by a decision (`claims`,
`decisions`). What is decided holds while the finding's evidence does, and is carried along where
the same finding comes again (`carrying`).
"""

from workers.desk.corrections.amounts import Amount, read_amount
from workers.desk.corrections.errors import CannotCorrect, ReviewError
from workers.desk.corrections.reading import Correction, read_correction
from workers.desk.queue.claims import LEASE, claim, claim_next, find_next, release
from workers.desk.queue.comparison import AmongOthers, Comparison, read_comparison
from workers.desk.queue.decisions import (
    Bulk,
    correct_header,
    count_waiting,
    decide,
    decide_all,
    undo,
)
from workers.desk.queue.errors import (
    DecidedMeanwhile,
    HeldByAnother,
    NoSuchFinding,
    NothingToUndo,
    ReadAnew,
)
from workers.desk.queue.listing import Filters, find_finding, issuers_of, list_findings
from workers.desk.queue.passages import (
    CleanPiece,
    EvidencePassage,
    EvidencePiece,
    load_headings,
    load_passages,
    make_visible,
    mark_spans,
    sentences_around,
)
from workers.desk.queue.showing import (
    ends_of,
    flatten_text,
    list_files,
    show_finding,
    tell_seen,
)
from workers.desk.queue.statistics import (
    KindStatistics,
    ReviewerStatistics,
    count_since,
    measure_kinds,
    measure_reviewers,
)
from workers.desk.queue.values import (
    BACK,
    FRONT,
    DecidedFinding,
    FindingInFull,
    Key,
    PastDecision,
    QueuedFinding,
)
from workers.results.human import FigureReading

__all__ = [
    "BACK",
    "FRONT",
    "LEASE",
    "AmongOthers",
    "Amount",
    "Bulk",
    "CannotCorrect",
    "CleanPiece",
    "Comparison",
    "Correction",
    "DecidedFinding",
    "DecidedMeanwhile",
    "EvidencePassage",
    "EvidencePiece",
    "FigureReading",
    "Filters",
    "FindingInFull",
    "HeldByAnother",
    "Key",
    "KindStatistics",
    "NoSuchFinding",
    "NothingToUndo",
    "PastDecision",
    "QueuedFinding",
    "ReadAnew",
    "ReviewError",
    "ReviewerStatistics",
    "claim",
    "claim_next",
    "correct_header",
    "count_since",
    "count_waiting",
    "decide",
    "decide_all",
    "ends_of",
    "find_finding",
    "find_next",
    "flatten_text",
    "issuers_of",
    "list_files",
    "list_findings",
    "load_headings",
    "load_passages",
    "make_visible",
    "mark_spans",
    "measure_kinds",
    "measure_reviewers",
    "read_amount",
    "read_comparison",
    "read_correction",
    "release",
    "sentences_around",
    "show_finding",
    "tell_seen",
    "undo",
]
