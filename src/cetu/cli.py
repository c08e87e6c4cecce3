"""The commands. The only place that prints, catches broadly and exits.

Exit 0: done, nothing found. 1: findings. 2: the input or the request can't be used.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, get_args

import click

import cetu.lean  # noqa: F401  before RDFLib
from cetu import __version__, api
from cetu.findings import Finding, Lang, Severity
from cetu.graph.resources import ResourceError, root
from cetu.publishing import reports
from cetu.validation.inputs import Format, is_address
from cetu.validation.journal import Journal
from cetu.validation.pathways import Judgement
from cetu.validation.records import RunBroken, UnusableInput

_LANG = click.Choice(["zh", "en"])
_SEVERITIES = {"violation": Severity.VIOLATION, "warning": Severity.WARNING, "info": Severity.INFO}


class _Stop(Exception):
    """A message for standard error, and exit 2."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cetu")
def cli() -> None:
    """策图 Cetu：把公文变成可查询、可校验的数据。

    Official documents as a knowledge graph, case checks and responsibility tables.
    """


def lang_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--lang", type=_LANG, default="zh", show_default=True,
                        help="输出语言 / language")(function)


def document_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--document", "name", default="",
                        help="文件的字号、标题或目录名（只收录一份时可省略）")(function)


def output_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("-o", "--output", type=click.Path(dir_okay=False),
                        help="写入文件（整体写入，不留半截；- 为标准输出）")(function)


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--format", "format_", type=click.Choice(["text", "json", "ttl"]), default="text",
              show_default=True)
@output_option
@lang_option
def parse(file: str, format_: str, output: str | None, lang: Lang) -> None:
    """读一份公文：层次、分工、引用和疑点（- 为标准输入）。 Parse a document."""
    from cetu.graph import iris
    from cetu.graph.agencies import divisions, register
    from cetu.graph.structure import structure
    from cetu.graph.turtle import canonical
    from cetu.publishing import tables
    from cetu.text.export import as_json, as_outline

    document = api.parse(Path(file))
    if format_ == "json":
        _write(tables.as_json(as_json(document)), output)
    elif format_ == "ttl":
        slug = Path(file).resolve().parent.name if Path(file).name == "source.txt" else (
            "stdin" if file == "-" else Path(file).stem)
        house = api.load()
        known = register(house.ontology, _jurisdiction(Path(file)), divisions(house.home))
        _write(canonical(structure(document, iris.slug(slug), known)), output)
    else:
        _write(as_outline(document, lang), output)


def _jurisdiction(file: Path) -> str:
    from cetu.text.declaration import declaration

    declared = file.with_name("source.toml")
    if file.name == "source.txt" and declared.exists():
        return declaration(declared.read_text("utf-8")).jurisdiction
    return "000000"


@cli.command()
@lang_option
def check(lang: Lang) -> None:
    """检查图谱自身是否站得住。 Check the policy graphs against shapes/policy."""
    house = api.load()
    findings = api.check(house)
    for finding in findings:
        _write(f"[{finding.severity.word}] {finding.rule}: {finding.node} "
               f"{finding.message.in_(lang)} {finding.value}\n", None)
    slugs = "、".join(house.policies)
    if findings:
        raise SystemExit(1)
    _write(f"{slugs}：没有发现问题\n" if lang == "zh" else f"{slugs}: nothing found\n", None)


@cli.command()
@click.argument("query", required=False)
@click.option("--list", "list_", is_flag=True, help="列出命名查询")
@click.option("--format", "format_", type=click.Choice(["table", "csv", "json"]), default="table",
              show_default=True)
@click.option("--timeout", type=click.IntRange(min=1), default=60, show_default=True, help="最长秒数")
@click.option("--also", "also", multiple=True, metavar="FILE.ttl",
              help="另外读入的图，如网站的 data/site.ttl")
@output_option
def query(
    query: str | None, list_: bool, format_: str, timeout: int, also: tuple[str, ...], output: str | None
) -> None:
    """用 SPARQL 查询：文件（.rq）或命名查询。 Run a query file or a named query; no network."""
    from cetu.graph import queries
    from cetu.graph.house import merged
    from cetu.validation.rdf_reader import turtle

    house = api.load()
    named = {f"{slug}/{name}": text for slug in house.policies
             for name, text in queries.named(house.archive / "policies" / slug / "questions").items()}
    if list_ or not query:
        titles = [(name, queries.title(text)) for name, text in named.items()]
        _write(_tabled(("query", "question"), titles, format_), output)
        return
    with _time_limit(timeout):
        text = _query_text(query, named)
        answer = queries.answer(merged([house.graph, *(turtle(Path(file)) for file in also)]), text)
    if not answer.rows and (reason := queries.when_empty(text)):
        click.echo(f"没有结果：{reason} / no row", err=True)
    _write(_tabled(answer.columns, answer.rows, format_), output)


def _tabled(columns: Sequence[str], rows: Sequence[Sequence[str]], format_: str) -> str:
    from cetu.publishing import tables

    if format_ == "json":
        return tables.as_json([dict(zip(columns, row, strict=True)) for row in rows])
    return (tables.as_csv if format_ == "csv" else tables.as_table)(columns, rows)


def _query_text(query: str, named: dict[str, str]) -> str:
    found = [name for name in named if query in (name, name.partition("/")[2])]
    if len(found) == 1:
        return named[found[0]]
    path = Path(query)
    if not path.is_file():
        raise _Stop(f"{query}：没有这个文件，也没有这个命名查询（cetu query --list）/ no such file or query")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise _Stop(f"{query}：不是 UTF-8 文本 / not UTF-8 text") from error


@cli.command()
@click.argument("name_of")
@document_option
@lang_option
def show(name_of: str, name: str, lang: Lang) -> None:
    """条款、单位或主体的全部内容，例：cetu show 三（二）。 Everything about a clause, department or body."""
    from cetu.analysis.lookup import look_up
    from cetu.publishing import views

    house = api.load()
    document = api.document(house, name)
    found = look_up(document, house.around(house.slug(document.iri)), house.case_rules, name_of)
    _write(views.found(document, found, lang), None)


def _named(context: click.Context, option: click.Parameter, name: str) -> str:
    """A name that was given is not empty."""
    given = context.get_parameter_source(str(option.name)) != click.core.ParameterSource.DEFAULT
    if given and not name.strip():
        raise click.BadParameter(
            "名称是空的：请写出名称，或去掉这个选项 / empty: give a name or leave the option out")
    return name


@cli.command()
@click.option("--department", default="", callback=_named, help="只看一个单位")
@click.option("--clause", default="", callback=_named, help="只看一个条款，如 二（一）")
@click.option("--format", "format_", type=click.Choice(["table", "csv", "json", "xlsx", "md"]),
              default="table", show_default=True)
@document_option
@output_option
def matrix(department: str, clause: str, format_: str, name: str, output: str | None) -> None:
    """任务分工：谁牵头、谁负责。 Who leads and who is responsible, clause by clause."""
    from cetu.analysis.responsibility import departments
    from cetu.publishing import duties, spreadsheet, tables, views

    house = api.load()
    found = api.matrix(house, department=department, clause=clause, name=name)
    if format_ == "xlsx":
        if not output:
            raise _Stop("xlsx 须用 -o 指明文件 / xlsx needs -o FILE")
        document = api.document(house, name)
        eids = {duty.eid for duty in found}
        chosen = [c for c in document.clauses if c.eid in eids] if department or clause else None
        _write_bytes(spreadsheet.task_sheet(
            document, departments(document, house.around(house.slug(document.iri))), clauses=chosen), output)
        return
    rows = duties.rows(found)
    if format_ == "json":
        _write(duties.matrix_json(found), output)
    elif format_ == "csv":
        _write(tables.as_csv(duties.COLUMNS, rows), output)
    else:
        header = ("条款", "角色", "单位")
        rows = rows or ((clause, views.NOT_STATED["zh"], views.NOT_STATED["zh"]),)
        _write((tables.as_markdown if format_ == "md" else tables.as_table)(header, rows), output)


@cli.command()
@document_option
@click.option("--format", "format_", type=click.Choice(["text", "graphml"]), default="text",
              show_default=True)
@output_option
@lang_option
def network(name: str, format_: str, output: str | None, lang: Lang) -> None:
    """单位之间的协作、牵头关系和瓶颈。 Who works with whom, who leads whom, the bottleneck."""
    from cetu.analysis import network as _network
    from cetu.publishing import views

    document = api.document(api.load(), name)
    if format_ == "graphml":
        _write(_network.graphml(document), output)
        return
    _write(views.network(_network.loads(document), _network.cooperation(document),
                         _network.leadership(document), lang), output)


@cli.command()
@click.argument("changed")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text",
              show_default=True)
@lang_option
def impact(changed: str, format_: str, lang: Lang) -> None:
    """某文件变动时牵涉什么，例：cetu impact 鲁政办字〔2020〕176号。 What a change touches."""
    from cetu.analysis.impact import impact as _impact
    from cetu.publishing import tables, views

    house = api.load()
    found = _impact(house.policy, house.case_rules, changed)
    if format_ == "json":
        _write(tables.as_json(asdict(found)), None)
    else:
        _write(views.impact(found, lang), None)


@cli.command()
@click.argument("before")
@click.argument("after")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text",
              show_default=True)
@output_option
@lang_option
def diff(before: str, after: str, format_: str, output: str | None, lang: Lang) -> None:
    """两份文件或两个版本之间的变化：条款、文字、单位和角色。 What changed between two documents.

    BEFORE 和 AFTER 是文件，或收录文件的字号、标题、目录名。
    """
    from cetu.publishing import tables, views

    house = api.load()
    found = api.diff(house, before, after)
    if format_ == "json":
        _write(tables.as_json(asdict(found)), output)
    else:
        _write(views.comparison(found, lang), output)


@cli.command()
@click.option("--review", is_flag=True, help="只列需要人来认定的名称")
@click.option("--format", "format_", type=click.Choice(["table", "csv", "json"]), default="table",
              show_default=True)
@output_option
@lang_option
def agencies(review: bool, format_: str, output: str | None, lang: Lang) -> None:
    """全部文件里的单位和它们的名称；--review 列出待认定的。 Agencies, and names nobody has placed."""
    from cetu.analysis.agencies import doubts
    from cetu.analysis.shelf import bodies, shelf
    from cetu.graph.agencies import NATION, divisions
    from cetu.publishing import tables, views

    house = api.load()
    found = bodies(shelf(house), house.ontology)
    places = {**divisions(house.home), NATION: "全国"}
    if review:
        columns: tuple[str, ...] = ("code", "place", "name", "documents", "near")
        rows: list[tuple[str, ...]] = [
            (d.body.code, places.get(d.body.code, ""), d.body.name, " ".join(d.body.slugs),
             "、".join(near.name for near in d.near)) for d in doubts(found)]
    else:
        columns = ("code", "place", "name", "names", "assignments", "documents", "replaced_by")
        rows = [(b.code, places.get(b.code, ""), b.name, "、".join(b.other_names), str(len(b.mentions)),
                 str(len(b.slugs)), b.replaced_by) for b in found]
    if format_ == "json":
        _write(tables.as_json([dict(zip(columns, row, strict=True)) for row in rows]), output)
    elif format_ == "csv":
        _write(tables.as_csv(columns, rows), output)
    else:
        header = views.agency_columns(columns, lang)
        _write(tables.as_table(header, rows) if rows else views.nothing_to_review(lang), output)


@cli.group()
def new() -> None:
    """新建：一份文件的目录，或自己的资料目录。 Make a folder for a document, or a house of your own."""


@new.command("policy")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--slug", default="", help="目录名（默认用发文字号）")
@click.option("--jurisdiction", default="", help="发文机关所在行政区划，GB/T 2260 六位代码；全国为 000000")
@lang_option
def new_policy(file: str, slug: str, jurisdiction: str, lang: Lang) -> None:
    """由一份公文（文本、网页、Word、PDF）建立 policies/<目录>/。 Take a document in."""
    from cetu.containers import LARGEST_FILE
    from cetu.graph.acquisition import acquire
    from cetu.graph.agencies import divisions
    from cetu.publishing import views

    house = api.load()
    with open(file, "rb") as stream:
        data = stream.read(LARGEST_FILE + 1)
    made = acquire(data, house.ontology, divisions(house.home),
                   house.policies.holdings, slug=slug, jurisdiction=jurisdiction)
    _write_folder(made.files, house.archive / "policies" / made.slug)
    _write(views.acquired(made, lang), None)


@new.command("house")
@click.argument("folder", type=click.Path())
@lang_option
def new_house(folder: str, lang: Lang) -> None:
    """建立自己的资料目录，之后用环境变量 CETU_HOUSE 指明。 A folder for your own documents."""
    target = Path(folder)
    if target.exists():
        raise _Stop(f"{folder} 已经存在 / already exists")
    temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=".cetu-"))
    try:
        shutil.copytree(root() / "policies", temporary / "policies")
        os.replace(temporary, target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    _write(f"{folder}\nexport CETU_HOUSE={folder}\n", None)


@cli.command()
@document_option
@click.option("--format", "format_", type=click.Choice(["text", "csv"]), default="text",
              show_default=True)
@lang_option
def coverage(name: str, format_: str, lang: Lang) -> None:
    """每条规范由哪条规则校验，或为何不能校验。 Which norm is enforced, and why others are not."""
    from cetu.analysis.coverage import coverage as _coverage
    from cetu.publishing import tables, views

    house = api.load()
    rows = _coverage(api.document(house, name), house.case_rules)
    if format_ == "csv":
        _write(tables.as_csv(
            ("clause", "quotation", "modality", "status", "rules", "reason"),
            ((r.norm.clause, r.norm.quotation, r.norm.modality, r.status, " ".join(r.rules),
              r.norm.reason.in_(lang) if r.norm.reason else "") for r in rows)), None)
        return
    _write(views.coverage(rows, lang), None)
    if any(row.status == "open" for row in rows):
        raise SystemExit(1)


@cli.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--format", "format_", type=click.Choice(list(reports.WRITERS)),
              default="text", show_default=True, help="parquet、xlsx 须用 -o 指明文件")
@click.option("--input-format", "input_format",
              type=click.Choice(list(get_args(Format))), help="输入格式（默认按扩展名或内容）")
@click.option("--engine", type=click.Choice(list(get_args(api.EngineName))), default="auto",
              show_default=True,
              help="校验引擎；auto：少量用 Python，大量用 DuckDB（N-Triples 用多个进程）；"
                   "spark：在集群上，读写 Spark 认得的地址（hdfs://、s3a:// …）；结果相同")
@click.option("--fail-on", type=click.Choice(list(_SEVERITIES)), default="violation",
              show_default=True, help="从哪一级起以 1 退出")
@click.option("--show-values", is_flag=True, help="不遮盖公民身份号码和姓名")
@click.option("--resume", is_flag=True, help="接着中断的那次往下校验（与 -o 同用）")
@output_option
@lang_option
def validate(
    files: tuple[str, ...], format_: str, input_format: Any, engine: Any, fail_on: str, show_values: bool,
    resume: bool, output: str | None, lang: Lang,
) -> None:
    """校验案件资料（- 为标准输入）。 Check case data; exit 0 conforms, 1 findings, 2 unusable."""
    if format_ in reports.BINARY and not output:
        raise _Stop(f"{format_} 须用 -o 指明文件 / {format_} needs -o FILE")
    if resume and not output:
        raise _Stop("--resume 须与 -o 同用 / --resume goes with -o FILE")
    stream = api.Stream(api.load(), show_values=show_values, format=input_format, engine=engine)
    gc.freeze()     # rules and vocabulary stay: collecting garbage need not look at them again
    if engine == "spark" and output and is_address(output):
        _on_spark(stream, files, format_, output, _SEVERITIES[fail_on], lang)
        return
    journal = api.journal(stream, files, Path(output), resume=resume) if output else None
    findings = _found(stream, files, journal, _Meter(files, lang))
    first = list(islice(findings, 1))
    for fault in stream.faults:
        click.echo(f"cetu: {fault.text.in_(lang)}", err=True)
    told = len(stream.faults)
    summary = None
    if first or stream.cases or not stream.faults:
        summary = _report(format_, chain(first, findings), lambda: reports.Totals(
            stream.cases, tuple(stream.files),
            (*stream.remarks, *(fault.text for fault in stream.faults))), output, lang,
            journal.part if journal else "")
    if journal is not None:
        journal.remove()
    if summary is not None and not stream.faults and summary.at_least(_SEVERITIES[fail_on]):
        raise SystemExit(1)
    for fault in stream.faults[told:]:
        click.echo(f"cetu: {fault.text.in_(lang)}", err=True)
    if stream.faults:
        raise SystemExit(2)


def _on_spark(stream: api.Stream, files: tuple[str, ...], format_: str, output: str, fail_on: Severity,
              lang: Lang) -> None:
    """Have Spark write the report to an address of its own, in as many files as it likes."""
    if format_ not in reports.PARTS:
        raise _Stop(f"{output}：Spark 写 {'、'.join(reports.PARTS)}，不写 {format_} / "
                    f"Spark writes {', '.join(reports.PARTS)}, not {format_}")
    with stream.on_spark(files) as run:
        part = reports.PARTS[format_]
        run.write(output, part.schema, partial(part.rows, lang), part.format)
    for fault in stream.faults:
        click.echo(f"cetu: {fault.text.in_(lang)}", err=True)
    if stream.faults:
        raise SystemExit(2)
    if any(count for severity, count in run.counts.items() if severity >= fail_on):
        raise SystemExit(1)


def _found(stream: api.Stream, files: tuple[str, ...], journal: Journal | None, meter: _Meter
           ) -> Iterator[Finding]:
    """The findings as they come; with a journal, after those of the run that broke off."""
    if journal is None:
        steps = stream.progress(files)
    else:
        yield from journal.findings()
        steps = stream.progress(files, api.done(journal, stream), journal.repeats)
    for step in steps:
        meter.at(step)
        if journal is not None:
            journal.add(step.findings, api.state(step.done, stream))
        yield from step.findings
    meter.end()


class _Meter:
    """How far a run is: one line that is written over on a terminal, a line a minute elsewhere."""

    def __init__(self, files: tuple[str, ...], lang: Lang) -> None:
        self._sizes = [os.path.getsize(file) if os.path.isfile(file) else 0 for file in files]
        self._terminal = sys.stderr.isatty()
        self._lang = lang
        self._begun = self._shown = time.monotonic()
        self._findings = self._first = 0

    def at(self, step: api.Progress) -> None:
        self._findings += len(step.findings)
        now = time.monotonic()
        if now - self._shown < (0.5 if self._terminal else 60):
            return
        self._shown = now
        words = self._words(step.done, now - self._begun)
        sys.stderr.write(f"\r{words}\x1b[K" if self._terminal else f"cetu: {words}\n")
        sys.stderr.flush()

    def end(self) -> None:
        if self._terminal and self._shown != self._begun:
            sys.stderr.write("\r\x1b[K")

    def _words(self, done: api.Done, seconds: float) -> str:
        rate = done.cases / seconds if seconds else 0.0
        read = sum(self._sizes[: done.file]) + done.start.position
        whole = sum(self._sizes)
        part = min(1.0, read / whole) if whole and read else 0.0
        left = f"{seconds * (1 - part) / part:,.0f}" if part else "?"
        if self._lang == "zh":
            return (f"{done.cases:,} 件，{rate:,.0f} 件/秒，{part:.0%}，约剩 {left} 秒，"
                    f"发现 {self._findings:,} 项")
        return (f"{done.cases:,} cases, {rate:,.0f}/s, {part:.0%}, about {left} s left, "
                f"{self._findings:,} findings")


def _report(
    format_: str, findings: Iterable[Finding], totals: Callable[[], reports.Totals],
    output: str | None, lang: Lang, part: str = "",
) -> reports.Summary:
    """Write the report while findings come: to the file, whole or not at all, or standard output."""
    with _whole_file(output, part) if output else nullcontext(sys.stdout.buffer) as out:
        summary, remarks = reports.write(format_, findings, totals, out, lang)
    for remark in remarks:
        click.echo(f"cetu: {remark.in_(lang)}", err=True)
    return summary


@cli.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text",
              show_default=True)
@click.option("--show-values", is_flag=True, help="不遮盖公民身份号码和姓名")
@output_option
@lang_option
def pathways(
    files: tuple[str, ...], format_: str, show_values: bool, output: str | None, lang: Lang
) -> None:
    """每件案件符合哪些落户路径、其余缺什么。 Which pathways each case meets; no decision."""
    from cetu.analysis.routes import pathways as _routes

    house = api.load()
    labels = {
        p.iri: (p.clause, p.label.in_(lang))
        for slug in house.interpreted
        for p in _routes(api.document(house, slug), house.around(slug))}
    judgements: list[Judgement] = []
    faults: list[UnusableInput] = []
    for file in files:
        try:
            for judgement in api.pathways(house, [file], show_values=show_values):
                judgements.append(judgement)   # what came before a fault of the file is kept
        except UnusableInput as fault:
            faults.append(fault)
            click.echo(f"cetu: {fault.text.in_(lang)}", err=True)
    write = reports.judgements_json if format_ == "json" else reports.judgements_text
    if judgements or not faults:
        _write(write(judgements, labels, lang), output)
    if faults:
        raise SystemExit(2)
    if any(judgement.problems for judgement in judgements):
        raise SystemExit(1)


@cli.command()
@click.option("-o", "--output", "folder", default="build/site", show_default=True,
              type=click.Path(file_okay=False))
@click.option("--builder", type=click.Choice(["mkdocs", "zensical"]), default="mkdocs", show_default=True,
              help="生成网页的程序；zensical 要另行安装 / the program that makes the pages")
@click.option("--since", type=click.Path(path_type=Path), metavar="OLD_SITE",
              help="旧版网站（或其中的 data/version.json）：列出变更。 An earlier build: tell what changed.")
@document_option
def site(folder: str, builder: str, since: Path | None, name: str) -> None:
    """生成网站。 Build the site into a folder; it needs no server and no network."""
    from cetu.publishing.site import build

    house = api.load()
    pages = build(house, api.document(house, name), root(), Path(folder),
                  lambda file: api.validate(house, file).findings, api.case_context(),
                  builder=builder, since=since)
    _write(f"{folder}：{pages} 页\n", None)


# --- printing, writing, failing ---


def _write(text: str, output: str | None) -> None:
    if output:
        _write_bytes(text.encode("utf-8"), output)
    else:
        sys.stdout.write(text)


def _write_bytes(data: bytes, output: str) -> None:
    with _whole_file(output) as file:
        file.write(data)


@contextmanager
def _whole_file(output: str, part: str = "") -> Iterator[BinaryIO]:
    """To a file as a whole or not at all; to a device, a pipe or - (standard output) as it is."""
    if output == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        target = Path(os.path.realpath(output))
        with open(output, "wb") if _is_channel(output) else _replaced(target, part) as file:
            yield file
    except OSError as error:
        raise _Stop(
            f"{output}：写不进去（{error.strerror}），请检查目录是否存在、是否可写 / can't be written "
            f"({error.strerror}): check that the folder exists and may be written to") from error


def _is_channel(output: str) -> bool:
    """Whether something stands there that must not be replaced: a device, a pipe, an open stream."""
    there = Path(output)
    return there.exists() and (not there.is_file() or there.absolute().parts[1:2] in (("dev",), ("proc",)))


@contextmanager
def _replaced(target: Path, part: str) -> Iterator[BinaryIO]:
    """Written beside its place and moved there; a link stays and what it points at is replaced.

    With ``part`` what is left of a run that was killed has that name, and the next one writes over it."""
    handle, name = (None, str(target.with_name(part))) if part else tempfile.mkstemp(
        dir=target.parent, prefix=".cetu-")
    try:
        with open(name, "wb") if handle is None else os.fdopen(handle, "wb") as file:
            yield file
        os.chmod(name, target.stat().st_mode & 0o777 if target.exists() else 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _write_folder(files: Mapping[str, bytes], target: Path) -> None:
    """The whole folder or none of it: written beside its place and moved there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=".cetu-"))
    try:
        for name, content in files.items():
            (folder / name).write_bytes(content)
        folder.chmod(0o755)
        folder.rename(target)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _time_limit(seconds: int) -> Iterator[None]:
    """Stops what runs inside after that time, where the system has alarms."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_: object) -> None:
        raise _Stop(f"查询超过 {seconds} 秒，已停止 / stopped after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _known_errors() -> tuple[type[Exception], ...]:
    from cetu.graph.queries import QueryError
    from cetu.publishing.inventory import VersionFault
    from cetu.publishing.site import SiteError
    from cetu.text import SourceError

    return (SourceError, ResourceError, UnusableInput, RunBroken, QueryError, LookupError, _Stop, SiteError,
            VersionFault, OSError, json.JSONDecodeError)


def main() -> None:
    """Run the command line. Every known failure is one line and exit 2."""
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        cli(standalone_mode=False)
    except SystemExit:
        raise  # before the errors below are loaded to be compared with it
    except click.exceptions.Abort:
        raise SystemExit(130) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(2) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except _known_errors() as error:
        message = " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, UnusableInput):
            message = f"{error.text.zh} / {error.text.en}"
        if isinstance(error, LookupError):
            message = f"没有找到 / not found: {message.strip(chr(39))}"
        click.echo(f"cetu: {message}", err=True)
        raise SystemExit(2) from None
    except Exception as error:  # a fault of ours: said in one line, and never taken for findings
        if os.environ.get("CETU_DEBUG"):
            raise
        kind = type(error).__name__
        click.echo(f"cetu: 程序出错，请报告（{kind}；CETU_DEBUG=1 可看详情）/ "
                   f"a fault of the program, please report it ({kind}; CETU_DEBUG=1 shows where)", err=True)
        raise SystemExit(2) from None
