// A form for one case, made from the vocabulary: the kind of case first, then only what its rules read.
"use strict";

class CaseForm {
  constructor(place, data, submit) {
    this.data = data;
    this.submit = submit;
    this.serial = 0;
    this.kind = element("select", { id: "cetu-kind", change: () => this.open() }, option("", "请选择"),
      this.kinds("落户路径", true), this.kinds("其他事项", false));
    this.body = element("div", {});
    place.replaceChildren(
      element("p", {}, element("label", { for: "cetu-kind" }, "案件类型 "), this.kind), this.body);
  }

  kinds(label, settlement) {
    const kinds = this.data.kinds.filter((kind) => kind.settlement === settlement);
    return element("optgroup", { label }, ...kinds.map((kind) => option(kind.name, kind.label)));
  }

  // The fields of the chosen kind: those that its rules read, the others folded away.
  open() {
    const kind = this.data.kinds.find(({ name }) => name === this.kind.value);
    if (!kind) return this.body.replaceChildren();
    const turn = [...kind.must, ...kind.asked, ...kind.read], must = new Set(kind.must);
    const place = ({ name }) => (turn.includes(name) ? turn.indexOf(name) : turn.length);
    const own = new Set(this.data.kinds.flatMap(({ read }) => read));     // what only some kinds are asked for
    const fitting = ({ name, types }) => (types.length ? types.includes(kind.name) : turn.includes(name) || !own.has(name));
    const parts = [...this.data.fields, ...this.data.children].filter(fitting);
    parts.sort((a, b) => place(a) - place(b));
    this.controls = parts.map((part) => (part.fields ? this.child(part) : this.field(part, must.has(part.name))));
    const boxes = this.controls.map(({ box }) => box), known = parts.filter(({ name }) => turn.includes(name)).length;
    const shown = boxes.slice(0, known), folded = boxes.slice(known);
    this.body.replaceChildren(
      element("p", {}, kind.definition), ...shown,
      folded.length ? element("details", {}, element("summary", {}, `其他可填的 ${folded.length} 项`), ...folded) : "",
      element("p", { class: "cetu-buttons" },
        element("button", { type: "button", click: () => this.submit(this.value()) }, "校验这件案件")));
  }

  value() {
    const made = { type: this.kind.value };
    for (const { name, value } of this.controls) if (value() !== null) made[name] = value();
    return made;
  }

  // --- one field ---

  field(field, must) {
    const id = `cetu-field-${this.serial += 1}`, control = controlOf(field, id);
    const help = [field.definition, field.example ? `如 ${field.example}` : ""].filter(Boolean).join("　");
    const label = control.group ? element("legend", {}, field.label) : element("label", { for: id }, field.label);
    const box = element(control.group ? "fieldset" : "div", { class: "cetu-field" }, label,
      must ? element("span", { class: "cetu-must" }, "必须") : "", ...control.nodes,
      element("p", { class: "cetu-help", id: `${id}-help` }, help));
    control.nodes[0].setAttribute("aria-describedby", `${id}-help`);
    return { name: field.name, box, value: control.value };
  }

  // --- a part with fields of its own, once or several times ---

  child(child) {
    if (!child.many) {
      const one = this.part(child, child.label);
      return { name: child.name, box: one.box, value: one.value };
    }
    const parts = [], list = element("div", {});
    const add = () => {
      const one = this.part(child, child.label, () => parts.splice(parts.indexOf(one), 1));
      parts.push(one);
      list.append(one.box);
      one.box.querySelector("input, select").focus();
    };
    const value = () => {
      const found = parts.map((part) => part.value()).filter((part) => part !== null);
      return found.length ? found : null;
    };
    const button = element("button", { type: "button", click: add }, `添加${child.label}`);
    return { name: child.name, box: element("div", { class: "cetu-field" }, list, button), value };
  }

  part(child, label, removed) {
    const controls = child.fields.map((field) => this.field(field, false));
    const box = element("fieldset", { class: "cetu-part" }, element("legend", {}, label), ...controls.map((one) => one.box));
    if (removed) box.append(element("button", { type: "button", click: () => { removed(); box.remove(); } }, `去掉这项${label}`));
    const value = () => {
      const stated = controls.map(({ name, value: read }) => [name, read()]).filter(([, words]) => words !== null);
      return stated.length ? Object.fromEntries(stated) : null;
    };
    return { box, value };
  }
}

// The control of a field: its elements, and a function that gives what was filled in, null for nothing.
function controlOf(field, id) {
  if (field.many && field.codes.length) return checkboxes(field);
  if (field.datatype === "boolean") return chosenFrom(id, [["true", "是"], ["false", "否"]], (words) => words === "true");
  if (field.codes.length && !field.open) return chosenFrom(id, field.codes, (words) => words);
  const input = element("input", { id, type: field.datatype === "date" ? "date" : "text", autocomplete: "off" });
  const value = () => input.value.trim() || null;
  if (!field.codes.length) return { nodes: [input], value };
  input.setAttribute("list", `${id}-codes`);
  return { nodes: [input, element("datalist", { id: `${id}-codes` }, ...field.codes.map(([code, label]) => option(code, label)))], value };
}

function chosenFrom(id, codes, read) {
  const select = element("select", { id }, option("", "（不填）"), ...codes.map(([code, label]) => option(code, label)));
  return { nodes: [select], value: () => (select.value ? read(select.value) : null) };
}

function checkboxes(field) {
  const boxes = field.codes.map(([code, label]) => {
    const box = element("input", { type: "checkbox", value: code });
    return { box, node: element("label", { class: "cetu-choice" }, box, ` ${label}`) };
  });
  const value = () => {
    const chosen = boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
    return chosen.length ? chosen : null;
  };
  return { nodes: [element("div", { role: "group", "aria-label": field.label }, ...boxes.map(({ node }) => node))], value, group: true };
}
