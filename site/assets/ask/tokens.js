// A query cut into words, before it runs: what is refused by name, where a name has no prefix, and a bound on the rows.
"use strict";

const TOO_LONG = 200_000, TOO_DEEP = 100;      // characters; brackets inside one another
const TOKEN = new RegExp([
  "(?<comment>#[^\\n\\r]*)",
  "(?<string>\"\"\"(?:[^\"\\\\]|\\\\[^]|\"(?!\"\"))*\"\"\"|'''(?:[^'\\\\]|\\\\[^]|'(?!''))*'''|" +
    "\"(?:[^\"\\\\\\n\\r]|\\\\.)*\"|'(?:[^'\\\\\\n\\r]|\\\\.)*')",
  "(?<iri><[^<>\"{}|^`\\\\\\u0000-\\u0020]*>)",
  "(?<variable>[?$][\\p{L}\\p{N}_\\u00b7]+)",
  "(?<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)",
  "(?<name>(?:_|\\p{L}(?:[\\p{L}\\p{N}_.-]*[\\p{L}\\p{N}_-])?)?:(?:[\\p{L}\\p{N}_:%-]|\\\\.|\\.(?=[\\p{L}\\p{N}_:%.-]))*)",
  "(?<word>\\p{L}[\\p{L}\\p{N}_]*)",
  "(?<sign>[^])",
].join("|"), "uy");

const REFUSED = {
  SERVICE: "会访问其他服务器", LOAD: "会载入其他文件", FROM: "会载入其他图",
  INSERT: "会改动图谱", DELETE: "会改动图谱", CLEAR: "会改动图谱", DROP: "会改动图谱", CREATE: "会改动图谱",
  COPY: "会改动图谱", MOVE: "会改动图谱", ADD: "会改动图谱",
};
const FORMS = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"];

class QueryRefused extends Error {}

function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  for (let match; (match = TOKEN.exec(text));) {
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    if (kind !== "comment" && !(kind === "sign" && /\s/.test(match[0]))) {
      found.push({ kind, text: match[0], at: match.index, upper: kind === "word" ? match[0].toUpperCase() : "" });
    }
  }
  return found;
}

// Line and column as people count them, in characters.
function placeOf(text, at) {
  const lines = text.slice(0, at).split("\n");
  return { line: lines.length, column: Array.from(lines.at(-1)).length + 1 };
}

function placed(text, at, words) {
  const { line, column } = placeOf(text, at);
  return `第 ${line} 行第 ${column} 列：${words}`;
}

// The form of the query: SELECT, ASK, CONSTRUCT or DESCRIBE. Throws QueryRefused for all that is not asked here.
function admitted(text, prefixes) {
  if (text.length > TOO_LONG) throw new QueryRefused(`查询有 ${text.length} 个字符，上限 ${TOO_LONG}`);
  refuse(text, tokens(text));
  // \u0053ERVICE is SERVICE: such signs are read before the query is
  const plain = text.replace(/\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})/g, (sign, four, eight) => {
    const code = parseInt(four ?? eight, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : sign;
  });
  if (plain !== text) refuse(plain, tokens(plain));
  const found = tokens(text), form = found.find((token) => FORMS.includes(token.upper));
  if (!form) throw new QueryRefused(found.length ? "没有 SELECT、ASK、CONSTRUCT 或 DESCRIBE：不是查询" : "没有写查询");
  declared(text, found, prefixes);
  return form.upper;
}

const CLOSES = { "}": "{", ")": "(", "]": "[" };

function refuse(text, found) {
  const open = [];
  let before = null;
  for (const token of found) {
    if (Object.hasOwn(REFUSED, token.upper) && before?.upper !== "AS") {
      throw new QueryRefused(placed(text, token.at, `${token.upper} ${REFUSED[token.upper]}，本页不执行，请去掉`));
    }
    before = token;
    if (token.kind !== "sign") continue;
    if ("\"'".includes(token.text)) throw new QueryRefused(placed(text, token.at, "引号没有收尾"));
    if ("{([".includes(token.text) && open.push(token) > TOO_DEEP) {
      throw new QueryRefused(placed(text, token.at, `嵌套超过 ${TOO_DEEP} 层，请拆开`));
    }
    const opener = CLOSES[token.text];
    if (opener && open.pop()?.text !== opener) throw new QueryRefused(placed(text, token.at, `${token.text} 前面没有相配的 ${opener}`));
  }
  if (open.length) throw new QueryRefused(placed(text, open.at(-1).at, `${open.at(-1).text} 没有收尾`));
}

function declared(text, found, prefixes) {
  const known = new Set([...Object.keys(prefixes), "_"]);
  found.forEach((token, index) => {
    if (token.kind !== "name") return;
    const prefix = token.text.slice(0, token.text.indexOf(":"));
    if (found[index - 1]?.upper === "PREFIX") known.add(prefix);
    else if (!known.has(prefix)) {
      throw new QueryRefused(placed(text, token.at, `前缀 ${prefix}: 没有声明；已有的前缀见“可用的前缀”`));
    }
  });
}

// The query with at most that many rows: its own LIMIT where it is lower. ASK has one answer anyway.
function bounded(text, form, most) {
  if (form === "ASK") return text;
  let deep = 0, end = null;
  const found = tokens(text);
  for (const [index, token] of found.entries()) {
    if (token.kind === "sign" && token.text === "{") deep++;
    if (token.kind === "sign" && token.text === "}") deep--;
    if (deep) continue;
    if (token.upper === "LIMIT") {
      const number = /^\d+/.exec(text.slice(found[index + 1]?.at ?? text.length));
      if (!number || Number(number[0]) <= most) return text;
      const at = found[index + 1].at;
      return text.slice(0, at) + most + text.slice(at + number[0].length);
    }
    // the block of values that may end a query, behind its LIMIT
    if (token.upper === "VALUES" && found.slice(0, index).some((other) => other.text === "}")) end ??= token.at;
  }
  return end === null ? `${text}\nLIMIT ${most}` : `${text.slice(0, end)}\nLIMIT ${most}\n${text.slice(end)}`;
}
