"""How styles let text look, as far as that decides what is read."""

from __future__ import annotations

from dataclasses import dataclass

from workers.report.reading.formulas import lower_mark, raise_mark
from workers.report.reading.symbols import show_symbols


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a style lets text look; None and empty where it says nothing of that."""

    hidden: bool | None = None
    raised: bool | None = None
    lowered: bool | None = None
    font: str = ""

    def over(self, under: Look) -> Look:
        """This look, and where it says nothing the one under it."""
        return Look(
            hidden=under.hidden if self.hidden is None else self.hidden,
            raised=under.raised if self.raised is None else self.raised,
            lowered=under.lowered if self.lowered is None else self.lowered,
            font=self.font or under.font,
        )

    def show(self, text: str) -> str:
        """The text as it looks; nothing of what is hidden.

        >>> Look(raised=True).show("1,2"), Look(hidden=True).show("46件")
        ('¹,²', '')
        """
        if self.hidden:
            return ""
        shown = show_symbols(self.font, text)
        if self.raised:
            return raise_mark(shown)
        return lower_mark(shown) if self.lowered else shown
