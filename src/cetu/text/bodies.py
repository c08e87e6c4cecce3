"""Names of bodies as official documents list them: where one ends and the next begins.

Knows how names are built (市…局, 各…人民政府, …等部门), not which bodies there are.
A list is cut at 、 outside brackets; 和, 及 and 与 cut it only between two names that
are each complete, because 自然资源和规划局 is one body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cetu.text.brackets import CLOSING, OPENING, brackets, split

_ENDINGS = (
    "局|委|部|厅|办|署|院|会|社|台|站|所|队|处|校|馆|行|司|团|关|室|科|组|企|厂|港"
    "|政府|公署|办公室|办公厅|管委会|公司|集团|中心|分行|中支|基地|专班|小组|指挥部"
    "|街道|开发区|高新区|新区|园区|经开区|示范区|保税区|度假区|风景区|景区|试验区|合作区|综保区|自贸区|片区|港区|林区|功能区|妇联|残联|工商联|文联|社科联|侨联"
    "|农信联社|共青团中央|总部|军区|军分区|警备区|科协|计生协|公安|武警|学院|大学|医院|银行|保险|党组|机关|法院|检察院|工委|党工委"
    "|联席会议|单位|部门|机构|企业|协会|商会|平台|网信|(?<!农业农)村|金融办|机场|农场|林场|中小学|高校|学校|海事|邮政|电力|电网|铁塔|石化|移动|联通|电信"
)
_TOWNSHIP = r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,4}(?<![小乡城村集建古家返下])[镇乡]"
_BODY = re.compile(rf"(?:{_ENDINGS}|{_TOWNSHIP})(?:[（(〔〈<][^（）()]{{1,30}}[）)〕〉>])?$")
# Words that make a name running text. 对外… and 为民… are names.
_PROSE = re.compile(
    r"[的了是你我它们。！？：:《》%％]|(?<!应)对(?!外|口|台)|应当|可以|必须|要求|不得|进行(?!宫)|按照"
    r"|(?<!自)由|^(?:要|须|应(?!急)|负责|认真|根据|依据)|报(?:送|[省市县区])|(?:盖章|签字|施行|执行|运行|举行|推行|实行)$"
    r"|[将把被].*(?:单位|部门|机构|企业|机关)$|[将把被](?!.*[局委部厅办院会署所站处队中心司])"
)
# 的 that belongs to a name: 各设区的市人民政府, 有条件的市县政府.
_ATTRIBUTE = re.compile(
    r"(?:不?设区|有[\u4e00-\u9fff]{1,4}(?=的[省市县区乡镇街])|有条件|具备条件|有关|相关|涉及|有任务|所在地)的")
# Words built like a name that name nobody: 党委领导、政府负责、社会协同.
_NOBODY = re.compile(
    r"(?:各级)?(?:政府|党委|党委政府|部门|单位|企业|机构|公安|机关|社会|全社会|机会|社区|学校|家庭|市场|公众|群众|行业|银行|医院"
    r"|大学|学院|村|公司|集团|平台|基地|保险|电力|邮政|移动)|(?:以下|简称|下称|即|含|包括|不含|如|例如|见|除|比如|其中).*"
    r"|.*(?:党委领导|政府主导|领导下|为主|所属|名下|以上|以下|之一)"
)
_TERRITORY = (
    r"(?:设区的?市|省辖市|省直管(?:县级)?[县市]|省管县|县级市|地级以上市|地级市|市州|市地|市县区|县市区|市县|县区|区县|区市|乡镇|镇街|旗县区?"
    r"|街镇|街乡|镇乡|街道镇|自治[州县区旗]|直辖市|行政公署|盟市|街道|[省市县区州盟旗镇乡])"
)
_GOVERNMENT = (
    r"(?:党委|党工委)?(?:[和、及])?(?:人民政府|政府|行署|行政公署|办事处|管委会|党委|工委)?"
)
_QUALIFIER = r"(?:[（(〔〈<][^（）()〔〕〈〉<>]{1,24}[）)〕〉>])?"
_TERRITORIES = re.compile(rf"(?:各|有关|相关){_TERRITORY}{_QUALIFIER}$")
_MORE_TERRITORY = re.compile(
    rf"{_TERRITORY}{_QUALIFIER}(?:级)?{_GOVERNMENT}{_QUALIFIER}$"
)
_GENERIC = re.compile(
    r"^(?!.*(?:人民政府|管委会|街道)).*?(?:各|有关|相关|其他|其它|所有|主管|成员|涉及|所在|用人).{0,12}?"
    r"(?:部门|单位|机构|地区|地方|企业|方面|院校|学校|高校|医院|园区|行业|部委|团体)(?:（[^（）]*）)?$"
    r"|^各级?(?:地|地区|地方|级|方)$"
)
_REST = re.compile(
    r"(?<![高中初平同优])等(?=$|各|有关|相关|国务院|其他|其它|部门|单位|机构|地区|企业|成员|多部门|多个|行业部门|\d+个?部门|\d+[个家]"
    r"|[两二三四五六七八九十]+[个家]|和|及|与|以及|共同|中央|驻|(?:本|我)?[省市县区州盟旗](?:直|级|属)"
    r"|[省市县区州](?:政府|委)?(?:有关|相关|各)|[\u4e00-\u9fff]{2,6}(?:主管|执法|职能)部门)"
)
_EMPTY_REST = re.compile(
    r"(?:\d+[个家]?|[一二三四五六七八九十]+个?|多个?|各)?(?:有关|相关)?(?:行业|[\u4e00-\u9fff]{2,6}(?:执法|职能))?(?:部门|单位|部门和单位|部门单位|单位和部门|机构|地区|部门、单位)?$"
)
_REST_AND_MORE = re.compile(r"(?:有关|相关)(?:部门|单位)(?:和|及|与|以及)(?=各|省|市|县|区)")
_JOINTS = re.compile(r"以及|及其|和|及|与|并")
_HEAD_OF_NAME = re.compile(
    r"(?:各|有关|相关|其他|国务院|国家|中央|中共|中国|省|市|县|区|州|盟|旗|自治|本|驻|团|人民|当地|所在)"
)
# 和 opens 和田, 及 and 由 open no name we met; a name never opens with 以及.
_LEADING = re.compile(r"(?:以及|及其|及|并由|由|[和与](?=各|省|市|有关|相关|国家))+")
_LIST_NUMBER = re.compile(r"(?:\d{1,2}[.．﹒、](?=\D)|[（(]\d{1,2}[）)]|[①-⑳])")
_NO_NAME = re.compile(r"部门|单位|机构|待定|无|略|暂无|同上|[/／\\—–\d.%-]+|注|.*(?:不再|下同|均为|以下).*")
_IN_BRACKETS = re.compile(r"[（(〔\[〈<][^（）()〔〕\[\]〈〉<>]*[）)〕\]〉>]")
# 各县区政府（含开发区管委会，下同）: said of the name, no part of it
_REMARK = re.compile(r"(?<=.)[（(〔\[](?:含|包括)[^（）()〔〕\[\]]*[）)〕\]]$")
_BULLETS = "◆◇★☆▲△●○■□◎※►▶•·*＊"


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """A body's name: its place in the flow and its words."""

    start: int
    end: int
    words: str


def is_body(words: str) -> bool:
    """Whether the words are built like the name of a body."""
    return (
        2 <= len(words) <= 45
        and not is_prose(words)
        and not _NOBODY.fullmatch(words)
        and bool(_BODY.search(words) or _TERRITORIES.search(words) or is_generic(words))
    )


def is_prose(words: str) -> bool:
    """Whether the words hold something that stands in sentences only, not in names."""
    return bool(_PROSE.search(_ATTRIBUTE.sub("", words)))


def is_complete(words: str) -> bool:
    """Whether a name can end here, for words cut by a line end."""
    return bool(_BODY.search(words) or _TERRITORIES.search(words))


def is_generic(words: str) -> bool:
    """Whether the words describe bodies (有关部门, 各地区) and name none."""
    return bool(_GENERIC.search(words))


def names(text: str, start: int, end: int, cuts: str = "、，,；; ") -> list[Name]:
    """The names that stand in a range, in order; the words are checked by the caller."""
    pieces = _joined_territories(text, split(text, start, end, cuts))
    found = [name for piece in pieces for name in _piece(text, *piece)]
    return [
        name for name in found
        if any(character.isalpha() for character in name.words)
        and not _NO_NAME.fullmatch(_IN_BRACKETS.sub("", name.words))
    ]


def _joined_territories(text: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """各市、县人民政府 put together again: a list of territories before one 人民政府."""
    joined: list[tuple[int, int]] = []
    for start, end in pieces:
        if (
            (joined
            and text[joined[-1][1] : start] == "、"
            and _ends_open(text[joined[-1][0] : joined[-1][1]])
            and _MORE_TERRITORY.match(_bare(text[start:end])))
            or (joined and text[joined[-1][1] : start] == "、"
            and re.search(r"各盟(?:行政公署|行署)$", text[slice(*joined[-1])])
            and re.fullmatch(r"市(?:人民)?政府", _bare(text[start:end])))   # 各盟行政公署、市人民政府
            or (joined and text[joined[-1][1] : start] == "、"     # 各州、市有关部门
            and text[joined[-1][0] : joined[-1][1]] in ("各州", "各市", "各盟")
            and re.fullmatch(r"[市县区州](?:有关|相关)部门", _bare(text[start:end])))
            or (joined and text[joined[-1][1] : start] == "、"
            and _bare(text[start:end]) in ("政府", "人民政府")   # 各乡镇党委、政府
            and text[joined[-1][1] - 1] in "委）)")
            or (joined and text[joined[-1][1] : start] == "、"
            and re.fullmatch(r"[市县区州旗](?:人民)?政府|管委会", _bare(text[start:end]))   # 织金县委、县政府
            and re.search(r"(?:[\u4e00-\u9fff]{2}[市县区州旗]委|工委)$", text[slice(*joined[-1])]))
            or (joined and text[joined[-1][1] : start] == "、"
            and _bare(text[start:end]) in ("单位", "部门", "机构")   # 市直有关部门、单位
            and is_generic(text[slice(*joined[-1])]))
        ):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _ends_open(words: str) -> bool:
    """Whether a list of territories has not come to its 人民政府 yet."""
    last = _LEADING.sub("", words).rpartition("、")
    if last[1]:
        return bool(re.fullmatch(rf"{_TERRITORY}{_QUALIFIER}", last[2])) or bool(
            _TERRITORIES.search(last[2])
        )
    whole = re.split(r"及|和|等", last[2])[-1]
    return bool(_TERRITORIES.search(whole))


def _bare(words: str) -> str:
    return re.split(r"(?:等$|按职责|按照|分别|负责|落实|配合|牵头|参与|参加|实施)", words)[0]


def _piece(text: str, start: int, end: int) -> list[Name]:
    """One piece between two 、: one name, or several joined by 等, 及 or 和."""
    inside = brackets(text[start:end])
    for rest in _REST.finditer(text, start, end):
        if not inside.encloses(rest.start() - start):
            before = _piece(text, start, rest.start())
            after = text[rest.end() : end]
            if _EMPTY_REST.match(after):
                return before
            if more := _REST_AND_MORE.match(after):      # 等相关部门及各地区
                return before + _piece(text, rest.end() + more.end(), end)
            return before + _piece(text, rest.end(), end)
    for slash in re.finditer("[/／]", text[start:end]):
        left, right = text[start : start + slash.start()], text[start + slash.end() : end]
        if not inside.encloses(slash.start()) and is_body(left) and is_body(right.split("/")[0]):
            return [_trimmed(text, start, start + slash.start()),
                    *_piece(text, start + slash.end(), end)]
    for joint in _JOINTS.finditer(text, start, end):
        if inside.encloses(joint.start() - start):
            continue
        left, right = text[start : joint.start()], text[joint.end() : end]
        if _are_two(left, right):
            return [*_piece(text, start, joint.start()), *_piece(text, joint.end(), end)]
    return [_trimmed(text, start, end)]


def _are_two(left: str, right: str) -> bool:
    """Whether 和 stands between two whole names, not inside one."""
    left = _LEADING.sub("", left, count=1)
    if re.search(r"(?:党委|党工委)$", left) and right.startswith(("政府", "人民政府", "管委会")):
        return False
    if is_generic(left) and re.match(r"(?:单位|部门|机构|组织|企业)(?:$|及|和|与|等)", right):
        return False   # 有关部门和单位
    if not (is_complete(left) or is_generic(left)) or len(right) < 2:
        return False
    return bool(_HEAD_OF_NAME.match(right)) or ((len(left) > 2 or left[0] == "各") and is_body(right))


def _trimmed(text: str, start: int, end: int) -> Name:
    if lead := _LEADING.match(text, start, end):
        start = lead.end()
    if numbered := _LIST_NUMBER.match(text, start, end):
        start = numbered.end()
    while start < end and text[start] in _BULLETS + "：:":
        start += 1
    while start < end and text[end - 1] in _BULLETS + "。.：:,，；;、":
        end -= 1
    while start < end and text[end - 1] in OPENING:
        end -= 1
    if remark := _REMARK.search(text[start:end]):
        end = start + remark.start()
    words = text[start:end]
    if words and words[-1] in CLOSING and not any(mark in words for mark in OPENING):
        end -= 1
    return Name(start, end, text[start:end])


# --- what a shared prefix or suffix left out ---

_PREFIX = re.compile(
    r"(自治区|自治州|自治县|省委|市委|县委|区委|州委|兵团|省|市|县|区|州|盟|旗)(?P<rest>.*)"
)
_STEMS = re.compile(
    r"(?:公安|民政|司法|财政|教育|科技|科学技术|人力资源|人社|人力社保|发展和?改革|发改|经济和信息|经信|工业和信息|工信"
    r"|自然资源|国土|规划|生态环境|环保|环境保护|住房|住建|城乡建设|建设|城市管理|城管|交通|水利|水务|农业|农村|林业|园林"
    r"|商务|文化|旅游|文广|卫生|卫健|计生|应急|安监|审计|国资|市场监管|市场监督|工商|质监|食品|药品|体育|统计|医保|医疗保障"
    r"|金融|信访|外事|外办|法制|退役军人|扶贫|乡村振兴|粮食|物价|税务|地税|国税|政务|大数据|机关事务|人防|民族|民宗|宗教"
    r"|投资促进|招商|口岸|海洋|渔业|畜牧|供销|妇联|残联|科协|总工会|广播|广电|新闻|版权|知识产权|档案|气象|地震|来穗)"
)
_PARTY = re.compile(r"(?:组织部|宣传部|统战部|政法委|网信办|编办|社会工作部|改革办|党校|政研室)$")


_RESTORED_ENDING = re.compile(r"(?:局|委|厅|办|办公室|会|联|协|社|中心|院)(?:（[^（）]*）)?$")


def restored(words: list[str]) -> list[str]:
    """For each name of one list its full name, or "" where nothing was left out for sure.

    A prefix is carried on only to names that begin like a local department; 人行 or a
    body named after its place stays as it is.
    """
    full = [""] * len(words)
    prefix = ""
    for index, name in enumerate(words):
        found = _PREFIX.match(name)
        if found and (_STEMS.match(found["rest"]) or _PARTY.search(found["rest"])
                      or found[1].endswith("委")):
            prefix = found[1]
        elif found and not _STEMS.match(name):
            continue
        elif prefix.endswith("委") and _PARTY.fullmatch(name):
            full[index] = prefix + name
        elif (prefix and _STEMS.match(name) and _RESTORED_ENDING.search(name)
              and not name.endswith(("总局", "分局"))):
            full[index] = prefix.removesuffix("委") + name
        elif re.match(r"国家|中央|各|人民银行", name):
            prefix = ""
    _restore_suffix(words, full)
    return full


def _restore_suffix(words: list[str], full: list[str]) -> None:
    """漳州、泉州、莆田市人民政府: the earlier names share the last one's 市人民政府."""
    for index in range(len(words) - 1, 0, -1):
        suffix = re.search(r"(?:[市县区州])(?:人民政府|政府)$", words[index])
        if not suffix:
            continue
        for before in range(index - 1, -1, -1):
            name = words[before]
            if re.fullmatch(rf"[\u4e00-\u9fff]{{1,5}}{suffix[0][0]}", name):     # 陇西县、渭源县、岷县政府
                full[before] = name + suffix[0][1:]
                continue
            if not re.fullmatch(r"[\u4e00-\u9fff]{2,3}", name) or is_body(name):
                break
            full[before] = name + suffix[0]
