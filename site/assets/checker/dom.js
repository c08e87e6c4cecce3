// Elements and downloads. Every word is set as text: nothing of a case is ever read as HTML.
"use strict";

// element("a", { href: "…" }, "words", otherElement): properties that are functions listen to the event.
function element(tag, properties = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside.filter((part) => part !== null && part !== ""));
  return made;
}

function option(value, label) { return element("option", { value }, label); }

function download(name, words, kind) {
  const address = URL.createObjectURL(new Blob([words], { type: `${kind};charset=utf-8` }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

// Control characters and bidirectional marks written out, so that they act on nothing (publishing/escape.py).
const ACTING = new RegExp("[\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069" +
  "\\ud800-\\udfff\\ufffe\\uffff]", "gu");

function visible(words) {
  return words.replace(ACTING, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
