"""Golden cases of the segment stage, its catalogue, and its laws."""

from __future__ import annotations

from datetime import date
from functools import partial
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import is_linear
from workers.report.catalogue import load_yaml
from workers.report.chinese.words import genre_words, search_terms, tokenise
from workers.report.model import KnownBy, PageFacts, Place, Role, Segmented
from workers.report.segmentation import segment_text
from workers.report.segmentation.paths import place_by_path
from workers.report.segmentation.place_names import is_name
from workers.report.segmentation.roles import heading_roles

GOLDEN = Path(__file__).parent / "segmentation"


def load_golden(file_name: str) -> list[Any]:
    cases: list[Any] = yaml.safe_load((GOLDEN / file_name).read_text(encoding="utf-8"))["cases"]
    return cases


def read_cases(file_name: str) -> list[Any]:
    cases = load_golden(file_name)
    return [pytest.param(case, id=case["label"], marks=known_failure(case)) for case in cases]


def known_failure(case: dict[str, Any]) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(reason=case["xfail"], strict=True)] if "xfail" in case else []


def segment_case(case: dict[str, Any]) -> Segmented:
    facts = PageFacts(**case.get("facts", {}))
    return segment_text(case["text"], name=case.get("name", "report.txt"), facts=facts)


@pytest.mark.parametrize("case", read_cases("headings.yaml"))
def test_headings_have_their_levels_and_roles(case: dict[str, Any]) -> None:
    done = segment_case(case)
    found = [
        (section.level, section.title, set(section.roles))
        for section in done.sections
        if section.level
    ]
    wanted = [
        (level, title, {Role(role) for role in ([roles] if isinstance(roles, str) else roles)})
        for level, title, roles in case["headings"]
    ]
    assert found == wanted


@pytest.mark.parametrize("case", read_cases("headings.yaml"))
def test_preamble_and_signature_stand_at_the_ends(case: dict[str, Any]) -> None:
    if "xfail" in case:
        pytest.xfail(case["xfail"])
    sections = segment_case(case).sections
    for role in (Role.PREAMBLE, Role.SIGNATURE):
        if role.value in case:
            opening = [
                case["text"][section.start : section.end]
                for section in sections
                if role in section.roles
            ]
            assert [text.startswith(case[role.value] or "-") for text in opening] == [True] * bool(
                case[role.value]
            )


@pytest.mark.parametrize("case", read_cases("headers.yaml"))
def test_header_says_what_the_text_proves(case: dict[str, Any]) -> None:
    header = segment_case(case).header
    place = header.place
    found = {
        "title": header.title,
        "issuer": header.issuer,
        "township": place.township,
        "county": place.county,
        "province": place.province,
        "year": header.year,
        "published": header.published,
    }
    assert {key: found[key] for key in case["header"]} == case["header"]


@pytest.mark.parametrize("case", load_golden("paths.yaml"), ids=itemgetter("folder"))
def test_county_is_told_by_the_names_of_file_and_folders(case: dict[str, Any]) -> None:
    found = place_by_path(case["folder"], case["name"], case["of"])
    assert (found.county, found.known_by) == (case["county"], case.get("known_by"))
    assert found.province == case.get("province")


def test_folder_counts_only_where_the_text_is_silent_and_the_body_lies_in_a_county() -> None:
    def place(text: str) -> Place:
        return segment_text(text, name="a.txt", folder="望溪区", facts=PageFacts()).header.place

    body = "\n一、工作情况\n学法6次。"
    title = "2023年度法治政府建设情况报告"
    assert place(f"松坪镇{title}{body}").known_by is KnownBy.FOLDER
    assert place(f"司法局{title}{body}").county == "望溪区"
    said = place(f"榆湾县松坪镇{title}{body}")
    assert (said.county, said.known_by) == ("榆湾县", KnownBy.TEXT)
    assert place(f"平沙市水务局{title}{body}") == Place()
    mentioned = f"{body}\n在榆湾县委、县政府领导下，配合榆湾县人民法院工作。"
    assert place(f"松坪镇{title}{mentioned}").county == "望溪区"


@pytest.mark.parametrize("clause", load_golden("no_names.yaml"))
def test_clause_without_a_name_gives_none(clause: str) -> None:
    for text in (clause, f"2023年，{clause}\n一、工作情况\n学法6次。{clause}"):
        header = segment_text(text, name="report.txt", facts=PageFacts()).header
        assert (header.issuer, header.place) == (None, Place())


@pytest.mark.parametrize(("opening", "issuer"), load_golden("openings.yaml"))
def test_opening_names_who_reports(opening: str, issuer: str | None) -> None:
    assert segment_text(opening, name="report.txt", facts=PageFacts()).header.issuer == issuer


def test_place_names_are_told_from_words() -> None:
    rows = load_yaml("place_names.yaml")
    assert [name for name in rows["names"] if not is_name(name)] == []
    assert [name for name in rows["no_names"] if is_name(name)] == []


def test_role_catalogue_holds_its_examples() -> None:
    for key, entry in load_yaml("roles.yaml")["roles"].items():
        role = Role(key)
        assert [text for text in entry["examples"] if role not in heading_roles(text, 2023)] == []
        assert [text for text in entry["near_misses"] if role in heading_roles(text, 2023)] == []


def test_genre_words_stay_whole() -> None:
    assert [word for word in genre_words() if tokenise(f"开展{word}，") != ("开展", word)] == []


def test_search_finds_words_within_words() -> None:
    assert {"人民调解", "调解"} <= set(search_terms("人民调解工作"))


pieces = st.sampled_from(
    [
        *"一二三四十（）()1２.、。；：\n　 ”“，①㈠〇",
        "一、",
        "（一）",
        "工作情况",
        "2023年",
        "镇人民政府",
        "报告",
        "法治",
        "存在问题",
        "一是",
    ]
)


@given(st.lists(pieces, max_size=60).map("".join))
def test_sections_tile_the_body_in_order(text: str) -> None:
    done = segment_text(text, name="", facts=PageFacts())
    edges = [(section.start, section.heading_end, section.end) for section in done.sections]
    assert all(0 <= start <= heading_end <= end <= len(text) for start, heading_end, end in edges)
    assert all(before[2] == after[0] for before, after in pairwise(edges))
    assert all(
        section.title == text[section.start : section.heading_end]
        for section in done.sections
        if section.level
    )


@given(st.lists(pieces, max_size=60).map("".join))
def test_sentences_cover_all_that_is_no_white_space(text: str) -> None:
    sentences = segment_text(text, name="", facts=PageFacts()).sentences
    assert all(before.end <= after.start for before, after in pairwise(sentences))
    assert "".join("".join(text[span.start : span.end].split()) for span in sentences) == "".join(
        text.split()
    )


@given(st.dates(min_value=date(2010, 1, 1), max_value=date(2039, 12, 31)))
def test_every_signed_date_is_read(day: date) -> None:
    text = (
        "一、工作情况\n全年开展各类法治宣传教育活动二十场次。\n松坪镇人民政府\n"
        f"{day.year}年{day.month}月{day.day}日"
    )
    assert segment_text(text, name="", facts=PageFacts()).header.published == day


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        " ",
        "。",
        "\n",
        "一、",
        "（一）",
        "县",
        "镇人民政府",
        "法治",
        "“",
        "2024",
        "一是",
        "关于",
        "1.",
        "附件",
        "将",
        "榆湾县委",
        "《榆湾县",
        "2加强",
    ],
    ids=lambda piece: repr(piece),
)
def test_a_long_run_of_one_thing_stays_quick(piece: str) -> None:
    assert is_linear(
        lambda text: partial(segment_text, text, name="", facts=PageFacts()), piece, 100_000
    )
