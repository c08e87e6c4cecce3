// The named queries, what their parameters may be, and the address that a question has.
"use strict";

const AN_IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^<>"{}|^`\\\u0000-\u0020]*$/;
const LONGEST_ADDRESS = 60_000;      // characters; a longer query is not put into it

// value, and its name where the graph's own is not the one to choose by; of: the document it belongs to
const CHOICES = {
  document: `SELECT ?value (CONCAT(COALESCE(?number, ""), " ", ?title) AS ?label) WHERE { ?value a pol:OfficialDocument ; pol:textStatus code:text-held ;
    dcterms:title ?title . OPTIONAL { ?value eli:id_local ?number } } ORDER BY ?value`,
  clause: `SELECT ?value (CONCAT(?cite, " ", COALESCE(?title, "")) AS ?label) ?of WHERE { ?of a pol:OfficialDocument . ?value eli:is_part_of+ ?of ;
    eli:number ?number ; pol:citeAs ?cite ; pol:position ?position . OPTIONAL { ?value dcterms:title ?title } } ORDER BY ?of ?position`,
  department: "SELECT DISTINCT ?value WHERE { ?duty cv:hasParticipant ?value } ORDER BY ?value",
  rule: "SELECT ?value WHERE { VALUES ?kind { pol:EligibilityRule pol:IllegalRequirementRule pol:DataQualityRule } ?value a ?kind } ORDER BY ?value",
  pathway: "SELECT ?value WHERE { ?value a pol:Pathway ; pol:start ?start } ORDER BY ?start",
  kind: `SELECT ?value ?label WHERE { VALUES (?value ?label) { (owl:Class "类") (owl:ObjectProperty "关系") (owl:DatatypeProperty "属性") } }`,
  vocabulary: `SELECT ?value ?label WHERE { VALUES (?value ?label) { (pol: "公文") (hukou: "户籍") (site: "网站") } }`,
  list: `SELECT DISTINCT ?value ?label WHERE { ?code skos:inScheme ?value . ?value skos:prefLabel ?name . FILTER (LANG(?name) = "zh")
    BIND (STR(?name) AS ?label) } ORDER BY ?value`,
  part: "SELECT DISTINCT ?value WHERE { ?field a owl:DatatypeProperty ; rdfs:domain ?value . FILTER (STRSTARTS(STR(?value), STR(hukou:))) } ORDER BY ?value",
};

// The text of a named query with these values; each stands where the file has one of its own.
function filled(query, values) {
  return query.text.replace(/VALUES \?([\p{L}\p{N}_]+) \{ \S+ \}/gu, (whole, name) =>
    Object.hasOwn(values, name) ? `VALUES ?${name} { <${values[name]}> }` : whole);
}

// {query, values} or {sparql}, as an address says it; null where it asks nothing that there is.
function questionOf(words, queries) {
  const asked = new URLSearchParams(words);
  if (asked.has("sparql")) return { sparql: asked.get("sparql") };
  const query = queries.find(({ name }) => name === asked.get("query"));
  if (!query) return null;
  const values = {};
  for (const { name, default: usual } of query.parameters) {
    const given = asked.get(name) ?? "";
    values[name] = AN_IRI.test(given) ? given : usual;
  }
  return { query, values };
}

function addressOf({ query, values, sparql }) {
  const parts = query ? [["query", query.name], ...Object.entries(values)] : [["sparql", sparql]];
  return parts.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed?.() ?? value)}`).join("&");
}

class Cookbook {
  constructor(at, data, changed) {
    Object.assign(this, { at, data, changed, question: null, choices: new Map() });
    const groups = new Map();
    for (const query of data.queries) {
      if (!groups.has(query.group)) groups.set(query.group, element("optgroup", { label: query.group }));
      groups.get(query.group).append(option(query.name, query.title));
    }
    at("query").append(...groups.values());
    at("query").addEventListener("change", () => {
      const query = data.queries.find(({ name }) => name === at("query").value);
      this.show(query ? questionOf(`query=${query.name}`, data.queries) : null);
      if (query) changed(this.question);
    });
  }

  // The kinds of choices, asked of the graph once it is there.
  get kinds() { return Object.keys(CHOICES); }

  learn(lists) {
    this.kinds.forEach((kind, index) => this.choices.set(kind, lists[index]));
    if (this.question) this.show(this.question);
  }

  show(question) {
    this.question = question?.query ? question : null;
    this.at("query").value = this.question ? this.question.query.name : "";
    this.at("about").textContent = this.question ? this.question.query.about : "";
    this.at("parameters").replaceChildren(...(this.question ? this.question.query.parameters.map((one) => this.parameter(one)) : []));
  }

  parameter({ name, kind }) {
    const value = this.question.values[name], all = this.choices.get(kind) ?? [];
    const select = element("select", { id: `cetu-ask-${kind}`, autocomplete: "off", change: () => {
      this.question.values[name] = select.value;
      this.changed(this.question);
    } });
    const label = element("label", { for: select.id }, name);
    const documents = new Set(all.map(([, , of]) => of)), fill = (of) => {
      const some = all.filter((choice) => choice[2] === of || documents.size < 2);
      if (kind === "department") some.sort((a, b) => a[1].localeCompare(b[1], "zh"));
      select.replaceChildren(...some.map(([iri, words]) => option(iri, visible(words))));
      if (!some.some(([iri]) => iri === value)) select.prepend(option(value, visible(value)));
      select.value = value;
    };
    const here = all.find(([iri]) => iri === value)?.[2] ?? "";
    fill(here);
    if (documents.size < 2) return element("span", {}, label, " ", select);
    const titles = new Map((this.choices.get("document") ?? []).map(([iri, words]) => [iri, words]));
    const which = element("select", { id: "cetu-ask-of", autocomplete: "off", change: () => {
      fill(which.value);
      select.value = all.find(([, , of]) => of === which.value)?.[0] ?? value;
      this.question.values[name] = select.value;
      this.changed(this.question);
    } }, ...Array.from(documents, (of) => option(of, visible(titles.get(of) ?? of))));
    which.value = here;
    return element("span", {}, element("label", { for: which.id }, "公文"), " ", which, " ", label, " ", select);
  }

  // In words: its title, then 单位：市民政局
  words({ query, values }) {
    const named = query.parameters.map(({ name, kind }) => {
      const found = (this.choices.get(kind) ?? []).find(([iri]) => iri === values[name]);
      return `${name}：${found ? found[1].trim() : values[name]}`;
    });
    return [query.title, ...named];
  }
}
