// What came back, as it is shown: a table whose IRIs bear their names and lead to their pages, an answer, or a text.
"use strict";

const XSD_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean";
const LONG_WORDS = 2000;      // characters of one cell; the CSV has all

function cut(words) {
  return words.length > LONG_WORDS ? `${Array.from(words.slice(0, LONG_WORDS)).slice(0, -1).join("")}…（共 ${words.length} 个字符，全文见 CSV）` : words;
}

function termShown(term) {
  if (!term) return [];
  if (term.type === "uri") {
    const name = visible(cut(term.label || term.short)), inner = element("span", { class: "cetu-name" }, name);
    // a page comes from the worker and is one of the site's own: an IRI itself is never a link
    return [term.page ? element("a", { href: term.page }, inner) : inner,
      ...(term.label ? [" ", element("code", { class: "cetu-iri", title: visible(term.value) }, visible(term.short))] : [])];
  }
  if (term.type === "bnode") return [element("span", { class: "cetu-name" }, visible(`_:${term.value}`))];
  const words = term.datatype === XSD_BOOLEAN ? ({ true: "是", false: "否" })[term.value] ?? term.value : term.value;
  const attributes = { class: "cetu-name" };
  if (term["xml:lang"] && /^[A-Za-z0-9-]{1,35}$/.test(term["xml:lang"])) attributes.lang = term["xml:lang"];
  return [element("span", attributes, visible(cut(words)))];
}

function tableShown(columns, rows, title) {
  const heads = columns.map((column) => element("th", { scope: "col" }, visible(column)));
  const lines = rows.map((row) => element("tr", {}, ...row.map((term, at) =>
    element("td", { "data-label": visible(columns[at]) }, ...termShown(term)))));
  return element("div", { class: "cetu-scroll", tabindex: "0", role: "region", "aria-label": "结果表，可滚动" },
    element("table", { class: "cetu cetu-stack cetu-answer" }, element("caption", { class: "cetu-hidden" }, title),
      element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...lines)));
}

function counted({ form, total, more, answer }, limits) {
  if (form === "ASK") return answer ? "答：是" : "答：否";
  const unit = form === "SELECT" ? "行" : "条陈述", many = total.toLocaleString("en-US");
  if (!total) return form === "SELECT" ? "没有一行符合" : "没有陈述";
  const most = more ? `；结果不止这些，只取前 ${many} ${unit}，请加条件或 LIMIT` : "";
  return `${many} ${unit}${total > limits.shown ? `，只显示前 ${limits.shown} ${unit}，下载的文件有全部` : ""}${most}`;
}
