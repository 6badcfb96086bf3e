"""What a comparison across reports kept with its finding, as a page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schema.tables import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherReport:
    """A report that the finding holds this one against; `share` of the text is the same."""

    document_id: int
    issuer: str | None
    title: str | None
    year: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class SharedPassage:
    """The same passage in this report and in the other."""

    text: str
    other_text: str


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """One side of a change."""

    value: float
    unit: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFigure:
    """What two reports state differently; null where one of them does not state it."""

    indicator: str | None
    zh: str
    subject: str | None
    period: str | None
    before: StatedFigure | None
    after: StatedFigure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AmongOthers:
    """A figure beside the issuer's other years, or beside those of its peers:
    their middle and usual range.
    """

    value: float
    unit: str
    middle: float
    low: float
    high: float
    count: int
    years: Mapping[str, float]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedReport:
    """Since when a report is overdue, and why it is expected."""

    due: str
    expected_by: str
    county: str | None
    province: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that can be kept; a finding has what its kind is about.

    `compares_texts` also where no passage is the same.
    """

    other: OtherReport | None = None
    others: tuple[OtherReport, ...] = ()
    compares_texts: bool = False
    passages: tuple[SharedPassage, ...] = ()
    changes: tuple[ChangedFigure, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    among: AmongOthers | None = None
    expected: ExpectedReport | None = None


def read_comparison(details: Json | None) -> Comparison:
    """The values out of what the row keeps."""
    kept = details or {}
    sections = kept.get("sections") or {}
    return Comparison(
        other=_read_other(kept["other"]) if kept.get("other") else None,
        others=tuple(map(_read_other, kept.get("others", ()))),
        compares_texts="passages" in kept,
        passages=tuple(
            SharedPassage(one["text"], one["other_text"]) for one in kept.get("passages", ())
        ),
        changes=tuple(map(_read_change, kept.get("changes", ()))),
        added=tuple(sections.get("added", ())),
        removed=tuple(sections.get("removed", ())),
        among=_read_among(kept) if "middle" in kept else None,
        expected=_read_expected(kept) if "expected_by" in kept else None,
    )


def _read_other(kept: Json) -> OtherReport:
    return OtherReport(
        document_id=kept["document_id"],
        issuer=kept.get("issuer"),
        title=kept.get("title"),
        year=kept.get("year"),
        share=kept.get("share"),
    )


def _read_change(kept: Json) -> ChangedFigure:
    return ChangedFigure(
        indicator=kept.get("indicator"),
        zh=kept["zh"],
        subject=kept.get("subject"),
        period=kept.get("period"),
        before=_read_figure(kept.get("before")),
        after=_read_figure(kept.get("after")),
    )


def _read_figure(kept: Json | None) -> StatedFigure | None:
    return StatedFigure(kept["value"], kept["unit"], kept["quote"]) if kept else None


def _read_among(kept: Json) -> AmongOthers:
    return AmongOthers(
        **{name: kept[name] for name in ("value", "unit", "middle", "low", "high", "count")},
        years=kept.get("years") or {},
        values=tuple(kept.get("values") or ()),
    )


def _read_expected(kept: Json) -> ExpectedReport:
    return ExpectedReport(
        due=kept["due"],
        expected_by=kept["expected_by"],
        county=kept.get("county"),
        province=kept.get("province"),
    )
