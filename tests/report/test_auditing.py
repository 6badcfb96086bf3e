"""The audit stage on golden cases: what must be found, and what must be left alone.

Stages before it are not run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.growth import is_linear
from workers.errors import CatalogueError
from workers.report.auditing import MOST_OF_ONE_KIND, audit_report
from workers.report.auditing.arithmetic.shares import Share
from workers.report.auditing.damage.slips import (
    _expand_levels,
    _lost_forms,
    find_slips,
    find_wrong_names,
)
from workers.report.auditing.law import law_items
from workers.report.catalogue import load_yaml
from workers.report.model import (
    Bound,
    Cleaned,
    Finding,
    Header,
    Metric,
    Role,
    Section,
    Segmented,
    Severity,
    Source,
    Status,
)
from workers.report.pipeline import read_report
from workers.report.relations.filling import fill_parts
from workers.report.relations.statements import extract_relations
from workers.report.relations.words import rate_rules
from workers.report.text import Change, EditKind, Span, Traced

GOLDEN = Path(__file__).parent / "auditing"


def golden_cases() -> Iterator[Any]:
    for path in sorted(GOLDEN.glob("*.yaml")):
        group = yaml.safe_load(path.read_text(encoding="utf-8"))
        for case in group["cases"]:
            reason = case.get("known_failure")
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            yield pytest.param(group["kinds"], case, id=f"{path.stem}-{case['label']}", marks=marks)


def a_metric(text: str, row: str, since: int) -> Metric:
    """`53件 disputes.found` (after it, optionally: earlier or planned)
    as the metric at its next place in the text.
    """
    quote, indicator, *status = row.split()
    start = text.index(quote, since)
    number = re.search(r"[\d.,]+", quote)
    value = float(number.group().replace(",", "")) if number else float("nan")
    if quote.startswith("百分之"):
        value = {"九十八": 98.0, "九十四": 94.0}[quote.removeprefix("百分之")]
    return Metric(
        start=start,
        end=start + len(quote),
        quote=quote,
        value=value * (10_000 if "万" in quote else 1),
        unit="%"
        if "%" in quote or "百分之" in quote
        else re.sub(r"[\d.,余多近约万以上]", "", quote),
        bound=Bound.AT_LEAST
        if re.search("[余多]|以上", quote)
        else Bound.AT_MOST
        if "近" in quote
        else Bound.EXACT,
        status=Status(status[0]) if status else Status.DONE,
        indicator=None if indicator == "null" else indicator,
    )


def some_metrics(text: str, rows: list[str]) -> tuple[Metric, ...]:
    metrics: list[Metric] = []
    for row in rows:
        metrics.append(a_metric(text, row, metrics[-1].end if metrics else 0))
    return tuple(metrics)


def some_sections(
    text: str, headings: dict[str, list[str]], signature: str | None
) -> tuple[Section, ...]:
    """A section for each heading; `#` before one makes it a subsection.

    What precedes the first is the preamble.
    """
    places = [(text.index(title.lstrip("#")), title, roles) for title, roles in headings.items()]
    if signature:
        places.append((text.rindex(signature), "", [Role.SIGNATURE.value]))
    if not places or places[0][0] > 0:
        places.insert(0, (0, "", [Role.PREAMBLE.value]))
    ends = [start for start, _, _ in places[1:]] + [len(text)]
    return tuple(
        Section(
            level=0 if not title else 2 if title.startswith("#") else 1,
            number=None,
            title=title.lstrip("#") or None,
            roles=tuple(map(Role, roles)),
            start=start,
            end=end,
            heading_end=start + len(title.lstrip("#")),
        )
        for (start, title, roles), end in zip(places, ends, strict=True)
    )


def audited(case: dict[str, Any]) -> tuple[Finding, ...]:
    text = case["text"]
    header = Header(
        title=case.get("title", "清溪镇2023年度法治政府建设情况报告"),
        issuer=case.get("issuer", "清溪镇人民政府"),
        year=case.get("year", 2023),
        published=case.get("published"),
    )
    segmented = Segmented(
        header=header,
        sections=some_sections(text, case.get("headings", {}), case.get("signature")),
        sentences=tuple(Span(*found.span()) for found in re.finditer(r"[^。\n]+[。]?", text)),
    )
    name = case.get("name", "report.txt")
    source = Source(
        name=name, sha256="0" * 64, media_type="text/plain", encoding="utf-8", raw_text=text
    )
    metrics = some_metrics(text, case.get("figures", []))
    relations = extract_relations(text, segmented, metrics)
    metrics = fill_parts(metrics, relations)
    return audit_report(source, Cleaned(traced=Traced(text)), segmented, metrics, relations)


@pytest.mark.parametrize(("kinds", "case"), list(golden_cases()))
def test_golden_case_gives_its_findings_and_no_others(
    kinds: list[str], case: dict[str, Any]
) -> None:
    found = [finding for finding in audited(case) if finding.kind in kinds]
    wanted = case.get("expect", [])
    assert sorted(finding.kind for finding in found) == sorted(want["kind"] for want in wanted), (
        found
    )
    for want in wanted:
        assert any(answers(case["text"], want, finding) for finding in found), (want, found)


def answers(text: str, want: dict[str, Any], finding: Finding) -> bool:
    """The same kind, and all else that the case states:
    first span, severity, suggestion, what it is about.
    """
    stands = text[slice(*finding.spans[0])] if finding.spans else None
    said = {
        "kind": finding.kind,
        "at": stands,
        "severity": finding.severity.value,
        "suggests": finding.suggestion,
        "about": finding.about,
        "metrics": list(finding.metrics),
    }
    says = want.get("says", "") in finding.message and finding.message_en
    return bool(says) and all(said[key] == value for key, value in want.items() if key != "says")


def test_every_golden_file_has_negatives() -> None:
    cases = [
        case
        for path in GOLDEN.glob("*.yaml")
        for case in yaml.safe_load(path.read_text("utf-8"))["cases"]
    ]
    quiet = [case for case in cases if not case.get("expect")]
    assert len(cases) >= 60
    assert len(quiet) * 2 >= len(cases) - 1


def test_evidence_points_into_the_raw_text() -> None:
    raw = "共 5 件。深入贯彻党的二 十精神，压实责任。"
    spaces = [Change(at, at + 1, "") for at, character in enumerate(raw) if character == " "]
    cleaned = Cleaned(traced=Traced(raw).edit(spaces, kind=EditKind.OCR, rule="drop_stray_spaces"))
    source = Source(
        name="a.txt", sha256="", media_type="text/plain", encoding="utf-8", raw_text=raw
    )
    segmented = Segmented(
        header=Header(title="甲", issuer="乙", year=2023), sections=(), sentences=()
    )
    lost = [
        each
        for each in audit_report(source, cleaned, segmented, (), ())
        if each.kind == "lost_characters"
    ]
    assert [raw[slice(*each.spans[0])] for each in lost] == ["党的二 十精神"]


@pytest.mark.parametrize(
    "example", load_yaml("fixed_phrases.yaml")["examples"], ids=lambda example: example["text"]
)
def test_phrase_example_is_read_as_it_says(example: dict[str, Any]) -> None:
    slips = [slip.phrase for slip, _ in find_slips(example["text"])]
    names = [name for name, _ in find_wrong_names(example["text"])]
    wanted = [example["suggests"]] if example["suggests"] else []
    assert (names or slips) == wanted


def test_no_fixed_phrase_is_damage_itself() -> None:
    rows = [
        row
        for written in load_yaml("fixed_phrases.yaml")["phrases"]
        for row in _expand_levels(written)
    ]
    for row in rows:
        assert list(find_slips(f"，{row['phrase']}。")) == [], row
        assert list(find_wrong_names(f"，{row['phrase']}。")) == [], row


def test_wrong_phrase_entry_names_file_and_key() -> None:
    with pytest.raises(CatalogueError, match=r"fixed_phrases.yaml: 依法: is shorter"):
        list(_lost_forms({"phrase": "依法"}))


@pytest.mark.parametrize("row", load_yaml("law_items.yaml")["items"], ids=lambda row: row["role"])
def test_law_item_is_known_by_its_words(row: dict[str, Any]) -> None:
    item = next(item for item in law_items() if item.role == row["role"])
    assert all(item.mentions.search(example) for example in row["examples"]["mention"])
    assert not any(item.mentions.search(example) for example in row["examples"]["not"])


def test_every_rate_has_a_count() -> None:
    assert all(rule.of for rule in rate_rules().values())


@pytest.mark.parametrize(
    "row", load_yaml("rates.yaml")["examples"]["impossible"], ids=lambda row: row["text"]
)
def test_rate_example_cannot_be(row: dict[str, Any]) -> None:
    assert [finding.kind for finding in audited(row) if finding.kind == "rate_impossible"] == [
        "rate_impossible"
    ]


@pytest.mark.parametrize(
    "row", load_yaml("rates.yaml")["examples"]["possible"], ids=lambda row: row["text"]
)
def test_rate_example_can_be(row: dict[str, Any]) -> None:
    assert [finding for finding in audited(row) if finding.kind == "rate_impossible"] == []


def of_a_report(sentence: str, heading: str = "一、工作开展情况") -> list[str]:
    """The kinds that the whole core finds in a report with just this sentence,
    but for what the law asks.
    """
    text = f"清溪镇2024年度法治政府建设情况报告\n{heading}\n{sentence}\n"
    return [finding.kind.value for finding in read_report(text.encode(), "a.txt").findings]


AVERAGES = load_yaml("averages.yaml")["averages"]


@pytest.mark.parametrize("said", [said for row in AVERAGES for said in row["examples"]["absurd"]])
def test_average_example_is_absurd(said: str) -> None:
    assert "average_absurd" in of_a_report(said)


@pytest.mark.parametrize("said", [said for row in AVERAGES for said in row["examples"]["sound"]])
def test_average_example_is_sound(said: str) -> None:
    assert "average_absurd" not in of_a_report(said)


@pytest.mark.parametrize(
    "row", load_yaml("totals.yaml")["examples"]["wrong"], ids=lambda row: row["text"]
)
def test_total_example_does_not_agree(row: dict[str, Any]) -> None:
    assert {finding.kind.value for finding in audited(row)} & {"sum_mismatch", "part_exceeds_whole"}


@pytest.mark.parametrize(
    "row", load_yaml("totals.yaml")["examples"]["right"], ids=lambda row: row["text"]
)
def test_total_example_agrees(row: dict[str, Any]) -> None:
    assert not {finding.kind.value for finding in audited(row)} & {
        "sum_mismatch",
        "part_exceeds_whole",
    }


STALE = load_yaml("stale_years.yaml")["examples"]


@pytest.mark.parametrize("said", STALE["stale"])
def test_sentence_of_last_year_is_stale(said: str) -> None:
    assert "stale_year" in of_a_report(said)


@pytest.mark.parametrize("said", STALE["rightly"])
def test_sentence_names_another_year_rightly(said: str) -> None:
    assert "stale_year" not in of_a_report(said)


@pytest.mark.parametrize("said", STALE["plan_stale"])
def test_plan_of_the_year_that_is_over_is_stale(said: str) -> None:
    assert "stale_year" in of_a_report(said, "一、下一步打算")


@pytest.mark.parametrize("said", STALE["plan_rightly"])
def test_plan_names_a_year_rightly(said: str) -> None:
    assert "stale_year" not in of_a_report(said, "一、下一步打算")


def test_true_share_is_always_possible() -> None:
    """Every k/n that an official can compute is allowed, rounded and cut, at up to two decimals."""
    for base in range(1, 120):
        for part in range(1, base + 1):
            for decimals in (0, 1, 2):
                scale = 100 * 10**decimals
                rounded, cut = (2 * part * scale + base) // (2 * base), part * scale // base
                assert Share(rounded, decimals).of(base)
                assert Share(cut, decimals).of(base)
                assert Share(cut, decimals).from_part(part) or cut == 0
                assert Share(cut, decimals).is_ratio(part, base)


def test_flood_of_one_kind_is_bounded() -> None:
    found = audited({"text": "共调解1.2.3件。" * 500})
    assert sum(finding.kind == "damaged_number" for finding in found) == MOST_OF_ONE_KIND


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "12,",
        "。",
        " ",
        "2024年",
        "“",
        "〔2023",
        "党的二十大精神，",
        "率%",
        "其中",
        "1.",
        "习近平",
        "一是",
        "2022年，",
    ],
)
def test_audit_is_linear(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where all of it is one line."""
    monkeypatch.setattr("workers.report.extraction.quantities.MOST_NUMBERS", 200_000)
    assert is_linear(lambda text: partial(audited, {"text": text, "figures": []}), unit, 200_000)


def test_audit_of_one_endless_sentence_of_figures_is_linear() -> None:
    passage = "排查纠纷53件，其中调解50件，合计9件，调解成功率98.8%，"
    figures = [
        "53件 disputes.found",
        "50件 disputes.resolved",
        "9件 null",
        "98.8% disputes.resolution_rate",
    ]

    def prepare(text: str) -> Callable[[], object]:
        return partial(audited, {"text": text, "figures": figures * (len(text) // len(passage))})

    assert is_linear(prepare, passage, 4_000 * len(passage))


def test_severities_are_ordered_for_the_queue() -> None:
    case = {
        "text": "排查纠纷53件，调解成功率98.8%。",
        "figures": ["53件 disputes.found", "98.8% disputes.resolution_rate"],
    }
    assert [each.severity for each in audited(case) if each.kind == "rate_impossible"] == [
        Severity.WRONG
    ]


def test_date_in_header_is_a_date() -> None:
    late = audited({"text": "字" * 200, "published": date(2024, 6, 1)})
    assert "published_late" in {finding.kind for finding in late}
