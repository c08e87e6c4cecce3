// The page 案件校验: takes a text, a file, an example or a form, and has the worker judge it. Nothing is sent anywhere.
"use strict";

const LARGEST = 200 * 1024 * 1024;     // bytes that a page can hold; more is for the command line
const NAME_OF_TEXT = "粘贴的内容";

class CheckerPage {
  constructor(root, data, program) {
    this.data = data;
    this.program = program;
    this.shapes = new Map(data.shapes.map((shape) => [shape.iri, { ...shape, label: data.rules[shape.rule] ?? shape.rule }]));
    this.at = (name) => root.querySelector(`[data-cetu=${name}]`);
    this.results = new Results(this.at("results"), fieldLabels(data));
    this.file = null;
    this.worker = null;
    this.listen();
    this.fillExamples();
    this.form = new CaseForm(this.at("form"), data, (made) => this.checkText(JSON.stringify(made, null, 2)));
    this.begin();
    this.openExample(new URLSearchParams(location.search).get("example"));
    this.takeCase();
  }

  listen() {
    const text = this.at("text"), on = (name, event, does) => this.at(name).addEventListener(event, does);
    on("check", "click", () => this.check());
    on("stop", "click", () => this.stop());
    on("clear", "click", () => this.clear());
    on("show", "change", () => this.again());
    on("example", "change", () => this.example());
    on("file", "change", () => this.take(this.at("file").files));
    on("text", "input", () => this.forgetFile());
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.check();
    });
    const drop = this.at("drop");
    drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("cetu-over");
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("cetu-over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("cetu-over");
      this.take(event.dataTransfer.files);
    });
  }

  fillExamples() {
    const groups = new Map();
    this.data.examples.forEach(({ rule, label }, at) => {
      if (!groups.has(rule)) groups.set(rule, element("optgroup", { label: rule }));
      groups.get(rule).append(option(String(at), label));
    });
    this.at("example").append(...groups.values());
  }

  // --- what is to be checked ---

  example() {
    const chosen = this.data.examples[this.at("example").value];
    if (chosen) this.checkText(JSON.stringify(chosen.case, null, 2));
  }

  // The example that the address names by its place in shapes/case, as pages of rules do.
  openExample(name) {
    const at = this.data.examples.findIndex((example) => example.name === name);
    if (at < 0) return;
    this.at("example").value = String(at);
    this.example();
  }

  // A filled case from the page 我能走哪条路径, where that opened this one; from no other site.
  takeCase() {
    if (!window.opener) return;
    window.addEventListener("message", ({ source, origin, data }) => {
      const here = location.protocol === "file:" || origin === location.origin;
      if (source === window.opener && here && typeof data?.cetuCase === "string") this.checkText(data.cetuCase);
    });
    window.opener.postMessage("cetu-checker-ready", "*");
  }

  checkText(words) {
    this.at("text").value = words;
    this.at("format").value = "";
    this.forgetFile();
    this.check();
  }

  take(files) {
    if (!files.length) return;
    if (files.length > 1) return this.say("一次校验一个文件；多个文件请用命令行 cetu validate");
    if (files[0].size > LARGEST) return this.say(`${visible(files[0].name)} 超过 200 MB，请用命令行 cetu validate`);
    this.file = files[0];
    this.at("text").value = "";
    this.at("named").textContent = `文件：${visible(this.file.name)}（${Math.ceil(this.file.size / 1024)} KB）`;
    this.check();
  }

  forgetFile() {
    this.file = null;
    this.at("file").value = "";
    this.at("named").textContent = "";
  }

  clear() {
    this.halt();
    this.at("text").value = "";
    this.at("example").value = "";
    this.forgetFile();
    this.results.clear();
    this.say("");
  }

  // --- judging ---

  // A worker that is ready: from a text, because a page opened from a folder may start none from a file.
  begin() {
    const { program, wasm } = this.parser ?? { program: "", wasm: null };
    const address = URL.createObjectURL(new Blob([program, this.program], { type: "text/javascript" }));
    this.worker = new Worker(address);
    URL.revokeObjectURL(address);
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = () => this.broken("校验程序没有运行起来");
    this.worker.postMessage({ data: this.data, wasm });
  }

  // The parser of Turtle and JSON-LD is large: it is loaded when it is needed first, and the check begun again.
  async withParser() {
    this.say("正在载入 Turtle 和 JSON-LD 的解析程序……");
    this.outcome.ended = true;
    const turn = this.turn;
    try {
      this.parser ??= await loadParser(this.at("parser").dataset.src);
    } catch {
      return this.broken("解析程序没有载入；请用命令行 cetu validate");
    }
    if (turn !== this.turn) return;
    this.worker.terminate();
    this.begin();
    this.check();
  }

  again() {
    if (this.outcome) this.check();
  }

  async check() {
    this.halt();
    const turn = this.turn = {};
    const bytes = this.file ? new Uint8Array(await this.file.arrayBuffer()) : new TextEncoder().encode(this.at("text").value);
    if (turn !== this.turn) return;
    const input = { name: this.file ? this.file.name : NAME_OF_TEXT, format: this.at("format").value, bytes };
    this.outcome = { findings: [], refused: [], faults: [], records: 0, size: bytes.length, begun: performance.now() };
    this.results.clear();
    this.running(true);
    this.say("正在校验……");
    this.worker.postMessage({ input, show: this.at("show").checked }, [bytes.buffer]);
  }

  hear(told) {
    if (told.ready || !this.outcome || this.outcome.ended) return;
    if (told.broken !== undefined) return this.broken(told.broken);
    if (told.parserNeeded) return void this.withParser();
    const { outcome } = this;
    for (const finding of told.findings) outcome.findings.push({ ...finding, said: this.said(finding) });
    outcome.refused.push(...told.refused);
    outcome.faults.push(...told.faults);
    outcome.records = told.records;
    this.at("progress").value = outcome.size ? told.passed / outcome.size : 1;
    this.at("passed").textContent = `已校验 ${told.records} 件`;
    if (told.done) this.end("");
  }

  // What the shape says; a finding about the input itself says it of its own.
  said(finding) {
    return this.shapes.get(finding.shape) ??
      { message: finding.message, label: "案件文件", quotations: [], bases: [], readings: [], lead: [], responsible: [], page: "" };
  }

  stop() {
    if (!this.outcome || this.outcome.ended) return;
    this.worker.terminate();
    this.begin();
    this.outcome.refused.push({ place: { file: "", record: 0, line: 0 }, zh: `已停止：第 ${this.outcome.records} 件以后没有校验`,
      en: `stopped: nothing after record ${this.outcome.records} was checked` });
    this.end("已停止。");
  }

  // A run that is under way is given up for another.
  halt() {
    this.turn = null;
    if (this.outcome && !this.outcome.ended) {
      this.worker.terminate();
      this.begin();
    }
    this.running(false);
    this.outcome = null;
  }

  broken(words) {
    if (this.outcome) this.outcome.ended = true;
    this.running(false);
    this.say(`没有校验：${words}`);
  }

  end(before) {
    const { findings, refused, faults, records, begun } = this.outcome;
    this.outcome.ended = true;
    this.running(false);
    const of = (severity) => findings.filter((finding) => finding.severity === severity).length;
    const counts = `不符合 ${of(3)}，提示 ${of(2)}，说明 ${of(1)}`, seconds = ((performance.now() - begun) / 1000).toFixed(2);
    const missing = refused.length || faults.length ? "；有内容没有校验，见下" : "";
    this.say(`${before}共 ${records} 件，${findings.length ? counts : "没有发现问题"}${missing}。用时 ${seconds} 秒。`);
    this.results.show(this.outcome);
  }

  running(on) {
    this.at("stop").hidden = this.at("working").hidden = !on;
    if (on) this.at("progress").value = 0;
    if (on) this.at("passed").textContent = "";
  }

  say(words) { this.at("status").textContent = words; }
}

// A script of the site, {program, wasm as gzip in base64}, as the worker wants it.
async function loadParser(address) {
  await new Promise((loaded, failed) => {
    document.head.append(element("script", { src: address, load: loaded, error: failed }));
  });
  const { program, wasm } = window.CETU_OXIGRAPH, signs = atob(wasm), packed = new Uint8Array(signs.length);
  for (let at = 0; at < signs.length; at++) packed[at] = signs.charCodeAt(at);
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return { program, wasm: await new Response(unpacked).arrayBuffer() };
}

{
  const root = document.getElementById("cetu-checker");
  root.hidden = false;
  window.cetuChecker = new CheckerPage(root, window.CETU_CHECKER, window.CETU_PROGRAM);
}
