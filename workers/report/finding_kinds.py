"""The kinds of findings (DESIGN 6): a row for each.

What a kind is called in the pages stands in review/words.yaml.
"""

from __future__ import annotations

from enum import StrEnum


class Group(StrEnum):
    """What a kind is told by: the law, the header, arithmetic, damage to the text,
    other reports.
    """

    LAW = "law"
    HEADER = "header"
    ARITHMETIC = "arithmetic"
    DAMAGE = "damage"
    ACROSS = "across"


class Scope(StrEnum):
    """What hangs on a finding without a figure: all that the report states,
    or nothing but that stretch of text.
    """

    REPORT = "report"
    TEXT = "text"


class FindingKind(StrEnum):
    """A row is the stored string, the group, the scope and the rank.

    Where several kinds tell of one place, the one of the lowest rank is kept: it explains the
    others. Where the text breaks off a mark lacks its partner, a date is a number too, a damaged
    number explains its impossible rate, a total less than its part does not add up either. A kind
    of rank None stands beside any other.

    >>> FindingKind.DAMAGED_DATE, FindingKind.DAMAGED_DATE.group, FindingKind("damaged_date").rank
    (<FindingKind.DAMAGED_DATE: 'damaged_date'>, <Group.DAMAGE: 'damage'>, 20)
    """

    LAW_ITEM_MISSING = "law_item_missing", Group.LAW, Scope.REPORT, None
    PUBLISHED_LATE = "published_late", Group.LAW, Scope.REPORT, None
    REPORT_OVERDUE = "report_overdue", Group.LAW, Scope.REPORT, None

    ISSUER_UNKNOWN = "issuer_unknown", Group.HEADER, Scope.REPORT, None
    PLACE_AMBIGUOUS = "place_ambiguous", Group.HEADER, Scope.REPORT, None
    TITLE_MISSING = "title_missing", Group.HEADER, Scope.REPORT, None
    YEAR_CONFLICT = "year_conflict", Group.HEADER, Scope.REPORT, None
    NOT_A_REPORT = "not_a_report", Group.HEADER, Scope.REPORT, None
    TWO_REPORTS = "two_reports", Group.HEADER, Scope.REPORT, None
    STALE_YEAR = "stale_year", Group.HEADER, Scope.REPORT, 60

    RATE_IMPOSSIBLE = "rate_impossible", Group.ARITHMETIC, Scope.REPORT, 80
    RATE_OVER_100 = "rate_over_100", Group.ARITHMETIC, Scope.REPORT, 70
    PART_EXCEEDS_WHOLE = "part_exceeds_whole", Group.ARITHMETIC, Scope.REPORT, 90
    SUM_MISMATCH = "sum_mismatch", Group.ARITHMETIC, Scope.REPORT, 100
    FIGURES_CONFLICT = "figures_conflict", Group.ARITHMETIC, Scope.REPORT, 120
    ODD_BOUND = "odd_bound", Group.ARITHMETIC, Scope.REPORT, 130
    # Not wrong in the report: what its figures come to, or what one is of (cells/).
    CELL_UNCLEAR = "cell_unclear", Group.ARITHMETIC, Scope.REPORT, None
    FIGURE_UNSURE = "figure_unsure", Group.ARITHMETIC, Scope.REPORT, None
    AVERAGE_ABSURD = "average_absurd", Group.ARITHMETIC, Scope.REPORT, 110

    LOST_CHARACTERS = "lost_characters", Group.DAMAGE, Scope.TEXT, 50
    DAMAGED_NUMBER = "damaged_number", Group.DAMAGE, Scope.TEXT, 30
    DAMAGED_DATE = "damaged_date", Group.DAMAGE, Scope.TEXT, 20
    WRONG_WORD = "wrong_word", Group.DAMAGE, Scope.TEXT, 45
    GARBLED_TEXT = "garbled_text", Group.DAMAGE, Scope.TEXT, 40
    REPEATED_PASSAGE = "repeated_passage", Group.DAMAGE, Scope.TEXT, None
    LOW_OCR_CONFIDENCE = "low_ocr_confidence", Group.DAMAGE, Scope.REPORT, None
    PICTURES_WITHOUT_TEXT = "pictures_without_text", Group.DAMAGE, Scope.REPORT, None
    TRUNCATED = "truncated", Group.DAMAGE, Scope.REPORT, 10

    NEAR_DUPLICATE = "near_duplicate", Group.ACROSS, Scope.REPORT, None
    CONFLICTING_RESUBMISSION = "conflicting_resubmission", Group.ACROSS, Scope.REPORT, None
    OUTLIER_IN_TIME = "outlier_in_time", Group.ACROSS, Scope.REPORT, None
    OUTLIER_AMONG_PEERS = "outlier_among_peers", Group.ACROSS, Scope.REPORT, None

    group: Group
    scope: Scope
    rank: int | None

    def __new__(cls, name: str, group: Group, scope: Scope, rank: int | None) -> FindingKind:
        kind = str.__new__(cls, name)
        kind._value_ = name
        kind.group, kind.scope, kind.rank = group, scope, rank
        return kind


# Of what is no report, no figure goes into the panel until a person says that it is one.
KEEPS_OUT = frozenset({FindingKind.NOT_A_REPORT, FindingKind.TWO_REPORTS})
