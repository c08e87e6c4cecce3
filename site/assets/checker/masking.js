// Hide citizen numbers and names in whatever is shown, as src/cetu/validation/masking.py does.
"use strict";

const LONG_NUMBER = /(?<![0-9０-９])([0-9０-９]{4})[0-9０-９]{9,}([0-9０-９][0-9０-９XxＸｘ])(?![0-9０-９])/g;
const PEOPLE = new Set(["name", "applicant", "relatives"]);

function maskedText(words, names = []) {
  for (const name of names.slice().sort((a, b) => codePoints(b) - codePoints(a))) {
    words = words.split(name).join(maskedName(name));
  }
  return words.replace(LONG_NUMBER, (all, first, last) => first + "*".repeat(all.length - 6) + last);
}

function maskedName(name) {
  const many = codePoints(name);
  return many > 1 ? firstOf(name, 1) + "*".repeat(many - 1) : "*".repeat(many);
}

function masked(field, value, names = []) {
  const last = field.slice(field.lastIndexOf(".") + 1);
  if (PEOPLE.has(last)) return maskedName(value);
  if (last === "citizenNumber" && value.search(LONG_NUMBER) < 0) {
    // not the length of a number, but it was meant as one, or a name in the wrong column
    const begin = firstOf(value, 4), kept = firstOf(value, /^[\x00-\x7f]*$/.test(begin) ? 4 : 1);
    return kept + "*".repeat(codePoints(value) - codePoints(kept));
  }
  return maskedText(value, names);
}
