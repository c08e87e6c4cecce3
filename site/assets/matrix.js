// The matrix of a document: filters whose state is in the address, tables of as many departments
// as paper takes side by side, arrow keys over the cells, and what is shown as CSV.
// The list of clauses in the page (the cards) is the data; without this script it is all there.
(function () {
  "use strict";
  var form = document.querySelector("form.cetu-sift"), cards = document.querySelector("ul.cetu-cards");
  var box = document.querySelector(".cetu-wide"), note = document.querySelector(".cetu-sifted");
  if (!form || !cards || !box) return;
  var BLOCK = Number(form.dataset.block), SPOKEN = Number(form.dataset.spoken), UP = form.dataset.up;
  var SIGNS = { lead: "◆ 牵头", responsible: "○ 责任", cooperate: "△ 配合", unspecified: "· 列名" };
  var ROLES = { lead: "牵头单位", responsible: "责任单位", cooperate: "配合单位", unspecified: "未写明角色" };
  var fields = form.elements, count = form.querySelector(".cetu-count"), hint = document.querySelector(".cetu-hint");

  function fold(words) { return words.normalize("NFKC").toLowerCase().replace(/〔/g, "[").replace(/〕/g, "]"); }

  // --- what the page says ---

  var columns = Array.from(fields.department.options).slice(1).map(function (option) {
    return { key: option.value, name: option.textContent };
  });
  var rows = Array.from(cards.children).map(function (card) {
    var marks = Array.from(card.querySelectorAll("a[data-a]")).map(function (link) {
      return { key: link.dataset.a, position: Number(link.dataset.n), role: link.parentNode.dataset.role,
        name: link.firstChild.data.slice(2), href: link.getAttribute("href"), inherited: link.children.length > 0 };
    }).sort(function (a, b) { return a.position - b.position; });
    return { card: card, marks: marks, clause: card.querySelector(".cetu-clause"),
      number: card.querySelector(".cetu-cite").textContent,
      text: fold(card.querySelector(".cetu-clause").textContent + " " + card.dataset.words + " " +
        marks.map(function (mark) { return mark.name; }).join(" ")) };
  });
  var total = rows.reduce(function (sum, row) { return sum + row.marks.length; }, 0);
  var large = columns.length > BLOCK;

  // --- the state: in the address, in the form, in the tables ---

  function usual() {
    if (!large) return "";
    var mine = window.CETU_MINE ? window.CETU_MINE() : "";
    if (columns.some(function (column) { return column.key === mine; })) return mine;
    var named = {}, most = columns[0].key;
    rows.forEach(function (row) { row.marks.forEach(function (mark) { named[mark.key] = (named[mark.key] || 0) + 1; }); });
    columns.forEach(function (column) { if (named[column.key] > named[most]) most = column.key; });
    return most;
  }

  function asked() {
    var query = new URLSearchParams(location.search), key = query.get("department");
    var known = columns.some(function (column) { return column.key === key; });
    var role = query.get("role");
    return { department: known ? key : key === "all" ? "" : usual(),
      role: Array.from(fields.role.options).some(function (option) { return option.value === role; }) ? role : "",
      words: query.get("words") || "" };
  }

  function address(state) {
    var query = new URLSearchParams(location.search);
    var wanted = { department: state.department || (large ? "all" : ""), role: state.role, words: state.words };
    Object.keys(wanted).forEach(function (name) {
      if (wanted[name]) query.set(name, wanted[name]); else query.delete(name);
    });
    var whole = query.toString();
    return location.pathname + (whole ? "?" + whole : "") + location.hash;
  }

  function written() {
    return { department: fields.department.value, role: fields.role.value, words: fields.words.value.trim() };
  }

  function remember(state) {
    var next = address(state);
    if (next === location.pathname + location.search + location.hash) return;
    try { history.pushState(null, "", next); } catch (refused) { /* the filter works without its address */ }
  }

  function view(state) {
    var terms = fold(state.words).split(/\s+/).filter(Boolean), narrowed = Boolean(state.department || state.role || terms.length);
    var shown = [];
    rows.forEach(function (row) {
      var marks = row.marks.filter(function (mark) { return !state.role || mark.role === state.role; });
      var fits = terms.every(function (term) { return row.text.indexOf(term) >= 0; }) &&
        (!state.role || marks.length > 0) &&
        (!state.department || marks.some(function (mark) { return mark.key === state.department; }));
      if (fits) shown.push({ row: row, marks: marks });
    });
    var used = {};
    shown.forEach(function (each) { each.marks.forEach(function (mark) { used[mark.key] = true; }); });
    var wanted = narrowed ? columns.filter(function (column) { return used[column.key]; }) : columns;
    if (state.department) {                 // whom the view is about comes first
      wanted = wanted.filter(function (column) { return column.key === state.department; })
        .concat(wanted.filter(function (column) { return column.key !== state.department; }));
    }
    return { rows: shown, columns: wanted, narrowed: narrowed, chosen: state.department, role: state.role,
      marks: shown.reduce(function (sum, each) { return sum + each.marks.length; }, 0) };
  }

  var current = null, made = !large;        // made: the tables show everything, as the page came
  function show(state) {
    fields.department.value = state.department;
    fields.role.value = state.role;
    if (fields.words.value.trim() !== state.words) fields.words.value = state.words;
    current = view(state);
    var visible = new Map(current.rows.map(function (each) { return [each.row, each]; }));
    rows.forEach(function (row) {
      row.card.hidden = !visible.has(row);
      row.card.querySelectorAll("p[data-role]").forEach(function (line) {
        line.hidden = Boolean(state.role) && line.dataset.role !== state.role;
      });
    });
    if (current.narrowed || !made) {
      box.replaceChildren.apply(box, tables(current));
      made = !current.narrowed;
    }
    box.hidden = false;
    box.classList.toggle("cetu-blocks", box.children.length > 1);
    box.classList.toggle("cetu-tall", current.columns.length > SPOKEN);
    box.querySelectorAll("table").forEach(arm);
    var said = current.rows.length + " 条，" + current.marks + " 处分工" +
      (current.narrowed ? "（全部 " + rows.length + " 条，" + total + " 处）" : "");
    count.textContent = current.rows.length ? said : "没有符合的条款（全部 " + rows.length + " 条）";
    note.hidden = !current.narrowed;
    note.textContent = current.narrowed ? "这里不是全部，只有：" + [
      state.department && "写明" + label(fields.department) + "的条款", state.role && "角色" + label(fields.role),
      state.words && "含有“" + state.words + "”的条款"].filter(Boolean).join("，") + "。" + said + "。" : "";
    unveil();
  }

  function fit() {
    hint.textContent = "共 " + current.columns.length + " 个单位，可左右滚动。";
    hint.hidden = box.scrollWidth <= box.clientWidth;
  }

  function label(select) { return select.selectedOptions[0].textContent; }

  // --- tables ---

  function tables(view) {
    if (!view.rows.length) return [];
    var parts = Math.max(1, Math.ceil(view.columns.length / BLOCK)), size = Math.ceil(view.columns.length / parts);
    var found = [];
    for (var part = 0; part < parts; part++) {
      var mine = view.columns.slice(part * size, (part + 1) * size), node = table(view, mine, part, parts);
      found.push(parts > 1 ? block(node, mine.length, part) : node);
    }
    return found;
  }

  // Every block is in the page at once; the browser lays out the first, which fills the screen, and
  // each further one after a frame of its own. The place it will take is known from its columns.
  function block(node, width, part) {
    var place = element("div", part ? "cetu-block cetu-later" : "cetu-block");
    place.style.setProperty("--cetu-width", 11 + 1.5 * width + "rem");
    place.appendChild(node);
    return place;
  }

  function unveil() {
    var next = box.querySelector(".cetu-later");
    if (!next) return fit();
    requestAnimationFrame(function () {
      setTimeout(function () { next.classList.remove("cetu-later"); unveil(); });
    });
  }

  function table(view, mine, part, parts) {
    var signs = view.columns.length > SPOKEN, places = {};
    mine.forEach(function (column, place) { places[column.key] = place; });
    var node = element("table", "cetu cetu-matrix" + (signs ? " cetu-signs" : ""));
    var caption = element("caption", parts > 1 ? "cetu-hidden cetu-part" : "cetu-hidden");
    caption.textContent = form.dataset.number + " 任务分工：条款 × 单位" + (parts > 1 ?
      "，第 " + (part + 1) + " 块，共 " + parts + " 块（" + mine[0].name + "至" + mine[mine.length - 1].name + "）" : "");
    var head = element("tr");
    head.appendChild(header("col")).textContent = "条款";
    mine.forEach(function (column) {
      var cell = header("col"), link = cell.appendChild(element("a"));
      if (column.key === view.chosen) cell.className = "cetu-chosen";
      link.href = UP + "departments/" + encodeURIComponent(column.key) + ".html";
      link.textContent = column.name;
      head.appendChild(cell);
    });
    var blank = element("tr");
    blank.appendChild(header("row"));
    mine.forEach(function (column) {
      blank.appendChild(element("td", column.key === view.chosen ? "cetu-chosen" : ""));
    });
    var body = element("tbody");
    view.rows.forEach(function (each) {
      body.appendChild(each.row.marks.length ? line(each, blank, places, signs) : empty(each.row, mine.length));
    });
    node.append(caption, element("thead"), body);
    node.tHead.appendChild(head);
    return node;
  }

  function line(each, blank, places, signs) {
    var row = blank.cloneNode(true);
    title(row.cells[0], each.row);
    each.marks.forEach(function (mark) {
      if (mark.key in places) row.cells[places[mark.key] + 1].appendChild(sign(mark, signs));
    });
    return row;
  }

  function empty(row, width) {
    var node = element("tr"), cell = element("td", "cetu-empty"), said = row.card.querySelector("p[data-role]");
    title(node.appendChild(header("row")), row);
    if (width > 1) cell.colSpan = width;
    said.childNodes.forEach(function (child) { cell.appendChild(child.cloneNode(true)); });
    node.appendChild(cell);
    return node;
  }

  function title(cell, row) {
    row.clause.childNodes.forEach(function (child) { cell.appendChild(child.cloneNode(true)); });
  }

  function sign(mark, signs) {
    var link = element("a", "cetu-mark cetu-" + mark.role), words = SIGNS[mark.role];
    link.setAttribute("href", mark.href);
    if (!signs) link.textContent = words;
    else { link.textContent = words[0]; word(link, words.slice(1)); }
    if (mark.inherited) word(link, " 沿用");
    return link;
  }

  function word(link, words) { link.appendChild(element("span", "cetu-word")).textContent = words; }

  function header(scope) {
    var node = element("th");
    node.scope = scope;
    return node;
  }

  function element(name, style) {
    var node = document.createElement(name);
    if (style) node.className = style;
    return node;
  }

  // --- keyboard: one stop of the Tab key for a table, arrows inside (WAI-ARIA, grid) ---

  function arm(node) {
    if (node.getAttribute("role") === "grid") return;
    node.setAttribute("role", "grid");
    node.querySelectorAll("a").forEach(function (link) { link.tabIndex = -1; });
    targets(node.rows[1] ? node.rows[1].cells[0] : node.rows[0].cells[0])[0].tabIndex = 0;
    node.addEventListener("keydown", move);
    node.addEventListener("focusin", function (event) { hold(node, event.target); });
  }

  function targets(cell) {
    var links = cell.querySelectorAll("a");
    return links.length ? Array.from(links) : [cell];
  }

  function hold(node, target) {
    node.querySelectorAll("[tabindex='0']").forEach(function (other) { other.tabIndex = -1; });
    target.tabIndex = 0;
  }

  function move(event) {
    if (event.ctrlKey && event.key !== "Home" && event.key !== "End" || event.altKey || event.metaKey || event.shiftKey) return;
    var cell = event.target.closest("th, td"), node = event.currentTarget, row = cell.parentNode;
    var all = Array.from(node.rows), down = all.indexOf(row), across = cell.cellIndex, inside = targets(cell).indexOf(event.target);
    var next = null;
    if (event.key === "ArrowRight") next = targets(cell)[inside + 1] || first(row.cells[across + 1]);
    else if (event.key === "ArrowLeft") next = inside > 0 ? targets(cell)[inside - 1] : across > 0 ? targets(row.cells[across - 1]).pop() : null;
    else if (event.key === "ArrowDown") next = below(all[down + 1], across);
    else if (event.key === "ArrowUp") next = below(all[down - 1], across);
    else if (event.key === "Home") next = first((event.ctrlKey ? all[0] : row).cells[0]);
    else if (event.key === "End") next = last(event.ctrlKey ? all[all.length - 1] : row);
    else return;
    event.preventDefault();
    if (!next) return;
    hold(node, next);
    next.focus();
  }

  function first(cell) { return cell ? targets(cell)[0] : null; }
  function last(row) { return first(row.cells[row.cells.length - 1]); }
  function below(row, across) { return row ? first(row.cells[Math.min(across, row.cells.length - 1)]) : null; }

  // --- what is shown, to take away ---

  function csv() {
    var lines = [["clause", "role", "department"]];
    current.rows.forEach(function (each) {
      each.marks.forEach(function (mark) { lines.push([each.row.number, ROLES[mark.role], mark.name]); });
    });
    return "\ufeff" + lines.map(function (line) { return line.map(cell).join(",") + "\n"; }).join("");
  }

  function cell(words) {
    var safe = /^[=+\-@\t\r\n＝＋－＠]/.test(words) ? "'" + words : words;   // no formula (OWASP, CSV injection)
    return /[",\r\n]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
  }

  function download() {
    var link = element("a"), place = URL.createObjectURL(new Blob([csv()], { type: "text/csv;charset=utf-8" }));
    link.href = place;
    link.download = (current.narrowed ? "任务分工（筛选）" : "任务分工") + ".csv";
    link.click();
    setTimeout(function () { URL.revokeObjectURL(place); }, 10000);
  }

  // --- other documents ---

  var other = fields.document;
  function fill() {
    if (other.options.length > 1 || !window.CETU_DOCUMENTS) return;
    var here = other.options[0].textContent;
    other.replaceChildren.apply(other, window.CETU_DOCUMENTS.map(function (each) {
      var option = element("option");
      option.value = each[1];
      option.textContent = each[0];
      return option;
    }));
    var mine = window.CETU_DOCUMENTS.findIndex(function (each) { return each[0] === here && within(each[1]); });
    other.selectedIndex = Math.max(0, mine);
  }
  function within(path) { return decodeURI(location.pathname).endsWith("/" + path); }
  if (other) {
    other.addEventListener("focus", function () {
      if (window.CETU_DOCUMENTS) return fill();
      var script = element("script");
      script.src = other.dataset.src;
      script.onload = fill;
      document.body.appendChild(script);
    }, { once: true });
    other.addEventListener("change", function (event) {
      event.stopPropagation();
      if (!within(other.value)) location.href = UP + encodeURI(other.value) + location.search + "#matrix";
    });
  }

  form.addEventListener("change", function () { var state = written(); show(state); remember(state); });
  fields.words.addEventListener("input", function () { show(written()); });
  form.addEventListener("submit", function (event) { event.preventDefault(); var state = written(); show(state); remember(state); });
  form.addEventListener("reset", function (event) {
    event.preventDefault();
    var state = { department: "", role: "", words: "" };
    fields.words.value = "";
    show(state);
    remember(state);
  });
  fields.csv.addEventListener("click", download);
  window.addEventListener("popstate", function () { fields.words.value = ""; show(asked()); });
  function start() {
    form.hidden = false;
    cards.classList.remove("cetu-always");
    show(asked());
    window.addEventListener("resize", fit);
  }
  // what the theme changes at the start would make the browser style a large table again and again
  if (large) window.addEventListener("load", function () { setTimeout(start); }); else start();
})();
