"""Traditional characters as the rules and the catalogue write them: one for one, so that offsets hold.

Only the characters of the genre's own words are here, for matching; the text itself is never changed by this.
"""

from __future__ import annotations

import re

_TRADITIONAL = (
    "亂來倉個們倫偽傭傳債傷傾僅價儀億償優儲兒內兩冊凍凱別則剛創劃劇動務勞勢勵勸匯區協卻參員問啟單嗎嘆噸嚴國圍園圓圖團執堅報場塊墊墻壇壓壞壽夠夾奪奮婦婭媽學實寧審寫寬將專尋對導屆層屬島嶺帶幣幫幹幾廟廠廢廣廳"
    "張強彈彙後從徵徹惡態慣慶憂憐憑憤憶懇應懲懷戀戶掃掛採揚換損搶撥撫擁擇擊擔據擬擴擺攜敗敘數斷於時暫曆曉書會東條棄棟楊業極構樂樓標樣樹橋機檔檢權歐歡歲歷歸殘殺氣決沒況淨減準溝溫滯滿漁漢漲漸潔澤濃濟灣災為無"
    "煙燈營爐爭爲爾獎獲獸現瑪環產畝畢畫異當療癥發盡監盤眾睜確礎礙礦禍禮稅積穩窮競筆節築簡簽籌糧糾紀約紅納純紙級紛細紹終組結絕絡給統經綜維網緊線編緩練縣縮總績織繞繫繳續罰罷羅義習聖聞聯職聽肅脅腦腳臨臺與興舉"
    "舊艙華萊萬葉蘇蘭處號虧蟲衆術衛衝補裝裡製見規視親覺覽觸訂計訊討訓記訪設許訴診註評詞詢試話該詳誌誠誡誤說課調談請論諮諸諾謀講謝證識譯議護讀變讓豐財貢貧貨貪貫責貴買費貼資賓賠賣質賬賽贈贏趙車軌軍軟較載輔輛"
    "輪輯輸輿轉辦辭辯農這連進運過達違遠適遲選遺遼還鄉鄰醫釋針銷錄錢鎮鏈鐘鐵鑑長門閉開閒間閱關陝陣陰陸陽隊階際隨險隱雙雜雞難雲電靈靜響頃項順預領頭頻題顏願類顧風飛飯飲養餘館馮駐駕驗驚體髮鬥魚鮮鳥麗麼黃點黨齊"
    "齡龍龜"
)
_WRITTEN = (
    "乱来仓个们伦伪佣传债伤倾仅价仪亿偿优储儿内两册冻凯别则刚创划剧动务劳势励劝汇区协却参员问启单吗叹吨严国围园圆图团执坚报场块垫墙坛压坏寿够夹夺奋妇娅妈学实宁审写宽将专寻对导届层属岛岭带币帮干几庙厂废广厅"
    "张强弹汇后从征彻恶态惯庆忧怜凭愤忆恳应惩怀恋户扫挂采扬换损抢拨抚拥择击担据拟扩摆携败叙数断于时暂历晓书会东条弃栋杨业极构乐楼标样树桥机档检权欧欢岁历归残杀气决没况净减准沟温滞满渔汉涨渐洁泽浓济湾灾为无"
    "烟灯营炉争为尔奖获兽现玛环产亩毕画异当疗症发尽监盘众睁确础碍矿祸礼税积稳穷竞笔节筑简签筹粮纠纪约红纳纯纸级纷细绍终组结绝络给统经综维网紧线编缓练县缩总绩织绕系缴续罚罢罗义习圣闻联职听肃胁脑脚临台与兴举"
    "旧舱华莱万叶苏兰处号亏虫众术卫冲补装里制见规视亲觉览触订计讯讨训记访设许诉诊注评词询试话该详志诚诫误说课调谈请论咨诸诺谋讲谢证识译议护读变让丰财贡贫货贪贯责贵买费贴资宾赔卖质账赛赠赢赵车轨军软较载辅辆"
    "轮辑输舆转办辞辩农这连进运过达违远适迟选遗辽还乡邻医释针销录钱镇链钟铁鉴长门闭开闲间阅关陕阵阴陆阳队阶际随险隐双杂鸡难云电灵静响顷项顺预领头频题颜愿类顾风飞饭饮养余馆冯驻驾验惊体发斗鱼鲜鸟丽么黄点党齐"
    "龄龙龟"
)
# For `str.translate`, alone or joined with a stage's own table.
SIMPLIFIED = {ord(traditional): simplified for traditional, simplified in zip(_TRADITIONAL, _WRITTEN, strict=True)}
_ANY = re.compile(f"[{_TRADITIONAL}]")


def simplify(text: str) -> str:
    """The text with the traditional characters of the genre's words as simplified ones; never longer or shorter.

    >>> simplify("調處糾紛204件")
    '调处纠纷204件'
    """
    return text.translate(SIMPLIFIED) if _ANY.search(text) else text
