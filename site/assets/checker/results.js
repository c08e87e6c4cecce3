// What was found: counts, filters, and each finding with its sentence, basis, departments and links.
"use strict";

const SHOWN_AT_ONCE = 100;
const SEVERITY_WORDS = { 3: "不符合", 2: "提示", 1: "说明" };
const FILTERS = [
  ["severity", "程度", (finding) => [SEVERITY_WORDS[finding.severity]]],
  ["rule", "规则", (finding) => [finding.said.label]],
  ["clause", "条款", (finding) => finding.said.quotations.map((quotation) => quotation.clause)],
  ["department", "单位", (finding) => [...finding.said.lead, ...finding.said.responsible]],
];

class Results {
  constructor(place, labels) {
    this.place = place;
    this.labels = labels;
    this.outcome = null;
    this.chosen = {};
  }

  clear() { this.place.replaceChildren(); }

  show(outcome) {
    this.outcome = outcome;
    this.chosen = {};
    this.list = element("ol", { class: "cetu-findings" });
    this.count = element("p", { role: "status", class: "cetu-count" });
    this.more = element("button", { type: "button", click: () => this.next() }, "再显示一些");
    const { findings, refused, faults } = outcome;
    this.place.replaceChildren(
      ...faults.map((fault) => element("p", { class: "cetu-fault" }, `无法读取：${visible(fault.zh)}`)),
      ...(refused.length ? [this.refusals(refused)] : []),
      ...(findings.length ? [this.filters(), this.downloads(), this.count, this.list, this.more] : [this.downloads()]));
    if (findings.length) this.restart();
  }

  refusals(refused) {
    const items = refused.slice(0, SHOWN_AT_ONCE).map(({ place, zh }) => element("li", {}, `${whereIs(place)}：${visible(zh)}`));
    const rest = refused.length - items.length;
    return element("section", { class: "cetu-fault", "aria-label": "没有校验的" },
      element("p", {}, `没有校验的 ${refused.length} 处（不等于符合）：`),
      element("ul", {}, ...items, rest > 0 ? element("li", {}, `另有 ${rest} 处，见报告`) : ""));
  }

  filters() {
    const boxes = FILTERS.map(([key, label, values]) => {
      const counts = new Map();
      for (const finding of this.outcome.findings) {
        for (const value of new Set(values(finding))) counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      const options = Array.from(counts).sort((a, b) => b[1] - a[1]).map(([value, many]) => option(value, `${value}（${many}）`));
      const select = element("select", { id: `cetu-filter-${key}`, change: () => this.choose(key, select.value) },
        option("", "全部"), ...options);
      return element("span", {}, element("label", { for: select.id }, label), " ", select);
    });
    return element("div", { class: "cetu-filters", role: "group", "aria-label": "筛选" }, ...boxes);
  }

  downloads() {
    const save = (name, words, kind) => () => download(name, words(), kind);
    return element("p", { class: "cetu-buttons" },
      element("button", { type: "button", click: save("report.json", () => jsonReport(this.outcome), "application/json") },
        "下载报告（JSON）"),
      element("button", { type: "button", click: save("report.csv", () => csvReport(this.outcome.findings), "text/csv") },
        "下载报告（CSV）"));
  }

  choose(key, value) {
    this.chosen[key] = value;
    this.restart();
  }

  restart() {
    const asked = FILTERS.filter(([key]) => this.chosen[key]);
    this.waiting = this.outcome.findings.filter((finding) =>
      asked.every(([key, , values]) => values(finding).includes(this.chosen[key])));
    this.count.textContent = `${this.waiting.length} 条`;
    this.list.replaceChildren();
    this.next();
  }

  next() {
    const shown = this.list.children.length;
    this.list.append(...this.waiting.slice(shown, shown + SHOWN_AT_ONCE).map((finding) => findingShown(finding, this.labels)));
    this.more.hidden = this.list.children.length >= this.waiting.length;
    if (shown) this.list.children[shown].focus();
  }
}

function whereIs({ record, line }) {
  return [record ? `第 ${record} 件` : "整个文件", line ? `第 ${line} 行` : ""].filter(Boolean).join("，");
}

// The words of the vocabulary for each step of a path.
function fieldLabels({ fields, children }) {
  const every = [...fields, ...children, ...children.flatMap((child) => child.fields)];
  return new Map(every.map(({ name, label }) => [name, label]));
}

function findingShown(finding, labels) {
  const { said } = finding, field = finding.path + (finding.value ? ` = ${finding.value}` : "");
  const named = finding.path.split(".").map((step) => labels.get(step)).filter(Boolean).join("的");
  return element("li", { class: `cetu-finding cetu-severity-${finding.severity}`, tabindex: "-1" },
    element("p", { class: "cetu-where" }, element("strong", {}, SEVERITY_WORDS[finding.severity]), ` ${whereIs(finding.place)}`,
      finding.case ? ` · 案件编号 ${visible(finding.case)}` : ""),
    element("p", { class: "cetu-message" }, visible(said.message.zh)),
    field ? element("p", {}, named ? `${named} ` : "", element("code", {}, visible(firstOf(field, 500)))) : "",
    ...said.quotations.map(quotationShown), ...lines(said),
    said.page ? element("p", {}, "规则：", element("a", { href: said.page }, said.label)) : "");
}

function quotationShown({ sentence, words, clause, page, document }) {
  const at = sentence.indexOf(words), cite = `${document} ${clause}`;
  const parts = at < 0 ? [sentence] : [sentence.slice(0, at), element("mark", {}, words), sentence.slice(at + words.length)];
  return element("blockquote", { class: "cetu-quote" }, element("p", {}, ...parts),
    element("p", {}, page ? element("a", { href: page }, cite) : cite));
}

function lines(said) {
  const bases = said.bases.filter((basis) => basis.kind === "external");
  return [
    ["依据", bases.map((basis) => basis.label.zh + (basis.note.zh ? `（${basis.note.zh}）` : "")).join("；")],
    ["理解", said.readings.map((reading) => reading.zh).join("；")],
    ["牵头单位", said.lead.join("、")], ["责任单位", said.responsible.join("、")],
  ].filter(([, words]) => words).map(([label, words]) => element("p", {}, `${label}：${words}`));
}
