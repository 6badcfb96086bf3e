"""The most frequent characters of official Chinese:
how well a text is read shows in their share.
"""

from __future__ import annotations

import re

# The most frequent characters of official prose, simplified and traditional: they make up about
# half of any right reading and under a tenth of a wrong one (measured over readings of each
# encoding as each other).
_FREQUENT = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严"
    "為個國這時來們會動學產經過說後電對體機當點業從應開還進樣與關發實線數義問意條運農區強戰隊領導團議證務處報達選標準鎮鄉縣調辦員執審廳黨總設計規劃貫徹責權監督複議訴訟糾紛調解矛盾訪審核書記領導組織"
    "法治政府建设镇乡街道村居社区依执审查复议诉讼纠纷调解矛盾信访宣传普法培训案件罚款许可规范性文件决策公开督察整改责任落实考核"
)
_PUNCTUATION = "，。、；：？！“”‘’《》（）【】〔〕—…·％\u3000"
_WIDE = "".join(map(chr, range(0xFF10, 0xFF1A)))
_GOOD = frozenset(_FREQUENT + _PUNCTUATION + _WIDE)
_ODD_ASCII = re.compile(rb"[\0-\x08\x0b\x0e-\x1f]")
_ODD = re.compile("[\0-\x08\x0b\x0e-\x1f\x80-\x9f\ue000-\uf8ff\ufffd\U00030000-\U0010ffff]")


def frequent_share(text: str) -> float:
    """The share of frequent characters among those that are not ASCII;
    controls and unassigned ones weigh against.

    >>> frequent_share("法治政府"), frequent_share("report"), frequent_share("")
    (1.0, 1.0, 0.0)
    """
    telling = count_telling(text)
    if not telling:
        return 1.0 if text else 0.0
    good, bad = sum(map(_GOOD.__contains__, text)), len(_ODD.findall(text))
    return (good - 2 * bad) / telling


def count_telling(text: str) -> int:
    """How many characters tell what a text is written in: all but those of plain ASCII.

    >>> count_telling("2024年\x01")
    2
    """
    plain = text.encode("ascii", "ignore")
    return len(text) - len(plain) + len(_ODD_ASCII.findall(plain))
