// The pathways in four groups, each with the words of the opinion, what is missing and who is responsible.
"use strict";

const GROUPS = [
  ["met", "符合", "按您的回答，本页对照的条件都符合，没有还不知道的。"],
  ["depends", "要看说明", "没有不符合的条件；是否符合，要看下列说明。"],
  ["open", "还不能判断", "没有不符合的条件，但还缺少回答。"],
  ["unmet", "不符合", "下列条件与您的回答不符。"],
];
const PARTS = [["failing", "不符合"], ["spoilt", "回答有误"], ["note", "说明"], ["unstated", "还不知道"]];

class Verdicts {
  constructor(place, routes, shapes, open) {
    Object.assign(this, { place, shapes, open });
    this.pathways = new Map(routes.pathways.map((pathway) => [pathway.name, pathway]));
  }

  show(verdicts) {
    this.place.replaceChildren(...GROUPS.map(([state, title, words]) => {
      const found = verdicts.filter((verdict) => verdict.state === state);
      found.sort((a, b) => a.failing.length - b.failing.length || a.unstated.length - b.unstated.length);
      if (!found.length) return "";
      return element("section", { class: `cetu-group cetu-group-${state}`, "aria-label": title },
        element("h2", {}, `${title}（${found.length}）`), element("p", { class: "cetu-help" }, words),
        ...found.map((verdict) => this.card(verdict)));
    }));
  }

  card(verdict) {
    const pathway = this.pathways.get(verdict.name), quoted = quotedIn(pathway);
    return element("article", { class: `cetu-route cetu-route-${verdict.state}`, "data-name": pathway.name, "data-state": verdict.state },
      element("h3", {}, element("a", { href: `pathways/${pathway.name}.html` }, pathway.label)),
      ...PARTS.map(([part, label]) => this.part(verdict[part], part, label, pathway)),
      verdict.odd ? element("p", {}, `回答“${visible(verdict.odd)}”的写法不能判断。`) : "",
      quoted,
      ...lineOf([["去向", pathway.where], ["牵头单位", pathway.lead.join("、") || "原文未写"], ["责任单位", pathway.responsible.join("、") || "原文未写"]]),
      this.rests(verdict, lineOf([["理解", pathway.readings.join("；")], ["本页不查", pathway.misses]])),
      element("p", {}, element("button", { type: "button", class: "cetu-plain", click: () => this.open(pathway) }, "填入案件校验")));
  }

  // What the answer rests on: in sight where a pathway fits, one click away elsewhere.
  rests({ state }, lines) {
    if (state === "met" || state === "depends" || !lines.length) return element("div", {}, ...lines);
    return element("details", {}, element("summary", {}, "理解和本页不查的"), ...lines);
  }

  part(findings, part, label, pathway) {
    if (!findings.length) return "";
    const told = new Map(findings.map((finding) => [finding.shape, this.shapes.get(finding.shape)?.message.zh ?? finding.message.zh]));
    const items = Array.from(told, ([shape, words]) => element("li", { "data-shape": shape }, words, ...this.sentences(shape, pathway)));
    const list = element("ul", {}, ...items);
    if (part !== "unstated") return element("div", { class: `cetu-part-${part}` }, element("p", {}, element("strong", {}, label)), list);
    return element("details", { class: "cetu-part-unstated" }, element("summary", {}, `${label} ${items.length} 项`), list);
  }

  // The sentence of a condition where it is another than that of the pathway, and the reading it rests on.
  sentences(shape, pathway) {
    const said = this.shapes.get(shape);
    if (!said) return [];
    const other = said.quotations.filter(({ words }) => !pathway.sentence.includes(words.replaceAll("\n", "")));
    return [...other.map(({ words, clause }) => element("span", { class: "cetu-help" }, ` “${words.replaceAll("\n", "")}”（${clause}）`)),
      ...said.readings.map(({ zh }) => element("span", { class: "cetu-help" }, ` 理解：${zh}`))];
  }
}

function lineOf(pairs) {
  return pairs.filter(([, words]) => words).map(([label, words]) => element("p", { class: "cetu-line" }, element("strong", {}, `${label}：`), words));
}

function quotedIn({ sentence, clause, page }) {
  return element("blockquote", { class: "cetu-quote" }, element("p", {}, sentence), element("p", {}, "—— ", element("a", { href: page }, clause)));
}
