// An input in, findings out, in steps: what the page's worker runs. Nothing that is not judged is passed over
// in silence: it comes out as refused, with its name and what to do.
"use strict";

const READERS = { json: jsonFile, jsonl: jsonLines, csv: csvRecords, turtle: turtleFile, jsonld: jsonLdFile };

// What the vocabulary and the rules are here, from the plain data that the site was built with.
function prepared(data) {
  const fields = (list) => new Map(list.map((field) => [field.name, field]));
  const children = fields(data.children.map((child) => ({ ...child, fields: fields(child.fields) })));
  const every = [...data.fields, ...data.children, ...data.children.flatMap((child) => child.fields)];
  CONTEXT.address = data.context;
  return {
    vocabulary: {
      kinds: new Map(data.kinds.map((kind) => [kind.name, kind])), fields: fields(data.fields), children,
      predicates: fields(every), context: data.context, terms: jsonValue(data.terms)[0],
    },
    rules: {
      answers: data.answers.map(([shape, component, severity, path]) => ({
        shape: data.shapes[shape].iri, rule: data.shapes[shape].rule, component, severity, path,
      })),
      numbers: new Map(Object.entries(data.numbers)),
      concerns: new Map(data.shapes.map((shape) => [shape.iri, shape.concerns])),
      left: data.left,
    },
  };
}

// A refusal of what this page does not judge.
function refusal(place, zh, en) {
  return { place, zh: `${zh}；请用命令行 cetu validate 校验`, en: `${en}; use cetu validate` };
}

// Judges the input in steps {findings, refused, fault, records, passed}, of which each holds what is new.

function* checked({ name, format, bytes }, { vocabulary, rules }, show) {
  const source = { name, bytes, passed: 0 }, repeats = new Repeats();
  let records = 0;
  for (const [shape, reason] of rules.left) {
    yield { refused: [refusal({ file: name, record: 0, line: 0 },
      `规则 ${shape} 不能在浏览器里执行（${reason}）`, `rule ${shape} does not run in a browser (${reason})`)] };
  }
  try {
    const chosen = format || readAs(guessed(name, bytes.subarray(0, HEAD)), name);
    refuseForeign(bytes, name, chosen);
    for (const item of readerOf(chosen, name)(source, vocabulary)) {
      records += (item.record || item.finding).place.record > 0;   // 0 is the file as a whole, no case
      if (item.record) repeats.add(item.record.number, item.record.place);
      yield { ...judged(item, rules, vocabulary, show), records, passed: source.passed };
    }
  } catch (error) {
    if (!(error instanceof UnusableInput)) throw error;
    yield { fault: { zh: error.zh, en: error.en }, records };
  }
  yield { findings: repeats.findings(), records, passed: bytes.length };
}

// N-Triples are Turtle. A file of them is for the command line, which reads it line by line at any size.
function readAs(format, name) { return format === "nt" && !name.endsWith(".nt") ? "turtle" : format; }

function readerOf(format, name) {
  const reader = READERS[format];
  if (reader) return reader;
  const turtle = format === "nt" ? "（N-Triples 也是 Turtle，可改选 Turtle 格式）" : "";
  throw new UnusableInput(`${name}：本页不读 ${format}${turtle}；请用命令行 cetu validate`,
    `${name}: ${format} is not read on this page; use cetu validate`);
}

function judged({ record, finding }, rules, vocabulary, show) {
  if (finding) return { findings: [hidden(finding, show)] };
  if (!record.kind || !record.odd) return { findings: findingsOf(record, rules, vocabulary, show) };
  const names = show ? [] : peopleOf(record, vocabulary), where = maskedText(firstOf(record.odd, 200), names);
  return {
    findings: ordered(record.findings.map((one) => hidden(one, show, names))),
    refused: [refusal(record.place,
      `${where} 的写法（日期带时区、公元前或五位年份；RDF 中多出的类型、属性或数据类型）不能在浏览器里校验，这件案件没有按规则校验`,
      `${where} is of a form that is not checked in a browser (a date with a zone, another type or property); no rule was checked`)],
  };
}
