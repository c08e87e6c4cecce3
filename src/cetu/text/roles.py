"""Who does what in the words of one marker: labels, role verbs, time limits, rules.

Two manners, which may be mixed: 责任单位：甲、乙 (label style) and 甲牵头，乙配合
(sentence style). A role is only ever taken from a word that stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from cetu.text.bodies import Name, is_body, names
from cetu.text.brackets import brackets, split
from cetu.text.document import Role

COLON = "：:︰﹕∶"


@dataclass(frozen=True, slots=True)
class Entry:
    """One name with its role, and the time limit printed beside it."""

    name: Name
    role: Role
    deadline: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a marker says about itself or about all that follow."""

    first_leads: bool = False          # 列第一位者为牵头单位
    first_leads_onward: bool = False   # …，下同
    carried: tuple[Entry, ...] = ()    # 以下…不再列出
    holds_here: bool = False           # the rule is said before the marker's own names
    comma_leads: bool = False          # 列逗号之前的为牵头单位
    comma_leads_onward: bool = False   # …，下同
    after_comma: Role = "unspecified"  # 其他单位配合


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything one marker states, in text order."""

    entries: tuple[Entry, ...] = ()
    rules: Rules = field(default_factory=Rules)


# --- vocabulary ---

_LEAD = "组织牵头|总牵头|牵头|主办|主责|主抓|抓总"
_RESPONSIBLE = (
    "负总责|组织实施|主体责任|组织落实|组织|责任|负责|承办|实施|落实|主管|执行|承担|完成|推进|推动|开展|办理"
)
_COOPERATE = "配合|会同|(?<!政)协办|参加|参与|协同|协作|协助|会办|支持|支撑|合作"
_OTHER = "指导|督导|监督|督办|督促|试点|考核|监管"
_ROLE_WORDS: tuple[tuple[str, Role], ...] = (
    (_LEAD, "lead"), (_COOPERATE, "cooperate"), (_OTHER, "unspecified"),
    (_RESPONSIBLE, "responsible"),
)
_ALL = f"{_LEAD}|{_RESPONSIBLE}|{_COOPERATE}|{_OTHER}"
_NOUN = "单位|部门|机构|主体|机关|处室|科室|地区"
_MODIFIER = "(?:市级|省级|县级|区级|市直|主要|第一|共同|其他|各|主)?"
_LABEL_WORDS = (
    rf"{_MODIFIER}(?P<role>(?:{_ALL})(?:[及和、与/]|或|[（(](?={_ALL}))?(?:{_ALL})?[）)]?"
    rf"(?:{_NOUN})(?:(?:[和、及与/]|以及|或)(?:{_ALL})(?={_NOUN}))?)"
    rf"(?:[和、及]?(?:{_NOUN}))?"
)
LABEL = re.compile(
    rf"{_LABEL_WORDS}(?:[（(][^（）()：:]{{1,24}}[）)])?"
    rf"(?:[{COLON}]|(?:分别)?(?:为|是)(?=[：:省市县区州盟各国中教公民财]))"
)
_COLUMN = re.compile(LABEL.pattern.removesuffix(
    rf"(?:[{COLON}]|(?:分别)?(?:为|是)(?=[：:省市县区州盟各国中教公民财]))"))
# 【责任单位】市公安局: the label has the bracket for itself
BOXED_LABEL = re.compile(rf"[【\[〔［〖]{_LABEL_WORDS}[】\]〕］〗][{COLON}]?")
# 责任分工：市公安局牵头，市民政局配合: the roles stand in the words behind the label
SENTENCE_LABEL = re.compile(
    rf"(?:责任|任务|工作|职责|部门|具体)*分工(?:情况|安排)?[{COLON}]"
    rf"|(?:责任落实|落实)(?:单位|部门)?[{COLON}](?=.{{2,40}}(?:牵头|负责))")
# （责任单位市公安局）, （责任单位;市公安局）: the colon is lost
LOST_COLON = re.compile(
    rf"(?P<role>{_LEAD}|责任|负责|配合|协办|参加|参与)(?:{_NOUN})[；;，,]?"
    r"(?=(?:省|市|县|区|州|各|国家)[\u4e00-\u9fff（(])"
)
# …公安局 配合单位市交通局: it is lost behind the names of another label
_LOST_BETWEEN = re.compile(rf"(?<=[局委办厅部会府院队司心]){LOST_COLON.pattern}")
# 共建单位：, 受理单位：: a label that gives none of the four roles
UNKNOWN_LABEL = re.compile(rf"[\u4e00-\u9fff]{{2,6}}(?:单位|部门|机构|主体)[{COLON}]")
BARE_LABEL = re.compile(rf"(?P<role>{_LEAD}|责任|负责|配合|协办|参与|协助|指导)[{COLON}]")
DEADLINE_LABEL = re.compile(
    rf"(?:计划|预计|拟)?(?:完成|办理|办结|落实|整改|实施|启动|推进|工作|起止|执行)?"
    rf"(?:时限|时间|期限|时间节点|节点|进度|日期)(?:要求|安排|节点)?[{COLON}]"
)
OTHER_LABEL = re.compile(
    r"(?:[牵头责任分管包保联系主要具体市区县级协助配合]{0,6}"
    r"(?:领导|负责人|责任人|联系人|人员|人|电话|路长)"
    r"|工作目标|工作措施|具体措施|备注|资金来源|支持政策|政策依据|办理方式|适用对象)"
    rf"[{COLON}]"
)
_BY_DUTY = (
    r"(?:(?:按照|根据|依据|按|依|接(?=职责))[^、，。；按]{0,6}(?:职责|职能|分工|权限)"
    r"(?:任务|范围|要求|权限|和|、|分工|职能|职责)*)"
)
_ADVERB = (
    "(?:分别|分工|分头|共同|具体|联合|各自|统筹|直接|主要|全面|依法|协同|抓好|做好|研究|抓紧|认真|密切|积极|全力|分级"
    "|(?:结合|根据|立足|按照)(?:各自|本地|当地|自身|工作)?(?:实际|职责|职能)(?:情况)?|因地制宜)*"
)
VERB = re.compile(
    rf"{_BY_DUTY}?{_ADVERB}"
    r"(?P<verb>总?牵头|主办|主责|主抓|抓总|负总责|负责|承办|承担|组织(?:实施|推进|开展|落实)"
    r"|落实|实施|推进|推动|执行|办理|配合|参与|参加|协助|(?<!政)协办|协同|协作|支持"
    r"|指导|督促|督导|监督|统筹|协调)"
    r"(?:负责|组织|实施|落实|推进|指导|抓总|抓|办理|开展|配合|完成|统筹|协调|做好|工作|到位|督促|监督|解释)*(?:等)?$"
    rf"|{_BY_DUTY}$"
)
_MID_VERB = re.compile(
    r"(?:牵头负责|牵头组织|牵头实施|牵头|负责)"
    rf"(?!{_NOUN}|负责|组织|实施|落实|推进|抓|办理|做好|协调|会同|机构|人|领导|区|制(?![定订])"
    r"|[、，,；;）)。]|$|的)"
)
# 市卫生健康委负责医疗救治: what the body does stands behind the verb
_VERB_THEN_DUTY = re.compile(
    r"(?P<names>.+?)(?P<verb>牵头|负责|配合|协助|指导)"
    r"(?!单位|部门|人|制(?![定订])|区)[\u4e00-\u9fff“”]{2,40}$"
)
_WITH = re.compile(
    r"会同|会商|商(?=省|市|县|区|有关|相关|国家)|会(?=省|市|县|区|有关|相关|国家|财政部)"
)
_TIME = re.compile(
    r"(?:力争|确保|于|在|到|自)?(?:(?:20|二〇)[0-9一二三四五六七八九〇]{2}[年.]|\d{1,2}月"
    r"|今年|明年|年底|年内|年中|年末|每年|每季度|按(?:季度?|月|年度?|周)|逐年|分(?:年度|阶段|步)|适时|尽快|定期|不定期|长期|持续|常态化|立即|即时|即日|近期|全年|已完成|已落实|一季度|[上下]半年|第[一二三四]季度|完成时限|\d{1,3}个工作日)"
    r"[^、，；]{0,28}$"
)
_TIME_THEN_BODY = re.compile(
    r"(?:力争|于|在)?(?:20[0-9]{2}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|末|中)?"
    r"(?:前|内|起)?(?:完成)?)由?(?=[\u4e00-\u9fff])"
)
_BATCH = re.compile(rf"第[一二三四五六七八九十]批次?[{COLON}]|其中[{COLON}]")
_ROLE_IN_BRACKETS = re.compile(
    rf"[（(〔\[](?P<role>{_LEAD}|责任|配合|协助|协办)(?:{_NOUN})?[）)〕\]]$"
)
_LEADING_WORDS = re.compile(
    r"(?:此项|该项|本项|以上|上述|各项)?(?:工作|任务|措施|政策)?(?:由|请)"
)
_SAME_BELOW = re.compile(r"^(?:以?下|后)同$|^下同[。]?$")

_FIRST_LEADS = re.compile(
    r"[^，,。；;、（(：:]{0,14}(?:首位|首个|首家|居首|最前|第一位|第1位|第一名|第一个|第一者|排名第一"
    r"|第一(?!责任(?!单位|部门)|时间|书记|季)|列首|首)"
    r"[^，,。；;、]{0,10}(?:为|是|作为|系|负责)[^，,。；;、]{0,10}"
    r"(?:牵头|主办)(?!领导|人|市|区|县)[^，,。；;、：:）)]{0,12}"
    r"(?P<onward>[，,。；;]?(?:以下|下|后)(?:皆|均)?相?同)?"
)
_NOT_LISTED = (
    r"[，,；;]?(?:以下|后文|下文|后面|下同)?[，,]?将?不(?:再|另|予)?(?:一一|逐一|逐项|逐条|重复|另行|单独|分别|具体)*"
    r"(?:列出|列入|列示|列明|列举|赘述|列|标注|标明|注明|重复|罗列|单列|说明|明确|提及|[做作]?分工)[^，。；）)]{0,4}"
)
_AS = r"(?:责任|牵头|配合|参与|参加|负责)(?:单位|部门)"
_SCOPE = "(?:以下|下述|后续|下列|其余)"
# One or more names, 、 between them, brackets whole.
_BEFORE = (
    r"(?P<{}>[^。；;：:，,（(]{{1,40}}(?:[（(][^（）()]{{1,20}}[）)][^。；;：:，,（(]{{0,40}}){{0,3}}?)"
)
_CARRIED = re.compile(
    rf"{_SCOPE}(?P<middle>[^。；;]{{2,120}}?){_NOT_LISTED}"
    rf"|{_SCOPE}(?P<all>[^。；;，,]{{0,12}}{_AS}(?:均|都|皆)(?:包括|包含|含|为)[^。；;]{{2,80}})"
    rf"|(?:具体|各项|所有|全部|每项|上述)(?:工作|任务|事项|措施|政策)+(?P<here>[^。；;]{{2,80}}?){_NOT_LISTED}"
    rf"|{_BEFORE.format('onward')}(?:均|都|皆)?(?:为|是)(?P<onward_as>{_SCOPE}[^，。；]{{0,10}}?{_AS})(?:{_NOT_LISTED})?"
    rf"|{_BEFORE.format('same')}(?:均|都)?(?P<same_as>(?:负责)?(?:组织)?(?:落实|负责|实施|配合|参与|参加))"
    rf"[，,](?:以下|下|后)(?:皆|均)?同{_NOT_LISTED}"
    rf"|{_BEFORE.format('both')}(?:均|都|皆)(?:为|是)(?P<both_as>{_AS})(?:[，,]?(?:以下|下)同|{_NOT_LISTED})"
)
_CARRIED_HEAD = re.compile(
    r"^(?:除[^，,、]{1,12}外[，,]?)?(?:各项|各条|各|所有|全部|每项|具体|重点|主要|相关|工作|任务|政策|措施|举措|事项|条款|内容|要求|目标|项目|的|中|，|,)*"
    rf"(?P<label>{_AS})?(?:中)?[，,]?(?:均|都|皆|还|同时|也)*"
    r"(?:包括|包含|涉及|含|需要|需|须|应|由|有|请|为)+"
)
_WHOLE_RULE = re.compile(rf".{{0,8}}?(?P<names>(?:各|市|县|区|省).{{1,80}}?)(?:均|都)?为{_AS}")
_FOLLOWING = re.compile(
    rf"{_SCOPE}(?:各项|各条|所有|工作|任务|措施|举措|事项)*(?:中)?"
)
_COMMA_LEADS = re.compile(
    r"(?:列|在)?逗号(?:之|以)?前的?(?:单位|部门|者)?(?:均|都)?(?:为|是)牵头(?:单位|部门)"
    r"(?:[，,；;](?:其他|其余|逗号(?:之|以)?后的?)(?:有关|相关)?(?:单位|部门)?"
    r"(?:为|是|按照?职责分工|按照?职责)*(?P<rest>配合|参与|参加|责任|负责)(?:单位|部门)?)?"
    r"(?P<onward>[，,。；;]?(?:以下|下|后)(?:皆|均)?相?同)?")
_HINT = re.compile(rf"{_SCOPE}|为{_AS}|不再|逗号")
_MASK = "。"


def first_leads(text: str) -> re.Match[str] | None:
    """The rule 列第一位者为牵头单位 in any of its wordings."""
    return _FIRST_LEADS.search(text)


_WHOLE_LABEL = re.compile(rf"{_LABEL_WORDS}|(?:{_NOUN})|[\u4e00-\u9fff]{{0,6}}(?:{_NOUN})[{COLON}].*")


def is_label(words: str) -> bool:
    """Whether the words are a label or hold one, and therefore name nobody."""
    return bool(_WHOLE_LABEL.fullmatch(words))


def role_of(word: str) -> Role:
    """The role that a label or verb gives; two roles in one word give none."""
    roles = {role for words, role in _ROLE_WORDS if re.search(words, word)}
    if {"lead", "responsible"} <= roles and not re.search(r"[及和、与/或]", word):
        return "lead"   # 牵头责任单位, 牵头负责
    if {"cooperate", "responsible"} <= roles and not re.search(r"[及和、与/或]", word):
        return "cooperate"   # 配合责任单位, 负责配合
    return roles.pop() if len(roles) == 1 else "unspecified"


# --- reading ---

def statement(text: str, start: int, end: int) -> Statement:
    """What the marker whose inner words are ``text[start:end]`` states."""
    rules, words, own = _rules(text[start:end])
    read = _stated(words)
    entries = sorted((*read, *own), key=lambda entry: entry.name.start)
    return Statement(
        tuple(_moved(entries, start)),
        replace(rules, carried=tuple(_moved(rules.carried, start))))


def _moved(entries: Iterable[Entry], by: int) -> Iterator[Entry]:
    for entry in entries:
        name = entry.name
        yield replace(entry, name=replace(name, start=name.start + by, end=name.end + by))


def _stated(words: str) -> list[Entry]:
    """The names with their roles in words that hold no rule."""
    fields = _fields(words, 0, len(words))
    if not fields:
        return list(_sentence(words, 0, len(words), default=None).entries)
    entries: list[Entry] = []
    deadline = ""
    head = fields[0][1]
    if head > 0 and not _is_time(words[:head]):
        entries += _sentence(words, 0, head, default=None).entries
    for kind, _, value, stop, role in fields:
        if kind == "deadline":
            deadline = words[value:stop].strip("，。；;、 ")
        elif kind == "role":
            entries += _sentence(words, value, stop, default=role).entries
        elif kind == "sentence":
            entries += _sentence(words, value, stop, default=None).entries
    if deadline:
        entries = [replace(entry, deadline=entry.deadline or deadline) for entry in entries]
    return entries


def without_rules(words: str) -> str:
    """The words of a marker with full stops in place of its rule sentences."""
    return _rules(words)[1]


def listed(text: str, start: int, end: int, role: Role) -> Statement:
    """What a table's cell states whose column gives ``role``: its own labels and verbs win."""
    if LABEL.search(text, start, end) or BOXED_LABEL.search(text, start, end):
        return statement(text, start, end)
    return _sentence(text, start, end, default=role)


def column_role(head: str) -> Role | None:
    """The role that the header of a column gives: 牵头单位, 配合部门; None if it names none."""
    found = _COLUMN.fullmatch(head)
    return role_of(found["role"]) if found else None


_Field = tuple[str, int, int, int, Role]


def _fields(text: str, start: int, end: int) -> list[_Field]:
    """The labels of the range with their values: kind, label, value, end, role."""
    marks: list[tuple[int, int, str, Role]] = []
    inside = brackets(text[start:end])
    taken = bytearray(end - start)
    for kind, pattern in (
        ("role", BOXED_LABEL), ("role", LABEL), ("sentence", SENTENCE_LABEL),
        ("deadline", DEADLINE_LABEL), ("other", OTHER_LABEL), ("role", BARE_LABEL),
        ("other", UNKNOWN_LABEL),
    ):
        for match in pattern.finditer(text, start, end):
            at = match.start()
            if any(taken[at - start : match.end() - start]) or inside.encloses(at - start):
                continue
            if pattern in (BARE_LABEL, UNKNOWN_LABEL) and at > start and text[at - 1] not in "，,；;、。 ":
                continue
            role = role_of(match["role"]) if kind == "role" else "unspecified"
            marks.append((_label_start(text, start, at), match.end(), kind, role))
            taken[at - start : match.end() - start] = b"\1" * (match.end() - at)
    if marks:
        marks += [(lost.start(), lost.end(), "role", role_of(lost["role"]))
                  for lost in _LOST_BETWEEN.finditer(text, start, end)
                  if not any(taken[lost.start() - start : lost.end() - start])]
    elif LOST_COLON.match(text, start, end):
        marks += [(lost.start(), lost.end(), "role", role_of(lost["role"]))
                  for lost in LOST_COLON.finditer(text, start, end)]
    if not marks:
        return []
    marks.sort()
    ends = [mark[0] for mark in marks[1:]] + [end]
    return [
        (kind, at, value, stop, role)
        for (at, value, kind, role), stop in zip(marks, ends, strict=True)
    ]


_BEFORE_LABEL = re.compile(r"(?<=[，,；;、。 （(])[\u4e00-\u9fff]{1,6}$")


def _label_start(text: str, start: int, at: int) -> int:
    """技术支撑单位, 市县责任单位: words right before a label that name nobody belong to it."""
    found = _BEFORE_LABEL.search(text[max(0, start - 1) : at])
    return at - len(found[0]) if found and not is_body(found[0]) else at


def _rules(words: str) -> tuple[Rules, str, list[Entry]]:
    """The rule sentences of a marker, its words without them, and the names they give it itself."""
    rules = Rules()
    own: list[Entry] = []
    if "首" not in words and not re.search("第[一1]|最前|居首|名第", words) and not _HINT.search(words):
        return rules, words, own
    if found := _FIRST_LEADS.search(words):
        rules = replace(rules, first_leads=True, first_leads_onward=bool(found["onward"]))
        words = _masked(words, found)
    if found := _COMMA_LEADS.search(words):
        rules = replace(rules, comma_leads=True, comma_leads_onward=bool(found["onward"]),
                        after_comma=role_of(found["rest"]) if found["rest"] else "unspecified")
        words = _masked(words, found)
    for found in list(_CARRIED.finditer(words)):
        if carried := _carried(found):
            words = _masked(words, found)
            rules = replace(rules, carried=(*rules.carried, *carried))
            # a rule said before the names holds for them too
            first = not words[: found.start()].strip(_MASK + "，,；;") and LABEL.search(words)
            rules = replace(rules, holds_here=rules.holds_here or bool(first))
            own += carried if found["both"] or found["here"] or found["same"] else ()
    return rules, words, own


def _masked(words: str, found: re.Match[str]) -> str:
    start, end = found.span()
    inside = brackets(words)
    around = inside.outermost(start)
    if around and around == inside.outermost(end - 1) and words[around[1] + 1 : around[1] + 2] not in (
            *COLON,) and not VERB.search(words[around[0] + 1 : start].rstrip("，,")):
        start, end = around[0], around[1] + 1
    if words[start - 1 : start] in ("（", "(") and words[end : end + 1] in ("）", ")") and (
        words[end + 1 : end + 2] not in COLON or end + 1 == len(words)
    ):
        start, end = start - 1, end + 1     # a bracket that holds the rule only
    return words[:start] + _MASK * (end - start) + words[end:]


def carried_in_text(text: str, start: int, end: int) -> tuple[tuple[Entry, ...], tuple[int, int]]:
    """What a rule sentence of the running text adds to all later markers, and where it stands.

    Outside a marker the rule must say that the bodies are not listed again.
    """
    if not (_HINT.search(text, start, end) and re.compile(_NOT_LISTED).search(text, start, end)):
        return (), (start, start)
    for found in _CARRIED.finditer(text[start:end]):
        carried = tuple(_carried(found))
        if carried and re.search(_NOT_LISTED, found[0]) and all(
            is_body(entry.name.words) for entry in carried
        ):
            return tuple(_moved(carried, start)), (start + found.start(), start + found.end())
    return (), (start, start)


def _carried(found: re.Match[str]) -> list[Entry]:
    """The bodies that a rule adds to the clauses that follow."""
    words = found.string
    for kind in ("onward", "both"):
        if found[kind]:
            at, end = found.span(kind)
            if head := _FOLLOWING.match(words[at:end]):
                at += head.end()
            role = role_of(re.findall(_AS, found[f"{kind}_as"])[-1])
            return list(_sentence(words, at, end, role).entries)
    if found["same"]:
        return list(_sentence(words, *found.span("same"), role_of(found["same_as"])).entries)
    at, end = next(found.span(kind) for kind in ("middle", "all", "here") if found[kind])
    if whole := _WHOLE_RULE.match(words[at:end]):
        role = role_of(words[at:end][whole.end("names") :])
        return list(_sentence(words, at + whole.start("names"), at + whole.end("names"), role).entries)
    head = _CARRIED_HEAD.match(words[at:end])
    if not head:
        return []
    role = role_of(head["label"]) if head["label"] else "responsible"
    return [entry for entry in _sentence(words, at + head.end(), end, role).entries
            if is_body(entry.name.words)]    # 无职能的，由…: an exception names nobody


def _is_time(words: str) -> bool:
    return bool(_TIME.match(words.strip("，,；;。、")))


def _sentence(text: str, start: int, end: int, default: Role | None) -> Statement:
    """甲、乙牵头，丙配合: each name takes the verb that follows it.

    With a ``default`` (the role of a label) a comma ends the reach of a verb
    backwards, because the names before it have their role already.
    """
    reader = _Reader(text, default)
    for part in split(text, start, end, "；;。"):
        reader.begin()
        for group in split(text, *part, "，,"):
            for token in _tokens(text, *group):
                reader.token(*token)
            if default is not None:
                reader.flush(default)
        reader.finish(default)
    return Statement(tuple(reader.entries))


def _tokens(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The range cut where a role ends: after 、 and after a verb that a name follows."""
    tokens: list[tuple[int, int]] = []
    at = start
    for a, b in split(text, start, end, "、"):
        closes = [m.end() for m in _MID_VERB.finditer(text, a, b)]
        closes = [
            close for close in closes
            if is_body(re.split(r"(?:配合|参与|负责|协助|参加|指导|按)", text[close:b])[0])
        ]
        if VERB.search(text[a:b]) or closes or _duty(text[a:b]):
            for close in closes:
                tokens.append((at, close))
                at = close
            tokens.append((at, b))
            at = b + 1
    if at < end:
        tokens.append((at, end))
    return tokens


def _duty(words: str) -> bool:
    found = _VERB_THEN_DUTY.match(words)
    return found is not None and is_body(re.split("[、，]", found["names"])[-1])


class _Reader:
    """Collects names until the verb that gives them their role."""

    def __init__(self, text: str, default: Role | None) -> None:
        self.text = text
        self.default = default
        self.entries: list[Entry] = []
        self.waiting: list[Name] = []
        self.with_others = False
        self.deadline = ""
        self.first = 0

    def begin(self) -> None:
        self.first = len(self.entries)
        self.deadline = ""

    def token(self, start: int, end: int) -> None:
        words = self.text[start:end]
        if _SAME_BELOW.match(words):
            return
        if words.startswith("其中") and not _BATCH.match(words):
            self.flush(self.default or "unspecified")   # what is said of one task alone
        if batch := _BATCH.match(words):
            start += batch.end()
            words = self.text[start:end]
        if _is_time(words) and not is_body(words):
            self.deadline = words.strip("。")
            return
        if timed := _TIME_THEN_BODY.match(words):
            self.deadline = timed[0].removesuffix("由")
            start += timed.end()
            words = self.text[start:end]
        verb = VERB.search(words)
        if verb and verb.start() > 2 and not is_body(re.split("[、，]", words[: verb.start()])[-1]):
            # 市审计局负责审计监督: the last word is what it does
            verb = verb if not _duty(words) else None
        if not verb and (found := _VERB_THEN_DUTY.match(words)) and is_body(
            re.split("[、，]", found["names"])[-1]
        ):
            end = start + found.end("names")
            verb = found
        elif verb:
            end = start + verb.start()
        self._names(start, end)
        if verb:
            helps = verb["verb"] == "负责" and words.startswith("负责配合", verb.start("verb"))
            self.flush("cooperate" if helps else role_of(verb["verb"] or "负责"))

    def _names(self, start: int, end: int) -> None:
        if lead := _LEADING_WORDS.match(self.text, start, end):
            start = lead.end()
        joint = _WITH.search(self.text, start, end)
        if joint and (joint.start() == start or is_body(self.text[start : joint.start()])
                      or self.text[joint.start() : joint.end()] == "会同"):
            self._take(start, joint.start())
            self.with_others = True
            start = joint.end()
        self._take(start, end)

    def _take(self, start: int, end: int) -> None:
        for name in names(self.text, start, end):
            if own := _ROLE_IN_BRACKETS.search(name.words):
                cut = Name(name.start, name.start + own.start(), name.words[: own.start()])
                self.entries.append(Entry(cut, role_of(own["role"])))
            elif self.with_others:
                self.entries.append(Entry(name, "cooperate"))
            else:
                self.waiting.append(name)

    def flush(self, role: Role) -> None:
        self.entries += [Entry(name, role) for name in self.waiting]
        self.waiting = []
        self.with_others = False

    def finish(self, default: Role | None) -> None:
        self.flush(default or "unspecified")
        self.entries.sort(key=lambda entry: entry.name.start)
        if self.deadline:
            self.entries[self.first :] = [
                replace(entry, deadline=self.deadline) for entry in self.entries[self.first :]
            ]
