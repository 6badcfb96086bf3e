"""How sure a name is: by figures like it that people named blind."""

from __future__ import annotations

import pytest

from bench.confidence import Judged, count_shares, cross_promises, reliability, split_sure
from tests.report.test_scope import metrics_of
from workers.report.extraction.confidence import (
    Lead,
    Likeness,
    Share,
    ask_below,
    fit_one,
    unsure_below,
)
from workers.report.extraction.given_name import Route

SURE = Likeness(Route.OWN, True, "events", Lead.STRONG)
DOUBTFUL = Likeness(Route.OWN, True, "things", Lead.WEAK)


def judged(like: Likeness, right: int, of: int) -> list[Judged]:
    return [Judged(f"{like.counts}{at}", like, at < right) for at in range(of)]


def test_promises_of_many_pages_are_kept_in_each_tenth() -> None:
    every = judged(SURE, 186, 200) + judged(DOUBTFUL, 110, 200)
    tenths = reliability(cross_promises(every))
    assert [(tenth.low, tenth.count) for tenth in tenths] == [(0.5, 200), (0.9, 200)]
    assert all(abs(tenth.promised - tenth.right) < 0.03 for tenth in tenths)
    sure, unsure = split_sure(cross_promises(every))
    assert (sure, unsure) == (Share(186, 200), Share(110, 200))


def test_few_figures_lean_on_those_that_were_named_the_same_way() -> None:
    shares = count_shares(judged(SURE, 180, 200) + judged(DOUBTFUL, 0, 1))
    assert 0.6 < fit_one(DOUBTFUL, shares) < fit_one(SURE, shares)


@pytest.mark.parametrize("text", ["化解率98%。", "召开法治建设专题会议4次。", "购置设备7台。"])
def test_every_figure_has_a_confidence(text: str) -> None:
    (metric,) = metrics_of({"text": text})
    assert 0 < metric.confidence < 1


def test_rate_named_in_full_is_surer_than_a_number_without_a_name() -> None:
    rate, bare = metrics_of({"text": "信访事项办结率98%。会后又看了3次。"})
    assert rate.confidence > unsure_below() > ask_below()
    assert bare.indicator is None
    assert bare.confidence < rate.confidence
