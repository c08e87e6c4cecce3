// A record from plain data, as src/cetu/validation/records.py makes it: keys are field names, children are
// objects or lists. What can't be taken as it is becomes a finding of the record; the rest is still judged.
"use strict";

const LONGEST_FIELD = 20000, MOST_CHILDREN = 200, LONGEST_NUMBER = 200;
const NAME = "name of the node";
const VIOLATION = 3, WARNING = 2, INFO = 1;
const XSD = "http://www.w3.org/2001/XMLSchema#";
const OTHER_DATE = /^-?[0-9]{4,}-[0-9]{2}-[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?$/;

class UnusableInput extends Error {
  constructor(zh, en) {
    super(zh);
    this.zh = zh;
    this.en = en;
  }
}

// A finding about the input itself, before any rule.
function problem(place, zh, en, code, { field = "", number = "", value = "", severity = VIOLATION } = {}) {
  return {
    place, case: number, node: "", path: field, value, severity,
    rule: "input", shape: `input:${code}`, component: "input", message: { zh, en },
  };
}

// Whether compiled checks read the text as its datatype does.
function fits(words, datatype) {
  return datatype !== "date" || words.length === 10 || !OTHER_DATE.test(words);
}

function recordFrom(place, data, vocabulary) { return new RecordBuilder(place, vocabulary).record(data); }

class RecordBuilder {
  constructor(place, vocabulary) {
    this.place = place;
    this.vocabulary = vocabulary;
    this.row = { type: "" };
    this.found = [];
    this.number = "";
    this.odd = "";          // the first field that no table can hold
  }

  record(data) {
    const number = data.get("caseNumber"), { fields, children } = this.vocabulary;
    this.number = typeof number === "string" ? firstOf(number, LONGEST_NUMBER) : "";
    this.row.type = this.kind(data.has("type") ? data.get("type") : data.get("@type"));
    for (const [key, value] of data) {
      if (key === "type" || key === "@type" || key === "@context") continue;
      if (fields.has(key)) this.field(this.row, fields.get(key), value, key);
      else if (children.has(key)) this.children(children.get(key), value);
      else this.unknown(key);
    }
    return {
      place: this.place, number: this.number, kind: this.row.type, row: this.row, odd: this.odd, findings: this.found,
    };
  }

  problem(zh, en, code, field, value = "", severity = VIOLATION) {
    this.found.push(problem(this.place, zh, en, code, { field, number: this.number, value, severity }));
  }

  kind(value) {
    if (Array.isArray(value) && value.length === 1) value = value[0];
    if (typeof value === "string" && this.vocabulary.kinds.has(value)) return value;
    const known = Array.from(this.vocabulary.kinds.keys()).join("、");
    if (value === null || value === undefined) {
      this.problem("没有写案件类型（type），未能校验规则。可用的类型：" + known,
        "no case type (type), so no rule could be checked. Types: " + known, "no-type", "type");
    } else {
      this.problem("案件类型不认识，未能校验规则。可用的类型：" + known,
        "the case type is unknown, so no rule could be checked. Types: " + known, "unknown-type", "type",
        firstOf(typeof value === "string" ? value : written(value), 200));
    }
    return "";
  }

  unknown(key) {
    this.problem("字段名不认识，其内容没有参与校验；请核对写法",
      "the field name is unknown and its content was not checked; see its spelling", "unknown-field",
      firstOf(key, 200), "", WARNING);
  }

  children(child, value) {
    if (value === null) return;
    const items = Array.isArray(value) && child.many ? value : [value];
    if (items.length > MOST_CHILDREN) {
      this.problem(`“${child.name}”超过 ${MOST_CHILDREN} 项，只读前 ${MOST_CHILDREN} 项`,
        `more than ${MOST_CHILDREN} of ${child.name}; the first are read`, "too-many", child.name);
    }
    items.slice(0, MOST_CHILDREN).forEach((item, index) => {
      this.child(child, item, child.many ? `${child.name}.${index + 1}` : child.name);
    });
  }

  child(child, item, name) {
    if (!(item instanceof Map)) {
      this.problem("此处应为对象 {…}", "an object {…} is expected here", "not-an-object", name);
      return;
    }
    const part = { [NAME]: name };
    (this.row[child.name] ??= []).push(part);
    for (const [key, inner] of item) {
      if (child.fields.has(key)) this.field(part, child.fields.get(key), inner, `${name}.${key}`);
      else if (key !== "type" && key !== "@type") this.unknown(`${name}.${key}`);
    }
  }

  field(row, described, value, name) {
    if (value === null) return;
    const stated = new Set(row[described.name] ?? []);
    for (const item of Array.isArray(value) ? value : [value]) {
      const found = this.text(described, item, name);
      if (found === null) continue;
      stated.add(found);
      if (!this.odd && !fits(found, described.datatype)) this.odd = name;
    }
    row[described.name] = Array.from(stated);
  }

  text(described, item, name) {
    if (typeof item === "string") {
      if (item.length <= LONGEST_FIELD || codePoints(item) <= LONGEST_FIELD) return item;
      this.problem(`内容超过 ${LONGEST_FIELD} 个字符，没有参与校验`,
        `longer than ${LONGEST_FIELD} characters; not checked`, "too-long", name);
      return null;
    }
    if (typeof item === "boolean" && described.datatype === "boolean") return item ? "true" : "false";
    const expected = described.datatype === "boolean" ? "true / false" : "“…”";
    this.problem(`值的类型不对，应写成 ${expected}，没有参与校验`,
      `the value has the wrong type, ${expected} is expected; not checked`, "wrong-type", name, shownItem(item));
    return null;
  }
}

function shownItem(item) {
  const plain = ["boolean", "number", "bigint"].includes(typeof item);
  return plain ? firstOf(written(item), 80) : kindOf(item);
}

// --- what a record states ---

// The names that the case states, of two characters or more; a case cut out of a graph knows them itself.
function peopleOf(record, vocabulary) {
  if (record.people) return record.people;
  const names = new Set();
  for (const column of vocabulary.children.keys()) {
    for (const part of record.row[column] ?? []) {
      for (const name of part.name ?? []) if (codePoints(name) > 1) names.add(name);
    }
  }
  return Array.from(names);
}

// Field and text of everything a part of the case states, sorted.
function textsOf(record, name, vocabulary) {
  for (const column of vocabulary.children.keys()) {
    const part = (record.row[column] ?? []).find((found) => found[NAME] === name);
    if (part) return statedIn(part);
  }
  return [];
}

function statedIn(part) {
  const found = Object.keys(part).filter((key) => key !== NAME).flatMap((key) => part[key].map((words) => [key, words]));
  return found.sort((a, b) => compareTexts(a[0], b[0]) || compareTexts(a[1], b[1]));
}
