// One question answered over the store: rows with what each IRI is called, or statements. Nothing here asks anybody else.
"use strict";

const MOST_ROWS = 50_000, SHOWN_ROWS = 500;

class Asking {
  constructor(data, texts) {
    this.data = data;
    this.store = new oxigraph.Store();
    for (const text of texts) this.store.load(text, { format: "ttl" });
    this.terms = new Terms(this.store, data);
    this.prefixes = { ...data.prefixes, doc: `${NS.policies}${data.focus}#` };      // of the Turtle that it gives
    // on a line of their own, so that a place in the query is found by taking one line away
    this.head = Object.entries(data.prefixes).map(([prefix, iri]) => `PREFIX ${prefix}: <${iri}>`).join(" ") + "\n";
  }

  // What the query answers. Throws QueryRefused with one message in Chinese.
  answer(text) {
    const form = admitted(text, this.data.prefixes);
    const found = this.run(text, bounded(text, form, MOST_ROWS + 1), form);
    if (form === "ASK") return this.last = { form, answer: found.boolean };
    if (form === "SELECT") {
      const rows = found.results.bindings, more = rows.length > MOST_ROWS;
      return this.last = { form, columns: found.head.vars, rows: more ? rows.slice(0, MOST_ROWS) : rows, more };
    }
    const more = found.length > MOST_ROWS, triples = (more ? found.slice(0, MOST_ROWS) : found).map(
      ({ subject, predicate, object }) => ({ s: plain(subject), p: plain(predicate), o: plain(object) }));
    const keyed = triples.map((triple) => [ntriple(triple), triple]).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
    return this.last = { form, columns: ["主语", "谓语", "宾语"], more, triples: keyed.map(([, triple]) => triple),
      rows: keyed.map(([, { s, p, o }]) => ({ 主语: s, 谓语: p, 宾语: o })) };
  }

  run(text, query, form) {
    const graph = form === "CONSTRUCT" || form === "DESCRIBE";
    try {
      const found = this.store.query(this.head + query, graph ? {} : { results_format: "json" });
      return graph ? found : JSON.parse(found);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) throw error;
      throw new QueryRefused(fault(text, String(error?.message ?? error), (wide) => this.complaint(wide)));
    }
  }

  // What the engine says against a query, null if nothing.
  complaint(query) {
    try {
      this.store.query(this.head + query, { results_format: "json" });
      return null;
    } catch (error) {
      return String(error?.message ?? error);
    }
  }

  // What is shown of it: the first rows, with the name and page of each IRI.
  shown() {
    const { rows, triples, ...rest } = this.last, first = rows?.slice(0, SHOWN_ROWS);
    return { ...rest, total: rows?.length ?? 1, rows: first?.map((row) => this.named(row)),
      turtle: triples ? asTurtle(triples.slice(0, SHOWN_ROWS), this.prefixes) : undefined };
  }

  named(row) {
    return this.last.columns.map((column) => {
      const term = row[column];
      return term?.type === "uri" ? { ...term, ...this.terms.of(term.value) } : term ?? null;
    });
  }

  // All of it to take away. A column of IRIs has its names first, then the IRIs.
  file(kind) {
    const { columns, rows, triples } = this.last;
    if (kind === "nt") return triples.map(ntriple).join("");
    if (kind === "ttl") return asTurtle(triples, this.prefixes);
    const named = new Set(columns.filter((column) => rows.some((row) => row[column]?.type === "uri")));
    const header = columns.flatMap((column) => named.has(column) ? [column, `${column}（标识）`] : [column]);
    const lines = rows.map((row) => columns.flatMap((column) => {
      const term = row[column], value = term ? (term.type === "bnode" ? "_:" : "") + term.value : "";
      if (!named.has(column)) return [value];
      return term?.type === "uri" ? [this.terms.of(term.value).label || value, value] : [value, ""];
    }));
    return "\ufeff" + [header, ...lines].map((cells) => cells.map(csvCell).join(",") + "\n").join("");
  }

  // The things that a parameter may be.
  choices(query) {
    const found = JSON.parse(this.store.query(this.head + query, { results_format: "json" }));
    return found.results.bindings.map(({ value, label, of }) => [value.value, label?.value || this.terms.of(value.value).label || value.value, of?.value ?? ""]);
  }
}

function plain(term) {
  if (term.termType === "NamedNode") return { type: "uri", value: term.value };
  if (term.termType === "BlankNode") return { type: "bnode", value: term.value };
  return { type: "literal", value: term.value, language: term.language || undefined, datatype: term.datatype?.value };
}

// What is wrong with a query that the engine can't read, as one sentence with the place. The engine tells how far it
// looked, which may be well past the word: read again with wide gaps between the words, it stops behind the right one.
function fault(text, said, complaint) {
  const { wide, starts } = spread(text), again = PLACE.test(said) ? complaint(wide) ?? "" : "", told = PLACE.exec(again);
  if (/SELECT contains a variable/.test(again)) return "SELECT 里有没有得到值的变量，或 GROUP BY 以外的变量";
  if (!told) return `不能执行：${visible(said.split("\n")[0])}`;
  const end = indexOf(wide, Number(told[1]) - 1, Number(told[2]));
  if (end >= wide.trimEnd().length + GAP.length) return placed(text, text.trimEnd().length, "查询在这里没有写完");
  const [, at] = starts.findLast(([start]) => start <= end) ?? [0, 0];
  const words = Array.from(text.slice(at).split("\n")[0]).slice(0, 20).join("").trim();
  return placed(text, at, `“${visible(words)}”处不合 SPARQL 语法`);
}

const GAP = " ".repeat(40), PLACE = /^error at (\d+):(\d+)/;

// The query with wide gaps where it has any, and where each of its words stands in it and stood before.
function spread(text) {
  const starts = [];
  let wide = "", before = null;
  for (const token of tokens(text)) {
    const apart = before && (token.at > before.at + before.text.length || "{};,()[]".includes(before.text) || "{};,()[]".includes(token.text));
    if (apart) wide += GAP;
    starts.push([wide.length, token.at]);
    wide += token.text;
    before = token;
  }
  return { wide: wide + GAP + GAP, starts };
}

// A place that the engine tells, lines and characters from 1, in the text.
function indexOf(text, line, column) {
  const lines = text.split("\n"), before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return before + Array.from(lines[line - 1] ?? "").slice(0, column - 1).join("").length;
}
