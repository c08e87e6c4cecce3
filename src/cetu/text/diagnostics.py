"""Everything the parser can say about what it could not read, as a closed list.

A code is stable: people filter by it. A message says what is where and what to do.
"""

from __future__ import annotations

from cetu.text.document import Diagnostic, Level
from cetu.text.source import Span

_CODES: dict[str, tuple[Level, str, str]] = {
    "unclosed-bracket": (
        "warning",
        "括号“{mark}”没有配对的另一半；按普通文字处理。请核对原文，必要时登记更正。",
        ("The bracket {mark!r} has no partner and is read as text. "
         "Check the source; declare a repair if it was lost."),
    ),
    "bracket-mismatched": (
        "warning",
        "括号“{words}”两端不是一对，按一对括号来读。请核对原文，必要时登记更正。",
        ("The brackets of {words!r} are not of one kind and are read as a pair. "
         "Check the source; declare a repair if one was typed wrong."),
    ),
    "marker-not-closed": (
        "warning",
        "责任标注的括号没有闭合，读到“{words}”为止。请核对原文。",
        "A responsibility marker is not closed; it was read up to {words!r}. Check the source.",
    ),
    "marker-without-names": (
        "warning",
        "“{words}”后面没有读出任何单位名称。请核对原文。",
        "No body could be read after {words!r}. Check the source.",
    ),
    "marker-unread": (
        "warning",
        "括号“{words}”在句末，提到牵头、负责或分工，但没有读作责任标注。请核对原文。",
        ("The bracket {words!r} ends a sentence and speaks of roles but was not read as a marker. "
         "Check the source."),
    ),
    "label-unread": (
        "warning",
        "“{words}”在句中，没有读作责任标注。请核对原文是否在此换行。",
        ("{words!r} stands inside a line and was not read as a marker. "
         "Check whether the source breaks the line there."),
    ),
    "name-unread": (
        "warning",
        "责任标注里的“{words}”不像单位名称，没有读。请核对原文。",
        "The words {words!r} in a marker are not built like the name of a body and were not read.",
    ),
    "label-without-colon": (
        "info",
        "“{words}”后面没有冒号，按有冒号来读。请核对原文。",
        "There is no colon after {words!r}; it was read as if there were one. Check the source.",
    ),
    "break-in-sentence": (
        "info",
        "“{before}”与“{after}”之间有空行，而前一行没有句末标点：如是换页断开，请在 source.toml 登记修复。",
        ("Empty lines stand between {before!r} and {after!r} and no sentence ends there: "
         "if a page break cut it, declare a repair in source.toml."),
    ),
    "marker-without-role": (
        "info",
        "标注“{words}”只列单位，没有写明牵头或负责；角色记为未写明。",
        "The marker {words!r} lists bodies without a role; the role is left unspecified.",
    ),
    "marker-without-clause": (
        "info",
        "标注“{words}”不在任何编号条目之内。",
        "The marker {words!r} stands outside every numbered unit.",
    ),
    "several-leads": (
        "info",
        "“{clause}”里有{count}处标注各写牵头单位。如其中有没有读出的编号或小标题，请核对原文。",
        ("{count} markers in {clause} name a lead each. If a number or heading between them was not read, "
         "check the source."),
    ),
    "marker-closes-section": (
        "info",
        "标注“{words}”在“{clause}”各项之后单独成段，各项均无标注，因此记在“{clause}”名下。",
        ("The marker {words!r} follows the items of {clause} on a line of its own and no item "
         "has a marker: it is recorded for {clause} as a whole."),
    ),
    "marker-behind-unmarked": (
        "info",
        "标注“{words}”在“{clause}”之后单独成段，“{section}”中其前各项均无标注：记在“{clause}”名下，是否及于前面各项，原文未说明。",
        ("The marker {words!r} stands on a line of its own behind {clause}, and no item of {section} before "
         "it has one: it is recorded for {clause}; whether it holds for the others the text does not say."),
    ),
    "told-in-prose": (
        "info",
        "句中写明“{words}”，不是责任标注，未记为责任。",
        "The sentence says {words!r}; it is no marker and is not recorded as an assignment.",
    ),
    "heading-out-of-sequence": (
        "warning",
        "编号“{words}”与前一编号不连续。请核对是否缺漏。",
        "The number {words} does not follow the one before it. Check whether a unit is missing.",
    ),
    "number-unread": (
        "warning",
        "行首编号“{words}”与前后编号不合，没有读作条目。请核对原文。",
        "The number {words} opens a line but fits no count; it was not read as a unit.",
    ),
    "footer-unread": (
        "info",
        "“{words}”在正文之后或属网站页脚，没有读作责任标注。",
        "{words!r} follows the text or belongs to the foot of a web page and was not read as a marker.",
    ),
    "repeated-path": (
        "info",
        "编号“{words}”在文中出现多次（例如正文与附件各自编号）。",
        "The address {words} occurs more than once (for example in the text and in an annex).",
    ),
    "table-unread": (
        "warning",
        "“{words}”像是表头，但表格失去了行列，没有读。请用保留表格的文件（Word、网页），或核对原表。",
        ("{words!r} looks like the header of a table that lost its rows and columns; it was not read. "
         "Use a file that keeps the table (Word, HTML), or check the source."),
    ),
    "table-row-unread": (
        "warning",
        "表格这一行的栏数与表头不合，没有读：“{words}”。请核对原表。",
        "This row does not have the columns of its header and was not read: {words!r}.",
    ),
    "page-furniture": (
        "info",
        "“{words}”是页眉、页脚、页码或网址，不计入正文。",
        "{words!r} is a page head, page number or address and not part of the text.",
    ),
    "other-encoding": (
        "info",
        "文件是 {encoding} 编码，已转换为 UTF-8 来读；请留意有没有认错的字。",
        "The file is in {encoding} and was read as such. Look for characters taken wrongly.",
    ),
    "no-title": ("warning", "没有读出标题。", "No title was found."),
    "title-of-annex": (
        "info",
        "通知本身没有标题；取所印发文件的标题“{words}”。",
        "The notice has no title; the title of the document it issues is used: {words!r}.",
    ),
    "no-document-number": ("info", "没有读出发文字号。", "No document number was found."),
    "no-issuer": ("info", "没有读出发文机关。", "No issuing authority was found."),
    "no-addressee": ("info", "没有读出主送机关。", "No addressee was found."),
    "no-document-date": ("warning", "没有读出成文日期。", "No document date was found."),
    "impossible-date": (
        "warning",
        "“{words}”不是历法中的日期。",
        "{words!r} is not a date of the calendar.",
    ),
    "no-outline": ("info", "没有读出任何编号条目。", "No numbered unit was found."),
    "title-not-closed": (
        "warning",
        "书名号“《”没有闭合，未读作引用。请核对原文。",
        "A title mark 《 is not closed and was not read as a citation. Check the source.",
    ),
    "rule-carried": (
        "info",
        "标注中的规则“{words}”适用于其后各条，所增单位标为 inherited。",
        "The rule {words!r} holds for the clauses that follow; what it adds is marked inherited.",
    ),
    "first-is-lead": (
        "info",
        "文中写明“{words}”，据此把列首位者读作牵头单位。",
        "The text says {words!r}: the body listed first is read as the lead.",
    ),
    "before-comma-leads": (
        "info",
        "文中写明“{words}”，据此把第一个逗号之前的单位读作牵头单位。",
        "The text says {words!r}: the bodies before the first comma are read as leads.",
    ),
    "more-of-the-same": (
        "info",
        "同类提示（{kind}）还有{count}处，未逐一列出。",
        "{count} more of the kind {kind} are not listed.",
    ),
}


def diagnostic(code: str, span: Span, **words: object) -> Diagnostic:
    """The diagnostic with its messages filled in. Raises KeyError for an unknown code."""
    severity, message, message_en = _CODES[code]
    short = {key: _short(value) for key, value in words.items()}
    return Diagnostic(severity, code, message.format(**short), message_en.format(**short), span)


def _short(words: object) -> object:
    if isinstance(words, str) and len(words) > 40:
        return words[:39] + "…"
    return words
