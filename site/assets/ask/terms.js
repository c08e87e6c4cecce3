// What a term of the graph is called, and which page of the site speaks of it. Asked of the graph itself.
"use strict";

const NS = {
  policies: "https://w3id.org/cetu/policies/", agency: "https://w3id.org/cetu/agency#", rule: "https://w3id.org/cetu/rule#",
  pol: "https://w3id.org/cetu/policy#", hukou: "https://w3id.org/cetu/hukou#", cv: "http://data.europa.eu/m8g/",
  skos: "http://www.w3.org/2004/02/skos/core#", rdfs: "http://www.w3.org/2000/01/rdf-schema#",
  dcterms: "http://purl.org/dc/terms/", owl: "http://www.w3.org/2002/07/owl#",
  type: "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
};
// the first that a term has is its name
const NAMED_BY = [`${NS.pol}citeAs`, `${NS.skos}prefLabel`, `${NS.rdfs}label`, `${NS.dcterms}title`, `${NS.pol}verbatimName`,
  `${NS.pol}quotation`, `${NS.dcterms}description`, `${NS.pol}text`];
const NUMBER = "http://data.europa.eu/eli/ontology#number";      // a clause has one, the preamble has none
const LONG_NAME = 60;

class Terms {
  constructor(store, { focus, held, names, prefixes }) {
    this.store = store;
    this.focus = focus;
    this.held = new Set(held);
    this.names = names;
    this.prefixes = Object.entries(prefixes);
    this.known = new Map();
  }

  // {label, short, page}: "" where the graph or the site has none.
  of(iri) {
    let found = this.known.get(iri);
    if (!found) {
      const facts = this.facts(iri);
      found = { label: facts.size ? this.label(iri, facts) : "", short: this.short(iri), page: facts.size ? this.page(iri, facts) : "" };
      this.known.set(iri, found);
    }
    return found;
  }

  facts(iri) {
    const facts = new Map();
    for (const { predicate, object } of this.store.match({ termType: "NamedNode", value: iri }, null, null, null)) {
      if (!facts.has(predicate.value)) facts.set(predicate.value, []);
      facts.get(predicate.value).push({ value: object.value, language: object.language ?? "" });
    }
    return facts;
  }

  label(iri, facts) {
    if (Object.hasOwn(this.names, iri)) return this.names[iri];
    for (const term of NAMED_BY) {
      const values = facts.get(term) ?? [];
      const chosen = values.find(({ language }) => language === "zh") ?? values.find(({ language }) => !language) ?? values[0];
      if (chosen) {
        const signs = Array.from(chosen.value.replace(/\s+/g, " "));
        return term === `${NS.pol}text` && signs.length > LONG_NAME ? signs.slice(0, LONG_NAME).join("") + "…" : signs.join("");
      }
    }
    // as on the pages: the longest name in use, else what the IRI says behind its place
    const others = (facts.get(`${NS.skos}altLabel`) ?? []).map(({ value }) => value).sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
    return others[0] ?? (iri.startsWith(NS.agency) ? iri.slice(NS.agency.length).replace(/^[^-]*-/, "") : "");
  }

  short(iri) {
    const [prefix, namespace] = this.prefixes.find(([, start]) => iri.startsWith(start)) ?? ["", ""];
    if (prefix) return `${prefix}:${iri.slice(namespace.length)}`;
    return iri.startsWith(NS.policies) ? iri.slice(NS.policies.length) : iri;
  }

  page(iri, facts) {
    const within = (namespace) => iri.startsWith(namespace) ? iri.slice(namespace.length) : null;
    const policy = within(NS.policies), agency = within(NS.agency), rule = within(NS.rule);
    if (policy !== null) return this.documentPage(policy, facts);
    if (agency !== null) return this.hasDuty(iri) ? `departments/${encodeURIComponent(agency)}.html` : "";
    if (rule !== null) {
      const [folder] = rule.split("_");
      return `rules/${encodeURIComponent(folder)}.html` + (rule === folder ? "" : `#${encodeURIComponent(rule)}`);
    }
    for (const prefix of ["pol", "hukou"]) {
      const name = within(NS[prefix]);
      if (name && this.is(facts, NS.owl, "Class", "ObjectProperty", "DatatypeProperty")) return `ontology.html#${prefix}-${encodeURIComponent(name)}`;
    }
    return "";
  }

  documentPage(policy, facts) {
    const [slug, part] = policy.split("#");
    if (!this.held.has(slug)) return "";
    const clause = this.clauseOf(facts), eid = clause && encodeURIComponent(clause);
    if (slug !== this.focus) return `documents/${encodeURIComponent(slug)}.html${eid ? `#${eid}` : ""}`;
    if (!part) return "document.html";
    const anchor = encodeURIComponent(part);
    if (facts.has(NUMBER)) return `clauses/${eid}.html`;
    if (this.is(facts, NS.pol, "Pathway")) return `pathways/${anchor}.html`;
    if (this.is(facts, NS.pol, "Reading")) return `gaps.html#${anchor}`;
    if (this.is(facts, NS.pol, "Norm") && eid) return `clauses/${eid}.html#${anchor}`;
    if (this.is(facts, NS.pol, "TextRepair")) return "document.html#repairs";
    if (this.is(facts, NS.pol, "Citation")) return "document.html#derivation";
    const [home, number] = part.split("__assignment_");
    if (number) return `clauses/${encodeURIComponent(home)}.html#duty-${encodeURIComponent(number)}`;
    return eid ? `clauses/${eid}.html` : "document.html";
  }

  // The eId of the clause that the thing is, or that it stands in.
  clauseOf(facts) {
    if (facts.has(NUMBER)) return facts.get(`${NS.pol}eId`)?.[0].value ?? "";
    const [home] = facts.get(`${NS.pol}inClause`) ?? [];
    return home ? this.clauseOf(this.facts(home.value)) : "";
  }

  is(facts, namespace, ...kinds) {
    return (facts.get(NS.type) ?? []).some(({ value }) => kinds.some((kind) => value === namespace + kind));
  }

  // The site has a page for each agency that some document gives a duty.
  hasDuty(iri) {
    return this.store.match(null, { termType: "NamedNode", value: `${NS.cv}hasParticipant` }, { termType: "NamedNode", value: iri }, null).length > 0;
  }
}
