// What Material's bundle expects to find, and the colours that were chosen last, before anything is drawn. Material writes
// this into every page; as a file of the site it may run under a policy that lets no script inside a page run.
(function () {
  "use strict";
  window.__md_scope = new URL(document.currentScript.dataset.base, location);
  window.__md_hash = function (words) {
    return Array.from(words).reduce(function (sum, sign) { return (sum << 5) - sum + sign.charCodeAt(0); }, 0);
  };
  // Another site of the same host, or a person, may have left anything there; a page without storage goes on without.
  window.__md_get = function (key, storage, scope) {
    try {
      return JSON.parse((storage || localStorage).getItem((scope || window.__md_scope).pathname + "." + key));
    } catch (e) { return null; }
  };
  window.__md_set = function (key, value, storage, scope) {
    try {
      (storage || localStorage).setItem((scope || window.__md_scope).pathname + "." + key, JSON.stringify(value));
    } catch (e) { /* not kept */ }
  };
  var kept = window.__md_get("__palette"), color = kept && kept.color;
  if (color && typeof color === "object") {
    ["media", "scheme", "primary", "accent"].forEach(function (name) { paint(name, color[name]); });
    return;
  }
  // Nothing was chosen: as the screen is, at once and not only when Material's bundle has run
  var fitting = Array.from(document.querySelectorAll("input[data-md-color-media]")).find(function (input) {
    return matchMedia(input.getAttribute("data-md-color-media")).matches;
  });
  if (fitting) paint("scheme", fitting.getAttribute("data-md-color-scheme"));

  function paint(name, value) {
    if (typeof value === "string") document.body.setAttribute("data-md-color-" + name, value);
  }
})();
