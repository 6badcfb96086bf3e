"""Labels of a list that are kinds of one sort, so that nothing is counted under two of them: 维持,
驳回, 撤销.

婚姻 and 邻里 are kinds of disputes, 党员 and 女性 are not kinds of anything: one person can be
both. The families stand in totals.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workers.report.relations.words import families, overlapping

# 其中政策文件类35条、工作动态类146条: named as kinds.
_AS_KIND = re.compile(r"类(?:案件|事项|纠纷|信息|问题|投诉|工单)?$")


def are_kinds(labels: Sequence[str]) -> bool:
    """Does each label name another kind of one sort?

    >>> are_kinds(["维持", "驳回", "撤销"]), are_kinds(["婚姻家庭", "邻里纠纷"]), are_kinds(["政策类", "动态类"])
    (True, True, True)

    Left alone: a person's traits, the steps that a matter goes through, ways of publishing.

    >>> are_kinds(["党员", "女性"]), are_kinds(["受理", "办结"]), are_kinds(["通过网站公开", "通过公众号公开"])
    (False, False, False)
    >>> are_kinds(["婚姻纠纷", "维持"]), are_kinds(["维持", "维持"])
    (False, False)
    """
    distinct = len(set(labels)) == len(labels) > 1
    if not distinct or any(overlapping().search(label) for label in labels):
        return False
    as_kinds = all(_AS_KIND.search(label) for label in labels)
    return as_kinds or any(_are_of(family, labels) for family in families())


def _are_of(family: Sequence[str], labels: Sequence[str]) -> bool:
    members = [next((word for word in family if word in label), None) for label in labels]
    return None not in members and len(set(members)) == len(members)
