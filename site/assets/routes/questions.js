// A question of 我能走哪条路径 as a form control, made from the vocabulary. A control without an answer states
// nothing: what is not known is never "no".
"use strict";

const MOST_RADIOS = 12;
let questionSerial = 0;

class Question {
  constructor(question, data, changed) {
    this.name = question.name;
    this.question = question;
    const described = [...data.fields, ...data.children].find(({ name }) => name === question.name);
    this.label = described.label;
    this.id = `cetu-question-${questionSerial += 1}`;
    this.control = CONTROLS[question.form](this, described, data, changed);
    this.fault = element("p", { class: "cetu-fault", hidden: true });
    const hint = { boolean: "", choices: "请选出所有符合的；没有选的当作不是。" }[question.form] ?? "";
    const example = described.example && ["date", "text"].includes(question.form) ? `如 ${described.example}` : "";
    this.box = element("fieldset", { class: "cetu-field cetu-question", "aria-describedby": `${this.id}-help` },
      element("legend", {}, this.label),
      element("p", { class: "cetu-help", id: `${this.id}-help` }, [described.definition, hint, example].filter(Boolean).join("　")),
      ...this.control.nodes, this.fault);
  }

  // What is stated: {} or the fields with their values.
  value() { return this.control.value(); }

  // Sets what can be set; whatever the control does not offer is left out.
  set(answers) { this.control.set(answers); }

  focus() { this.box.querySelector("input, select, button").focus(); }

  // What the rules say of the answer itself.
  say(words) {
    this.fault.textContent = words;
    this.fault.hidden = !words;
  }
}

const stated = (name, value) => (value === "" || value === null ? {} : { [name]: value });

// --- the controls: {nodes, value(), set(answers)} ---

const CONTROLS = {
  boolean: ({ id, name }, field, data, changed) => {
    const chosen = radios(id, [["true", "是"], ["false", "否"]], changed);
    return {
      nodes: chosen.nodes, value: () => stated(name, chosen.value() === "" ? "" : chosen.value() === "true"),
      set: (answers) => chosen.set(typeof answers[name] === "boolean" ? String(answers[name]) : ""),
    };
  },
  choice: ({ id, name, label }, { codes }, data, changed) => {
    const chosen = codes.length > MOST_RADIOS ? listed(id, label, codes, changed) : radios(id, codes, changed);
    return { nodes: chosen.nodes, value: () => stated(name, chosen.value()), set: (answers) => chosen.set(textOf(answers[name])) };
  },
  choices: ({ name }, { codes }, data, changed) => {
    const boxes = codes.map(([code, label]) => {
      const box = element("input", { type: "checkbox", value: code, autocomplete: "off", change: changed });
      return { box, node: element("label", { class: "cetu-choice" }, box, ` ${label}`) };
    });
    const value = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
    return {
      nodes: [element("div", {}, ...boxes.map(({ node }) => node))], value: () => (value().length ? { [name]: value() } : {}),
      set: (answers) => boxes.forEach(({ box }) => { box.checked = Array.isArray(answers[name]) && answers[name].includes(box.value); }),
    };
  },
  date: (question, field, data, changed) => typed(question, "date", changed),
  text: (question, field, data, changed) => typed(question, "text", changed),
  place: placeControl,
  parts: partsControl,
};

function textOf(value) { return typeof value === "string" ? value : ""; }

function radios(id, codes, changed) {
  const boxes = [...codes, ["", "不知道"]].map(([code, label]) => {
    const box = element("input", { type: "radio", name: id, value: code, autocomplete: "off", change: changed });
    return { box, node: element("label", { class: "cetu-choice" }, box, ` ${label}`) };
  });
  return {
    nodes: [element("div", {}, ...boxes.map(({ node }) => node))], value: () => boxes.find(({ box }) => box.checked)?.box.value ?? "",
    set: (code) => boxes.forEach(({ box }) => { box.checked = code !== "" && box.value === code; }),
  };
}

function listed(id, label, codes, changed) {
  const select = element("select", { id, "aria-label": label, autocomplete: "off", change: changed }, option("", "（不知道）"),
    ...codes.map(([code, words]) => option(code, words)));
  const known = new Set(codes.map(([code]) => code));
  return { nodes: [select], value: () => select.value, set: (code) => { select.value = known.has(code) ? code : ""; } };
}

function typed({ id, name, label }, type, changed) {
  const input = element("input", { id, type, "aria-label": label, autocomplete: "off", maxlength: "200", change: changed });
  return { nodes: [input], value: () => stated(name, input.value.trim()), set: (answers) => { input.value = textOf(answers[name]).slice(0, 200); } };
}

// A place by its code, by its zone, or by the code of a place that is not listed.
function placeControl({ id, name, label, question }, field, data, changed) {
  const zones = data.fields.find((other) => other.name === question.instead).codes;
  const OTHER = "other";
  const code = element("input", { type: "text", "aria-label": `${label}：代码`, autocomplete: "off", maxlength: "20", inputmode: "numeric", change: changed });
  const other = element("span", { hidden: true }, " ", code, element("span", { class: "cetu-help" }, " 六位区划代码"));
  const select = element("select", { id, "aria-label": label, autocomplete: "off", change: () => { open(); changed(); } },
    option("", "（不知道）"), ...field.codes.map(([value, words]) => option(`code ${value}`, words)),
    ...zones.map(([value, words]) => option(`zone ${value}`, words)), field.open ? option(OTHER, "其他地方（填代码）") : "");
  const open = () => { other.hidden = select.value !== OTHER; };
  const value = () => {
    const [kind, ...rest] = select.value.split(" ");
    if (kind === "zone") return stated(question.instead, rest.join(" "));
    return stated(name, kind === OTHER ? code.value.trim() : rest.join(" "));
  };
  const set = (answers) => {
    const wanted = textOf(answers[name]), zone = textOf(answers[question.instead]);
    const known = (list, one) => list.some(([value]) => value === one);
    code.value = "";
    select.value = known(field.codes, wanted) ? `code ${wanted}` : !wanted && known(zones, zone) ? `zone ${zone}` : wanted && field.open ? OTHER : "";
    if (select.value === OTHER) code.value = wanted.slice(0, 20);
    open();
  };
  return { nodes: [select, other], value, set };
}

// A part that may stand several times, such as relatives, with the fields that the rules read.
function partsControl({ name, label, question }, child, data, changed) {
  const list = element("div", {}), items = [];
  const fields = child.fields.filter((field) => question.fields.includes(field.name));
  const add = (answers) => {
    const controls = fields.map((field) => new Question({ name: field.name, form: FORM_OF(field), fields: [], instead: "" },
      { fields: [field], children: [] }, changed));
    const item = { controls, box: element("fieldset", { class: "cetu-part" }, element("legend", {}, label), ...controls.map(({ box }) => box)) };
    item.box.append(element("button", { type: "button", click: () => { items.splice(items.indexOf(item), 1); item.box.remove(); changed(); } }, `去掉这项${label}`));
    controls.forEach((control) => control.set(answers));
    items.push(item);
    list.append(item.box);
    return item;
  };
  const button = element("button", { type: "button", click: () => { add({}).controls[0].focus(); changed(); } }, `添加${label}`);
  const value = () => {
    const made = items.map(({ controls }) => Object.assign({}, ...controls.map((control) => control.value())));
    return made.length ? { [name]: made } : {};
  };
  const set = (answers) => {
    items.splice(0).forEach(({ box }) => box.remove());
    if (!Array.isArray(answers[name])) return;
    for (const one of answers[name].slice(0, 20)) if (one !== null && typeof one === "object") add(one);
  };
  return { nodes: [list, button], value, set };
}

const FORM_OF = ({ datatype, codes }) => (codes.length ? "choice" : datatype === "boolean" || datatype === "date" ? datatype : "text");
