"""Full-text search: all words, exact phrases first, the place shown;
hostile queries are only words.
"""

from pathlib import Path

import pytest

from schema.kinds import TEXT_STAGES
from tests.workers.test_ledger import new_document, nothing, taken
from tests.workers.test_results import save
from workers.desk.search import NothingToSearch, search_reports
from workers.ledger import Ledger
from workers.report.pipeline import read_report

SAMPLES = Path(__file__).parent.parent / "samples"
TEXTS = {
    "a": (
        "松涧镇2024年法治政府建设情况报告\n一、工作开展情况\n推进矛盾纠纷多元化解，"
        "建成调解室3个。\n"
    ),
    "b": (
        "清渠镇2024年法治政府建设情况报告\n一、工作开展情况\n多元普法，化解矛盾，"
        "排查纠纷12件，调解9件。\n"
    ),
    "c": "青禾镇2024年法治政府建设情况报告\n一、工作开展情况\n开展执法检查12次。\n",
}


@pytest.fixture
def stored(ledger: Ledger) -> Ledger:
    for sha, text in TEXTS.items():
        document_id = new_document(ledger, sha)
        save(ledger, document_id, read_report(text.encode(), f"{sha}.txt"))
        for stage in TEXT_STAGES:
            ledger.finish(taken(ledger, document_id, stage), nothing, "v1")
    return ledger


def titles(ledger: Ledger, *query: str) -> list[str]:
    return [hit.title[:3] for hit in search_reports(ledger, query)]


def test_report_with_the_exact_phrase_comes_first(stored: Ledger) -> None:
    assert set(titles(stored, "矛盾", "调解")) == {"松涧镇", "清渠镇"}
    assert titles(stored, "矛盾纠纷", "调解")[0] == "松涧镇"


def test_all_words_have_to_be_there(stored: Ledger) -> None:
    assert titles(stored, "调解", "执法检查") == []
    assert titles(stored, "执法检查") == ["青禾镇"]


def test_phrase_in_quotation_marks_has_to_stand_as_it_is(stored: Ledger) -> None:
    assert titles(stored, "“多元化解”") == ["松涧镇"]
    assert titles(stored, '"化解矛盾"') == ["清渠镇"]


@pytest.mark.parametrize(
    "query", ["執法檢查", "执法检\u200b查１２次", "执⾏⽀持", "执法检查", "“執法檢查１２次”"]
)
def test_question_is_folded_as_reports_are(stored: Ledger, query: str) -> None:
    found = titles(stored, query)
    assert found == ([] if "⾏" in query else ["青禾镇"])


def test_report_in_traditional_characters_is_found_by_either_form(ledger: Ledger) -> None:
    document_id = new_document(ledger, "d")
    text = "松澗鎮2024年法治政府建設情況報告\n一、工作開展情況\n開展執法檢查12次。\n"
    save(ledger, document_id, read_report(text.encode(), "d.txt"))
    for stage in TEXT_STAGES:
        ledger.finish(taken(ledger, document_id, stage), nothing, "v1")
    for query in ("执法检查", "執法檢查", "“執法檢查”"):
        (hit,) = search_reports(ledger, [query])
        assert "執法檢查" in hit.snippets[0].text


def test_hits_are_shown_in_their_place(stored: Ledger) -> None:
    (hit,) = search_reports(stored, ["执法检查"])
    (snippet,) = hit.snippets
    assert [snippet.text[start:end] for start, end in snippet.hits] == ["执法检查"]


@pytest.mark.parametrize(
    "query", ["'; drop table report; --", "调解 & !执法 | x:*", "\\", "''", "%_"]
)
def test_hostile_query_is_only_words(stored: Ledger, query: str) -> None:
    try:
        search_reports(stored, [query])
    except NothingToSearch as error:
        assert "no word" in str(error)  # noqa: PT017
    assert len(titles(stored, "法治政府建设")) == 3
