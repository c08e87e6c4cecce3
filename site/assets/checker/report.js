// The report to take away: the columns and keys of `cetu validate --format csv` and `--format json`.
"use strict";

const COLUMNS = ["file", "record", "line", "case", "node", "path", "value", "severity", "rule", "shape", "component",
  "message", "clause", "sentence", "basis", "reading", "lead", "responsible", "page"];
const SEVERITIES = { 1: "info", 2: "warning", 3: "violation" };
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

// A cell that no spreadsheet takes for a formula (OWASP, CSV injection), quoted where RFC 4180 asks for it.
function csvCell(words) {
  const shown = visible(String(words)), safe = FORMULA.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csvReport(findings) {
  const rows = findings.map((finding) => csvRow(finding).map(csvCell).join(","));
  return "\ufeff" + [COLUMNS.join(","), ...rows, ""].join("\n");
}

function csvRow({ place, said, ...finding }) {
  const once = (key) => Array.from(new Set(said.quotations.map((quotation) => quotation[key]))).join(" ");
  return [
    place.file, place.record, place.line, finding.case, finding.node, finding.path, finding.value,
    SEVERITIES[finding.severity], finding.rule, finding.shape, finding.component, said.message.zh,
    once("clause"), once("sentence"), said.bases.map((basis) => basis.label.zh).join("；"),
    said.readings.map((reading) => reading.zh).join("；"), said.lead.join("、"), said.responsible.join("、"), said.page,
  ];
}

function jsonReport({ findings, refused, faults, records }) {
  return JSON.stringify({
    findings: findings.map(jsonFinding), conforms: !findings.length && !refused.length && !faults.length,
    cases: records, not_checked: refused.map(({ place, zh, en }) => ({ ...place, reason: { zh, en } })), faults,
  }, null, 1).replace(ACTING, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`) + "\n";
}

function jsonFinding({ place, said, ...finding }) {
  return {
    ...place, case: finding.case, node: finding.node, path: finding.path, value: finding.value,
    severity: SEVERITIES[finding.severity], rule: finding.rule, shape: finding.shape, component: finding.component,
    message: said.message.zh, messages: said.message,
    quotations: said.quotations.map(({ document, clause, sentence, words }) => ({ document, clause, sentence, words })),
    bases: said.bases.map(({ kind, label, note }) => ({ kind, label: label.zh, note: note.zh })),
    readings: said.readings.map((reading) => reading.zh), lead: said.lead, responsible: said.responsible, page: said.page,
  };
}
