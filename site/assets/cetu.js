// What every page has: the key / for the search, names that Material leaves out, the drawer, filters of tables.
(function () {
  "use strict";
  var fold = function (s) {
    return s.normalize("NFKC").toLowerCase().replace(/〔/g, "[").replace(/〕/g, "]");   // as people type them
  };
  document.addEventListener("keydown", function (event) {
    var tag = (event.target.tagName || "").toLowerCase();
    if (event.key !== "/" || tag === "input" || tag === "textarea" || event.ctrlKey || event.metaKey) return;
    var box = document.getElementById("cetu-q");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  });
  // Material leaves these without a name or out of reach of the keyboard
  document.querySelectorAll("[role=dialog]:not([aria-label])").forEach(function (node) { node.setAttribute("aria-label", "对话框"); });
  document.querySelectorAll("nav.md-nav--secondary:not([aria-label])").forEach(function (node) { node.setAttribute("aria-label", "本页目录"); });
  document.querySelectorAll(".highlight pre, pre > code").forEach(function (node) {
    if (node.scrollWidth > node.clientWidth) node.tabIndex = 0;
  });
  function nameCodeTools() {
    document.querySelectorAll("nav.md-code__nav:not([aria-label])").forEach(function (node) {
      codeTools += 1;
      node.setAttribute("aria-label", "代码 " + codeTools);
    });
  }
  var codeTools = 0, article = document.querySelector("article");
  if (article) new MutationObserver(nameCodeTools).observe(article, { childList: true, subtree: true });
  nameCodeTools();

  // The drawer of narrow screens by keyboard: a button in place of Material's label; the checkbox is Material's
  var drawer = document.getElementById("__drawer"), side = document.querySelector(".md-sidebar--primary");
  var label = document.querySelector("label.md-header__button[for=__drawer]");
  if (drawer && side && label) {
    var opener = document.createElement("button");
    opener.type = "button";
    opener.className = "md-header__button md-icon cetu-drawer";
    opener.setAttribute("aria-label", "打开目录");
    opener.append.apply(opener, label.childNodes);
    label.replaceWith(opener);
    var show = function (open) {
      if (drawer.checked !== open) { drawer.checked = open; drawer.dispatchEvent(new Event("change")); }
      opener.setAttribute("aria-expanded", String(open));
    };
    show(drawer.checked);
    drawer.addEventListener("change", function () { opener.setAttribute("aria-expanded", String(drawer.checked)); });
    opener.addEventListener("click", function (event) {
      show(!drawer.checked);
      var first = side.querySelector("a[href]");
      if (drawer.checked && event.detail === 0 && first) first.focus();   // opened by keyboard
    });
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || !drawer.checked) return;
      show(false);
      opener.focus();
    });
    side.addEventListener("focusout", function (event) {
      if (event.relatedTarget && !side.contains(event.relatedTarget)) show(false);
    });
  }

  // A page that is not in the menu stands under the list of its kind
  var listing = new URL("index.html", location.href).href, home = document.querySelector("a.md-logo");
  if (side && home && home.href !== listing && !side.querySelector(".md-nav__link--active")) {
    side.querySelectorAll("a.md-nav__link").forEach(function (link) {
      if (link.href === listing) link.setAttribute("aria-current", "true");
    });
  }

  // Filters of long tables: words and place; the table is whole without script
  document.querySelectorAll(".cetu-filter").forEach(function (box) {
    var table = document.getElementById(box.dataset.table), words = box.querySelector("input");
    var place = box.querySelector("select"), status = box.querySelector("[role=status]");
    var rows = Array.from(table.tBodies[0].rows);
    var texts = rows.map(function (row) { return fold(row.textContent); });
    function narrow() {
      var terms = fold(words.value).split(/\s+/).filter(Boolean), shown = 0;
      rows.forEach(function (row, index) {
        var fits = (!place.value || row.dataset.place === place.value) &&
          terms.every(function (term) { return texts[index].indexOf(term) >= 0; });
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      });
      status.textContent = shown + " 行";
    }
    words.addEventListener("input", narrow);
    place.addEventListener("change", narrow);
  });
})();
