"""The Python API: parse a document, load the house, validate cases, read the matrix.

    >>> import cetu
    >>> house = cetu.load()
    >>> [duty.department for duty in cetu.matrix(house, clause="三（二）") if duty.role == "lead"]
    ['市公安局']

Every function is a plain function of its arguments; nothing is printed and nothing is
fetched. Errors are SourceError, ResourceError, UnusableInput, QueryError or LookupError.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from rdflib import Graph

from cetu.findings import Finding, Lang, Place, Report, Text
from cetu.graph.house import House
from cetu.graph.house import load as _load
from cetu.graph.resources import root
from cetu.validation.engine import EngineFailure, Hit
from cetu.validation.explain import explanations
from cetu.validation.inputs import Ahead, Format, Input, Start, named, opened, rewindable
from cetu.validation.journal import Journal
from cetu.validation.judging import judge, reference_engine, remarks
from cetu.validation.readers import read as read_cases
from cetu.validation.records import Record, UnusableInput, record_from
from cetu.validation.repeats import Repeats
from cetu.validation.row_engine import RowEngine
from cetu.validation.rules import Rules, checksum, kept
from cetu.validation.validate import Judge, over_graphs
from cetu.validation.validate import validate as _validate
from cetu.validation.vocabulary import vocabulary

if TYPE_CHECKING:
    from cetu.analysis.documents import Document as PolicyDocument
    from cetu.analysis.documents import Duty
    from cetu.text import Document
    from cetu.text.comparison import Comparison
    from cetu.validation.blocks import Block
    from cetu.validation.pathways import Judgement
    from cetu.validation.spark_engine import SparkRun
    from cetu.validation.steps import Judged

LARGE = 4_000_000  # bytes from which DuckDB is worth its start
LARGE_TRIPLES = 500_000  # the same for N-Triples, of which a case takes more, and more time one by one
LARGE_PARQUET = 300_000  # the same for Parquet, which is packed
EngineName = Literal["auto", "duckdb", "pyshacl", "spark"]
Cases = str | Path | Mapping[str, Any] | Iterable[str | Path | Mapping[str, Any]]


def parse(source: str | Path) -> Document:
    """The document at a path, or in a text that has more than one line.

    A ``source.toml`` beside the file is used when it declares that very file: its repairs
    are applied. Text, HTML, Word and PDF with a text layer are read; - is standard input.
    Raises SourceError for a file that can't be read or is empty, or whose checksum or repairs
    do not match.

    >>> document = parse("一、任务\\n\\n做好工作。（牵头单位：甲局，责任单位：乙局、丙局）\\n")
    >>> [(a.role, a.department) for a in document.assignments]
    [('lead', '甲局'), ('responsible', '乙局'), ('responsible', '丙局')]
    """
    from cetu.containers import LARGEST_FILE, extract
    from cetu.text import Diagnostic, SourceError, Span, diagnostic, read
    from cetu.text import parse as _parse
    from cetu.text.declaration import read_declared

    if isinstance(source, str) and source != "-" and ("\n" in source or not Path(source).exists()):
        return _parse(read(source))
    path = Path(source)
    declared = path.with_name("source.toml")
    if path.name == "source.txt" and declared.exists():
        return _parse(read_declared(path, declared)[0])
    with ExitStack() as stack:
        found = extract(_stream(path, stack).read(LARGEST_FILE + 1))  # /dev/zero never ends
    if not found.text.strip():
        raise SourceError(f"{path}：文件是空的，没有文字可读 / the file is empty: there is no text to read")
    document_ = _parse(read(found.text))
    remarks = [
        Diagnostic("warning", "container", *remark.partition(" / ")[::2], Span(0, 0))
        for remark in found.remarks
    ]
    if not found.encoding.startswith("utf-8") and found.encoding:
        remarks.insert(0, diagnostic("other-encoding", Span(0, 0), encoding=found.encoding.upper()))
    return replace(document_, diagnostics=(*remarks, *document_.diagnostics))


def _stream(path: Path, stack: ExitStack) -> BinaryIO:
    return sys.stdin.buffer if str(path) == "-" else stack.enter_context(path.open("rb"))


@cache
def load(folder: str | Path | None = None) -> House:
    """Ontology, policies and rules, from ``folder`` or as installed.

    Raises ResourceError when something is missing or is not Turtle.
    """
    return _load(Path(folder) if folder else None)


def document(house: House, name: str = "") -> PolicyDocument:
    """The held document of that number, title or slug; the only one if there is one.

    Raises LookupError when there is none, or when several are held and none is named.
    """
    from cetu.analysis import documents
    from cetu.graph import iris

    slug = slug_of(house, name)
    return documents.document(house.around(slug), iris.document(slug))


def slug_of(house: House, name: str = "") -> str:
    """The slug of the held document of that number, title or slug, as ``document``."""
    from cetu.graph.links import plain

    held = house.policies.holdings
    if name in held.slugs:
        return name
    known = held.numbers.get(plain(name)) or held.titles.get(plain(name))
    found = [house.slug(known)] if known else [] if name else list(held.slugs)
    if not name and len(house.interpreted) == 1:
        found = list(house.interpreted)
    if len(found) != 1:
        raise LookupError(f"{name}: " + "、".join(held.slugs[:20]))
    return found[0]


def matrix(house: House, *, department: str = "", clause: str = "", name: str = "") -> tuple[Duty, ...]:
    """Who is named for what, in text order. Raises LookupError for a name that is not there.

    >>> [(duty.clause, duty.role) for duty in matrix(load(), department="市大数据局")]
    [('五', 'lead')]
    """
    from cetu.analysis import responsibility

    slug = slug_of(house, name)
    return responsibility.matrix(
        document(house, slug), house.around(slug), department=department, clause=clause
    )


def check(house: House) -> tuple[Finding, ...]:
    """What does not hold: in the law the rules rest on, in each other document, and across all."""
    from cetu.validation.policy_check import policy_findings

    found = list(policy_findings(house.law, house.policy_rules, house.case_rules))
    for slug in house.policies:
        if slug not in house.interpreted:
            found += policy_findings(house.around(slug), house.policy_rules, Graph())
    across = [
        finding
        for finding in policy_findings(house.derivation, house.policy_rules, Graph())
        if finding.shape.endswith("_cycle")
    ]
    return tuple(dict.fromkeys([*found, *across]))


def diff(house: House, before: str, after: str) -> Comparison:
    """What changed between two documents: files, or held ones by number, title or slug.

    A body is compared as the agency it is where both jurisdictions are known, else by name.
    """
    from cetu.graph.agencies import divisions, register
    from cetu.text.comparison import compare

    sides = [_side(house, name) for name in (before, after)]
    if not all(area for _, area in sides):
        return compare(sides[0][0], sides[1][0], (str, str))
    places = divisions(house.home)
    old, new = (register(house.ontology, area, places) for _, area in sides)
    return compare(
        sides[0][0], sides[1][0], (lambda name: str(old.agency(name)), lambda name: str(new.agency(name)))
    )


def _side(house: House, name: str) -> tuple[Document, str]:
    """The document of that name with its jurisdiction, "" if that is not known."""
    from cetu.graph.agencies import divisions, jurisdiction_of

    if Path(name).is_file():
        found = parse(Path(name))
        issuer = found.issuer.text if found.issuer else ""
        return found, jurisdiction_of(issuer, divisions(house.home))
    slug = slug_of(house, name)
    return (
        parse(house.archive / "policies" / slug / "source.txt"),
        house.policies.holdings.declared[slug].jurisdiction,
    )


def validate(house: House, cases: Cases, *, show_values: bool = False, engine: EngineName = "auto") -> Report:
    """Every finding on the cases: paths of files, or plain case objects.

    Raises UnusableInput for a file that can't be read as cases. A run whose findings do not
    fit in memory takes them one by one from ``Stream(house).findings(cases)``. With
    ``engine="spark"`` the cases are files, folders or addresses that Spark reads.

    >>> report = validate(load(), {
    ...     "type": "CollectiveHouseholdEstablishment", "caseNumber": "1",
    ...     "applicationDate": "2022-03-01",
    ...     "requirements": [{"form": "condition", "matter": "member-count", "words": "须满十人"}]})
    >>> [(f.rule, f.quotations[0].words, f.lead, f.responsible) for f in report.findings]
    [('collective-household-conditions', '取消集体户设立条件', (), ('市公安局',))]
    """
    stream_ = Stream(house, show_values=show_values, engine=engine)
    findings = tuple(stream_.findings(cases))
    return Report(findings, stream_.cases, tuple(stream_.files), stream_.remarks)


def write_report(report: Report, out: BinaryIO, *, format: str = "json", lang: Lang = "zh") -> None:
    """The report as ``cetu validate --format`` writes it. Raises KeyError for another format.

    A run whose findings do not fit in memory goes to ``publishing.reports.write`` as it comes.

    >>> from io import BytesIO
    >>> write_report(Report((), 3), out := BytesIO(), format="text")
    >>> print(out.getvalue().decode(), end="")
    共 3 件，没有发现问题
    """
    from cetu.publishing import reports

    reports.write(format, report.findings, lambda: reports.Totals(
        report.cases, report.files, report.remarks), out, lang)


def pathways(house: House, cases: Cases, *, show_values: bool = False) -> Iterator[Judgement]:
    """For each case the pathways it meets, and what fails or is not stated for the others.

    >>> [judgement] = pathways(load(), {
    ...     "type": "HabitualResidenceSettlement", "caseNumber": "1",
    ...     "applicationDate": "2022-03-01", "residesInTown": True, "residenceDivision": "370402"})
    >>> [verdict.rule for verdict in judgement.verdicts if verdict.verdict == "met"]
    ['settle-habitual-residence']
    """
    from cetu.validation import pathways as _pathways

    stream_ = Stream(house, show_values=show_values)
    rules_ = case_rules(house)
    return _pathways.judge(
        stream_.items(cases),
        house.case_rules,
        rules_.vocabulary,
        rules_.known,
        judge(_pathway_rules(house)),
        show_values=show_values,
    )


class Validator:
    """Compiled rules for one case after another, as a service needs them.

    >>> validator = Validator(load())
    >>> [finding.shape.rpartition("#")[2] for finding in validator({"type": "HouseholdDivisionRequest",
    ...     "applicationDate": "2022-03-01", "applicant": {"citizenNumber": "370402199001010016"}})]
    ['case-record_number']
    """

    def __init__(self, house: House, *, show_values: bool = False) -> None:
        self._rules = case_rules(house)
        self._judge = judge(self._rules)
        self._show = show_values

    def __call__(self, case: Mapping[str, Any]) -> tuple[Finding, ...]:
        """Every finding on one plain case object, in the order of a report."""
        record = record_from(Place("", 1), dict(case), self._rules.vocabulary, 1)
        return tuple(_validate([record], self._judge, self._rules.known, show_values=self._show))


@dataclass(frozen=True, slots=True)
class Done:
    """How far a run has come: files done, the place in the next one, cases read in all."""

    file: int
    start: Start
    cases: int


NOTHING_DONE = Done(0, Start(), 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of a run: its findings, and where it left off in which input."""

    findings: tuple[Finding, ...]
    done: Done
    source: Input | None = None


class Stream:
    """A run over cases that counts what it read; findings come as they are found."""

    def __init__(
        self,
        house: House,
        *,
        show_values: bool = False,
        format: Format | None = None,
        engine: EngineName = "auto",
    ) -> None:
        self.house = house
        self.show_values = show_values
        self.format = format
        self.engine = engine
        self.rules = case_rules(house)
        self.vocabulary = self.rules.vocabulary
        self.cases = 0
        self.files: list[str] = []
        self.faults: list[UnusableInput] = []
        self._serial = 1

    @property
    def remarks(self) -> tuple[Text, ...]:
        """What a report must say of the run: shapes that the reference engine answered for."""
        return () if self.engine == "pyshacl" else remarks(self.rules)

    def findings(self, cases: Cases) -> Iterator[Finding]:
        """The findings record by record, in input order; at the end repeated case numbers.

        Raises UnusableInput after the findings on all that could be read.
        """
        for step in self.progress(cases):
            yield from step.findings
        if self.faults:
            raise self.faults[0]

    def progress(
        self, cases: Cases, done: Done = NOTHING_DONE, repeats: Repeats | None = None
    ) -> Iterator[Progress]:
        """The same in steps, each with how far it went: what a long run reports and goes on from.

        A run that broke off goes on from its last step, with the repeats of then. An input that
        can't be read is noted in ``faults``; the others are read.
        """
        if isinstance(cases, str | Path | Mapping):
            cases = [cases]
        if self.engine == "spark":
            yield from self._spark_steps(cases)
            return
        repeats = Repeats() if repeats is None else repeats
        self.cases, self._serial = done.cases, done.cases + 1
        inputs_ = [name for case in cases for name in self._named(case)]
        for number, case in enumerate(inputs_):
            if number < done.file:
                self.files += [] if isinstance(case, Mapping) else [case]
                continue
            try:
                yield from self._steps(number, case, done.start if number == done.file else Start(), repeats)
            except UnusableInput as fault:
                self.faults.append(fault)
            yield Progress((), Done(number + 1, Start(), self.cases))
        yield Progress(tuple(repeats.findings()), Done(len(inputs_), Start(), self.cases))

    @contextmanager
    def on_spark(self, cases: Iterable[str | Path | Mapping[str, Any]]) -> Iterator[SparkRun]:
        """A run over these files on Spark, which gives its findings or has Spark write them.

        Raises UnusableInput without PySpark or Java, and for cases that are no files.
        """
        from cetu.validation import spark_engine, spark_session, spark_tasks  # PySpark is optional

        given = list(cases)
        paths = [str(case) for case in given if not isinstance(case, Mapping)]
        if len(paths) < len(given):
            raise UnusableInput(
                'Spark 读文件，不读单个对象；请用 engine="auto"',
                'Spark reads files, no single objects; use engine="auto"',
            )
        judging = spark_tasks.Judging(self.rules, (), self.show_values)
        run = spark_engine.SparkRun(judging, paths, self.format, spark_session.session())
        self.files, self.faults = run.files, run.faults
        try:
            yield run
        except UnusableInput as fault:
            self.faults.append(fault)
        finally:
            self.cases = run.cases
            run.close()

    def _spark_steps(self, cases: Iterable[str | Path | Mapping[str, Any]]) -> Iterator[Progress]:
        with self.on_spark(cases) as run:
            for findings in _batches(run.findings()):
                self.cases = run.cases
                yield Progress(findings, Done(len(run.files), Start(), run.cases))

    def _named(self, case: str | Path | Mapping[str, Any]) -> list[str | Mapping[str, Any]]:
        if isinstance(case, Mapping):
            return [case]
        try:
            return list(named([str(case)]))
        except UnusableInput as fault:
            self.faults.append(fault)
            return []

    def _steps(
        self, number: int, case: str | Mapping[str, Any], start: Start, repeats: Repeats
    ) -> Iterator[Progress]:
        if isinstance(case, Mapping):
            record = self._counted(self._plain(case, number + 1))
            yield Progress(tuple(self._validated([record], repeats)), Done(number, Start(), self.cases))
            return
        with opened(case, self.format) as source:
            self.files += [case]
            if (judged := self._in_bulk(source, start, repeats)) is not None:
                for step in judged:
                    reached = step.reached
                    self.cases += reached.records
                    self._serial += reached.records
                    begins = Start(reached.position, reached.next_record, reached.next_line)
                    yield Progress(step.findings, Done(number, begins, self.cases), source)
                return
            items = map(self._counted, read_cases(source, self.vocabulary, case_context(), self._serial))
            for findings in _batches(self._validated(items, repeats)):
                yield Progress(findings, Done(number, Start(), self.cases), source)

    def _validated(self, items: Iterable[Record | Finding], repeats: Repeats) -> Iterator[Finding]:
        return _validate(
            items, self._judge(), self.rules.known, show_values=self.show_values, repeats=repeats
        )

    def _in_bulk(self, source: Input, start: Start, repeats: Repeats) -> Iterator[Judged] | None:
        """The way of big files, where the format has one and the input is worth it.

        It asks compiled checks only: with a shape that did not compile every record is judged."""
        if self.engine == "pyshacl" or self.rules.left:
            return None
        if source.format not in ("jsonl", "csv", "parquet", "nt"):
            return None
        stream: Any = source.stream
        large = {"nt": LARGE_TRIPLES, "parquet": LARGE_PARQUET}.get(source.format, LARGE)
        if self.engine != "duckdb" and not start.position:
            if source.size and not source.compressed:
                if source.size < large:
                    return None
            else:
                stream = Ahead(source.stream, large)
                if stream.whole:
                    source.stream = stream
                    return None
                if source.format == "nt" and rewindable(source.stream):
                    stream = source.stream
                    stream.seek(0)
        if source.format == "nt":
            from cetu.validation import nt_bulk

            lines = nt_bulk.Source(stream, source.name, self._serial, start)
            return nt_bulk.judged(
                lines, self.rules, self._rows, self._judge(), repeats, show_values=self.show_values
            )
        from cetu.validation import blocks, bulk, csv_blocks  # DuckDB and Arrow take time to load

        read: dict[str, Callable[..., Iterator[Block]]] = {
            "jsonl": blocks.json_line_blocks,
            "csv": csv_blocks.csv_blocks,
            "parquet": blocks.parquet_blocks,
        }
        found = read[source.format](stream, source.name, self.vocabulary, self._serial, start)
        return bulk.judged(
            found, self.rules, self._rows, self._judge(), repeats, show_values=self.show_values
        )

    @cached_property
    def _rows(self) -> RowEngine:
        return RowEngine(self.rules.rows)

    def _reference(self, records: Sequence[Record]) -> Iterator[tuple[Record, Hit | EngineFailure]]:
        return over_graphs(reference_engine().validate, self.house.case_rules)(records)

    def _judge(self) -> Judge:
        if self.engine == "pyshacl":
            return self._reference
        return judge(self.rules, self._rows)

    def items(self, cases: Cases) -> Iterator[Record | Finding]:
        """Records, and findings for records that can't be read. Raises UnusableInput."""
        for number, case in enumerate([cases] if isinstance(cases, str | Path | Mapping) else cases, 1):
            if isinstance(case, Mapping):
                yield self._counted(self._plain(case, number))
            else:
                for name in named([str(case)]):
                    with opened(name, self.format) as source:
                        self.files.append(name)
                        for item in read_cases(source, self.vocabulary, case_context(), self._serial):
                            yield self._counted(item)

    def _plain(self, case: Mapping[str, Any], number: int) -> Record:
        return record_from(Place("", number), dict(case), self.vocabulary, self._serial)

    def _counted(self, item: Record | Finding) -> Record | Finding:
        if item.place.record:  # else it is about the file
            self.cases += 1
            self._serial += 1
        return item


def journal(stream: Stream, files: Sequence[str], report: Path, *, resume: bool) -> Journal | None:
    """Where a long run over these files keeps what it found, beside its report; None for a short one.

    Raises UnusableInput when there is a journal to go on from, but of another run; Spark keeps none.
    """
    if stream.engine == "spark":
        if resume:
            raise UnusableInput(
                "Spark 的校验不能用 --resume 续跑，请重新运行",
                "a run on Spark can't go on with --resume; run it again",
            )
        return None
    names = [name for file in files for name in stream._named(file) if isinstance(name, str)]
    stream.faults.clear()  # patterns without a file are noted when the run begins
    if "-" in names:
        return None
    stats = [os.stat(name) if os.path.exists(name) else None for name in names]
    if not resume and sum(stat.st_size for stat in stats if stat) < LARGE:
        return None
    key = {
        "inputs": [
            [name, stat.st_size if stat else 0, stat.st_mtime_ns if stat else 0]
            for name, stat in zip(names, stats, strict=True)
        ],
        "rules": checksum(stream.house.case_files()),
        "format": stream.format,
        "values": stream.show_values,
    }
    return Journal(report, key, stream.rules.known, resume=resume)


def done(journal_: Journal, stream: Stream) -> Done:
    """Where the journal's run broke off; what it could not read is noted in the stream again."""
    stream.faults += [UnusableInput(*texts) for texts in journal_.state.get("faults", ())]
    state_ = journal_.state
    return Done(state_["file"], Start(**state_["start"]), state_["cases"]) if state_ else NOTHING_DONE


def state(done_: Done, stream: Stream) -> dict[str, Any]:
    """What a journal keeps of how far a run has come."""
    return {**asdict(done_), "faults": [[fault.text.zh, fault.text.en] for fault in stream.faults]}


def _batches(findings: Iterable[Finding], size: int = 1000) -> Iterator[tuple[Finding, ...]]:
    """In batches; what came before an UnusableInput is not lost with it."""
    batch: list[Finding] = []
    try:
        for finding in findings:
            batch.append(finding)
            if len(batch) >= size:
                yield tuple(batch)
                batch = []
    except UnusableInput:
        yield tuple(batch)
        raise
    yield tuple(batch)


@cache
def case_rules(house: House) -> Rules:
    """The case rules of the house, compiled; kept between runs."""

    def made() -> Rules:
        from cetu.validation.compiling import rules  # reads SPARQL, which takes time to load

        return rules(house.case_rules, vocabulary(house.ontology), explanations(house.case_rules, house.law))

    found = kept(f"rules-{checksum(house.case_files())}", made)
    return found if isinstance(found, Rules) else made()


@cache
def _pathway_rules(house: House) -> Rules:
    """The eligibility rules for every kind of settlement application, compiled."""
    from cetu.validation import pathways as _pathways

    known = case_rules(house)

    def made() -> Rules:
        from cetu.validation.compiling import rules

        graph = _pathways.pathway_rules(house.case_rules, known.vocabulary)
        return rules(graph, known.vocabulary, known.known)

    found = kept(f"pathways-{checksum(house.case_files())}", made)
    return found if isinstance(found, Rules) else made()


@cache
def case_context() -> dict[str, Any]:
    """The JSON-LD context that is shipped, as data."""
    data: dict[str, Any] = json.loads((root() / "ontology" / "case.jsonld").read_text("utf-8"))
    context: dict[str, Any] = data["@context"]
    return context


__all__ = [
    "Done",
    "Progress",
    "Stream",
    "Validator",
    "check",
    "diff",
    "document",
    "journal",
    "load",
    "matrix",
    "parse",
    "pathways",
    "validate",
    "write_report",
]
