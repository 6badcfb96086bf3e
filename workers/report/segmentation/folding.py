"""One spelling for the rules: each character is replaced by at most one other, so that offsets stay.

The rules of this stage look at the folded text and take what they hand on from the text itself; they are thereby blind
to half- or full-width forms and to traditional characters, whether or not an earlier stage has evened them out.
"""

from __future__ import annotations

_WIDTHS = ("0123456789０１２３４５６７８９", "01234567890123456789")
_MARKS = ("(),:;!?．﹒\u3000\u00a0\t\r○零", "（），：；！？..    〇〇")

# Only characters of the words that the rules look for.
_TRADITIONAL = (
    "設構報總結匯彙況關於縣區鎮鄉蘇辦處務會員黨問題劃標績舉開導責職實現將來應與對從學習這個還進領據廳屬級單發臺達體圍執"
    "後續動點強寫為誌國層條專項漢長東廣雲貴陝寧遼龍龜內澤灣爾則續產業農經濟財審計監環統積極麼綜東門運輸過擔當險礦園",
    "设构报总结汇汇况关于县区镇乡苏办处务会员党问题划标绩举开导责职实现将来应与对从学习这个还进领据厅属级单发台达体围执"
    "后续动点强写为志国层条专项汉长东广云贵陕宁辽龙龟内泽湾尔则续产业农经济财审计监环统积极么综东门运输过担当险矿园",
)
_FOLD = {ord(a): b for pair in (_WIDTHS, _MARKS, _TRADITIONAL) for a, b in zip(*pair, strict=True) if a != b}


def fold(text: str) -> str:
    """The text with one form for each mark, digit and common traditional character; as long as the text itself.

    >>> fold("（一)二零二一年，３件:１．鎮")
    '（一）二〇二一年，3件：1.镇'
    """
    return text.translate(_FOLD)


def squeeze(text: str) -> str:
    """The text without its white space.

    >>> squeeze(" 松坪镇 人民政府\\n")
    '松坪镇人民政府'
    """
    return "".join(text.split())
