"""For a terminal: record by record, each finding with its sentence and departments.

The end is for whoever reads nothing else: which rules fire most, which departments are
named, how many cases are touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import BinaryIO

from cetu.findings import Finding, Lang, Text
from cetu.publishing.escape import one_line
from cetu.publishing.reports.summary import Summary
from cetu.publishing.reports.words import WORDS
from cetu.publishing.reports.writing import PerShape, Totals
from cetu.publishing.tables import as_table

SHOWN = 10  # lines of a table at the end


class TextWriter:
    def __init__(self, out: BinaryIO, lang: Lang) -> None:
        self._out = out
        self._lang: Lang = lang
        self._place: tuple[str, int] | None = None
        self._statement = PerShape(partial(statement, lang=lang))

    def begin(self) -> None:
        """Nothing stands above the first record."""

    def add(self, finding: Finding) -> None:
        place = finding.place.file, finding.place.record
        if place != self._place:
            before = "\n" if self._place else ""
            self._place = place
            self._write(f"{before}{one_line(heading(finding, self._lang))}\n")
        self._write(f"{headline(finding, self._lang)}\n{self._statement(finding)}")

    def end(self, totals: Totals, summary: Summary) -> tuple[Text, ...]:
        self._write("\n" if self._place else "")
        self._write("".join(f"{line}\n" for line in _closing(totals, summary, self._lang)))
        return ()

    def _write(self, words: str) -> None:
        self._out.write(words.encode("utf-8"))


def heading(finding: Finding, lang: Lang) -> str:
    """■ file, record, line and number of the case."""
    number = f"  {WORDS[lang]['case']} {finding.case}" if finding.case else ""
    return f"■ {place_words(finding, lang)}{number}"


def place_words(finding: Finding, lang: Lang) -> str:
    words, place = WORDS[lang], [finding.place.file]
    if finding.place.record:
        place.append(words["record"].format(finding.place.record))
    if finding.place.line:
        place.append(words["line"].format(finding.place.line))
    return " ".join(place)


def headline(finding: Finding, lang: Lang) -> str:
    """Severity, message and field of a finding, on one line."""
    said = f"[{WORDS[lang][finding.severity.word]}] {finding.message.in_(lang)}{field(finding)}"
    return f"  {one_line(said)}"


def field(finding: Finding) -> str:
    """（path=value）, or nothing."""
    if not finding.path and not finding.value:
        return ""
    return f"（{finding.path}{'=' + finding.value if finding.value else ''}）"


def statement(finding: Finding, lang: Lang) -> str:
    """What the rule rests on and who is named, as indented lines."""
    return "".join(f"      {one_line(line)}\n" for line in statement_lines(finding, lang))


def statement_lines(finding: Finding, lang: Lang) -> Iterator[str]:
    """The sentences, other bases, readings, departments and the rule of a finding."""
    words = WORDS[lang]
    for quotation in finding.quotations:
        yield f"{quotation.document} {quotation.clause}：“{quotation.sentence}”"
    for basis in finding.bases:
        if basis.kind == "external":
            yield f"{words['external']}：{basis.label.in_(lang)}"
    yield from (f"{words['reading']}：{reading.in_(lang)}" for reading in finding.readings)
    if finding.quotations:
        yield f"{words['lead']}：{'、'.join(finding.lead) or words['not_stated']}"
        yield f"{words['responsible']}：{'、'.join(finding.responsible) or words['not_stated']}"
    if finding.rule != "input":
        yield f"{words['rule']}：{finding.rule}"


# --- the end ---


def _closing(totals: Totals, summary: Summary, lang: Lang) -> Iterator[str]:
    words, counts = WORDS[lang], summary.severities()
    template = words["conforms" if summary.conforms else "total"]
    yield template.format(cases=totals.cases, violation=counts.violation, warning=counts.warning,
                          info=counts.info)
    if not summary.conforms:
        yield words["touched"].format(touched=summary.cases_touched)
        yield from ("", words["most"], *_rule_lines(summary, lang))
        if summary.departments():
            yield from ("", words["named"], *_department_lines(summary, lang))
    yield from (f"※ {one_line(remark.in_(lang))}" for remark in totals.remarks)


def _rule_lines(summary: Summary, lang: Lang) -> Iterator[str]:
    words, rules = WORDS[lang], summary.rules()
    header = (words["rule"], words["violation"], words["warning"], words["info"], words["clause"])
    rows = [(rule.rule, str(rule.counts.violation), str(rule.counts.warning), str(rule.counts.info),
             words["stop"].join(rule.clauses)) for rule in rules[:SHOWN]]
    yield from _table(header, rows)
    yield from _more(len(rules), lang)


def _department_lines(summary: Summary, lang: Lang) -> Iterator[str]:
    words, departments = WORDS[lang], summary.departments()
    header = (words["department"], words["lead"], words["responsible"])
    yield from _table(header, [(d.department, str(d.lead), str(d.responsible))
                               for d in departments[:SHOWN]])
    yield from _more(len(departments), lang)
    if summary.unassigned:
        yield f"  {words['unassigned'].format(summary.unassigned)}"


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    lines = [tuple(map(one_line, row)) for row in rows]
    yield from (f"  {line}" for line in as_table(header, lines).splitlines())


def _more(number: int, lang: Lang) -> Iterator[str]:
    if number > SHOWN:
        yield f"  {WORDS[lang]['more'].format(number - SHOWN)}"
