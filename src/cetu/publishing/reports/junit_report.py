"""JUnit XML, which build servers show as test results: a suite a file, a test a case.

A case with violations is one failed test, with all it has in one ``<failure>``: the
servers show the first only. Warnings and notes fail nothing and stand in
``<system-out>``. Cases without findings are not listed one by one; their number is one
passed test at the end. The counts stand at the head of each suite, so suites are written
to a temporary file first. Of one case at most ``SHOWN`` findings are printed, the rest counted.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import IO, BinaryIO

from cetu.findings import Finding, Lang, Severity, Text
from cetu.publishing.escape import for_html as for_xml
from cetu.publishing.escape import one_line
from cetu.publishing.reports.plain_text import headline, statement
from cetu.publishing.reports.summary import Summary
from cetu.publishing.reports.words import WORDS
from cetu.publishing.reports.writing import PerShape, Totals

SHOWN = 100
_IN_MEMORY = 1 << 20


@dataclass(slots=True)
class _Case:
    """The findings of one record, as far as they are printed."""

    first: Finding
    failure: Finding | None = None
    violations: int = 0
    findings: int = 0
    printed: list[str] = field(default_factory=list)


class JunitWriter:
    def __init__(self, out: BinaryIO, lang: Lang) -> None:
        self._out = out
        self._lang: Lang = lang
        self._statement = PerShape(partial(statement, lang=lang))
        self._case: _Case | None = None
        self._tests = self._failures = 0            # of all suites
        self._suite_tests = self._suite_failures = 0

    def begin(self) -> None:
        self._suites, self._suite = _spool(), _spool()

    def add(self, finding: Finding) -> None:
        case = self._case
        if case is None or case.first.place.file != finding.place.file:
            self._end_suite()
            case = self._case = _Case(finding)
        elif case.first.place.record != finding.place.record:
            self._end_case()
            case = self._case = _Case(finding)
        case.findings += 1
        if finding.severity is Severity.VIOLATION:
            case.violations += 1
            case.failure = case.failure or finding
        if len(case.printed) < SHOWN:
            case.printed.append(f"{headline(finding, self._lang)}\n{self._statement(finding)}")

    def end(self, totals: Totals, summary: Summary) -> tuple[Text, ...]:
        self._end_suite()
        closing = self._closing(totals, summary)
        self._out.write(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="cetu" tests="{self._tests + 1}" '
            f'failures="{self._failures}" errors="0">\n'.encode())
        _move(self._suites, self._out)
        self._out.write(f"{closing}</testsuites>\n".encode())
        self._suites.close()
        self._suite.close()
        return ()

    def _end_suite(self) -> None:
        if self._case is None:
            return
        name = for_xml(one_line(self._case.first.place.file))
        self._end_case()
        self._suites.write(f'<testsuite name="{name}" {_numbers(self._suite_tests, self._suite_failures)}>\n'
                           .encode())
        _move(self._suite, self._suites)
        self._suites.write(b"</testsuite>\n")
        self._tests += self._suite_tests
        self._failures += self._suite_failures
        self._suite_tests = self._suite_failures = 0

    def _end_case(self) -> None:
        case, self._case = self._case, None
        if case is not None:
            self._suite.write("".join(_test(case, self._lang)).encode())
            self._suite_tests += 1
            self._suite_failures += case.violations > 0

    def _closing(self, totals: Totals, summary: Summary) -> str:
        """A suite with one passed test: the cases in which nothing was found, and the remarks."""
        words = {"zh": "另有 {} 件没有发现问题", "en": "{} more cases, nothing found"}[self._lang]
        name = for_xml(words.format(totals.cases - summary.cases_touched))
        remarks = "".join(f"{for_xml(one_line(r.in_(self._lang)))}\n" for r in totals.remarks)
        output = f"<system-out>{remarks}</system-out>" if remarks else ""
        return (f'<testsuite name="cetu" {_numbers(1, 0)}>\n'
                f'<testcase classname="cetu" name="{name}">{output}</testcase>\n</testsuite>\n')


def _numbers(tests: int, failures: int) -> str:
    return f'tests="{tests}" failures="{failures}" errors="0" skipped="0"'


def _test(case: _Case, lang: Lang) -> Iterator[str]:
    place = case.first.place
    line = f' line="{place.line}"' if place.line else ""
    yield (f'<testcase classname="{for_xml(_class(place.file))}" name="{for_xml(_name(case.first, lang))}" '
           f'file="{for_xml(one_line(place.file))}"{line}>')
    body = "".join(case.printed)
    if case.findings > len(case.printed):
        body += f"  {WORDS[lang]['more'].format(case.findings - len(case.printed))}\n"
    if case.failure is None:
        yield f"<system-out>{for_xml(body)}</system-out>"
    else:
        yield f'<failure message="{for_xml(_message(case, lang))}" type="{for_xml(case.failure.rule)}">'
        yield f"{for_xml(body)}</failure>"
    yield "</testcase>\n"


def _name(finding: Finding, lang: Lang) -> str:
    words, place = WORDS[lang], finding.place
    record = words["record"].format(place.record) if place.record else words["file_as_whole"]
    return one_line(f"{record} {finding.case}".rstrip())


def _class(file: str) -> str:
    """Servers group by what stands before a dot: folders, not the ending of a file."""
    return one_line(file).replace(".", "_").strip("/").replace("/", ".") or "cetu"


def _message(case: _Case, lang: Lang) -> str:
    said = one_line(case.failure.message.in_(lang)) if case.failure else ""
    return f"{said}（+{case.violations - 1}）" if case.violations > 1 else said


def _spool() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(_IN_MEMORY)


def _move(source: IO[bytes], target: IO[bytes] | BinaryIO) -> None:
    """All that stands in ``source``; it is empty afterwards."""
    source.seek(0)
    shutil.copyfileobj(source, target)
    source.seek(0)
    source.truncate()
