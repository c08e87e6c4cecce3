// Cases given as Turtle or JSON-LD, as src/cetu/validation/rdf_reader.py reads them: each is cut out of the graph with
// everything reachable from it that is no case itself. A case that does not fit the case table is refused by name.
// The parser (oxigraph) is loaded by the page only when such input is given: until then reading throws ParserNeeded.
"use strict";

class ParserNeeded extends Error {}

const LARGEST_GRAPH = 64000000, MOST_STATEMENTS = 2000;
const HUKOU = "https://w3id.org/cetu/hukou#", TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const MEDIA = { turtle: "text/turtle", jsonld: "application/ld+json" };

function* rdfFile(source, vocabulary, format) {
  const name = source.name;
  if (typeof oxigraph === "undefined") throw new ParserNeeded();
  if (source.bytes.length > LARGEST_GRAPH) {
    throw new UnusableInput(`${name}：超过 64 MB，请改用逐行读取的 JSON lines、CSV 或 N-Triples`,
      `${name}: over 64 MB; use JSON lines, CSV or N-Triples, which are streamed`);
  }
  const text = decoded(source.bytes);
  if (text === null) throw new Pieces(source.bytes, name).notText();
  const place = { file: name, record: 1, line: 0 };
  yield* format === "turtle" ? graphRecords(parsed(text, format, name), place, vocabulary)
    : jsonLdRecords(jsonOf(text, name), place, vocabulary);
}

function* turtleFile(source, vocabulary) { yield* rdfFile(source, vocabulary, "turtle"); }
function* jsonLdFile(source, vocabulary) { yield* rdfFile(source, vocabulary, "jsonld"); }

// One value of a JSON file that is JSON-LD: what makes it unusable is a finding.
function* linkedRecords(value, place, vocabulary) {
  if (typeof oxigraph === "undefined") throw new ParserNeeded();
  try {
    yield* jsonLdRecords(value, place, vocabulary);
  } catch (error) {
    if (!(error instanceof UnusableInput)) throw error;
    yield { finding: problem(place, error.zh, error.en, "not-json-ld") };
  }
}

function* jsonLdRecords(value, place, vocabulary) {
  for (const key of withOwnContext(value, place.file, vocabulary)) {
    yield { finding: problem({ ...place, record: 0 }, "JSON-LD 中的字段名不认识，其内容没有参与校验；请核对写法",
      "a JSON-LD key that is unknown; its content was not checked; see its spelling", "unknown-field",
      { field: firstOf(key, 200), severity: WARNING }) };
  }
  yield* graphRecords(parsed(jsonText(value), "jsonld", place.file), place, vocabulary);
}

// --- parsing ---

function parsed(text, format, name) {
  try {
    return new RdfGraph(oxigraph.parse(text, { format: MEDIA[format] }), name);
  } catch (error) {
    if (error instanceof UnusableInput) throw error;
    // the parser's message quotes the file, which may be anybody's name: only the line is told
    const line = /line (\d+)/.exec(String(error))?.[1];
    throw new UnusableInput(`${name}：${line ? `第 ${line} 行` : ""}无法解析`,
      `${name}: ${line ? `line ${line} ` : ""}could not be parsed`);
  }
}

function jsonOf(text, name) {
  try {
    const reader = new JsonReader(text, 0, false);
    reader.spaces();
    const value = reader.value(0);
    reader.spaces();
    if (reader.at < text.length) reader.fail("Extra data", reader.at);
    return value;
  } catch (error) {
    if (error instanceof TooDeep) throw new UnusableInput(`${name}：嵌套过深`, `${name}: nested too deeply`);
    if (!(error instanceof JsonError)) throw error;
    throw new UnusableInput(`${name}：不是有效的 JSON：${error.message}`, `${name}: not valid JSON: ${error.message}`);
  }
}

function jsonText(value) {
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  if (value instanceof Map) return `{${Array.from(value, ([key, inner]) => `${JSON.stringify(key)}:${jsonText(inner)}`).join(",")}}`;
  return typeof value === "bigint" ? String(value) : typeof value === "number" ? writtenDouble(value) : JSON.stringify(value);
}

// --- contexts: ours, or one written in the file; never one from elsewhere ---

// Writes our context into the value and returns the keys that no context knows, sorted.
function withOwnContext(value, name, vocabulary) {
  const known = new Set(vocabulary.terms.keys()), keys = new Set(), waiting = [value];
  while (waiting.length) {
    const item = waiting.pop();
    if (Array.isArray(item)) waiting.push(...item);
    if (!(item instanceof Map)) continue;
    if (item.has("@import")) throw foreignContext(name, item.get("@import"));
    if (item.has("@context")) {
      item.set("@context", resolvedContext(item.get("@context"), name, vocabulary));
      for (const term of termsOf(item.get("@context"))) known.add(term);
    }
    for (const [key, inner] of item) {
      keys.add(key);
      if (key !== "@context") waiting.push(inner);
    }
    waiting.push(...scopedContexts(item.get("@context")));
  }
  return Array.from(keys).filter((key) => !known.has(key) && !key.startsWith("@") && !key.includes(":")).sort(compareTexts);
}

function termsOf(context) {
  if (Array.isArray(context)) return context.flatMap(termsOf);
  return context instanceof Map ? Array.from(context.keys()) : [];
}

function scopedContexts(context) {
  return (Array.isArray(context) ? context : [context]).filter((part) => part instanceof Map).flatMap((part) =>
    [...Array.from(part.values()).filter((inner) => inner instanceof Map && inner.has("@context")),
      ...(part.has("@import") ? [part] : [])]);
}

function resolvedContext(context, name, vocabulary) {
  if (context === vocabulary.context) return vocabulary.terms;
  if (typeof context === "string") throw foreignContext(name, context);
  return Array.isArray(context) ? context.map((part) => resolvedContext(part, name, vocabulary)) : context;
}

function foreignContext(name, address) {
  const shown = maskedText(firstOf(typeof address === "string" ? address : written(address), 200)), own = CONTEXT.address;
  return new UnusableInput(`${name}：不读取外部上下文 ${shown}（绝不联网），只接受 ${own} 或写在文件里的上下文`,
    `${name}: the context ${shown} is not read (never over the network); only ${own} or one written in the file`);
}

const CONTEXT = { address: "" };      // set where the vocabulary is prepared

// --- the graph ---

// Statements by subject. A node is its IRI or _:name, a value {node} or {text, datatype, language}.
class RdfGraph {
  constructor(quads, name) {
    this.by = new Map();
    const seen = new Set();
    for (const { subject, predicate, object, graph } of quads) {
      if (graph.termType !== "DefaultGraph" || subject.termType === "Quad" || object.termType === "Quad") {
        throw new UnusableInput(`${name}：命名图和引用的三元组本页不读；请用命令行 cetu validate`,
          `${name}: named graphs and quoted triples are not read on this page; use cetu validate`);
      }
      const statement = [predicate.value, valueOfTerm(object)], key = JSON.stringify([nodeOf(subject), statement]);
      if (seen.has(key)) continue;
      seen.add(key);
      if (!this.by.has(nodeOf(subject))) this.by.set(nodeOf(subject), []);
      this.by.get(nodeOf(subject)).push(statement);
    }
  }

  // Predicates and values of a node, sorted.
  of(node) {
    const sorted = (this.by.get(node) ?? []).slice();
    return sorted.sort((a, b) => compareTexts(a[0], b[0]) || compareTexts(wordsOf(a[1]), wordsOf(b[1])));
  }

  values(node, predicate) { return this.of(node).filter(([found]) => found === predicate).map(([, value]) => value); }
}

function nodeOf(term) { return term.termType === "BlankNode" ? `_:${term.value}` : term.value; }

function valueOfTerm(term) {
  if (term.termType !== "Literal") return { node: nodeOf(term) };
  return { text: term.value, datatype: term.datatype.value, language: term.language };
}

function wordsOf(value) { return value.node ?? value.text; }
function localName(iri) { return iri.slice(iri.lastIndexOf("#") + 1); }

// The cases of a graph, sorted by node, blank nodes last; then what looks like a case and has no type.
function* graphRecords(graph, place, vocabulary) {
  const nodes = Array.from(graph.by.keys()), kinds = vocabulary.kinds;
  const isCase = (node) => graph.values(node, TYPE).some(({ node: kind }) => kind?.startsWith(HUKOU) && kinds.has(localName(kind)));
  const order = (a, b) => a.startsWith("_:") - b.startsWith("_:") || compareTexts(a, b);
  const cases = nodes.filter(isCase).sort(order), known = new Set(cases);
  const marks = new Set([...vocabulary.fields.keys(), ...vocabulary.children.keys()].map((name) => HUKOU + name));
  const untyped = nodes.filter((node) => !known.has(node) && graph.by.get(node).some(([predicate]) => marks.has(predicate)));
  let record = place.record;
  for (const node of cases) yield graphRecord(graph, node, known, { ...place, record: record++ }, vocabulary);
  for (const node of untyped.sort(compareTexts)) yield { finding: noType(graph, node, { ...place, record: record++ }, vocabulary) };
  if (!cases.length && !untyped.length) {
    throw new UnusableInput(`${place.file}：没有找到案件（类型见案件资料说明）`,
      `${place.file}: there is no case in it (see the case guide for the types)`);
  }
}

function numberIn(graph, node) {
  const found = graph.values(node, `${HUKOU}caseNumber`)[0];
  return found ? firstOf(wordsOf(found), LONGEST_NUMBER) : "";
}

function noType(graph, node, place, vocabulary) {
  const number = numberIn(graph, node), known = Array.from(vocabulary.kinds.keys()).join("、");
  const stated = graph.values(node, TYPE).map(wordsOf).filter((kind) => kind.startsWith(HUKOU)).map(localName).sort(compareTexts);
  if (stated.length) {
    return problem(place, "案件类型不认识，未能校验规则。可用的类型：" + known,
      "the case type is unknown, so no rule could be checked. Types: " + known, "unknown-type",
      { field: "type", number, value: firstOf(stated[0], 200) });
  }
  return problem(place, "没有写案件类型（rdf:type），未能校验规则", "no case type (rdf:type), so no rule could be checked", "no-type",
    { field: "type", number, value: node.startsWith("_:") ? "" : firstOf(node, 200) });
}

function graphRecord(graph, node, cases, place, vocabulary) {
  const cut = new CaseCut(graph, node, cases, place, vocabulary), { row, odd } = rowOf(cut, vocabulary);
  return { record: { place, number: cut.number, kind: cut.kind, row, odd, findings: cut.findings, people: cut.people() } };
}

// What is reachable from a case: statements by the input's name for each node ("" is the case).
class CaseCut {
  constructor(graph, node, cases, place, vocabulary) {
    Object.assign(this, { graph, node, cases, place, vocabulary });
    this.number = numberIn(graph, node);
    this.names = new Map([[node, ""]]);
    this.statements = new Map();
    this.findings = [];
    this.size = 0;
    const kinds = graph.values(node, TYPE).map(wordsOf).map(localName).sort(compareTexts);
    this.kind = kinds.find((kind) => vocabulary.kinds.has(kind));
    const waiting = [node];
    while (waiting.length) waiting.push(...this.reach(waiting.pop()));
  }

  // Takes over the statements of a node and returns the nodes that they lead to anew.
  reach(subject) {
    const name = this.names.get(subject), counts = new Map(), own = [], found = [];
    this.statements.set(name, own);
    for (const [predicate, value] of this.graph.of(subject)) {
      const known = this.isKnown(predicate);
      if (this.size > MOST_STATEMENTS) return [];
      if (value.node !== undefined ? this.cases.has(value.node) && value.node !== this.node : !known) continue;
      if (value.text !== undefined && !this.isUsable(predicate, value, name)) continue;
      let reached = value;
      if (value.node !== undefined && predicate !== TYPE) {
        counts.set(predicate, (counts.get(predicate) ?? 0) + 1);
        if (!this.names.has(value.node)) {
          this.names.set(value.node, partName(name, localName(predicate), counts.get(predicate)));
          found.push(value.node);
        }
        reached = { part: this.names.get(value.node) };
      }
      own.push([predicate, reached]);
      this.size += 1;
      if (this.size > MOST_STATEMENTS) {
        this.add(`一件案件超过 ${MOST_STATEMENTS} 条陈述，只读前一部分`, `a case of over ${MOST_STATEMENTS} statements; read in part`,
          "too-many", {});
      }
    }
    return found;
  }

  // The names that the case states anywhere, of two characters or more.
  people() {
    const stated = Array.from(this.statements.values()).flat().filter(([predicate]) => predicate === `${HUKOU}name`);
    return Array.from(new Set(stated.map(([, value]) => value.text ?? value.part ?? value.node))).filter((name) => codePoints(name) > 1);
  }

  isKnown(predicate) {
    if (!predicate.startsWith(HUKOU) || this.vocabulary.predicates.has(localName(predicate))) return true;
    this.add("字段名不认识，其内容没有参与校验；请核对写法",
      "the field name is unknown and its content was not checked; see its spelling", "unknown-field",
      { field: localName(predicate), severity: WARNING });
    return false;
  }

  // Whether the literal is short enough to be read; what is wrong with it as input is noted.
  isUsable(predicate, { text, datatype, language }, name) {
    const local = localName(predicate), field = name ? `${name}.${local}` : local;
    if (codePoints(text) > LONGEST_FIELD) {
      this.add(`内容超过 ${LONGEST_FIELD} 个字符，没有参与校验`, `longer than ${LONGEST_FIELD} characters; not checked`, "too-long", { field });
      return false;
    }
    const described = predicate.startsWith(HUKOU) && this.vocabulary.predicates.get(local);
    if (described && described.datatype === "string" && (language || datatype !== `${XSD}string`)) {
      this.add("值的类型不对，应为文字（xsd:string）", "the value has the wrong type, a text (xsd:string) is expected", "wrong-type",
        { field, value: firstOf(text, 80) });
    }
    return true;
  }

  add(zh, en, code, { field = "", value = "", severity = VIOLATION }) {
    this.findings.push(problem(this.place, zh, en, code, { field, value, severity, number: this.number }));
  }
}

function partName(parent, local, count) {
  const name = local === "applicant" && count === 1 ? local : `${local}.${count}`;
  return parent ? `${parent}.${name}` : name;
}

// The case as a row of the case table, if each of its statements has its place in one; else what has none is named.
function rowOf(cut, { fields, children }) {
  const row = { type: cut.kind };
  let stated = 0;
  for (const [predicate, value] of cut.statements.get("")) {
    const name = predicate.startsWith(HUKOU) ? localName(predicate) : "", child = children.get(name);
    stated += 1;
    if (predicate === TYPE) {
      if (value.node !== HUKOU + cut.kind) return { row, odd: "rdf:type" };
    } else if (fields.has(name)) {
      if (!state(row, fields.get(name), value)) return { row, odd: name };
    } else if (child && value.part) {
      const part = { [NAME]: value.part };
      for (const [inner, found] of cut.statements.get(value.part) ?? []) {
        const own = inner.startsWith(HUKOU) ? child.fields.get(localName(inner)) : undefined;
        if (!own || !state(part, own, found)) return { row, odd: `${value.part}.${localName(inner)}` };
        stated += 1;
      }
      (row[child.name] ??= []).push(part);
    } else {
      return { row, odd: localName(predicate) };
    }
  }
  return { row, odd: stated === cut.size ? "" : "@id" };
}

// Adds the value to the row; false if it is no literal of the field's datatype, or of a form that no table holds.
function state(row, field, { text, datatype, language }) {
  if (text === undefined || language || datatype !== XSD + field.datatype) return false;
  (row[field.name] ??= []).push(text);
  return fits(text, field.datatype);
}
