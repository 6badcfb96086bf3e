"""What a person is told when a decision cannot be made, in both languages."""

from __future__ import annotations

from workers.desk.corrections.errors import ReviewError


class NoSuchFinding(ReviewError):
    """There is no finding of this number: `fazhi review list` shows the open ones."""

    zh = "没有这个编号的问题。"


class HeldByAnother(ReviewError):
    """Somebody else is looking at this finding: wait, or ask for it to be released."""

    zh = "这个问题正由别人处理，请稍后再试或请对方释放。"


class DecidedMeanwhile(ReviewError):
    """Somebody decided this finding since you opened it: look at it again before you decide."""

    zh = "您打开之后，"


class ReadAnew(ReviewError):
    """The report was read anew since you opened this finding, and says something else now:
    look at it again.
    """

    zh = "您打开之后，报告重新读取过，内容有变，请看过再决定。"


class NothingToUndo(ReviewError):
    """Nothing is decided of this finding, so there is nothing to take back."""

    zh = "这个问题还没有处理过，没有可以撤销的。"
