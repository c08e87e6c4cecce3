// The page 我能走哪条路径: questions in, one at a time; after each answer every pathway is judged again.
"use strict";

const LINK = "#a=";
const LONGEST_LINK = 20000;

class RoutesPage {
  constructor(root, data, routes, program) {
    Object.assign(this, { data, routes });
    this.at = (name) => root.querySelector(`[data-cetu=${name}]`);
    const shapes = new Map(data.shapes.map((shape) => [shape.iri, shape]));
    this.verdicts = new Verdicts(this.at("results"), routes, shapes, (pathway) => this.check(pathway));
    this.waiting = new Map();
    this.turn = 0;
    this.begin(program);
    this.at("again").addEventListener("click", () => this.restart({}));
    this.at("link").addEventListener("click", () => this.link());
    this.at("down").addEventListener("click", () => this.at("results").focus());
    window.addEventListener("hashchange", () => { if (location.hash.startsWith(LINK)) this.restart(answersIn(location.hash)); });
    this.restart(answersIn(location.hash));
  }

  // A worker from a text, as on the page 案件校验.
  begin(program) {
    const address = URL.createObjectURL(new Blob([program, this.routes.program], { type: "text/javascript" }));
    this.worker = new Worker(address);
    URL.revokeObjectURL(address);
    this.worker.onmessage = ({ data }) => {
      this.waiting.get(data.turn)?.(data);
      this.waiting.delete(data.turn);
    };
    this.worker.onerror = () => this.say("判断程序没有运行起来；各条路径见“落户路径”。");
    this.worker.postMessage({ data: this.data, routes: { pathways: this.routes.pathways, questions: this.routes.questions } });
  }

  // The verdicts on the answers, and the question to ask next.
  judged(answers, passed = []) {
    const turn = this.turn += 1;
    return new Promise((heard) => {
      this.waiting.set(turn, heard);
      this.worker.postMessage({ turn, answers, passed });
    });
  }

  // --- questions ---

  restart(given) {
    const answers = given ?? {};
    this.asked = [];            // the questions put so far, in order
    this.current = "";          // the one that waits for its answer
    this.at("questions").replaceChildren();
    this.at("linked").hidden = true;
    this.questions = new Map(this.routes.questions.map((question) =>
      [question.name, new Question(question, this.data, () => this.answered())]));
    for (const question of this.questions.values()) {
      question.set(answers);
      if (this.stated(question)) this.ask(question.name);
    }
    const lost = Object.keys(answers).length - Object.keys(this.answers()).length;
    this.remark = given === null ? "链接里的回答不能读，没有采用。" : lost > 0 ? `链接里有 ${lost} 项回答本页不能用，没有采用。` : "";
    return this.judge();
  }

  stated(question) { return Object.keys(question.value()).length > 0; }

  answers() { return Object.assign({}, ...Array.from(this.questions.values(), (question) => question.value())); }

  ask(name) {
    if (this.asked.includes(name)) return;
    this.asked.push(name);
    this.at("questions").append(this.questions.get(name).box);
  }

  answered() {
    this.remark = "";
    this.at("linked").hidden = true;
    return this.judge();
  }

  async judge() {
    const answers = this.answers(), done = this.asked.filter((name) => name !== this.current || this.stated(this.questions.get(name)));
    const turn = this.turn + 1, told = await this.judged(answers, done);
    if (turn !== this.turn) return;        // answered again meanwhile
    if (told.broken !== undefined) return this.say(`没有判断：${told.broken}`);
    this.show(told);
  }

  show({ verdicts, next }) {
    const current = this.questions.get(this.current);
    if (current && this.current !== next && !this.stated(current)) this.drop(this.current);
    this.current = next;
    if (next) this.ask(next);
    this.at("next").replaceChildren(...(next ? [element("button", { type: "button", click: () => this.pass() }, "不知道，下一题")] : []));
    this.offer();
    this.tellFaults(verdicts);
    this.verdicts.show(verdicts);
    this.say(this.summary(verdicts, next));
  }

  // A question that no pathway needs any more.
  drop(name) {
    this.asked = this.asked.filter((other) => other !== name);
    this.questions.get(name).box.remove();
  }

  async pass() {
    this.current = "";
    await this.judge();
    if (this.current) this.questions.get(this.current).focus();
    else this.at("results").focus();
  }

  // Whatever else a rule looks at may be stated; it is asked for by no pathway that is open.
  offer() {
    const others = Array.from(this.questions.values()).filter(({ name }) => !this.asked.includes(name));
    const box = this.at("optional");
    for (const { box: one } of others) if (one.parentNode !== box) box.append(one);
    this.at("more").hidden = !others.length;
  }

  tellFaults(verdicts) {
    const told = new Map();
    for (const { path, message, shape } of verdicts.flatMap(({ spoilt }) => spoilt)) {
      told.set(path.split(".")[0], message?.zh ?? this.verdicts.shapes.get(shape)?.message.zh ?? "");
    }
    for (const one of this.questions.values()) one.say(told.get(one.name) ?? told.get(one.question.instead) ?? "");
  }

  summary(verdicts, next) {
    const counts = GROUPS.map(([state, title]) => [title, verdicts.filter((verdict) => verdict.state === state).length])
      .filter(([, many]) => many).map(([title, many]) => `${title} ${many} 条`).join("，");
    return `${this.remark}${counts}。${next ? `下一题：${this.questions.get(next).label}` : "没有别的问题了。"}`;
  }

  say(words) { this.at("status").textContent = words; }

  // --- leaving the page, only when asked to ---

  link() {
    const address = `${location.href.split("#")[0]}${LINK}${encodeURIComponent(JSON.stringify(this.answers()))}`;
    this.at("address").value = address;
    this.at("linked").hidden = false;
    this.at("address").focus();
    this.at("address").select();
  }

  // The filled case goes to 案件校验 from window to window: it stands in no address and is kept nowhere.
  check({ kind }) {
    const words = JSON.stringify({ type: kind, ...this.answers() }, null, 2);
    const opened = window.open("check.html");
    if (!opened) return this.say("浏览器没有让本页打开案件校验。");
    const hear = ({ source, data }) => {
      if (source !== opened || data !== "cetu-checker-ready") return;
      window.removeEventListener("message", hear);
      opened.postMessage({ cetuCase: words }, location.protocol === "file:" ? "*" : location.origin);
    };
    window.addEventListener("message", hear);
  }
}

// The answers that a link carries, {} without a link, null where it carries none that can be read.
function answersIn(hash) {
  if (!hash.startsWith(LINK)) return {};
  if (hash.length > LONGEST_LINK) return null;
  try {
    const answers = JSON.parse(decodeURIComponent(hash.slice(LINK.length)));
    return answers !== null && typeof answers === "object" && !Array.isArray(answers) ? answers : null;
  } catch {
    return null;
  }
}

{
  const root = document.getElementById("cetu-routes");
  root.hidden = false;
  window.cetuRoutes = new RoutesPage(root, window.CETU_CHECKER, window.CETU_ROUTES, window.CETU_PROGRAM);
}
