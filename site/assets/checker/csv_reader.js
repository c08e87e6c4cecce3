// Cases in CSV, as src/cetu/validation/csv_reader.py reads them: columns are fields (applicant.name,
// relatives.1.relation). A row that is no CSV is a finding, and reading goes on at the next line.
"use strict";

const MOST_LINES = 100;      // of one row
const TRUTH = new Map([["是", true], ["否", false], ["true", true], ["false", false], ["TRUE", true], ["FALSE", false]]);

function* csvRecords(source, vocabulary) {
  const rows = new CsvRows(source), first = rows.row(), name = source.name;
  if (first === null || first.error) throw new UnusableInput(`${name}：没有表头`, `${name}: there is no header row`);
  const header = headerOf(first.cells, name);
  let record = 0;
  for (let row = rows.row(); row !== null; row = rows.row()) {
    const place = { file: name, record: record + 1, line: row.line };
    const item = row.error ? { finding: row.error(place) } : rowItem(header, row, place, vocabulary);
    if (item === null) continue;
    record += 1;
    yield item;
  }
  if (!record) throw noRecord(name);
}

function headerOf(cells, name) {
  const header = cells.map(strip);
  if (!header.includes("type")) {
    throw new UnusableInput(`${name}：表头没有 type 一列；列名见案件资料说明（如 type,caseNumber,applicant.name）`,
      `${name}: no column named type; columns are as in the case guide (type,caseNumber,applicant.name)`);
  }
  const repeated = header.filter((column, at) => column && header.indexOf(column) !== at);
  const twice = Array.from(new Set(repeated.map((column) => firstOf(column, 60)))).sort(compareTexts);
  if (twice.length) {
    throw new UnusableInput(`${name}：列名重复：${twice.join("、")}`, `${name}: columns that stand twice: ${twice.join(", ")}`);
  }
  return header;
}

// The record of a row, what is wrong with it, or null for a row without a cell.
function rowItem(header, row, place, vocabulary) {
  if (!row.cells.some(strip)) return null;
  if (row.broken) return { finding: problem(place, "不是 UTF-8 编码", "not UTF-8", "not-utf8") };
  if (row.cells.length > header.length) {
    return { finding: problem(place, `有 ${row.cells.length} 格，表头只有 ${header.length} 列`,
      `${row.cells.length} cells under ${header.length} columns`, "not-csv") };
  }
  const data = new Map();
  row.cells.forEach((cell, at) => {
    const words = strip(cell);
    if (header[at] && words) putCell(data, header[at].split("."), words, vocabulary);
  });
  return { record: recordFrom(place, listed(data), vocabulary) };
}

function putCell(data, path, cell, vocabulary) {
  if (path.length > 1) {
    if (!data.has(path[0])) data.set(path[0], new Map());
    const inner = data.get(path[0]);
    if (inner instanceof Map) putCell(inner, path.slice(1), cell, vocabulary);
    return;
  }
  const field = vocabulary.fields.get(path[0]);
  if (field && field.many) data.set(path[0], cell.replaceAll("；", ";").split(";").map(strip));
  else data.set(path[0], field && field.datatype === "boolean" && TRUTH.has(cell) ? TRUTH.get(cell) : cell);
}

// relatives.1.name, relatives.2.name … as a list in the order of their numbers.
function listed(data) {
  return new Map(Array.from(data, ([key, value]) => {
    const numbers = value instanceof Map ? Array.from(value.keys()) : [];
    if (!numbers.length || !numbers.every((number) => /^[0-9]+$/.test(number))) return [key, value];
    return [key, numbers.sort((a, b) => Number(a) - Number(b)).map((number) => value.get(number))];
  }));
}

// --- rows ---

class CsvError extends Error {}

// Rows with the line each begins on: {line, cells, broken} or {line, error}.
class CsvRows {
  constructor(source) {
    this.source = source;
    this.lines = new Lines(source.bytes);
    this.back = [];
    this.line = 0;
  }

  row() {
    const taken = [], line = this.line + 1, row = new CsvRow();
    let made;
    try {
      while (!row.done) {
        const next = taken.length < MOST_LINES ? this.next() : null;
        if (next === null && !taken.length) return null;
        if (next === null || (next.long && taken.length)) {
          if (next !== null) this.back.unshift(next);
          row.end();
          break;
        }
        taken.push(next);
        if (next.long) throw longLine;
        row.add(next);
      }
      made = { line, cells: row.cells, broken: row.broken };
    } catch (error) {
      if (error !== longLine && !(error instanceof CsvError)) throw error;
      // only the first line is given up; what follows it may be rows of its own
      this.back.unshift(...taken.splice(1));
      made = { line, error: error === longLine ? longLine : (place) => notCsv(place, error.message) };
    }
    this.line += taken.length;
    this.source.passed = this.lines.at;
    return made;
  }

  next() {
    if (this.back.length) return this.back.shift();
    const bytes = this.lines.next();
    if (bytes === null) return null;
    if (isLong(bytes)) return { long: true };
    const words = decoded(bytes, UTF8_MARKED), first = this.lines.at === bytes.length;
    const marked = words ?? ANY_BYTES.decode(bytes);
    return { words: first && marked.startsWith("\ufeff") ? marked.slice(1) : marked, broken: words === null };
  }
}

function notCsv(place, words) {
  return problem(place, `这一行不是有效的 CSV：${words}`, `not valid CSV: ${words}`, "not-csv");
}

// One row in the making: RFC 4180, strictly, in the manner and words of Python's csv module.
class CsvRow {
  constructor() {
    this.cells = [];
    this.cell = "";
    this.state = "row";       // row, cell, plain, quoted, quote, end
    this.broken = false;
    this.done = false;
  }

  add({ words, broken }) {
    this.broken ||= broken;
    const plain = words.endsWith("\r\n") ? words.slice(0, -2) : words.endsWith("\n") ? words.slice(0, -1) : words;
    if (this.state === "row" && !/["\r\n]/.test(plain)) {       // as most lines are
      this.cells = plain ? plain.split(",") : [];
      this.done = true;
      return;
    }
    for (const sign of words) this.take(sign);
    this.take("");
    this.done = this.state === "row";
  }

  // The input ended inside the row.
  end() {
    if (this.state === "quoted") throw new CsvError("unexpected end of data");
    this.close();
    this.done = true;
  }

  take(sign) {
    if (this.state === "quoted") this.quoted(sign);
    else if (this.state === "end") this.after(sign);
    else if (sign === "\n" || sign === "\r" || sign === "") this.lineEnd(sign);
    else if (this.state === "quote") this.quote(sign);
    else if (sign === "," ) this.close("cell");
    else if (sign === '"' && this.state !== "plain") this.state = "quoted";
    else this.put(sign, "plain");
  }

  quoted(sign) {
    if (sign === '"') this.state = "quote";
    else if (sign !== "") this.put(sign, "quoted");
  }

  quote(sign) {
    if (sign === '"') this.put(sign, "quoted");
    else if (sign === ",") this.close("cell");
    else throw new CsvError(`',' expected after '"'`);
  }

  lineEnd(sign) {
    if (this.state !== "row") this.close();
    this.state = sign === "" ? "row" : "end";
  }

  after(sign) {
    if (sign === "") this.state = "row";
    else if (sign !== "\n" && sign !== "\r") {
      throw new CsvError("new-line character seen in unquoted field - do you need to open the file in universal-newline mode?");
    }
  }

  put(sign, state) {
    if (this.cell.length >= LONGEST_LINE) throw new CsvError(`field larger than field limit (${LONGEST_LINE})`);
    this.cell += sign;
    this.state = state;
  }

  close(state = "row") {
    this.cells.push(this.cell);
    this.cell = "";
    this.state = state;
  }
}
