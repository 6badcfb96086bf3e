"""Which figures a page of numbers is about, as its address says it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query
from pydantic import BeforeValidator, Field

from review.inputs import SentNumber, Words
from workers.desk.numbers.panel import Order, PanelRow, Selection
from workers.report.catalogue import indicators

# A form sends what is not chosen as an empty field.
_chosen = BeforeValidator(lambda given: given or None)
YearAsked = Annotated[Annotated[int, Field(ge=1900, le=2200)] | None, _chosen, Query()]
ValueAsked = Annotated[Annotated[float, Field(allow_inf_nan=False)] | None, _chosen, Query()]
IssuerAsked = Annotated[SentNumber | None, _chosen, Query()]
OrderAsked = Annotated[Order | None, _chosen, Query()]


@dataclass(frozen=True, slots=True)
class Asked:
    """The selection, its order, and the key of the row behind which the page begins."""

    indicator: Words = ""
    pillar: Words = ""
    year: YearAsked = None
    province: Words = ""
    county: Words = ""
    words: Words = ""
    issuer: IssuerAsked = None
    least: ValueAsked = None
    most: ValueAsked = None
    below: ValueAsked = None
    order: OrderAsked = None
    after: Words = ""

    @property
    def selection(self) -> Selection:
        return Selection(
            indicator=self.indicator or None,
            pillar=self.pillar,
            year=self.year,
            province=self.province,
            county=self.county.strip(),
            words=self.words,
            issuer=self.issuer,
            least=self.least,
            most=self.most,
            below=self.below,
        )

    @property
    def ordered(self) -> Order:
        """By value only where values can be compared."""
        order = self.order or Order.ISSUER
        return order if not order.by_value or self.indicator in indicators() else Order.ISSUER

    @property
    def is_filtered(self) -> bool:
        return self.with_(order=None, after="") != Asked()

    def with_(self, **changed: Any) -> Asked:
        """The same with something else; from the first page on, unless `after` is given."""
        return replace(self, **({"after": ""} | changed))

    def link(self, path: str = "/numbers", **changed: Any) -> str:
        """The address of this selection with something else."""
        asked = self.with_(**changed)
        given = {name: getattr(asked, name) for name in asked.__dataclass_fields__}
        query = urlencode({name: value for name, value in given.items() if value not in (None, "")})
        return f"{path}?{query}" if query else path


AskedHere = Annotated[Asked, Depends()]


def sentence_of(figure: PanelRow) -> str:
    """The address of the sentence that states the figure."""
    return f"/reports/{figure.document}?{urlencode({'figure': figure.figure})}#chosen"
