// The worker's side of 我能走哪条路径, after the program of 案件校验: answers in, a verdict for each pathway
// and the question to ask next out. All that is known of the law comes from the compiled checks.
"use strict";

class RouteFinder {
  constructor(data, routes) {
    Object.assign(this, prepared(data), routes);
    for (const pathway of this.pathways) {
      const own = this.rules.numbers.get(pathway.kind).filter((number) => this.rules.answers[number].rule === pathway.rule);
      pathway.denying = own.filter((number) => this.rules.answers[number].severity === VIOLATION);
      pathway.decisive = new Set(Object.values(pathway.shapes).filter(({ part }) => part === "failing").flatMap(({ fields }) => fields));
    }
  }

  // The answers as a case that is filed under the pathway.
  record(pathway, answers) {
    const place = { file: "", record: 1, line: 1 };
    return recordFrom(place, jsonValue(JSON.stringify({ type: pathway.kind, ...answers }))[0], this.vocabulary);
  }

  // What the checks find in that case. What other rules find in an answer keeps a pathway open: it can't be
  // judged on an answer that is wrong. What they find elsewhere concerns the record that an office makes.
  verdict(pathway, answers) {
    const record = this.record(pathway, answers), odd = record.odd;
    const findings = odd ? ordered(record.findings) : findingsOf(record, this.rules, this.vocabulary, true);
    const parts = { failing: [], unstated: [], note: [] }, spoilt = [];
    for (const finding of findings) {
      const answered = Object.hasOwn(answers, finding.path.split(".")[0]);
      if (finding.rule === pathway.rule) parts[pathway.shapes[finding.shape].part].push(finding);
      else if (finding.severity > INFO && answered) spoilt.push(finding);
    }
    const open = parts.unstated.length || spoilt.length || odd;
    const state = parts.failing.length ? "unmet" : open ? "open" : parts.note.length ? "depends" : "met";
    return { name: pathway.name, state, ...parts, spoilt, odd };
  }

  // Whether a condition of the pathway is denied by the answers.
  denies(pathway, answers) {
    const { row } = this.record(pathway, answers);
    let found = false;
    const hit = () => { found = true; };
    return pathway.denying.some((number) => (CHECKS[number](row, hit), found));
  }

  // The question whose answer rules out most pathways that are still open, each answer being as likely as
  // another; then the one that most of them need. What the person asks for comes after what the person is.
  next(verdicts, answers, passed) {
    const open = this.pathways.filter((pathway, at) => verdicts[at].state === "open");
    const needs = new Map(open.map((pathway) => [pathway, this.needed(pathway, verdicts)]));
    const ranked = this.questions.filter((question) => !isAnswered(question, answers) && !passed.includes(question.name))
      .map((question, place) => ({ question, place, wanted: open.filter((pathway) => asks(question, needs.get(pathway))).length }))
      .filter(({ wanted }) => wanted)
      .map((one) => ({ ...one, rulesOut: this.rulesOut(one.question, open, answers) }));
    ranked.sort((a, b) => a.question.wish - b.question.wish || b.rulesOut - a.rulesOut || b.wanted - a.wanted || a.place - b.place);
    return ranked.length ? ranked[0].question.name : "";
  }

  // The fields that the checks look at which miss a statement.
  needed(pathway, verdicts) {
    const { unstated } = verdicts.find(({ name }) => name === pathway.name);
    return new Set(unstated.flatMap(({ shape }) => pathway.shapes[shape].fields));
  }

  rulesOut(question, open, answers) {
    const possible = possibleAnswers(question, this.vocabulary.fields);
    const concerned = open.filter(({ decisive }) => asks(question, decisive));
    const denied = possible.map((answer) => concerned.filter((pathway) => this.denies(pathway, { ...answers, ...answer })).length);
    return denied.reduce((sum, many) => sum + many, 0) / Math.max(1, possible.length);
  }
}

function isAnswered({ name, instead }, answers) { return Object.hasOwn(answers, name) || Object.hasOwn(answers, instead); }

function asks({ name, instead }, needed) { return needed.has(name) || (instead !== "" && needed.has(instead)); }

function possibleAnswers({ name, form, instead }, fields) {
  const field = fields.get(name), zones = instead ? fields.get(instead).codes : [];
  if (form === "boolean") return [{ [name]: true }, { [name]: false }];
  const listed = (field?.codes ?? []).map(([code]) => ({ [name]: form === "choices" ? [code] : code }));
  return [...listed, ...zones.map(([code]) => ({ [instead]: code }))];
}

function startRouteFinder(scope) {
  let finder = null;
  scope.onmessage = ({ data: { data, routes, turn, answers, passed } }) => {
    try {
      if (data) finder = new RouteFinder(data, routes);
      if (!answers) return;
      const verdicts = finder.pathways.map((pathway) => finder.verdict(pathway, answers));
      scope.postMessage({ turn, verdicts, next: finder.next(verdicts, answers, passed) });
    } catch (error) {
      scope.postMessage({ turn, broken: String(error && error.message) });
    }
  };
}

startRouteFinder(self);
