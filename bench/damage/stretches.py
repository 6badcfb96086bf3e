"""Damage of whole stretches: encodings, scripts, tables, residue of programs."""

from __future__ import annotations

import random
import re

from workers.report.chinese.clauses import HAN

# A report that has it, has it in one or two places of this many characters (a paste
# from another program).
GARBLED_PLACES, GARBLED_LENGTH = (1, 2), (8, 40)
# Lines of 楷体 read as traditional ones: 9 in 125 pages on one setting;
# single characters far rarer.
TRADITIONAL_LINE, TRADITIONAL_CHARACTER = 0.05, 0.002
MARKUP = 0.002
# Of the characters that have a reading here, one in twenty of a text.
PINYIN = 0.04
# A dictionary of the browser explains a word nearly each time it stands.
GLOSS = 0.8

_SIMPLE = (
    "万与专业东两严个丰临为举义乐习乡书买争亏云亲亿仅从仓仪们价众优会传伤体余侧债倾偿储儿党兰关兴养内册写军农决况冻净准减几击划则刚创删别办务动励劳势勋区医华协单卖卫却厂厅历厉压县参双发变叙"
    "号听启员响哑园围国图圆场坏块坚坛垒垫堕墙声处备复够头夺奖妇娱学宁实审宪宽宾对寻导寿将尔层属岁岗岛币师带帮干广庄庆库应庙庞废开异弃张强归录当彻径征忆怀态总恳恶悬惊惩惯愿慑戏战户执扩扫扬抚抢护报"
    "担拟拥择挂挥损换据掷揽摆撑敌数斋断无旧时显晓暂术机杀杂权条来杨极构枪标栋栏树样档桥检楼横欢欧毕毙气汇汉污沟没泽洁浅测济浓涛涂润渐渔湾满滚滞灭灯灵炉点炼烂热爱牵状犹独猎献环现画畅疗监盖盘盗码确础"
    "离种积称稳穷窃竞笔签简粮纠红约级纪纯纳纲纵纷纸纽线练组细织终绍经结给络绝统继绩绪续维综绿缓编缘缴网罗罚罢职联肃胜脑脱腾舆节芦苏范荐获营萧蓝虑虽补装见观规视览觉触誉计订认讨让训议讯记讲许论设访证评"
    "识诉词译试诚话询该详语误说请诸诺读课调谁谈谋谐谢谱贝负财责贤败货质贩贫购贯贴贵费贺贷资赋赏赔赖赛赞赠赢赵赶趋跃践车轨转轮软轻载较辅辆辈输辖辞边达迁过迈运还这进远违连迟适选递逻遗邓邮邻郑释里鉴针钉"
    "钟钢钱铁银销锁锋错键镇长门闭问闲间闹闻阅队阳阴阵阶际陆陈险随隐难雾静面韵页顶项顺须顾顿预领频题颜额风飞饭饮馆驱驶驻验骑骗鱼鲜鸟鸡鸿麦黄齐齿龄龙"
)
_TRADITIONAL = (
    "萬與專業東兩嚴個豐臨為舉義樂習鄉書買爭虧雲親億僅從倉儀們價眾優會傳傷體餘側債傾償儲兒黨蘭關興養內冊寫軍農決況凍淨準減幾擊劃則剛創刪別辦務動勵勞勢勳區醫華協單賣衛卻廠廳歷厲壓縣參雙發變敘"
    "號聽啟員響啞園圍國圖圓場壞塊堅壇壘墊墮牆聲處備復夠頭奪獎婦娛學寧實審憲寬賓對尋導壽將爾層屬歲崗島幣師帶幫幹廣莊慶庫應廟龐廢開異棄張強歸錄當徹徑徵憶懷態總懇惡懸驚懲慣願懾戲戰戶執擴掃揚撫搶護報"
    "擔擬擁擇掛揮損換據擲攬擺撐敵數齋斷無舊時顯曉暫術機殺雜權條來楊極構槍標棟欄樹樣檔橋檢樓橫歡歐畢斃氣匯漢污溝沒澤潔淺測濟濃濤塗潤漸漁灣滿滾滯滅燈靈爐點煉爛熱愛牽狀猶獨獵獻環現畫暢療監蓋盤盜碼確礎"
    "離種積稱穩窮竊競筆簽簡糧糾紅約級紀純納綱縱紛紙紐線練組細織終紹經結給絡絕統繼績緒續維綜綠緩編緣繳網羅罰罷職聯肅勝腦脫騰輿節蘆蘇範薦獲營蕭藍慮雖補裝見觀規視覽覺觸譽計訂認討讓訓議訊記講許論設訪證評"
    "識訴詞譯試誠話詢該詳語誤說請諸諾讀課調誰談謀諧謝譜貝負財責賢敗貨質販貧購貫貼貴費賀貸資賦賞賠賴賽贊贈贏趙趕趨躍踐車軌轉輪軟輕載較輔輛輩輸轄辭邊達遷過邁運還這進遠違連遲適選遞邏遺鄧郵鄰鄭釋裡鑒針釘"
    "鐘鋼錢鐵銀銷鎖鋒錯鍵鎮長門閉問閒間鬧聞閱隊陽陰陣階際陸陳險隨隱難霧靜面韻頁頂項順須顧頓預領頻題顏額風飛飯飲館驅駛駐驗騎騙魚鮮鳥雞鴻麥黃齊齒齡龍"
)
TO_TRADITIONAL = {ord(a): b for a, b in zip(_SIMPLE, _TRADITIONAL, strict=True)}
# Readings of some characters of the genre, with tones.
READINGS = {
    "调": "tiáo",
    "解": "jiě",
    "枫": "fēng",
    "桥": "qiáo",
    "镇": "zhèn",
    "普": "pǔ",
    "治": "zhì",
    "纠": "jiū",
    "纷": "fēn",
    "述": "shù",
}
READINGS |= {
    "执": "zhí",
    "审": "shěn",
    "查": "chá",
    "督": "dū",
    "宪": "xiàn",
    "诉": "sù",
    "栖": "qī",
    "溪": "xī",
    "廊": "láng",
    "矫": "jiǎo",
}
GLOSSES = {
    "矛盾纠纷": "disputes",
    "法治建设": "rule of law",
    "行政执法": "law enforcement",
    "法律顾问": "legal adviser",
    "调解": "mediation",
}
_TABLE = re.compile(
    r"^[^\t\n]{1,20}(?:\t[^\t\n]{1,20})+(?:\n[^\t\n]{1,20}(?:\t[^\t\n]{1,20})+)+$", re.MULTILINE
)
_MARKUP = ["<span>", "</span>", "&nbsp;", "[bookmark: _GoBack]", "**", "<o:p></o:p>",
           "\\* MERGEFORMAT", "{PAGE}",
           "<!--[if gte mso 9]-->"]  # fmt: skip


def garble_stretches(rng: random.Random, text: str) -> str:
    """Mojibake: GBK read as Latin-1, UTF-8 read as GBK or as Windows' Latin-1,
    inside a paragraph.
    """
    for _ in range(rng.randint(*GARBLED_PLACES)):
        found = [
            f
            for f in re.finditer(f"[{HAN}，。、；：“”]{{8,}}", text)
            if f.end() - f.start() >= GARBLED_LENGTH[0]
        ]
        place = rng.choice(found)
        start = rng.randint(place.start(), place.end() - GARBLED_LENGTH[0])
        length = min(rng.randint(*GARBLED_LENGTH), place.end() - start) // 2 * 2
        wrong = _garbled(rng, text[start : start + length])
        text = text[:start] + wrong + text[start + length :]
    return text


def write_traditional(rng: random.Random, text: str) -> str:
    """Some lines, and some single characters, in traditional characters."""
    lines = [
        line.translate(TO_TRADITIONAL)
        if len(line) > 15 and rng.random() < TRADITIONAL_LINE
        else line
        for line in text.split("\n")
    ]
    return "".join(
        char.translate(TO_TRADITIONAL) if rng.random() < TRADITIONAL_CHARACTER else char
        for char in "\n".join(lines)
    )


def add_pinyin(rng: random.Random, text: str) -> str:
    """The reading after a character, in brackets or bare,
    as dictionaries of browsers and ruby text leave it.
    """
    known = re.compile(f"[{''.join(READINGS)}]")
    bare = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ", "aaaaeeeeiiiioooouuuuüüüü")

    def put(found: re.Match[str]) -> str:
        reading = READINGS[found[0]]
        if rng.random() < 0.2:
            return f"{found[0]}({reading.translate(bare)})"
        return found[0] + rng.choice([f"({reading})", f"（{reading}）", f"[{reading}]", reading])

    return known.sub(lambda found: put(found) if rng.random() < PINYIN else found[0], text)


def add_glosses(rng: random.Random, text: str) -> str:
    """The English of a word after it, as dictionaries of browsers put it."""
    known = re.compile("|".join(GLOSSES))
    return known.sub(lambda f: f"{f[0]}({GLOSSES[f[0]]})" if rng.random() < GLOSS else f[0], text)


def flatten_tables(_rng: random.Random, text: str) -> str:
    """Each cell of a table becomes a line, as copying from a page or a PDF does."""
    return _TABLE.sub(lambda found: found[0].replace("\t", "\n"), text)


def add_markup(rng: random.Random, text: str) -> str:
    """Tags, entities, field codes and bookmarks between characters."""
    places = re.compile(f"(?<=[{HAN}，。])(?=[{HAN}])")
    return places.sub(lambda _: rng.choice(_MARKUP) if rng.random() < MARKUP else "", text)


def _garbled(rng: random.Random, text: str) -> str:
    # Windows' Latin-1 has five holes; where a byte falls in one,
    # what browsers show is the control character.
    way = rng.choice(["gbk as latin-1", "utf-8 as gbk", "utf-8 as cp1252"])
    if way == "gbk as latin-1":
        return text.encode("gb18030").decode("latin-1")
    if way == "utf-8 as gbk":
        return text.encode().decode("gb18030", "replace")
    return "".join(_cp1252(byte) for byte in text.encode())


def _cp1252(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)
