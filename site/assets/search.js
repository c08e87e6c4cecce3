// The page 查找: exact substrings (NFKC, case-folded), all words of the query, from http and file alike. What is
// searched is the text of each built page (publishing/search_index.py); a query is answered as it is typed.
(function () {
  "use strict";

  const GROUPS = ["条款", "单位", "规则", "术语", "路径", "公文", "其他"];
  const SHOWN = 200;            // so many hits are shown at once; of more, the first of each group
  const FIRST = 10, CHUNK = 200;
  const COUNTED = 500;          // of so many hits the one that has the words more often comes first
  const BEFORE = 30, AFTER = 70, MOST_PLACES = 200, LONGEST_MARK = 200;
  const ADDRESS = 1000;         // a longer query stands in no address
  const ACTING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|[\ud800-\udfff]/gu;

  // As people type it; each line is folded apart, for nothing is joined across lines.
  function fold(words) { return words.normalize("NFKC").toLowerCase().replace(/〔/g, "[").replace(/〕/g, "]"); }

  function termsOf(query) { return Array.from(new Set(fold(query).split(/\s+/).filter(Boolean))); }

  function element(tag, properties, ...inside) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...inside);
    return made;
  }

  // What can act on the line that shows it is written out, and what is long is cut.
  function shown(query) {
    const cut = query.length > 60 ? `${query.slice(0, whole(query, 60))}……（${query.length} 字）` : query;
    return `“${cut.replace(ACTING, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`)}”`;
  }

  // --- the index: {address, title, kind, text, folded, anchors} for each page and each term ---

  const index = [];

  function take(pages) {
    for (const page of pages) {
      index.push(entry(page.u, page.t, page.k, page.x, page.a || []));
      for (const [anchor, title, text] of page.s || []) index.push(entry(`${page.u}#${anchor}`, title, "术语", text, []));
    }
  }

  function entry(address, title, kind, text, anchors) {
    const folded = fold(text), foldedTitle = fold(title).replace(/\s+/g, " ");
    return { address, title, kind, text, anchors, folded, foldedTitle, ...signature(folded) };
  }

  // Which signs and pairs of signs a text has, as bits by their hash: a text without a pair of the query is not read at
  // all. A bit may stand for several pairs, so that a text that has all of them is read nevertheless.
  function signature(text) {
    const size = Math.min(20, Math.max(8, Math.ceil(Math.log2(text.length + 1)) + 2)), shift = 32 - size;
    const bits = new Uint32Array(1 << (size - 5));
    let before = 0;
    for (let at = 0; at < text.length; at++) {
      const sign = text.charCodeAt(at), both = pair(before, sign) >>> shift, alone = pair(0, sign) >>> shift;
      bits[both >>> 5] |= 1 << (both & 31);
      bits[alone >>> 5] |= 1 << (alone & 31);
      before = sign;
    }
    return { bits, shift };
  }

  function pair(a, b) { return Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b); }

  function pairsOf(terms) {
    const found = new Set();
    for (const term of terms) {
      if (term.length === 1) found.add(pair(0, term.charCodeAt(0)));
      for (let at = 1; at < Math.min(term.length, LONGEST_MARK); at++) found.add(pair(term.charCodeAt(at - 1), term.charCodeAt(at)));
    }
    return Array.from(found);
  }

  function mayHave({ bits, shift }, pairs) {
    for (const one of pairs) {
      const bit = one >>> shift;
      if (!(bits[bit >>> 5] & (1 << (bit & 31)))) return false;
    }
    return true;
  }

  // --- finding ---

  function find(query) {
    const terms = termsOf(query), pairs = pairsOf(terms), words = terms.join(" ");
    if (!terms.length) return { terms, hits: [] };
    const found = index.filter((page) => mayHave(page, pairs) && terms.every((term) => page.folded.includes(term)));
    const counted = found.length <= COUNTED;
    const hits = found.map((page) => {
      const inTitle = terms.filter((term) => page.foldedTitle.includes(term)).length;
      const titled = inTitle === terms.length, exact = page.foldedTitle === words ? 1000 : page.foldedTitle.includes(words) ? 100 : 0;
      const often = counted ? terms.reduce((sum, term) => sum + placesOf(page.folded, term, 10).length, 0) : 0;
      return { page, score: exact + 20 * inTitle + often, titled };
    });
    hits.sort((a, b) => b.score - a.score || (a.page.address < b.page.address ? -1 : 1));
    return { terms, hits };
  }

  function placesOf(text, term, most) {
    const found = [];
    for (let at = text.indexOf(term); at >= 0 && found.length < most; at = text.indexOf(term, at + term.length)) found.push(at);
    return found;
  }

  // --- words in context ---

  // The places of the text to show, [begin, end, floor]: what stands close behind is shown with the place before
  // it, and nothing before ``floor`` is shown again.
  function contexts({ folded }, terms) {
    const places = terms.flatMap((term) => placesOf(folded, term, MOST_PLACES).map((at) => [at, at + Math.min(term.length, LONGEST_MARK)]));
    places.sort((a, b) => a[0] - b[0]);
    const found = [];
    let floor = 0;
    for (const [begin, end] of places) {
      if (found.length && begin < floor) continue;
      found.push([begin, end, floor]);
      floor = end + AFTER;
    }
    return found;
  }

  // Where the sign at that place of the folded text stands in the text as it is; folding may lengthen what
  // stands before. What is not found again nearby is taken to stand at the same place.
  function original({ text, folded }, at, length) {
    if (text.length === folded.length) return at;
    const wanted = folded.slice(at, at + Math.min(length, 20));
    for (let away = 0; away <= 400; away++) {
      for (const begin of away ? [at - away, at + away] : [at]) {
        if (begin >= 0 && fold(text.slice(begin, begin + wanted.length)).startsWith(wanted)) return begin;
      }
    }
    return Math.min(at, text.length);
  }

  function context(page, [begin, end, floor], terms) {
    const { text } = page, from = original(page, begin, end - begin), to = Math.min(text.length, from + (end - begin));
    const start = whole(text, Math.max(0, from - Math.min(BEFORE, begin - floor))), stop = whole(text, Math.min(text.length, to + AFTER));
    return element("span", {}, start ? "…" : "", ...marked(text.slice(start, stop).replace(/\s+/g, " "), terms), stop < text.length ? "…" : "");
  }

  // Not between the halves of a sign.
  function whole(text, at) { return at > 0 && /[\udc00-\udfff]/.test(text[at] || "") ? at - 1 : at; }

  function marked(text, terms) {
    let low = "";
    const from = [];            // where each sign of the folded text stands
    let at = 0;
    for (const sign of text) {
      const folded = fold(sign);
      low += folded;
      for (let i = 0; i < folded.length; i++) from.push(at);
      at += sign.length;
    }
    from.push(text.length);
    const ranges = terms.flatMap((term) => {
      const cut = term.slice(0, LONGEST_MARK);
      return placesOf(low, cut, MOST_PLACES).map((place) => [from[place], from[place + cut.length]]);
    }).sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    const parts = [];
    let done = 0;
    for (const [begin, end] of ranges) {
      if (begin < done || end <= begin) continue;
      parts.push(text.slice(done, begin), element("mark", { textContent: text.slice(begin, end) }));
      done = end;
    }
    return [...parts, text.slice(done)];
  }

  // The part of the page in which a place stands, where that has an address of its own.
  function addressAt({ address, anchors }, place) {
    let found = "";
    for (const [begin, name] of anchors) if (begin <= place) found = name;
    return found ? `${address}#${encodeURIComponent(found)}` : address;
  }

  function hit({ page }, terms, named) {
    const places = contexts(page, terms);
    const result = element("div", { className: page.kind === "术语" ? "cetu-term" : "cetu-result" },
      element("a", { href: page.address, textContent: page.title || page.address }), ...(named ? [element("span", { className: "cetu-kind", textContent: page.kind })] : []),
      element("p", {}, context(page, places[0], terms)));
    return element("div", { className: "cetu-hit" }, result, ...(places.length > 1 ? [others(page, places.slice(1), terms)] : []));
  }

  // The other places, made when they are asked for.
  function others(page, places, terms) {
    const box = element("details", { className: "cetu-places" }, element("summary", { textContent: `本页另有 ${places.length} 处` }));
    box.addEventListener("toggle", () => {
      if (!box.open || box.querySelector("ul")) return;
      box.append(element("ul", {}, ...places.map((place) =>
        element("li", {}, element("a", { href: addressAt(page, original(page, place[0], 20)) }, context(page, place, terms))))));
    });
    return box;
  }

  // --- showing ---

  const out = document.getElementById("cetu-results"), status = document.getElementById("cetu-status");
  const box = document.getElementById("cetu-q");
  const scripts = (window.CETU_SEARCH_PARTS || []).map((name) => new URL(name, document.currentScript.src).href);
  let loaded = 0, missing = 0, current = "", told = 0;

  function run(query) {
    current = query;
    const { terms, hits } = find(query);
    const pages = hits.filter(({ page }) => page.kind !== "术语");
    const titled = pages.filter((one) => one.titled);
    const groups = [["标题相符", titled], ...GROUPS.map((kind) => [kind, hits.filter((one) => one.page.kind === kind && (kind === "术语" || !one.titled))])];
    const most = hits.length > SHOWN ? FIRST : hits.length;
    out.replaceChildren(...groups.filter(([, group]) => group.length).map(([name, group]) => section(name, group, terms, most)));
    tell(query, terms, pages.length, hits.length - pages.length);
  }

  function section(name, group, terms, most) {
    const made = element("section", {}, element("h2", { textContent: `${name}（${group.length}）` })), named = name === "标题相符";
    made.append(...group.slice(0, most).map((one) => hit(one, terms, named)));
    made.setAttribute("aria-label", name);
    if (group.length > most) {
      const button = element("button", { type: "button", className: "cetu-more", textContent: `显示全部 ${group.length} 条` });
      button.addEventListener("click", () => all(made, button, group.slice(most), terms, named));
      made.append(button);
    }
    return made;
  }

  // The rest of a group, a few hundred at a time so that the page stays alive.
  function all(section_, button, rest, terms, named) {
    button.remove();
    const next = () => {
      if (!section_.isConnected) return;
      const made = rest.splice(0, CHUNK).map((one) => hit(one, terms, named));
      const first = !section_.dataset.all;
      section_.dataset.all = "1";
      section_.append(...made);
      if (first) made[0].querySelector("a").focus();
      if (rest.length) setTimeout(next);
    };
    next();
  }

  // Told at once when the page opens, and after a pause while somebody types.
  function tell(query, terms, pages, rows) {
    const loading = loaded < scripts.length ? `正在载入索引（${loaded + 1}/${scripts.length + 1}）…… ` : "";
    const found = pages || rows ? `${shown(query)}：${pages} 页${rows ? `，${rows} 个术语` : ""}` : `没有哪一页含有${shown(query)}。`;
    const words = (missing ? "索引有一部分没有载入，结果可能不全。" : "") + loading + (terms.length ? found : "请输入要查找的词。");
    clearTimeout(told);
    if (document.activeElement === box) told = setTimeout(() => { status.textContent = words; }, 300);
    else status.textContent = words;
  }

  // --- the query in the box and in the address ---

  function queryInAddress() { return new URLSearchParams(location.search).get("q") || ""; }

  function address(query, keep) {
    const written = query && query.length <= ADDRESS ? `?${new URLSearchParams({ q: query })}` : location.pathname;
    if (written === location.search) return;
    history[keep ? "pushState" : "replaceState"](null, "", written);
  }

  let written = 0;

  function typed() {
    run(box.value);
    clearTimeout(written);
    written = setTimeout(() => address(box.value, false), 400);
  }

  function fromAddress() {
    box.value = queryInAddress();
    run(box.value);
  }

  box.addEventListener("input", (event) => { if (!event.isComposing) typed(); });
  box.addEventListener("compositionend", typed);
  box.form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(written);
    run(box.value);
    address(box.value, true);
  });
  window.addEventListener("popstate", fromAddress);

  // Arrow keys go from the box through the hits and back.
  document.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp", "Escape"].includes(event.key) || event.isComposing) return;
    const here = document.activeElement, inside = out.contains(here);
    if (here !== box && !inside) return;
    if (event.key === "Escape") { if (inside) box.focus(); return; }
    const stops = Array.from(out.querySelectorAll("a, summary, button.cetu-more")).filter((node) => node.checkVisibility());
    const next = stops[stops.indexOf(here) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!inside && event.key === "ArrowUp") return;
    event.preventDefault();
    (next || (event.key === "ArrowUp" ? box : here)).focus();
  });

  // --- loading, part after part ---

  function takeLoaded() {
    take(window.CETU_SEARCH || []);
    window.CETU_SEARCH = [];
  }

  function loadNext() {
    if (loaded >= scripts.length) return again();
    const script = element("script", { src: scripts[loaded] });
    const after = (failed) => {
      takeLoaded();
      loaded += 1;
      missing += failed;
      setTimeout(loadNext);
    };
    script.addEventListener("load", () => after(0));
    script.addEventListener("error", () => after(1));
    document.head.append(script);
  }

  // The query on the whole index; the focus stays on the hit that has it.
  function again() {
    const focused = out.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    run(current);
    if (focused) Array.from(out.querySelectorAll("a")).find((link) => link.getAttribute("href") === focused)?.focus();
  }

  takeLoaded();
  fromAddress();
  if (scripts.length) setTimeout(loadNext);
  window.cetuSearch = { find, run, size: () => index.length, loading: () => loaded < scripts.length };
})();
