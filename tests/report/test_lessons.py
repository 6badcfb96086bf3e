"""What a person says of a group of figures becomes an entry that names them, and no others."""

from collections.abc import Iterator

import pytest

from workers.errors import CannotTeach
from workers.report.catalogue import as_yaml, join_entries, lay_over, taught_text
from workers.report.extraction.coverage import Group
from workers.report.extraction.examples import entries_in, names_in, wrong_examples
from workers.report.extraction.lessons import check_unit, teach_group, with_examples, words_of
from workers.report.version import rules_version

PONDS = Group("口", "山塘", "修整")
TALKS = Group("场", "板凳会", "召开")


@pytest.fixture(autouse=True)
def nothing_taught() -> Iterator[None]:
    yield
    lay_over(None)


def taught(group: Group, code: str | None, rivals: tuple[float, ...] = ()) -> dict[str, object]:
    entry = teach_group(group, code, before=(), rivals=rivals)
    lay_over(None, as_yaml(entry))
    return entry


def test_figures_of_the_group_are_named_wherever_their_noun_stands() -> None:
    texts = ("修整山塘[12口]。", "全年修整[3口]山塘，投入资金。", "修整村内山塘共[5口]。")
    assert [names_in(text) for text in texts] == [[(None,)]] * 3
    taught(PONDS, "leadership.tasks")
    assert [names_in(text) for text in texts] == [[("leadership.tasks",)]] * 3


@pytest.mark.parametrize(
    "text",
    ["排查山塘[12口]。", "修整山塘[12人次]。", "修整古井[12口]。", "修整山塘，打井[12口]。"],
)
def test_figures_of_another_wording_stay_as_they_were(text: str) -> None:
    before = names_in(text)
    taught(PONDS, "leadership.tasks")
    assert names_in(text) == before


def test_group_about_nothing_outranks_what_was_guessed() -> None:
    text = "召开普法板凳会[16场]。"
    guessed = names_in(text)
    assert guessed != [(None,)]
    taught(TALKS, None, rivals=(20.0,))
    assert (names_in(text), entries_in(text)) == ([(None,)], [("场/板凳会/召开",)])


def test_entry_weighs_no_more_than_it_must() -> None:
    def weight(*rivals: float) -> object:
        entry = teach_group(TALKS, "publicity.events", before=(), rivals=rivals)
        return entry["triggers.publicity.yaml"]["publicity.events"]["triggers"][0]["weight"]

    assert [weight(), weight(9.0, 10.0), weight(99.0)] == [2, 3, 5]


def test_noun_of_one_character_takes_what_all_figures_share_before_it() -> None:
    def phrase(*before: str) -> list[str]:
        return words_of(teach_group(Group("次", "会", "召开"), None, before=before, rivals=()))

    assert phrase("全年召开屋场会", "先后召开屋场会") == ["召开", "屋场会"]
    with pytest.raises(CannotTeach, match="too short"):
        phrase("召开屋场会", "召开板凳会")
    with pytest.raises(CannotTeach) as told:
        phrase("召开")
    assert "请手工添加条目" in told.value.notice


@pytest.mark.parametrize(
    ("group", "code", "why"),
    [
        (Group("人", "群众", "走访"), "disputes.resolved", "“化解矛盾纠纷”以“件”计"),
        (Group("件", "纠纷", "调解"), "disputes.lost", "指标目录里没有“disputes.lost”"),
    ],
)
def test_code_that_does_not_count_in_the_unit_is_refused(group: Group, code: str, why: str) -> None:
    with pytest.raises(CannotTeach) as told:
        check_unit(group, code)
    assert why in told.value.notice


def test_what_is_taught_is_part_of_the_rules_and_has_its_examples() -> None:
    before = rules_version()
    first = with_examples(taught(PONDS, "leadership.tasks"), ["修整山塘[12口]。"])
    second = teach_group(TALKS, "leadership.tasks", before=(), rivals=())
    lay_over(None, as_yaml(join_entries(first, second)))
    assert (rules_version() != before, "修整…山塘" in taught_text()) == (True, True)
    assert names_in("修整山塘[12口]。") == [("leadership.tasks",)]
    assert [line for line in wrong_examples() if "山塘" in line] == []
    lay_over(None)
    assert (rules_version(), taught_text()) == (before, "")
