"""Whose a figure is, over what period, for each of what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.growth import is_linear
from workers.errors import CatalogueError
from workers.report.catalogue import load_yaml
from workers.report.chinese.sentences import find_sentences
from workers.report.extraction import extract_metrics, periods
from workers.report.extraction.scope import fill_scope
from workers.report.model import Bound, Header, Metric, Place, Role, Section, Segmented, Status

CASES = yaml.safe_load((Path(__file__).parent / "scope" / "scope.yaml").read_text(encoding="utf-8"))
FIGURE = re.compile(r"\[([^\[\]]+)\]")


def rows(group: str) -> list[Any]:
    return [pytest.param(row, id=row["label"]) for row in CASES[group]]


def segmented(
    text: str, issuer: str = "松坪镇人民政府", year: int | None = 2024, role: str = ""
) -> Segmented:
    place = Place(township="松坪镇", county="榆湾县") if "镇" in issuer else Place(county="榆湾县")
    roles = (Role(role or "achievements"),)
    section = Section(
        level=1, number=None, title=None, roles=roles, start=0, end=len(text), heading_end=0
    )
    header = Header(issuer=issuer, place=place, year=year)
    return Segmented(header=header, sections=(section,), sentences=find_sentences(text))


def metrics_of(row: dict[str, Any]) -> tuple[Metric, ...]:
    known = {key: row[key] for key in ("issuer", "year", "role") if key in row}
    return extract_metrics(row["text"], segmented(row["text"], **known))


def numbered(metrics: tuple[Metric, ...]) -> Iterator[tuple[str, Metric]]:
    """The second 3件 of a text is 3件@2."""
    seen: Counter[str] = Counter()
    for metric in metrics:
        seen[metric.quote] += 1
        yield (
            metric.quote if seen[metric.quote] == 1 else f"{metric.quote}@{seen[metric.quote]}",
            metric,
        )


def scopes(row: dict[str, Any]) -> list[list[str | None]]:
    found = [
        [name, metric.subject, metric.period, metric.per]
        for name, metric in numbered(metrics_of(row))
    ]
    return [scope for scope in found if any(scope[1:])]


@pytest.mark.parametrize("row", rows("stated"))
def test_stated_scope_is_kept(row: dict[str, Any]) -> None:
    assert scopes(row) == row["expect"]


@pytest.mark.parametrize("row", rows("not_stated"))
def test_own_figure_of_the_year_has_no_scope(row: dict[str, Any]) -> None:
    assert metrics_of(row), "the text states a figure"
    assert scopes(row) == []


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(r, id=r["label"], marks=pytest.mark.xfail(strict=True, reason=r["reason"]))
        for r in CASES["known_failures"]
    ],
)
def test_known_failure_has_its_scope(row: dict[str, Any]) -> None:
    assert scopes(row) == row["expect"]


def catalogue_rows() -> Iterator[Any]:
    listed = load_yaml("scope.yaml")
    for field, group in (("period", "periods"), ("subject", "bodies"), ("per", "per")):
        for row in listed[group]:
            yield pytest.param(field, row, id=f"{field} {row.get('word') or row['words'][0]}")


@pytest.mark.parametrize(("field", "row"), list(catalogue_rows()))
def test_catalogue_bears_out_its_examples(field: str, row: dict[str, Any]) -> None:
    words = tuple(row["words"]) if "words" in row else (row["word"],)
    ends_others = row.get("holds") == "year"
    for key, expected in (("example", not ends_others), ("near_miss", ends_others)):
        text = FIGURE.sub(r"\1", row[key])
        quote = FIGURE.search(row[key])
        found = [m for m in extract_metrics(text, segmented(text)) if quote and m.quote == quote[1]]
        assert len(found) == 1, f"{row[key]}: the figure is not found"
        value = getattr(found[0], field)
        assert (value is not None) is expected, f"{row[key]}: {value}"
        assert value is None or ends_others or value.startswith(words), f"{row[key]}: {value}"


def test_word_that_stands_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"words": ["上半年", "上半年"], "holds": "list"}
    monkeypatch.setattr(periods, "load_yaml", lambda _: {"periods": [row]})
    monkeypatch.setattr(
        periods,
        "_fixed_periods",
        getattr(periods._fixed_periods, "__wrapped__", periods._fixed_periods),
    )
    with pytest.raises(CatalogueError, match=r"scope\.yaml: 上半年: stands twice"):
        periods._fixed_periods()


def figure(at: int) -> Metric:
    return Metric(
        start=at,
        end=at + 2,
        quote="3件",
        value=3.0,
        unit="件",
        bound=Bound.EXACT,
        status=Status.DONE,
        indicator=None,
    )


@pytest.mark.parametrize(
    "piece",
    [
        "每",
        "以来",
        "截至",
        "各村",
        "上半年3件",
        "1-",
        "近三年，",
        "司法所、",
        "各村3件、",
        "2024年",
        " ",
        "《",
        "均",
        "自",
    ],
)
def test_text_twice_as_long_takes_about_twice_the_time(piece: str) -> None:
    def prepare(text: str) -> Callable[[], object]:
        return partial(
            fill_scope,
            text,
            segmented(text),
            tuple(figure(at) for at in range(4, len(text) - 2, 9)),
        )

    assert is_linear(prepare, piece, 80_000)
