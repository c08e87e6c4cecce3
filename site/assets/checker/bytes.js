// The bytes of an input: its lines, its text in pieces, and what it seems to be.
// The same as src/cetu/validation/inputs.py, but for what only the command line reads.
"use strict";

const LONGEST_LINE = 1000000;       // bytes of a JSON line, CSV row or array element
const PIECE = 1 << 20, HEAD = 4096, NEWLINE = 10;
const EXTENSIONS = {
  ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet", ".xlsx": "xlsx",
  ".ttl": "turtle", ".nt": "nt", ".jsonld": "jsonld",
};

const UTF8 = new TextDecoder("utf-8", { fatal: true });
const UTF8_MARKED = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ANY_BYTES = new TextDecoder("utf-8", { ignoreBOM: true });

// The text, or null where the bytes are not UTF-8. A byte order mark in front is no part of it for UTF8.
function decoded(bytes, decoder = UTF8) {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

// Lines with their ends, one after the other; `at` is how many bytes have passed.
class Lines {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  next() {
    if (this.at >= this.bytes.length) return null;
    const end = this.bytes.indexOf(NEWLINE, this.at);
    const line = this.bytes.subarray(this.at, end < 0 ? this.bytes.length : end + 1);
    this.at += line.length;
    return line;
  }
}

// A line is too long when it has more bytes than that before its end.
function isLong(line) {
  return line.length > LONGEST_LINE + 1 || (line.length > LONGEST_LINE && line[line.length - 1] !== NEWLINE);
}

function isBlank(line) { return line.every((byte) => byte === 32 || (byte >= 9 && byte <= 13)); }

// --- what an input is ---

function guessed(name, head) {
  for (const [extension, format] of Object.entries(EXTENSIONS)) {
    if (name.toLowerCase().endsWith(extension)) return format;
  }
  const text = leading(head);
  if (text.startsWith("PAR1")) return "parquet";
  if (text.startsWith("[")) return "json";
  if (text.startsWith("{")) {
    const first = text.split("\n", 1)[0].trimEnd();
    return first.endsWith("}") && text.includes("\n{") ? "jsonl" : "json";
  }
  if (/^(@prefix|prefix |@base)/i.test(text)) return "turtle";
  return text.startsWith("<") || text.startsWith("_:") ? "nt" : "csv";
}

function leading(head) {
  return Array.from(head, (byte) => String.fromCharCode(byte)).join("").replace(/^[\xef\xbb\xbf \t\r\n]+/, "");
}

// Throws UnusableInput for what can't be a file of cases, or can't be read here.
function refuseForeign(bytes, name, format) {
  const head = bytes.subarray(0, HEAD), text = leading(head), begin = leading(head.subarray(0, 8));
  if (!head.length) throw new UnusableInput(`${name}：文件是空的`, `${name}: the file is empty`);
  if (!text && head.length < HEAD) {
    throw new UnusableInput(`${name}：文件里只有空白`, `${name}: there is nothing but blanks in the file`);
  }
  if (begin.startsWith("\x1f\x8b") || begin.startsWith("(\xb5/\xfd") || format === "parquet" || format === "xlsx") {
    throw new UnusableInput(`${name}：压缩文件、XLSX 和 Parquet 本页不读；请用命令行 cetu validate ${name}`,
      `${name}: compressed files, XLSX and Parquet are not read on this page; use cetu validate ${name}`);
  }
  if (begin.startsWith("PK\x03\x04")) {
    throw new UnusableInput(`${name}：这是压缩包（zip、xlsx 等）；xlsx 请保留扩展名 .xlsx，其他请先解压`,
      `${name}: a zip archive; name a workbook .xlsx, unpack anything else`);
  }
  const mark = head[0] << 8 | head[1];
  if (mark === 0xfffe || mark === 0xfeff) {
    throw new UnusableInput(`${name}：UTF-16 编码，请另存为 UTF-8`, `${name}: UTF-16; save it as UTF-8`);
  }
  if (head.includes(0)) throw new UnusableInput(`${name}：不是文本文件`, `${name}: not a text file`);
  if (/^(<\?xml|<!doc|<rdf:)/i.test(text) || text.startsWith("<html")) {
    throw new UnusableInput(
      `${name}：不接受 XML（RDF/XML）；请用 JSON、JSON lines、CSV、Turtle、N-Triples 或 JSON-LD`,
      `${name}: XML (RDF/XML) is not accepted; use JSON, JSON lines, CSV, Turtle, N-Triples or JSON-LD`);
  }
}

// --- text in pieces, each no longer than a read of the command line ---

class Pieces {
  constructor(bytes, name) {
    this.bytes = bytes;
    this.name = name;
    this.at = 0;
    this.ended = false;
    this.decoder = new TextDecoder("utf-8", { fatal: true });
  }

  // The next piece, null at the end. `line` is the line that the piece begins on.
  next(line) {
    if (this.ended) return null;
    const begin = this.at, piece = this.bytes.subarray(begin, begin + PIECE);
    this.at += piece.length;
    this.ended = piece.length === 0;
    try {
      return this.decoder.decode(piece, { stream: !this.ended });
    } catch {
      throw this.broken(begin, line);
    }
  }

  broken(begin, line) {
    line += this.newlines(begin, Math.min(begin + PIECE, this.bytes.length));
    return new UnusableInput(`${this.name}：第 ${line} 行附近不是 UTF-8 编码（可能是 GB18030），请转为 UTF-8`,
      `${this.name}: not UTF-8 near line ${line} (GB18030 perhaps); convert it`);
  }

  // The error for a text that is read whole.
  notText() {
    const line = 1 + this.newlines(0, this.bytes.length);
    return new UnusableInput(`${this.name}：第 ${line} 行不是 UTF-8 编码（可能是 GB18030），请转为 UTF-8`,
      `${this.name}: line ${line} is not UTF-8 (GB18030 perhaps); convert it`);
  }

  // How many lines end between a place and the first byte that is no text.
  newlines(begin, wrong) {
    let whole = begin;
    while (wrong - whole > 1) {       // the longest beginning that decodes
      const middle = (whole + wrong) >> 1;
      if (decodes(this.bytes.subarray(0, middle))) whole = middle; else wrong = middle;
    }
    return this.bytes.subarray(begin, whole).filter((byte) => byte === NEWLINE).length;
  }
}

function decodes(bytes) {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
