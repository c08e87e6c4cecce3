// What compiled checks call: the operations of src/cetu/validation/expressions.py.
// A missing value is null. A whole number is a BigInt, any other a Number; what leaves 64 bits is missing.
"use strict";

const NONE = Object.freeze([]);

// --- comparisons: by code point, which differs from JavaScript's order above U+FFFF ---

const SURROGATE = /[\ud800-\udfff]/;

function compareTexts(a, b) {
  if (a === b) return 0;
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : 1;
  const one = Array.from(a), other = Array.from(b), shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at++) {
    if (one[at] !== other[at]) return one[at].codePointAt(0) < other[at].codePointAt(0) ? -1 : 1;
  }
  return one.length < other.length ? -1 : 1;
}

function equal(a, b) {
  return a === b || (typeof a !== "string" && typeof b !== "string" && a == b);   // 1n and 1
}

function eq(a, b) { return a !== null && b !== null && equal(a, b); }
function ne(a, b) { return a !== null && b !== null && !equal(a, b); }

function lt(a, b) {
  if (a === null || b === null) return false;
  return typeof a === "string" ? compareTexts(a, b) < 0 : a < b;
}

function le(a, b) {
  if (a === null || b === null) return false;
  return typeof a === "string" ? compareTexts(a, b) <= 0 : a <= b;
}

// --- lists ---

function count(items, holds) {
  let found = 0;
  for (const item of items) if (holds(item)) found += 1;
  return BigInt(found);
}

// --- texts ---

function matches(words, pattern) { return words !== null && pattern.test(words); }
function length(words) { return words === null ? null : BigInt(codePoints(words)); }
function upper(words) { return words === null ? null : words.toUpperCase(); }
function lower(words) { return words === null ? null : words.toLowerCase(); }
function concat(a, b) { return a === null || b === null ? null : a + b; }
function starts(a, b) { return a === null || b === null ? null : a.startsWith(b); }
function ends(a, b) { return a === null || b === null ? null : a.endsWith(b); }
function contains(a, b) { return a === null || b === null ? null : a.includes(b); }

function replace(words, old, by) {
  return words === null || old === null || by === null ? null : words.split(old).join(by);
}

function substring(words, start, many) {
  if (words === null || start === null || many === null) return null;
  const from = Math.max(Number(start) - 1, 0), to = Math.max(Number(start) - 1 + Number(many), 0);
  return SURROGATE.test(words) ? Array.from(words).slice(from, to).join("") : words.slice(from, to);
}

function codePoints(words) { return SURROGATE.test(words) ? Array.from(words).length : words.length; }

// --- numbers ---

function held(value) { return value >= -(2n ** 63n) && value < 2n ** 63n ? value : null; }

function reckoned(a, b, whole, other) {
  if (a === null || b === null) return null;
  return typeof a === "bigint" && typeof b === "bigint" ? held(whole(a, b)) : other(Number(a), Number(b));
}

function add(a, b) { return reckoned(a, b, (x, y) => x + y, (x, y) => x + y); }
function subtract(a, b) { return reckoned(a, b, (x, y) => x - y, (x, y) => x - y); }
function multiply(a, b) { return reckoned(a, b, (x, y) => x * y, (x, y) => x * y); }
function divide(a, b) { return a === null || b === null || b == 0 ? null : Number(a) / Number(b); }
function floor(a) { return a === null ? null : BigInt(Math.floor(Number(a))); }
function ceil(a) { return a === null ? null : BigInt(Math.ceil(Number(a))); }
function abs(a) { return a === null ? null : a < 0 ? -a : a; }

const INTEGER = /^[+-]?[0-9]{1,18}$/;

function integerValue(words) {
  return words !== null && INTEGER.test(words) ? BigInt(words.replace("+", "")) : null;
}

// --- days ---

const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

// year 0 is a leap year of the proleptic calendar (XSD 1.1)
function isDay(year, month, day) {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= DAYS[month - 1] + (leap && month === 2 ? 1 : 0);
}

function date(words) {
  if (words === null || !DAY.test(words)) return null;
  return isDay(+words.slice(0, 4), +words.slice(5, 7), +words.slice(8)) ? words : null;
}

// --- GB 11643-1999: 17 digits with a real date of birth, and the MOD 11-2 check character ---

const CITIZEN = /^[1-9][0-9]{5}(18|19|20)[0-9]{9}[0-9Xx]$/;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

function isCitizenNumber(words) {
  if (words === null || !CITIZEN.test(words)) return false;
  if (!isDay(+words.slice(6, 10), +words.slice(10, 12), +words.slice(12, 14))) return false;
  const total = WEIGHTS.reduce((sum, weight, place) => sum + weight * +words[place], 0);
  return words[17].toUpperCase() === "10X98765432"[total % 11];
}
