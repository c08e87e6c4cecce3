// The full text: what is highlighted stands in the address (?show=norms,repairs), each clause has a button
// that copies its address. Without script the text is whole, with its notes highlighted.
(function () {
  "use strict";
  var text = document.querySelector(".cetu-document"), tools = document.querySelector(".cetu-tools");
  if (!text || !tools) return;
  var boxes = Array.from(tools.querySelectorAll("input[name=show]"));
  var status = document.querySelector(".cetu-copied");

  function asked() {
    var params = new URLSearchParams(location.search);
    var named = params.has("show") ? params.get("show").split(",") : ["notes"];
    if (/^#repair-\d+$/.test(location.hash)) named.push("repairs");
    boxes.forEach(function (box) { box.checked = named.indexOf(box.value) >= 0; });
    show();
  }
  function show() {
    var shown = boxes.filter(function (box) { return box.checked; }).map(function (box) { return box.value; });
    text.dataset.show = shown.join(" ");
    linkNorms(shown.indexOf("norms") >= 0);
    return shown;
  }
  // A norm is a link only while it is shown as one: the Tab key need not pass seventy of them
  function linkNorms(on) {
    text.querySelectorAll("[data-norm]").forEach(function (norm) {
      var link = norm.querySelector(":scope > a");
      if (on && !link) {
        link = document.createElement("a");
        link.href = norm.dataset.norm;
        link.append.apply(link, norm.childNodes);
        norm.append(link);
      } else if (!on && link) {
        link.replaceWith.apply(link, link.childNodes);
      }
    });
  }
  function remember(shown) {
    var address = new URL(location.href);
    if (shown.join() === "notes") address.searchParams.delete("show");
    else address.searchParams.set("show", shown.join(","));
    try { history.replaceState(null, "", address.href.replace(/%2C/g, ",")); } catch (refused) { /* the view is right, only not kept */ }
  }
  boxes.forEach(function (box) { box.addEventListener("change", function () { remember(show()); }); });
  tools.addEventListener("submit", function (event) { event.preventDefault(); });
  tools.querySelector(".cetu-print").addEventListener("click", function () { window.print(); });
  window.addEventListener("hashchange", asked);
  tools.hidden = false;
  asked();

  text.querySelectorAll("[data-clause]").forEach(function (clause) {
    var button = document.createElement("button"), name = clause.dataset.clause;
    button.type = "button";
    button.className = "cetu-copy";
    button.title = "复制本条链接";
    button.setAttribute("aria-label", "复制 " + name + " 的链接");
    button.addEventListener("click", function () { copy(location.href.split(/[?#]/)[0] + "#" + clause.id, name); });
    clause.append(button);
  });
  function copy(address, name) {
    var said = function () { say("已复制 " + name + " 的链接"); };
    var other = function () { if (copyOld(address)) said(); else byHand(address, name); };
    if (navigator.clipboard && navigator.clipboard.writeText) navigator.clipboard.writeText(address).then(said, other);
    else other();
  }
  function copyOld(address) {
    var field = document.createElement("textarea"), focus = document.activeElement;
    field.value = address;
    field.setAttribute("aria-hidden", "true");
    field.style.position = "fixed";
    document.body.append(field);
    field.select();
    var done = false;
    try { done = document.execCommand("copy"); } catch (refused) { done = false; }
    field.remove();
    if (focus) focus.focus();
    return done;
  }
  function byHand(address, name) {
    var field = document.createElement("input");
    field.readOnly = true;
    field.value = address;
    field.setAttribute("aria-label", name + " 的链接");
    field.addEventListener("blur", function () { say(""); });
    say("浏览器不许复制，请自行复制 " + name + " 的链接：");
    clearTimeout(timer);
    status.append(field);
    field.focus();
    field.select();
  }
  var timer = 0;
  function say(words) {
    clearTimeout(timer);
    status.textContent = words;
    timer = setTimeout(function () { status.textContent = ""; }, 4000);
  }
})();
