"""What the stages have made of a document so far, from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Self

from workers.report import model
from workers.report.text import Traced

_UNCLEANED = model.Cleaned(traced=Traced(""))
_UNSEGMENTED = model.Segmented(header=model.Header(), sections=(), sentences=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """Each stage fills its part, the later ones are empty. `tokens` are the words for search;
    `read_header` is what the machine read where a person put the header right.
    """

    source: model.Source
    cleaned: model.Cleaned = field(default=_UNCLEANED)
    segmented: model.Segmented = field(default=_UNSEGMENTED)
    tokens: tuple[str, ...] = ()
    metrics: tuple[model.Metric, ...] = ()
    relations: tuple[model.Relation, ...] = ()
    findings: tuple[model.Finding, ...] = ()
    cells: tuple[model.Cell, ...] = ()
    read_header: model.Header | None = None

    @classmethod
    def of(cls, report: model.Report, tokens: tuple[str, ...] = ()) -> Self:
        """All that the core makes of a file, with its words."""
        made = {one.name: getattr(report, one.name) for one in fields(report)}
        return cls(**made, tokens=tokens)

    @property
    def traced(self) -> Traced:
        return self.cleaned.traced


# By the documents' ids.
Batch = Mapping[int, Understood]
