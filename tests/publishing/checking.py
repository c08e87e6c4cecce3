"""What the tests of the page 案件校验 share: inputs judged in a page, and what Python says of them."""

from __future__ import annotations

import base64
import json
import random
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cetu import api
from cetu.findings import Finding
from cetu.graph.house import House
from cetu.validation.records import UnusableInput
from cetu.validation.validate import Judge

# Judges inputs one after the other in a worker, as the page does, and joins what the shapes say.
JUDGE = """async ({inputs, parser}) => {
  const {program, wasm} = parser ? await loadParser("assets/vendor/oxigraph.js") : {program: "", wasm: null};
  const worker = new Worker(URL.createObjectURL(new Blob([program, CETU_PROGRAM])));
  const said = new Map(CETU_CHECKER.shapes.map(shape => [shape.iri, shape.message]));
  const heard = () => new Promise((yes, no) => {
    worker.onmessage = ({data}) => data.broken === undefined ? yes(data) : no(new Error(data.broken));
  });
  let next = heard();
  worker.postMessage({data: CETU_CHECKER, wasm});
  await next;
  const made = [];
  for (const {name, base64, repeated, show, format} of inputs) {
    const signs = repeated ? repeated.map(([sign, times]) => sign.repeat(times)).join("") : atob(base64);
    const bytes = new Uint8Array(signs.length);
    for (let at = 0; at < signs.length; at++) bytes[at] = signs.charCodeAt(at);
    const found = {findings: [], refused: [], faults: [], records: 0, begun: performance.now()};
    next = heard();
    worker.postMessage({input: {name, format: format || "", bytes}, show: !!show}, [bytes.buffer]);
    for (let told = await next; ; told = await next) {
      next = heard();
      found.findings.push(...told.findings.map(f => ({...f, message: f.message || said.get(f.shape)})));
      found.refused.push(...told.refused);
      found.faults.push(...told.faults);
      found.records = told.records;
      if (told.done) break;
    }
    found.seconds = (performance.now() - found.begun) / 1000;
    made.push(found);
  }
  worker.terminate();
  return made;
}"""

# Python 3.13 words two faults of JSON and CSV otherwise than the page, which has the words of 3.11
REWORDED = sys.version_info >= (3, 13)
Outcome = tuple[list[tuple[object, ...]], list[tuple[str, str]], int]


def judged(
    page: Any, inputs: Iterable[tuple[str, bytes]], *, parser: bool = False, **options: Any
) -> list[dict[str, Any]]:
    """What the page's worker answers to inputs of these names; ``parser`` loads that of Turtle and JSON-LD."""
    asked = [{"name": name, "base64": base64.b64encode(data).decode(), **options} for name, data in inputs]
    return _asked(page, asked, parser)


def judged_repeated(page: Any, inputs: Iterable[tuple[str, list[tuple[str, int]]]]) -> list[dict[str, Any]]:
    """The same of long inputs, each told as signs and how often they stand one after the other."""
    return _asked(page, [{"name": name, "repeated": parts} for name, parts in inputs])


def _asked(page: Any, inputs: list[dict[str, Any]], parser: bool = False) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = page.evaluate(JUDGE, {"inputs": inputs, "parser": parser})
    return answers


def in_page(answer: dict[str, Any]) -> Outcome:
    """Findings, faults and number of cases, comparable with ``in_python``."""
    findings = [
        (f["place"]["record"], f["place"]["line"], f["case"], f["node"], f["path"], f["value"], f["severity"], f["rule"],
         f["shape"], f["component"], f["message"]["zh"], f["message"]["en"]) for f in answer["findings"]]  # fmt: skip
    return _worded(findings, [(fault["zh"], fault["en"]) for fault in answer["faults"]], answer["records"])


def in_python(house: House, path: Path, *, show_values: bool = False) -> Outcome:
    """The same of ``cetu validate``."""
    stream, found = _Stream(house, show_values=show_values), []
    try:
        for finding in stream.findings(path):
            found.append(_plain(finding))
    except UnusableInput:
        pass
    return _worded(found, [(fault.text.zh, fault.text.en) for fault in stream.faults], stream.cases)


@cache
def _judge(house: House) -> Judge:
    return api.judge(api.case_rules(house))


class _Stream(api.Stream):
    """One whose judge is made once for hundreds of small files."""

    def _judge(self) -> Judge:
        return _judge(self.house)


def _worded(findings: list[tuple[object, ...]], faults: list[tuple[str, str]], cases: int) -> Outcome:
    if REWORDED:
        broken = ("input:not-json", "input:not-csv")
        findings = [(*f[:-2], "", "") if f[8] in broken else f for f in findings]
        faults = [("", "") if "JSON：" in fault[0] else fault for fault in faults]
    return findings, faults, cases


def _plain(f: Finding) -> tuple[object, ...]:
    return (f.place.record, f.place.line, f.case, f.node, f.path, f.value, int(f.severity), f.rule, f.shape, f.component,
            f.message.zh, f.message.en)  # fmt: skip


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address under which the folder is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


# What is put into good lines to spoil them: signs of JSON and CSV, and keys with values nobody expects.
SPOILERS = [
    '"', "\\", "\\u", "\\ud800", "\\ud83d\\ude00", "{", "}", "[", "]", ",", ":", "\n", "\r", "\r\n", "NaN", "-Infinity", "1e400",
    "1.5e-7", "-0", "-0.0", "01", "1e16", "123456789012345678901234567890", "null", "true", '"type":1,', '"type":["x","y\'"],',
    '"__proto__":{"a":1},', '"constructor":1,', '"name":"张三",', "\x00", "\x1f", "\u3000", "\xa0", "\u2028", "\ufeff", "=cmd", "张三",
    "370402199001010016", "３7040219900101001X", '"applicant":[],', '"relatives":{"a":[1,{}]},',
    '"relatives":[{"name":["张三","李四五"]},3,null],', '"@context":"http://x",', '"requirements":[{"form":1.0}],',
    '"applicationDate":["2022-03-01","2022-03-02"],', '"citizenNumber":"张三丰",', ',"a":{"b":{"c":[[[[1]]]]}}', "；", ";", '"x" y',
    '"unclosed', "\udcff", "\udce5",
]  # fmt: skip


def spoilt(number: int, seed: int, lines: list[str], rows: list[str]) -> Iterable[tuple[str, bytes]]:
    """So many small inputs of lines, arrays and rows, most of them spoilt in one to three places."""
    chance = random.Random(seed)
    for at in range(number):
        format_, head = chance.choice([("jsonl", ""), ("json", "["), ("csv", rows[0])])
        chosen = [chance.choice(rows[1:] if format_ == "csv" else lines) for _ in range(4)]
        for _ in range(chance.choice([1, 1, 2])):
            place = chance.randrange(4)
            chosen[place] = _spoilt(chosen[place], chance)
        text = (",\n" if format_ == "json" else "\n").join(chosen)
        text = {"jsonl": text, "json": f"[\n{text}\n]", "csv": f"{head}\n{text}"}[format_]
        if chance.random() < 0.1:
            text = text[: chance.randrange(len(text))] or "x"
        yield f"spoilt-{at}.{format_}", text.encode("utf-8", "surrogateescape")


def _spoilt(line: str, chance: random.Random) -> str:
    for _ in range(chance.choice([1, 1, 2])):
        place = line.index("{") + 1 if "{" in line and chance.random() < 0.5 else chance.randrange(len(line) + 1)
        if chance.random() < 0.75:
            line = line[:place] + chance.choice(SPOILERS) + line[place:]
        else:
            line = line[:place] + line[place + chance.randrange(1, 6) :]
    return line


Path_ = tuple[str | int, ...]
AWKWARD = (5, None, [], "", "没有这个", {"name": "甲"})


def mutations(examples: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each example with each of its fields left out, with a value that is awkward and with two that other
    examples have for it, the next ones each time: each such case once, with a number of its own where that is
    not what changed."""
    values: dict[Path_, dict[str, Any]] = {}
    for example in examples:
        for path, value in _fields(example):
            values.setdefault(_kind(path), {})[json.dumps(value)] = value
    seen: set[str] = set()
    for example in examples:
        for path, value in _fields(example):
            known, turn = list(values[_kind(path)].values()), len(seen)
            awkward = (*AWKWARD, [value, value])
            for other in (_GONE, awkward[turn % len(awkward)], *(known[(turn + n) % len(known)] for n in (0, 1))):
                case = _with(example, path, other)
                words = json.dumps({**case, "caseNumber": ""} if path != ("caseNumber",) else case)
                if words not in seen:
                    seen.add(words)
                    yield case if path == ("caseNumber",) else {**case, "caseNumber": str(len(seen))}


_GONE = object()


def _kind(path: Path_) -> Path_:
    """The path without the places in lists."""
    return tuple(step for step in path if isinstance(step, str))


def _fields(part: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    for key, value in part.items():
        yield (*path, key), value
        for at, inner in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(inner, dict):
                yield from _fields(inner, (*path, key) if at is None else (*path, key, at))


def _with(part: Any, path: Path_, value: Any) -> Any:
    """The part with another value at the path, or without it."""
    step, *rest = path
    changed = list(part) if isinstance(part, list) else dict(part)
    if rest:
        changed[step] = _with(changed[step], tuple(rest), value)
    elif value is _GONE:
        del changed[step]
    else:
        changed[step] = value
    return changed
