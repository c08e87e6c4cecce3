// JSON as the command line reads it: keys keep their order and stand once, whole numbers stay whole,
// and what is wrong is said in the words of Python's json module, with the same place.
// An object is a Map, so that no key (__proto__, constructor) is anything but a key.
"use strict";

class JsonError extends Error {}
class RefusedJson extends JsonError {}      // JSON, but for what we do not take: a key twice, NaN
class TooDeep extends Error {}

const DEEPEST = 900;         // the command line gives up near 1,000
const MOST_DIGITS = 4300;    // of a whole number: Python's limit
const SPACES = /[ \t\n\r]*/y;
const PLAIN = /[^"\\\x00-\x1f]*/y;
const NUMBER = /(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const WORDS = { null: null, true: true, false: false };
const SIGNS = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

// The value that begins at a place of the text, and where it ends. With `strict` keys stand once
// and NaN is no value. Throws JsonError or TooDeep.
function jsonValue(text, at = 0, strict = true) {
  const reader = new JsonReader(text, at, strict);
  return [reader.value(0), reader.at];
}

class JsonReader {
  constructor(text, at, strict) {
    this.text = text;
    this.at = at;
    this.strict = strict;
  }

  value(depth) {
    if (depth > DEEPEST) throw new TooDeep();
    const sign = this.text[this.at];
    if (sign === '"') return this.string();
    if (sign === "{") return this.object(depth);
    if (sign === "[") return this.array(depth);
    for (const word in WORDS) if (this.text.startsWith(word, this.at)) return this.word(word);
    return this.number();
  }

  word(word) {
    this.at += word.length;
    return WORDS[word];
  }

  number() {
    for (const word of ["NaN", "Infinity", "-Infinity"]) {
      if (!this.text.startsWith(word, this.at)) continue;
      if (this.strict) throw new RefusedJson(`${word} 不是 JSON / is not JSON`);
      this.at += word.length;
      return null;
    }
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (!found) this.fail("Expecting value", this.at);
    this.at += found[0].length;
    if (found[2] || found[3]) return Number(found[0]);
    const digits = found[1].replace("-", "").length;
    if (digits > MOST_DIGITS) throw new JsonError(`Exceeds the limit (${MOST_DIGITS} digits) for integer string ` +
      `conversion: value has ${digits} digits; use sys.set_int_max_str_digits() to increase the limit`);
    return BigInt(found[1]);
  }

  string() {
    const begin = this.at++;
    let made = "";
    for (;;) {
      PLAIN.lastIndex = this.at;
      PLAIN.test(this.text);
      made += this.text.slice(this.at, PLAIN.lastIndex);
      this.at = PLAIN.lastIndex;
      const sign = this.text[this.at];
      if (sign === undefined) this.fail("Unterminated string starting at", begin);
      if (sign === '"') break;
      if (sign !== "\\") this.fail("Invalid control character at", this.at);
      made += this.escape(begin);
    }
    this.at += 1;
    return made;
  }

  escape(begin) {
    const place = this.at, sign = this.text[place + 1];
    if (sign === undefined) this.fail("Unterminated string starting at", begin);
    this.at += 2;
    if (sign !== "u") return SIGNS[sign] ?? this.fail("Invalid \\escape", place);
    const digits = this.text.slice(this.at, this.at + 4);
    if (this.at + 4 >= this.text.length) this.fail("Invalid \\uXXXX escape", this.at);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail("Invalid \\uXXXX escape", this.at - 1);
    this.at += 4;
    return String.fromCharCode(parseInt(digits, 16));
  }

  object(depth) {
    const made = new Map();
    let twice = null;
    this.at += 1;
    this.spaces();
    if (this.text[this.at] === "}") return this.closed(made);
    for (;;) {
      if (this.text[this.at] !== '"') this.fail("Expecting property name enclosed in double quotes", this.at);
      const key = this.string();
      this.spaces();
      if (this.text[this.at] !== ":") this.fail("Expecting ':' delimiter", this.at);
      this.at += 1;
      this.spaces();
      const value = this.value(depth + 1);
      if (twice === null && made.has(key)) twice = key;
      made.set(key, value);
      this.spaces();
      if (this.text[this.at] === "}") break;
      if (this.text[this.at] !== ",") this.fail("Expecting ',' delimiter", this.at);
      this.at += 1;
      this.spaces();
    }
    this.at += 1;
    if (this.strict && twice !== null) {
      throw new RefusedJson(`“${maskedText(firstOf(twice, 60))}” 出现两次 / stands twice`);
    }
    return made;
  }

  array(depth) {
    const made = [];
    this.at += 1;
    this.spaces();
    if (this.text[this.at] === "]") return this.closed(made);
    for (;;) {
      made.push(this.value(depth + 1));
      this.spaces();
      if (this.text[this.at] === "]") break;
      if (this.text[this.at] !== ",") this.fail("Expecting ',' delimiter", this.at);
      this.at += 1;
      this.spaces();
    }
    return this.closed(made);
  }

  closed(made) {
    this.at += 1;
    return made;
  }

  spaces() {
    SPACES.lastIndex = this.at;
    SPACES.test(this.text);
    this.at = SPACES.lastIndex;
  }

  fail(words, at) {
    const before = this.text.slice(0, at), line = countOf(before, "\n") + 1;
    const column = codePoints(before.slice(before.lastIndexOf("\n") + 1)) + 1;
    const error = new JsonError(`${words}: line ${line} column ${column} (char ${codePoints(before)})`);
    // whether the text only ended too early
    error.atTheEnd = words.startsWith("Unterminated string") || at > this.text.length - "-Infinity".length;
    throw error;
  }
}
