// 我的部门: which department was chosen is kept in this browser, where the browser keeps anything.
(function () {
  "use strict";
  var KEY = "cetu.department";
  function kept() { try { return localStorage.getItem(KEY) || ""; } catch (refused) { return ""; } }
  function keep(key) {
    try {
      if (key) localStorage.setItem(KEY, key); else localStorage.removeItem(KEY);
    } catch (refused) { /* a folder or a private window: nothing is kept, the links work all the same */ }
    return kept() === key;
  }
  window.CETU_MINE = kept;

  // The page of a department: print, keep
  document.querySelectorAll(".cetu-tools[data-key]").forEach(function (tools) {
    var key = tools.dataset.key, button = tools.querySelector("[name=keep]"), said = tools.querySelector(".cetu-kept");
    function show(focus) {
      var mine = kept() === key;
      button.hidden = mine;
      said.hidden = !mine;
      if (mine && focus) said.querySelector("a").focus();     // the button that had the focus is gone
    }
    tools.querySelector("[name=print]").addEventListener("click", function () { window.print(); });
    button.addEventListener("click", function () {
      if (keep(key)) show(true); else button.textContent = "浏览器不让记住，请把本页收藏";
    });
    show(false);
    tools.hidden = false;
  });

  // Choosers: a link that is followed is the choice
  document.querySelectorAll(".cetu-mine").forEach(function (chooser) {
    var links = Array.from(chooser.querySelectorAll("a[data-key]"));
    links.forEach(function (link) {
      link.addEventListener("click", function () { keep(link.dataset.key); });
    });
    var mine = links.filter(function (link) { return link.dataset.key === kept(); })[0];
    var known = (chooser.querySelector(".cetu-known") || document.querySelector(".cetu-known"));
    if (mine && known) {
      if (chooser.dataset.open === "mine" && location.hash !== "#choose") { location.replace(mine.href); return; }
      var open = known.querySelector("a");
      open.textContent = "打开" + mine.textContent + "的表";
      open.href = mine.href;
      known.hidden = false;
      known.querySelector("[name=forget]").addEventListener("click", function () {
        keep("");
        known.hidden = true;
        links[0].focus();
      });
    }
    var filter = chooser.querySelector(".cetu-narrow");
    if (filter && links.length > 12) sift(chooser, filter);
  });

  function sift(chooser, filter) {
    var status = filter.querySelector("[role=status]");
    var places = Array.from(chooser.querySelectorAll("section")).map(function (section) {
      var place = fold(section.getAttribute("aria-label"));
      return { section: section, items: Array.from(section.querySelectorAll("li")).map(function (item) {
        return { item: item, text: place + " " + fold(item.textContent) };
      }) };
    });
    filter.hidden = false;
    filter.querySelector("input").addEventListener("input", function (event) {
      var terms = fold(event.target.value).split(/\s+/).filter(Boolean), shown = 0;
      places.forEach(function (place) {
        var here = 0;
        place.items.forEach(function (each) {
          each.item.hidden = !terms.every(function (term) { return each.text.indexOf(term) >= 0; });
          here += each.item.hidden ? 0 : 1;
        });
        place.section.hidden = !here;
        shown += here;
      });
      status.textContent = shown + " 个单位";
    });
  }

  function fold(words) { return words.normalize("NFKC").toLowerCase(); }
})();
