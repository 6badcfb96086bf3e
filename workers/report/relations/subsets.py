"""Words that make one figure a part of the figure before it: 其中, 这17件中, 属于…的有, 有12名是.

Grammar only. Each rule looks at the words between the two figures and right behind the second;
whether the two count the same sort of thing is asked elsewhere (parts.py).
"""

from __future__ import annotations

import re

from workers.report.catalogue import knowledge
from workers.report.chinese.clauses import COMMAS, HAN, PHRASE_MARKS, SEMICOLONS
from workers.report.relations.lists import among_opener
from workers.report.relations.words import any_of, done_words, total_words

# What is named in quotation marks is a thing like any other.
_NAMED = f"{HAN}“”"
_PART = f"[{COMMAS}{SEMICOLONS}（(]"
# 全县12个乡镇中，8个已完成…: of all of them; behind the part nothing else is counted.
_OF_ALL = re.compile(rf"[{HAN}（）]{{0,9}}[中里][{COMMAS}]?(?:已?有)?")
_NO_NOUN = re.compile(
    r"(?:均|已|完成|实现|达到|达标|建成|通过|开展|被|获|[是为属系]|由|涉|纳入|进驻|入驻)"
)
# 这17件中由领导包案化解的9件, 86件纠纷中邻里纠纷占40件: the clause ends behind the part.
_SOME_OF_ALL = re.compile(
    rf"[{_NAMED}（）]{{0,9}}(?:中|当中|里面?)[{COMMAS}]?(?P<said>[{_NAMED}]{{2,18}})"
)
# 信访128件次，属于重复信访的14件次: of what stands before, which is not named again.
_THOSE = re.compile(
    rf"{_PART}{{1,2}}[{_NAMED}（）]{{2,18}}的(?:共?有|共|达|占|计|为|仅有?|只有|已有|就有)?"
)
# 检查企业215家，发现存在问题的企业33家: named again.
_THOSE_NAMED = re.compile(
    rf"{_PART}{{1,2}}[{_NAMED}]{{2,18}}的(?:有效)?(?P<noun>[{HAN}]{{2,6}}?)"
    rf"(?:已?共?有|已?达到?|共|占|计|为)?"
)
# 调解员45名，有12名是律师; 纠纷86件，有40件属于邻里纠纷.
_WITH = re.compile(rf"[{COMMAS}](?:其中|目前|现)?(?:已|仅|只)?有")
_SAID_OF = re.compile(
    r"是|为|属|系|由|涉及|来自|已|被|获|荣获|具有|持有|取得|具备|担任|参加|参与|通过|完成|接受|签订|达成|进入|实现|纳入|享受|的"
)
_SOME = re.compile(rf"[{COMMAS}{SEMICOLONS}（(]其中[{COMMAS}]?(?:已?有|共有)?")
# 仅夜间巡查一项便出动438人次; 规模以上企业即占128家: some of them is said to be already so many.
_ALREADY = re.compile(
    rf"(?:[{_NAMED}]{{0,16}}[{PHRASE_MARKS}]){{1,2}}(?:仅|单是?|光)?[{_NAMED}（）]{{2,14}}"
    rf"(?:就|便|即)(?:达|占|有|[{HAN}]{{2,4}})了?"
)
_END = re.compile(rf"[ \u3000]*(?:[{PHRASE_MARKS}）)]|$)")
# 示范户总数为156户，今年新培育28户: what is new is among what there is.
_NEW = re.compile(
    rf"{_PART}(?:其中)?(?:今年|本年度?|年内|全年|本年)?"
    rf"新(?:增|建|聘|选聘|培育|培养|创建|设|成立|修|配|配备|发展|评|命名|建成)[{_NAMED}]{{0,6}}"
)
_ALL_THERE_IS = re.compile(r"总数|总量|累计|现有|共有|已有|达到?$")
_ADDED = re.compile(r"新(?:增|建|聘|设|成立|培育|培养|发展|评)")
_NOW = re.compile(rf"[{COMMAS}](?:目前)?(?:总数|总量|总人数|累计)(?:已)?(?:达到?|为|增至|增加到)?")
_OF_KIND = re.compile(rf"[{COMMAS}](?P<kind>[{HAN}]{{4,8}})")
_REMAINDER = re.compile(rf"[{COMMAS}{SEMICOLONS}](?:余下|剩余|剩下)的?")
# 有26件涉企案件从轻，全部涉企案件共29件.
_OF_EVERY = re.compile(
    rf"(?P<noun>[{HAN}]{{2,8}}?)[{_NAMED}]{{0,16}}[{COMMAS}{SEMICOLONS}](?:全年|全部|所有)(?P=noun)"
    "(?:总数|总量)?(?:共有?|总计|合计|为)"
)
# 女性法律明白人26名，全镇法律明白人总数为42名.
_IN_ALL = re.compile(
    rf"[{COMMAS}{SEMICOLONS}](?:全[县镇市区乡州旗局街道]{{1,2}})?(?P<noun>[{HAN}]{{2,8}})"
    "(?:总数|总量)(?:共|达到?|为)?"
)
_OF_TOTAL = re.compile(rf"[{COMMAS}（(]?约?占(?:到|了)?[{_NAMED}]{{0,10}}")


# 现有法律明白人86名，分批对其中的45名轮训; 聘请监督员24名，并从其中选派9名.
_FROM_AMONG = re.compile(
    rf"(?:[{_NAMED}]{{0,12}}[。{COMMAS}{SEMICOLONS}]\s{{0,4}})"
    rf"[{_NAMED}]{{0,10}}?(?:对|从|为|将|把|由|给|向|在)其中的?(?:[{HAN}]{{0,6}}了)?"
    rf"|[{_NAMED}]{{0,12}}[{COMMAS}{SEMICOLONS}](?:并|再|已)?从中[{HAN}]{{2,4}}了?"
)
# 法律顾问26名进驻园区。上述法律顾问中，有11名…: of those before, named again.
_THESE = re.compile(
    rf"[{_NAMED}{COMMAS}]{{0,16}}[。{COMMAS}{SEMICOLONS}]\s{{0,4}}(?:对|从|将|把|在|为)?"
    rf"(?:上述|这些|该批|这批|这笔|该笔|以上|该类|此类)[{_NAMED}]{{0,8}}?(?P<noun>[{HAN}]{{2}})”?"
    rf"(?:当中|之中|中|里面|里)(?:的|[{COMMAS}])?[{_NAMED}、]{{0,30}}"
)
# 转立案33条，在转立案的线索中涉及食品的有37条: some of what its act or its thing names once more.
_TAKEN_UP = re.compile(
    rf"[{_NAMED}（）]{{0,6}}[。{COMMAS}{SEMICOLONS}]\s{{0,4}}(?:在|从|对)?(?P<of>[{_NAMED}]{{2,14}}?)"
    rf"(?:当中|之中|中|里)[{COMMAS}]?[{_NAMED}]{{0,16}}"
)
# 下辖14个村，已有12个村建立…: what is counted is named alike both times, and is all there is.
_ALL_NAMED = re.compile(r"(?:辖|设|有|共|含|全[县镇市区乡州旗局]|我[县镇市区乡州旗局])$")
_NAMED_AGAIN = re.compile(
    rf"(?P<noun>[{HAN}（）]{{1,10}})[{COMMAS}{SEMICOLONS}]"
    "(?:目前|现|已经?|有|共|今年|年内|全年|本年度?|均|全部|累计|其中|截至目前|到年底){0,4}"
)
_DOES = re.compile(
    "均|都|已|全部|建立|完成|设立|建成|开展|实现|达到|成立|配备|聘请|通过|获|被|落实|制定|实行|推行|组建"
    "|挂牌|启动|签订|参加|参与|创建|建有|设有|纳入|整合"
)


@knowledge
def _not_those() -> re.Pattern[str]:
    """发放给村民的, 用于…的: what was given or done to others; 高于去年的 is a comparison."""
    return re.compile(any_of(total_words("not_those")))


@knowledge
def _verb_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Words of a statement of its own.

    What names a thing without a kind ends in its verb, which stands before it.
    """
    verbs = any_of(total_words("verbs"))
    own = re.compile(rf"{verbs}|[新另不未]|其他|同类|上述|全部|累计|移送|转|结")
    return own, re.compile(rf"(?:{verbs}|各类|各种|各项|共|共有)$")


@knowledge
def _trait_pattern() -> re.Pattern[str]:
    """A clause that is nothing but a trait: ，党员."""
    listed = any_of(total_words("traits"))
    return re.compile(rf"(?:{_PART}|、)(?:{listed}|[1-9]\d分以上)(?:共?有|共|占|达)?")


def are_both_traits(before: str, between: str) -> bool:
    """镇级20人、村级30人 are beside each other.

    >>> are_both_traits("培训镇级", "、村级"), are_both_traits("来访", "，集体访")
    (True, False)
    """
    levels = before.endswith("级") and between.endswith("级")
    both = any(before.endswith(trait) for trait in total_words("traits"))
    return levels or (both and _trait_pattern().fullmatch(between) is not None)


def is_among(between: str, behind: str) -> bool:
    """Do the words between two figures say that the second is among what the first counts?

    >>> is_among("，其中简易程序", "。"), is_among("中由领导包案的", "，")
    (True, False)
    >>> is_among("，属于重复的", "。")
    True
    >>> is_among("个乡镇中，", "已完成建设"), is_among("，有", "是律师")
    (True, True)

    Left alone: another statement, a comparison, what is said of others.

    >>> is_among("，普法", "。"), is_among("，比去年的", "少"), is_among("，有", "居民参加")
    (False, False, False)

    What is said of some of a thing needs no such word.

    >>> is_among("，集体访", "。"), is_among("，党员", "。")
    (True, True)
    """
    if among_opener().match(between):
        return True
    if _OF_ALL.fullmatch(between) and _NO_NOUN.match(behind):
        return True
    if _FROM_AMONG.fullmatch(between) or _ALREADY.fullmatch(between):
        return True
    if _WITH.fullmatch(between) and _SAID_OF.match(behind):
        return True
    return is_of_those(between, behind) or bool(
        _trait_pattern().fullmatch(between) and _END.match(behind)
    )


def is_of_those(between: str, behind: str) -> bool:
    """工地58个，存在隐患的12个: what is counted is not named again, so it is the same thing.

    >>> is_of_those("，存在隐患的", "，"), is_of_those("，存在隐患的企业", "，")
    (True, False)
    >>> is_of_those("，整改", "，")
    False
    """
    return bool(
        _THOSE.fullmatch(between) and _END.match(behind) and not _not_those().search(between)
    )


def is_some(between: str, behind: str) -> bool:
    """示范村33个，其中17个获得命名: what is counted is not named at all.

    >>> is_some("，其中", "获得命名"), is_some("，其中", "村获得")
    (True, False)
    """
    return _SOME.fullmatch(between) is not None and _SAID_OF.match(behind) is not None


def is_remainder(before: str, between: str) -> bool:
    """印制5000份，余下400份; 整改42处，余下5处 are of what was to be done, 其余 are others.

    >>> is_remainder("印制手册", "，余下"), is_remainder("整改", "，余下")
    (True, False)
    >>> is_remainder("印制手册", "，其余")
    False
    """
    words = done_words()
    only_done = words.any_done.search(before) and not words.taken.search(before)
    return _REMAINDER.fullmatch(between) is not None and not only_done


def is_of_what_follows(before: str, between: str, behind: str) -> bool:
    """婚姻类纠纷43件，占纠纷总数126件的三分之一.

    新增45名，总数达到132名: here the second figure is the whole.

    >>> is_of_what_follows("纠纷", "，占纠纷总数", "的三")
    True
    >>> is_of_what_follows("新增网格员", "，总数达到", "。")
    True
    >>> is_of_what_follows("纠纷", "，占地", "。"), is_of_what_follows("网格员", "，总数达到", "。")
    (False, False)
    """
    if _NOW.fullmatch(between) and _ADDED.search(before):
        return True
    if _OF_EVERY.fullmatch(between):
        return True
    in_all = _IN_ALL.fullmatch(between)
    if in_all and before.endswith(in_all["noun"]) and before != in_all["noun"]:
        return True
    return _OF_TOTAL.fullmatch(between) is not None and behind.startswith(("的", "中"))


def is_kind_of(before: str, between: str) -> bool:
    """出具公证书512份，涉外公证书38份: the same thing again, now of one kind.

    邻里纠纷, 家庭纠纷 are two kinds.

    >>> is_kind_of("出具公证书", "，涉外公证书"), is_kind_of("调解各类纠纷", "，邻里纠纷")
    (True, True)
    >>> is_kind_of("调解邻里纠纷", "，家庭纠纷"), is_kind_of("出具公证书", "，办理公证书")
    (False, False)
    """
    own, ending = _verb_patterns()
    named = _OF_KIND.fullmatch(between)
    if named is None or own.search(named["kind"]):
        return False
    return any(
        before.endswith(named["kind"][-size:]) and ending.search(before[:-size])
        for size in (2, 3, 4)
    )


def is_new(before: str, between: str) -> bool:
    """示范户总数为156户，今年新培育28户: among what there is by now.

    >>> is_new("示范户总数为", "，今年新培育"), is_new("开展活动", "，新建阵地")
    (True, False)
    >>> is_new("现有调解员", "，培训")
    False
    """
    return bool(_ALL_THERE_IS.search(before) and _NEW.fullmatch(between))


def is_of_all_named(before: str, between: str, behind: str) -> bool:
    """下辖14个村，已有12个村建立: of all there are, which are named alike.

    17个村级阵地, 邻镇有10个社区 are others.

    >>> is_of_all_named("全镇下辖", "个村，已有", "个村建立制度")
    False
    >>> is_of_all_named("全镇下辖", "村，已有", "村建立制度")
    True
    >>> is_of_all_named("全镇下辖", "村，已有", "村级阵地"), is_of_all_named(
    ...     "我镇有", "社区，邻镇有", "社区参加"
    ... )
    (False, False)
    """
    found = _NAMED_AGAIN.fullmatch(between)
    if found is None or not _ALL_NAMED.search(before):
        return False
    rest = behind.removeprefix(found["noun"])
    return rest != behind and _DOES.match(rest) is not None


def named_as_these(between: str) -> str | None:
    """上述法律顾问中有 → 顾问: what those before are called.

    >>> named_as_these("进驻园区。上述法律顾问中，有"), named_as_these("，这些地区有")
    ('顾问', None)
    """
    found = _THESE.fullmatch(between)
    return found["noun"] if found else None


def taken_up(between: str) -> str | None:
    """在转立案的线索中涉及食品的有 → 转立案的线索: of what the part is some.

    >>> taken_up("，在转立案的线索中涉及食品安全的有"), taken_up("，化解")
    ('转立案的线索', None)
    """
    found = _TAKEN_UP.fullmatch(between)
    return found["of"] if found and not _not_those().search(between) else None


def is_some_of_all(between: str, behind: str) -> bool:
    """86件纠纷中邻里纠纷占40件: for things of which one cannot hold several.

    >>> is_some_of_all("纠纷中，邻里纠纷占", "。"), is_some_of_all("中由领导包案化解的", "，")
    (True, True)
    >>> is_some_of_all("，调解", "，"), is_some_of_all("中，比去年多", "。")
    (False, False)
    """
    return bool(
        _SOME_OF_ALL.fullmatch(between) and _END.match(behind) and not _not_those().search(between)
    )


def named_again(between: str, behind: str) -> str | None:
    """What the part is called where it is called as some of those: 发现存在问题的企业33家 → 企业.

    >>> named_again("，存在问题的企业", "。"), named_again("，走访农户", "。")
    ('企业', None)
    """
    found = _THOSE_NAMED.fullmatch(between)
    return (
        found["noun"] if found and _END.match(behind) and not _not_those().search(between) else None
    )
