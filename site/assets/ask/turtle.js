// Statements as Turtle with the prefixes of the page, and as N-Triples: sorted, so that one answer is one text.
"use strict";

const STRING = "http://www.w3.org/2001/XMLSchema#string", LANGUAGE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";
const LOCAL = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*)$/u;

function ntriple({ s, p, o }) { return `${written(s)} ${written(p)} ${written(o)} .\n`; }

function asTurtle(triples, prefixes) {
  const used = new Set(), term = (one) => one.type === "uri" ? short(one, prefixes, used) : written(one, (iri) => short({ value: iri }, prefixes, used));
  const lines = [];
  let subject = null;
  for (const { s, p, o } of triples) {
    const here = written(s), pair = `${p.value === NS.type ? "a" : term(p)} ${term(o)}`;
    if (here === subject) lines.push(` ;\n    ${pair}`);
    else lines.push(`${subject === null ? "" : " .\n\n"}${term(s)} ${pair}`);
    subject = here;
  }
  const head = Object.entries(prefixes).filter(([prefix]) => used.has(prefix)).map(([prefix, iri]) => `PREFIX ${prefix}: <${iri}>\n`);
  return head.join("") + (head.length ? "\n" : "") + lines.join("") + (subject === null ? "" : " .\n");
}

function short({ value }, prefixes, used) {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    if (value.startsWith(namespace) && LOCAL.test(value.slice(namespace.length))) {
      used.add(prefix);
      return `${prefix}:${value.slice(namespace.length)}`;
    }
  }
  return `<${value}>`;
}

function written(term, named = (iri) => `<${iri}>`) {
  if (term.type === "uri") return `<${term.value}>`;
  if (term.type === "bnode") return `_:${term.value}`;
  const words = term.value.replace(/[\\"\n\r]/g, (sign) => ({ "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r" })[sign]);
  const shown = `"${words}"`;
  if (term.language) return `${shown}@${term.language}`;
  return term.datatype && term.datatype !== STRING ? `${shown}^^${named(term.datatype)}` : shown;
}
