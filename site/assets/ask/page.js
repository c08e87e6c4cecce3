// The page 查询: a named query or one's own, answered by a worker over the site's graph. Nothing is sent anywhere.
"use strict";

const PATIENCE = 10_000;      // milliseconds
const LIMITS = { shown: 500 };

class Answerer {
  constructor(data, program) { Object.assign(this, { data, program, number: 0, waiting: new Map(), worker: null }); }

  // From a text, because a page opened from a folder may start no worker from a file.
  start() {
    this.end("已停止");
    const address = URL.createObjectURL(new Blob([CETU_OXIGRAPH.program, this.program], { type: "text/javascript" }));
    this.worker = new Worker(address);
    URL.revokeObjectURL(address);
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.end("查询程序没有运行起来");
    };
    const { prefixes, focus, held, names } = this.data;
    this.ready = this.send({ open: { wasm: CETU_OXIGRAPH.wasm, graphs: CETU_ASK_GRAPHS, data: { prefixes, focus, held, names } } });
    this.ready.catch(() => {});
    return this.ready;
  }

  send(message) {
    const number = ++this.number;
    return new Promise((told, refused) => {
      this.waiting.set(number, { told, refused });
      this.worker.postMessage({ number, ...message });
    });
  }

  hear({ number, told, refused, broken }) {
    const waits = this.waiting.get(number);
    this.waiting.delete(number);
    if (told) return waits?.told(told);
    if (!broken) return waits?.refused(new Error(refused));
    const words = /memory|allocat|string length/i.test(refused) ? "结果或中间结果超出浏览器的内存，请加条件" : "查询太复杂，请拆开或加条件";
    waits?.refused(new Error(words));
    this.start();
  }

  // The worker is given up with all that it was asked.
  end(words) {
    this.worker?.terminate();
    this.worker = null;
    for (const { refused } of this.waiting.values()) refused(new Error(words));
    this.waiting.clear();
  }
}

class AskPage {
  constructor(root, data, program) {
    this.data = data;
    this.at = (name) => root.querySelector(`[data-cetu=${name}]`);
    this.answerer = new Answerer(data, program);
    this.book = new Cookbook(this.at, data, (question) => {
      this.at("text").value = filled(question.query, question.values);
      this.say("按“运行”得到结果。");
    });
    this.at("prefixes").textContent = Object.entries(data.prefixes).map(([prefix, iri]) => `PREFIX ${prefix}: <${iri}>`).join("\n");
    this.listen();
    this.read();
    this.opened = this.open();
  }

  listen() {
    const on = (name, event, does) => this.at(name).addEventListener(event, does);
    on("run", "click", () => this.run());
    on("stop", "click", () => this.stop("已停止"));
    on("copy", "click", () => this.copy());
    on("text", "keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.run();
    });
    window.addEventListener("hashchange", () => {
      if (location.hash.slice(1) !== this.written) this.read() && this.answer();
    });
  }

  async open() {
    this.say("正在载入图谱……");
    try {
      await script("assets/vendor/oxigraph.js");
      for (const [at, address] of this.data.graphs.entries()) {
        if (at) this.say(`正在载入图谱……（${at + 1} / ${this.data.graphs.length}）`);
        await script(address);
      }
      const { statements } = await this.answerer.start();
      this.book.learn((await this.answerer.send({ choices: this.book.kinds.map((kind) => CHOICES[kind]) })).choices);
      this.say(`图谱已载入：${statements.toLocaleString("en-US")} 条陈述。`);
    } catch (error) {
      this.say(`图谱没有载入：${error.message || "文件不全"}`);
      throw error;
    }
    this.at("run").disabled = false;
    if (this.asked) await this.answer();
  }

  // --- the question and its address ---

  // Takes the question from the address: behind # it is newer than behind ?.
  read() {
    this.written = location.hash.slice(1);
    const question = questionOf(this.written, this.data.queries) ?? questionOf(location.search.slice(1), this.data.queries);
    this.asked = question;
    this.book.show(question);
    if (!question) return false;
    this.at("own").open = !question.query;
    this.at("text").value = question.query ? filled(question.query, question.values) : question.sparql;
    return true;
  }

  // What stands in the box: the named query as it is, or one's own.
  question() {
    const sparql = this.at("text").value, named = this.book.question;
    if (named && filled(named.query, named.values) === sparql) return { query: named.query, values: { ...named.values } };
    this.book.show(null);
    return { sparql };
  }

  run() {
    this.asked = this.question();
    const address = addressOf(this.asked);
    if (address.length <= LONGEST_ADDRESS && `#${address}` !== location.hash) {
      this.written = address;
      location.hash = address;
      this.written = location.hash.slice(1);
    }
    return this.answer();
  }

  async copy() {
    const address = location.href.split(/[?#]/)[0] + "#" + addressOf(this.question());
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      const box = element("textarea", { "aria-label": "地址" });
      box.value = address;
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
      this.at("copy").focus();
    }
    this.at("copied").textContent = address.length > LONGEST_ADDRESS ? "已复制；地址很长，有的程序会截断" : "已复制";
    setTimeout(() => { this.at("copied").textContent = ""; }, 3000);
  }

  // --- the answer ---

  async answer() {
    const asked = this.asked, text = this.at("text").value;
    if (this.busy) this.stop("");
    const turn = this.turn = {};
    this.at("results").replaceChildren();
    this.working(true);
    this.say("正在查询……");
    try {
      await this.answerer.ready;
      if (turn !== this.turn) return;
      const bound = setTimeout(() => this.stop(`超过 ${PATIENCE / 1000} 秒，已停止；请加条件或 LIMIT`), PATIENCE);
      this.bound = bound;
      let told;
      try {
        told = await this.answerer.send({ ask: text });
      } finally {
        clearTimeout(bound);
      }
      if (turn !== this.turn) return;
      this.show(told, asked?.query ? this.book.words(asked) : ["结果"]);
    } catch (error) {
      if (turn === this.turn) this.say(`没有结果：${visible(error.message)}`);
    }
    if (turn !== this.turn) return;
    this.answered = asked;
    this.working(false);
  }

  show(told, [title, ...values]) {
    const parts = [element("h2", { id: "cetu-answer" }, visible(title)), ...values.map((words) => element("p", { class: "cetu-value" }, visible(words))),
      element("p", { class: told.more || told.total > LIMITS.shown || told.form === "ASK" ? "" : "cetu-onpaper" }, counted(told, LIMITS))];
    if (told.form !== "ASK" && told.total) parts.push(this.downloads(told));
    if (told.turtle) parts.push(element("pre", { class: "cetu-turtle", tabindex: "0", role: "region", "aria-label": "Turtle" }, element("code", {}, visible(told.turtle))));
    if (told.form !== "ASK" && told.total) parts.push(tableShown(told.columns, told.rows, visible(title)));
    this.at("results").replaceChildren(...parts);
    this.say(`${counted(told, LIMITS)}。用时 ${told.seconds.toFixed(3)} 秒。`);
  }

  downloads({ form }) {
    const save = (kind, media, words) => element("button", { type: "button", class: "cetu-plain", click: async () => {
      try {
        download(`result.${kind}`, (await this.answerer.send({ file: kind })).file, media);
      } catch (error) {
        this.say(`没有下载：${visible(error.message)}；请再运行一次`);
      }
    } }, words);
    const graph = form === "SELECT" ? [] : [save("ttl", "text/turtle", "下载 Turtle"), save("nt", "application/n-triples", "下载 N-Triples")];
    return element("p", { class: "cetu-buttons" }, save("csv", "text/csv", "下载 CSV"), ...graph);
  }

  stop(words) {
    clearTimeout(this.bound);
    this.turn = null;
    this.working(false);
    this.answerer.start();
    if (words) this.say(`${words}。`);
  }

  working(on) {
    this.busy = on;
    this.at("stop").hidden = !on;
  }

  say(words) { this.at("status").textContent = words; }
}

function script(address) {
  return new Promise((loaded, failed) => {
    document.head.append(element("script", { src: address, load: loaded, error: () => failed(new Error(`缺 ${address}`)) }));
  });
}

{
  const root = document.getElementById("cetu-ask");
  root.hidden = false;
  window.cetuAsk = new AskPage(root, window.CETU_ASK, window.CETU_ASK_PROGRAM);
}
