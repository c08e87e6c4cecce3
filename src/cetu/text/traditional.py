"""Texts in traditional characters: each character that the parser's words know, in its simplified form.

The parser recognises words in simplified characters; what it says of a text is always as printed.
The forms are those of the General List of Simplified Chinese Characters (简化字总表, 1986).
"""

from __future__ import annotations

import re

_PAIRS = (
    "业業东東两兩个個为為为爲举舉书書争爭产產产産从從们們价價众眾众衆优優会會传傳侨僑关關兴興农農决決况況准準划劃则則"
    "办辦务務动動医醫协協单單卫衛厂廠厅廳县縣参參发發号號后後启啟启啓员員团團园園围圍国國图圖场場处處备備复復头頭妇婦"
    "学學实實审審宪憲宫宮对對导導将將尽盡届屆属屬岗崗广廣应應开開当當录錄彻徹态態总總执執护護报報担擔据據拟擬换換挥揮"
    "数數无無时時暂暫术術机機权權条條来來极極构構枣棗标標档檔检檢残殘气氣济濟渔漁点點牵牽独獨环環现現电電疗療监監盖蓋"
    "确確积積称稱税稅签簽简簡筹籌类類粮糧系係系繫紧緊约約级級纪紀纲綱组組细細织織经經结結给給统統续續维維综綜编編网網"
    "罗羅职職联聯节節范範药藥规規览覽计計订訂认認议議记記设設访訪证證识識诉訴试試话話该該详詳说說请請诺諾读讀调調负負"
    "财財责責账賬质質贫貧贯貫贸貿资資赘贅载載辖轄过過运運还還进進适適邮郵释釋银銀链鏈销銷键鍵长長门門闻聞间間队隊阶階"
    "际際险險项項须須预預领領题題页頁馆館验驗驻駐体體台臺里裡里裏区區别別内內户戶线線军軍习習乡鄉华華历歷专專义義见見"
    "许許转轉输輸这這连連铁鐵错錯镇鎮闭閉风風货貨证証说説录録个箇于於云雲余餘党黨册冊写寫创創制製历曆周週复複师師布佈"
    "征徵志誌战戰才纔托託挂掛断斷杂雜栏欄没沒注註测測浏瀏游遊灾災状狀矿礦码碼竞競筑築签籤绘繪络絡群羣并並尽儘庄莊干幹"
    "巩鞏污汙稳穩"
)
_SIMPLIFIED = str.maketrans({old: new for new, old in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)})
_ANY = re.compile("[" + "".join(map(chr, _SIMPLIFIED)) + "]")


def simplified(text: str) -> str:
    """The text with as many characters, the known traditional ones in their simplified form."""
    return text.translate(_SIMPLIFIED) if _ANY.search(text) else text


def is_traditional(text: str) -> bool:
    """Whether more than one character in a hundred is a known traditional form; one or two may be a slip."""
    return len(_ANY.findall(text)) * 100 > len(text)
