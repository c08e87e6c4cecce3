// Cases in JSON: lines, arrays, single objects, as src/cetu/validation/json_reader.py reads them.
// One bad record is a finding; the rest is read. What a reader yields is {record} or {finding}.
"use strict";

// --- lines ---

function* jsonLines(source, vocabulary) {
  const lines = new Lines(source.bytes);
  let number = 0, record = 0;
  for (let line = lines.next(); line !== null; line = lines.next()) {
    number += 1;
    source.passed = lines.at;
    if (!isLong(line) && isBlank(line)) continue;
    record += 1;
    const place = { file: source.name, record, line: number };
    yield isLong(line) ? { finding: longLine(place) } : jsonLine(line, place, vocabulary);
  }
  if (!record) throw noRecord(source.name);
}

function longLine(place) {
  return problem(place, `一行超过 ${LONGEST_LINE} 字节，没有读取`, `a line over ${LONGEST_LINE} bytes; not read`,
    "line-too-long");
}

// A value that does not end within LONGEST_LINE.
class TooLong extends Error {}

function noRecord(name) { return new UnusableInput(`${name}：没有任何记录`, `${name}: there is no record`); }

function jsonLine(line, place, vocabulary) {
  const words = decoded(line);
  if (words === null) return { finding: problem(place, "不是 UTF-8 编码", "not UTF-8", "not-utf8") };
  try {
    const text = strip(words), [value, end] = jsonValue(text);
    if (end !== text.length) throw new JsonError("一行只能有一个对象 / one object a line");
    if (text.includes("\\u") && !isText(value)) throw new LoneSurrogate();
    return plainRecord(value, place, vocabulary);
  } catch (error) {
    return { finding: unreadable(place, error) };
  }
}

class LoneSurrogate extends Error {}

function isText(value) {
  if (typeof value === "string") return value.isWellFormed();
  if (Array.isArray(value)) return value.every(isText);
  return !(value instanceof Map) || Array.from(value).every(isText);
}

function unreadable(place, error) {
  if (error instanceof TooDeep) return problem(place, "嵌套过深", "nested too deeply", "too-deep");
  if (error instanceof TooLong) {
    return problem(place, `一件超过 ${LONGEST_LINE} 字节，没有读取`, `a record over ${LONGEST_LINE} bytes; not read`,
      "line-too-long");
  }
  if (error instanceof LoneSurrogate) {
    return problem(place, "含有不成对的代理码位（\\ud800 一类），不是有效的文字",
      "a lone surrogate (such as \\ud800) is no text", "not-utf8");
  }
  if (!(error instanceof JsonError)) throw error;
  return problem(place, `不是有效的 JSON：${error.message}`, `not valid JSON: ${error.message}`, "not-json");
}

// A record from decoded JSON in the everyday form.
function plainRecord(value, place, vocabulary) {
  if (!(value instanceof Map)) {
    return { finding: problem(place, "一件案件应为对象 {…}", "a case is an object {…}", "not-an-object") };
  }
  const context = vocabulary.context;
  if (value.has("@context") && value.get("@context") !== context) {
    return { finding: problem(place, `不读取其他 @context（绝不联网），只接受 ${context}`,
      `no other @context is read (never over the network), only ${context}`, "foreign-context", { field: "@context" }) };
  }
  return { record: recordFrom(place, value, vocabulary) };
}

// --- arrays and single objects ---

function* jsonFile(source, vocabulary) {
  const text = new JsonText(source), name = source.name;
  if (text.ahead() === "[") {
    yield* jsonArray(text, source, vocabulary);
    return;
  }
  const line = text.line, value = text.value();
  if (value instanceof TooLong) {
    throw new UnusableInput(`${name}：一件超过 ${LONGEST_LINE} 字节，没有读取`,
      `${name}: a record over ${LONGEST_LINE} bytes; not read`);
  }
  if (value instanceof Error) {
    throw new UnusableInput(`${name}：不是有效的 JSON：${saidOf(value)}`, `${name}: not valid JSON: ${saidOf(value)}`);
  }
  if (text.ahead()) {
    throw new UnusableInput(
      `${name}：第一个对象之后还有内容；多件案件请用数组 […] 或 JSON lines（.jsonl）`,
      `${name}: text after the first object; use an array […] or JSON lines (.jsonl)`);
  }
  yield* recordsOf(value, { file: name, record: 1, line }, vocabulary);
}

function* jsonArray(text, source, vocabulary) {
  const name = source.name;
  let record = 0, indent = null;
  text.skip(1);
  for (let sign = text.ahead(); sign !== "]"; sign = text.ahead()) {
    if (sign === ",") {
      text.skip(1);
      continue;
    }
    record += 1;
    const place = { file: name, record, line: text.line };
    if (!sign) {
      throw new UnusableInput(`${name}：数组没有结束，文件可能不完整；前 ${record - 1} 件已校验`,
        `${name}: the array does not end, the file may be cut; ${record - 1} records were checked`);
    }
    indent ??= text.before;
    const value = text.value();
    if (!(value instanceof Error)) {
      yield* recordsOf(value, place, vocabulary);
      continue;
    }
    yield { finding: unreadable(place, value) };
    if (!(value instanceof RefusedJson) && !text.resume(indent)) {
      throw new UnusableInput(`${name}：第 ${place.line} 行起不是有效的 JSON，其后的记录无法读取`,
        `${name}: not valid JSON from line ${place.line} on; the records after it can't be read`);
    }
  }
  if (!record) throw noRecord(name);
}

function saidOf(error) {
  if (error instanceof LoneSurrogate) return "含有不成对的代理码位 / a lone surrogate";
  return error instanceof TooDeep ? "嵌套过深 / nested too deeply" : maskedText(error.message);
}

function* recordsOf(value, place, vocabulary) {
  if (!isLinked(value)) yield plainRecord(value, place, vocabulary);
  else yield* linkedRecords(value, place, vocabulary);
}

// Whether this is JSON-LD beyond the everyday form: @graph, @id, or a context in place.
function isLinked(value) {
  if (!(value instanceof Map)) return false;
  return value.has("@graph") || value.has("@id") || (value.has("@context") && typeof value.get("@context") !== "string");
}

// The text of an input, of which no more is held than a value needs.
class JsonText {
  constructor(source) {
    this.source = source;
    this.pieces = new Pieces(source.bytes, source.name);
    this.held = "";
    this.at = 0;
    this.before = "";     // what stands before the place on its line
    this.line = 1;
  }

  // The next character that is not blank, "" at the end.
  ahead() {
    for (;;) {
      SPACES.lastIndex = this.at;
      SPACES.test(this.held);
      this.pass(SPACES.lastIndex);
      if (this.at < this.held.length || !this.more()) return this.held[this.at] ?? "";
    }
  }

  skip(count) { this.pass(this.at + count); }

  // The value that begins here, or the error that it ends in.
  value() {
    for (;;) {
      try {
        const [found, end] = jsonValue(this.held, this.at), last = end === this.held.length;
        if (last && this.more()) continue;     // a number may go on
        const words = this.held.slice(this.at, last ? undefined : end);
        this.pass(last ? this.held.length : end);
        return words.includes("\\u") && !isText(found) ? new LoneSurrogate() : found;
      } catch (error) {
        if (error instanceof RefusedJson) return this.passed(error);
        if (error instanceof TooDeep) return error;
        if (!(error instanceof JsonError)) throw error;
        const givenUp = this.givenUp(error);
        if (givenUp !== null) return givenUp;
      }
    }
  }

  // The error, with its element passed by if it is JSON but for what was refused.
  passed(refused) {
    for (;;) {
      try {
        this.pass(jsonValue(this.held, this.at, false)[1]);
        return refused;
      } catch (error) {
        if (error instanceof TooDeep) return error;
        if (!(error instanceof JsonError)) throw error;
        const givenUp = this.givenUp(error);
        if (givenUp !== null) return givenUp;
      }
    }
  }

  // What is wrong with the value that begins here; null: more was read, and it may be right.
  givenUp(error) {
    if (this.held.length - this.at > LONGEST_LINE) return error.atTheEnd ? new TooLong() : error;
    return this.more() ? null : error;
  }

  // Go on where a later line begins as that one did. False if there is none.
  resume(indent) {
    if (/[^ \t]/.test(indent)) return false;
    for (;;) {
      const found = this.held.indexOf(`\n${indent}{`, this.at + 1);
      if (found >= 0) {
        this.pass(found + indent.length + 1);
        return true;
      }
      this.pass(Math.max(this.at, this.held.length - indent.length - 2));
      if (!this.more()) return false;
    }
  }

  more() {
    const words = this.pieces.next(this.line + countOf(this.held.slice(this.at), "\n"));
    if (words === null) return false;
    this.held = this.held.slice(this.at) + words;
    this.at = 0;
    this.source.passed = this.pieces.at;
    return words !== "" || !this.pieces.ended;
  }

  pass(end) {
    const passed = this.held.slice(this.at, end), lines = countOf(passed, "\n");
    this.line += lines;
    this.before = lines ? passed.slice(passed.lastIndexOf("\n") + 1) : (this.before + passed).slice(-200);
    this.at = end;
  }
}
