"""What a person is told when something cannot be put right so, in both languages."""

from __future__ import annotations

from workers.errors import Notice


class ReviewError(Notice):
    """This cannot be decided so."""

    zh = "不能这样处理。"


class CannotCorrect(ReviewError):
    """This finding cannot be corrected so."""

    zh = "不能这样更正。"


class NoSuchReport(ReviewError):
    """There is no report of this number in force."""

    zh = "没有这份报告，或者它已经撤回。"


class NoSuchFigure(ReviewError):
    """The report has no such figure: load its page again."""

    zh = "报告里没有这个数字，请重新载入页面。"


class NoSuchCorrection(ReviewError):
    """There is no such correction, or it was taken back already."""

    zh = "没有这条更正，或者已经撤销。"


class NoSuchBody(ReviewError):
    """There is no such issuer."""

    zh = "没有这个填报单位。"
