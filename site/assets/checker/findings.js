// From what a check hits to findings, as validate.py, explain.py and repeats.py make them. A finding of a rule
// names its shape; what the shape says (message, sentence, departments) is joined where it is shown.
"use strict";

// What the checks hit in a record, each hit once.
function hitsOf(record, rules) {
  const found = [];
  const hit = (number, focus, value) => found.push(hitOf(rules.answers[number], focus, value, record.row));
  for (const number of rules.numbers.get(record.kind)) CHECKS[number](record.row, hit);
  if (found.length < 2) return found;
  return Array.from(new Map(found.map((one) => [JSON.stringify(one), one])).values());
}

function hitOf(answer, focus, value, row) {
  const part = value !== null && typeof value === "object" && value !== row ? value[NAME] : null;
  return { ...answer, focus: focus === null ? "" : focus[NAME], value: typeof value === "string" ? value : null, part };
}

// The findings of one record in the order of a report: its hits explained, then sorted with its own.
function findingsOf(record, rules, vocabulary, show) {
  const hits = record.kind ? hitsOf(record, rules) : [];
  if (!hits.length && !record.findings.length) return hits;
  const names = show ? [] : peopleOf(record, vocabulary);
  const made = hits.map((found) => explained(found, record, rules, vocabulary, names, show));
  return ordered([...made, ...record.findings.map((finding) => hidden(finding, show, names))]);
}

function explained(found, record, rules, vocabulary, names, show) {
  const concerns = rules.concerns.get(found.shape);
  const local = found.path.length ? found.path : concerns ? [concerns] : [];
  const path = found.part && local.length === 1 ? found.part : [found.focus, ...local].filter(Boolean).join(".");
  return {
    place: record.place, case: show ? record.number : maskedText(record.number, names), node: found.focus, path,
    value: valueOf(found, record, vocabulary, path, names, show), severity: found.severity, rule: found.rule,
    shape: found.shape, component: found.component, message: null,
  };
}

function valueOf(found, record, vocabulary, path, names, show) {
  const shown = (field, words) => (show ? words : masked(field, words, names));
  if (found.part) {
    return textsOf(record, found.part, vocabulary).map(([name, words]) => `${name}=${shown(name, words)}`).join("; ");
  }
  return found.value === null ? "" : shown(path, found.value);
}

// A finding about the input with numbers and names in what it quotes hidden, unless shown.
function hidden(finding, show, names = []) {
  if (show || finding.rule !== "input") return finding;
  const { zh, en } = finding.message;
  return {
    ...finding, case: maskedText(finding.case, names), path: maskedText(finding.path, names),
    value: masked(finding.path, finding.value, names), message: { zh: maskedText(zh), en: maskedText(en) },
  };
}

function ordered(findings) {
  const once = Array.from(new Map(findings.map((one) => [JSON.stringify(one), one])).values());
  return once.sort((a, b) => b.severity - a.severity || compareTexts(a.shape, b.shape) || compareTexts(a.path, b.path) ||
    compareTexts(a.value, b.value) || compareTexts(a.component, b.component));
}

// --- case numbers that stood before ---

class Repeats {
  constructor() {
    this.first = new Map();
    this.again = [];
  }

  add(number, place) {
    if (!number) return;
    const before = this.first.get(number);
    if (before) this.again.push([place, before]);
    else this.first.set(number, place);
  }

  // A finding for each repetition. The number itself is read in the input, not shown.
  findings() {
    return this.again.map(([again, before]) => problem(again,
      `案件编号与 ${before.file} 第 ${before.record} 件相同；两件已分别校验，请核对编号`,
      `the case number is that of record ${before.record} in ${before.file}; both were checked, see which number is right`,
      "repeated-number", { field: "caseNumber" }));
  }
}
