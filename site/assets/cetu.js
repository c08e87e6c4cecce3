// Search: exact substrings (NFKC, case-folded), all words of the query, from http and file alike.
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

  // The drawer of narrow screens by keyboard; its checkbox and labels are Material's
  var drawer = document.getElementById("__drawer"), side = document.querySelector(".md-sidebar--primary");
  var opener = document.querySelector("label.md-header__button[for=__drawer]");
  if (drawer && side && opener) {
    opener.tabIndex = 0;
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-label", "打开目录");
    var show = function (open) {
      if (drawer.checked !== open) { drawer.checked = open; drawer.dispatchEvent(new Event("change")); }
      opener.setAttribute("aria-expanded", String(open));
    };
    show(drawer.checked);
    drawer.addEventListener("change", function () { opener.setAttribute("aria-expanded", String(drawer.checked)); });
    opener.addEventListener("keydown", function (event) {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      show(!drawer.checked);
      var first = side.querySelector("a[href]");
      if (drawer.checked && first) first.focus();
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

  var out = document.getElementById("cetu-results");
  if (!out) return;
  var query = new URLSearchParams(location.search).get("q") || "";
  document.querySelectorAll("input[name=q]").forEach(function (box) { box.value = query; });
  var terms = fold(query).split(/\s+/).filter(Boolean);
  var status = document.getElementById("cetu-status");
  if (!terms.length) { status.textContent = "请输入要查找的词。"; return; }
  var kinds = ["公文", "条款", "单位", "路径", "规则", "其他"];
  var found = (window.CETU_SEARCH || []).map(function (page) {
    var title = fold(page.t).replace(/\s+/g, " "), text = page.f || (page.f = fold(page.x));
    var all = terms.every(function (term) { return text.indexOf(term) >= 0; });
    if (!all) return null;
    var whole = terms.join(" "), score = title === whole ? 1000 : title.indexOf(whole) >= 0 ? 100 : 0;
    var titled = terms.every(function (term) { return title.indexOf(term) >= 0; });
    terms.forEach(function (term) {
      if (title.indexOf(term) >= 0) score += 20;
      score += Math.min(10, text.split(term).length - 1);
    });
    return { page: page, score: score, titled: titled };
  }).filter(Boolean).sort(function (a, b) { return b.score - a.score || (a.page.u < b.page.u ? -1 : 1); });
  status.textContent = found.length ? "“" + query + "”：" + found.length + " 页" : "没有哪一页含有“" + query + "”。";
  var titled = found.filter(function (hit) { return hit.titled; });
  list("标题相符", titled);
  kinds.forEach(function (kind) {
    list(kind, found.filter(function (hit) { return hit.page.k === kind && !hit.titled; }));
  });

  function list(name, group) {
    if (!group.length) return;
    var head = document.createElement("h2");
    head.textContent = name + "（" + group.length + "）";
    out.appendChild(head);
    group.forEach(function (hit) { out.appendChild(shown(hit.page)); });
  }

  function shown(page) {
    var box = document.createElement("div");
    box.className = "cetu-result";
    var link = document.createElement("a");
    link.href = page.u; link.textContent = page.t;
    box.appendChild(link);
    var line = document.createElement("p");
    var text = page.x.replace(/\s+/g, " ");
    var low = "", from = [];               // folded text, and where each of its characters stands
    Array.from(text).reduce(function (at, character) {
      var folded = fold(character);
      low += folded;
      for (var i = 0; i < folded.length; i++) from.push(at);
      return at + character.length;
    }, 0);
    from.push(text.length);
    var at = low.indexOf(terms[0]);
    var start = at < 0 ? 0 : from[at], end = at < 0 ? 0 : from[at + terms[0].length];
    line.appendChild(document.createTextNode((start > 40 ? "…" : "") + text.slice(Math.max(0, start - 40), start)));
    var mark = document.createElement("mark");
    mark.textContent = text.slice(start, end);
    if (end > start) line.appendChild(mark);
    line.appendChild(document.createTextNode(text.slice(end, end + 80) + "…"));
    box.appendChild(line);
    return box;
  }
})();
