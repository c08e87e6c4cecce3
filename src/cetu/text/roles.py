"""Who does what in the words of one marker: labels, role verbs, time limits, rules.

Two manners, which may be mixed: 责任单位：甲、乙 (label style) and 甲牵头，乙配合
(sentence style). A role is only ever taken from a word that stands there.
"""

from __future__ import annotations

import re
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


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything one marker states, in text order."""

    entries: tuple[Entry, ...] = ()
    rules: Rules = field(default_factory=Rules)


# --- vocabulary ---

_LEAD = "组织牵头|总牵头|牵头|主办|主责|主抓|抓总"
_RESPONSIBLE = "组织实施|主体责任|责任|负责|承办|实施|落实|主管|执行|承担|完成|推进|推动|开展|办理"
_COOPERATE = "配合|协办|参加|参与|协同|协作|协助|会办|支持|支撑|合作"
_OTHER = "指导|督导|监督|督办|督促|试点|考核|监管"
_ROLE_WORDS: tuple[tuple[str, Role], ...] = (
    (_LEAD, "lead"), (_COOPERATE, "cooperate"), (_OTHER, "unspecified"),
    (_RESPONSIBLE, "responsible"),
)
_ALL = f"{_LEAD}|{_RESPONSIBLE}|{_COOPERATE}|{_OTHER}"
_NOUN = "单位|部门|机构|主体|机关|处室|科室|地区"
_MODIFIER = "(?:市级|省级|县级|区级|市直|主要|第一|共同|其他|各|主)?"

LABEL = re.compile(
    rf"{_MODIFIER}(?P<role>(?:{_ALL})(?:[及和、与/]|或|[（(](?={_ALL}))?(?:{_ALL})?[）)]?)"
    rf"(?:{_NOUN})(?:[和、及]?(?:{_NOUN}))?(?:[（(][^（）()：:]{{1,12}}[）)])?[{COLON}]"
)
_COLUMN = re.compile(LABEL.pattern.removesuffix(f"[{COLON}]"))
# （责任单位市公安局）: the colon is lost
LOST_COLON = re.compile(
    rf"(?P<role>{_LEAD}|责任|负责|配合|协办|参加|参与)(?:{_NOUN})"
    r"(?=(?:省|市|县|区|州|各|国家)[\u4e00-\u9fff（(])"
)
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
_ANY_LABEL = (LABEL, DEADLINE_LABEL, OTHER_LABEL)

_BY_DUTY = (
    r"(?:(?:按照|根据|依据|按|依)[^、，。；按]{0,6}(?:职责|职能|分工|权限)"
    r"(?:任务|范围|要求|权限|和|、|分工|职能|职责)*)"
)
_ADVERB = (
    "(?:分别|共同|具体|联合|各自|统筹|直接|主要|全面|依法|协同|抓好|做好|密切|积极|全力|分级)*"
)
VERB = re.compile(
    rf"{_BY_DUTY}?{_ADVERB}"
    r"(?P<verb>牵头|主办|主责|主抓|抓总|负责|承办|承担|组织(?:实施|推进|开展|落实)"
    r"|落实|实施|推进|推动|执行|办理|配合|参与|参加|协助|协办|协同|协作|支持"
    r"|指导|督促|督导|监督|统筹|协调)"
    r"(?:负责|组织|实施|落实|推进|指导|抓总|抓|办理|开展|配合|完成|协调|做好|工作|到位|督促|监督|解释)*(?:等)?$"
    rf"|{_BY_DUTY}$"
)
_MID_VERB = re.compile(
    r"(?:牵头负责|牵头组织|牵头实施|牵头|负责)"
    rf"(?!{_NOUN}|负责|组织|实施|落实|推进|抓|办理|做好|协调|会同|机构|人|领导|区|制"
    r"|[、，,；;）)。]|$|的)"
)
# 市卫生健康委负责医疗救治: what the body does stands behind the verb
_VERB_THEN_DUTY = re.compile(
    r"(?P<names>.+?)(?P<verb>牵头|负责|配合|协助|指导)"
    r"(?!单位|部门|人|制|区)[\u4e00-\u9fff“”]{2,40}$"
)
_WITH = re.compile(
    r"会同|会商|商(?=省|市|县|区|有关|相关|国家)|会(?=省|市|县|区|有关|相关|国家|财政部)"
)
_TIME = re.compile(
    r"(?:力争|确保|于|在|到|自)?(?:(?:20|二〇)[0-9一二三四五六七八九〇]{2}[年.]|\d{1,2}月"
    r"|今年|明年|年底|每年|每季度|长期|持续|常态化|立即|即时|即日|近期|全年|已完成|已落实|一季度|[上下]半年|第[一二三四]季度|完成时限|\d{1,3}个工作日)"
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
    r"[^，,。；;、（(：:]{0,14}(?:首位|第一位|第1位|第一名|第一个|第一者|第一(?!责任|时间|书记|季)|列首|首)"
    r"[^，,。；;、]{0,10}(?:为|是|作为|系|负责)[^，,。；;、]{0,10}"
    r"(?:牵头|主办)(?!领导|人|市|区|县)[^，,。；;、）)]{0,6}(?P<onward>[，,]?(?:以下|下|后)同)?"
)
_NOT_LISTED = (
    r"[，,]?(?:以下|后文|下文|后面)?不再(?:一一|逐一|逐项|重复|另行|单独|分别)?"
    r"(?:列出|列入|列示|列明|赘述|列|标注|注明|重复|罗列|单列|说明)[^，。；）)]{0,4}"
)
_AS = r"(?:责任|牵头|配合|参与)(?:单位|部门)"
_CARRIED = re.compile(
    rf"(?:以下|下述|后续|下列|其余)(?P<middle>[^。；;]{{2,120}}?){_NOT_LISTED}"
    rf"|(?P<before>[^。；;：:，,（(]{{0,40}}(?:[（(][^（）()]{{1,20}}[）)][^。；;：:，,（(]{{0,40}}){{0,3}}?)"
    rf"(?P<as>(?:均|都)为{_AS}|为以下[^，。；]{{0,8}}{_AS})[，,]?(?:以下|下同)?(?:{_NOT_LISTED})?"
)
_CARRIED_HEAD = re.compile(
    r"^(?:各项|各条|所有|全部|每项|具体)?(?:的|各)?(?:工作|任务|措施|事项|条款)?(?:的|中)?"
    r"(?P<label>责任单位|责任部门|牵头单位|牵头部门|配合单位|配合部门|参与单位)?[，,]?"
    r"(?:均|都|还)?(?:包括|包含|涉及|含|需要|需|须|应|由|有)+"
)

_WHOLE_RULE = re.compile(rf".{{0,8}}?(?P<names>(?:各|市|县|区|省).{{1,80}}?)(?:均|都)?为{_AS}")
_FOLLOWING = re.compile(
    r"(?:以下|下述|后续|下列|其余)(?:各项|各条|所有)?(?:工作|任务|措施|事项)?(?:中)?"
)


def first_leads(text: str) -> re.Match[str] | None:
    """The rule 列第一位者为牵头单位 in any of its wordings."""
    return _FIRST_LEADS.search(text)


def role_of(word: str) -> Role:
    """The role that a label or verb gives; two roles in one word give none."""
    roles = {role for words, role in _ROLE_WORDS for part in words.split("|") if part in word}
    if {"lead", "responsible"} <= roles and not re.search(r"[及和、与/或]", word):
        return "lead"   # 牵头责任单位, 牵头负责
    if {"cooperate", "responsible"} <= roles and not re.search(r"[及和、与/或]", word):
        return "cooperate"   # 配合责任单位, 负责配合
    return roles.pop() if len(roles) == 1 else "unspecified"


# --- reading ---

def statement(text: str, start: int, end: int) -> Statement:
    """What the marker whose inner words are ``text[start:end]`` states."""
    rules, end = _rules(text, start, end)
    fields = _fields(text, start, end)
    if not fields:
        read = _sentence(text, start, end, default=None)
        return replace(read, rules=rules)
    entries: list[Entry] = []
    deadline = ""
    head = fields[0][1]
    if head > start and not _is_time(text[start:head]):
        before = _sentence(text, start, head, default=None)
        entries += before.entries
    for kind, _, value, stop, role in fields:
        if kind == "deadline":
            deadline = text[value:stop].strip("，。；;、 ")
        elif kind == "role":
            entries += _sentence(text, value, stop, default=role).entries
    if deadline:
        entries = [replace(entry, deadline=entry.deadline or deadline) for entry in entries]
    return Statement(tuple(entries), rules)


def listed(text: str, start: int, end: int, role: Role) -> Statement:
    """What a table's cell states whose column gives ``role``: its own labels and verbs win."""
    if LABEL.search(text, start, end):
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
    for kind, pattern in (
        ("role", LABEL), ("deadline", DEADLINE_LABEL), ("other", OTHER_LABEL), ("role", BARE_LABEL),
    ):
        for match in pattern.finditer(text, start, end):
            at = match.start()
            overlaps = any(a < match.end() and at < b for a, b, _, _ in marks)
            if overlaps or inside.encloses(at - start):
                continue
            if pattern is BARE_LABEL and at > start and text[at - 1] not in "，,；;、。 ":
                continue
            role = role_of(match["role"]) if kind == "role" else "unspecified"
            marks.append((at, match.end(), kind, role))
    if not marks and LOST_COLON.match(text, start, end):
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


def _rules(text: str, start: int, end: int) -> tuple[Rules, int]:
    """The rule sentences of a marker and where its own names end."""
    words = text[start:end]
    rules = Rules()
    stop = end
    if found := _FIRST_LEADS.search(words):
        rules = replace(
            rules, first_leads=True, first_leads_onward=bool(found["onward"])
        )
        stop = min(stop, start + found.start())
    if found := _CARRIED.search(words):
        carried = _carried(text, start, found)
        if carried:
            rules = replace(rules, carried=carried)
            own = found["before"] and not _FOLLOWING.match(found["before"])
            stop = min(stop, start + found.start("as" if own else 0))
    return rules, stop


def _carried(text: str, start: int, found: re.Match[str]) -> tuple[Entry, ...]:
    """The bodies that a rule adds to the clauses that follow."""
    at, end = start + found.start(), start + found.end()
    if found["as"]:
        default = role_of(found["as"])
        at, end = start + found.start("before"), start + found.end("before")
        if head := _FOLLOWING.match(text[at:end]):
            at += head.end()
        return _sentence(text, at, end, default).entries
    at, end = start + found.start("middle"), start + found.end("middle")
    whole = _WHOLE_RULE.match(text[at:end])
    if whole:
        default = role_of(text[at:end][whole.end("names") :])
        return _sentence(text, at + whole.start("names"), at + whole.end("names"), default).entries
    head = _CARRIED_HEAD.match(text[at:end])
    if not head:
        return ()
    default = role_of(head["label"]) if head["label"] else "responsible"
    return _sentence(text, at + head.end(), end, default).entries


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
    return found is not None and is_body(found["names"])


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
        if not verb and (found := _VERB_THEN_DUTY.match(words)) and is_body(
            re.split("[、，]", found["names"])[-1]
        ):
            end = start + found.end("names")
            verb = found
        elif verb:
            end = start + verb.start()
        self._names(start, end)
        if verb:
            self.flush(role_of(verb["verb"] or "负责"))

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
