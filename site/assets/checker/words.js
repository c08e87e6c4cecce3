// Texts as the command line has them: characters are code points, blanks and written-out values are Python's.
"use strict";

const BLANKS = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const ENDS = new RegExp(`^[${BLANKS}]+|[${BLANKS}]+$`, "g");

function strip(words) { return words.replace(ENDS, ""); }

// The first characters, never half a character.
function firstOf(words, many) {
  if (words.length <= many) return words;
  return SURROGATE.test(words) ? Array.from(words).slice(0, many).join("") : words.slice(0, many);
}

function countOf(words, part) { return words.split(part).length - 1; }

// --- a value as Python writes it: repr(value) ---

function written(value) {
  if (value === null) return "None";
  if (value === true || value === false) return value ? "True" : "False";
  if (typeof value === "string") return quoted(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return writtenDouble(value);
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  return `{${Array.from(value, ([key, inner]) => `${quoted(key)}: ${written(inner)}`).join(", ")}}`;
}

function writtenDouble(value) {
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const [digits, power] = value.toExponential().split("e"), exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const plain = String(value);
  return plain.includes(".") ? plain : plain.includes("e") ? value.toFixed(-exponent + digits.length) : `${plain}.0`;
}

const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/u;
const ESCAPES = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function quoted(words) {
  const mark = words.includes("'") && !words.includes('"') ? '"' : "'";
  const made = Array.from(words, (sign) => sign === mark ? `\\${sign}` : ESCAPES[sign] ||
    (UNPRINTABLE.test(sign) ? escapedSign(sign.codePointAt(0)) : sign));
  return mark + made.join("") + mark;
}

function escapedSign(code) {
  const digits = code.toString(16);
  if (code <= 0xff) return `\\x${digits.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}

// The name of a value's kind: type(value).__name__
function kindOf(value) {
  return value === null ? "NoneType" : typeof value === "string" ? "str" : Array.isArray(value) ? "list" : "dict";
}
