"""The tables of the site that a query makes: how their rows are read from a page, and which columns of the answer they are."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Row = tuple[str, ...]

# Reads what stands before a link: the table or list that it speaks of, without line breaks and what is for the screen only.
READERS = """
const plain = node => node ? node.textContent.replace(/\\s+/g, '') : '';
const before = (link, selector) => {
  for (let node = link.closest('p, li'); node; node = node.previousElementSibling) {
    const found = node.matches(selector) ? node : node.querySelector(selector);
    if (found) return found;
  }
  throw new Error('nothing stands before the link');
};
const cells = (link, columns, inner = plain) => [...before(link, 'table').tBodies[0].rows].map(row => columns.map(at => inner(row.cells[at])));
const items = (link) => [...before(link, 'ul').children];
const first = cell => plain(cell.querySelector('a') ?? cell);
const number = node => { const words = typeof node === 'object' ? plain(node) : String(node).replace(/\\s+/g, ''), bare = words.replace(/,/g, '');
    return bare !== '' && isFinite(bare) ? String(Number(bare)) : words; };
const words = node => node.textContent.replace(/\\s+/g, '');
const ROLES = {lead: '牵头单位', responsible: '责任单位', cooperate: '配合单位', unspecified: '未写明角色'};
const role = mark => ROLES[[...mark.classList].map(name => name.replace('cetu-', '')).find(name => name in ROLES)];
"""


@dataclass(frozen=True)
class Table:
    """``read`` is JavaScript from a link to rows; ``columns`` are those of the answer that the rows have."""

    read: str
    columns: Row


@dataclass(frozen=True)
class Beside:
    """A table of a page with the query beside it."""

    query: str
    asked: str      # as the part of the address behind #
    rows: list[Row]
    columns: Row    # of the answer

    def project(self, answer: list[dict[str, str]]) -> list[Row]:
        return [tuple("".join(row[column].split()) for column in self.columns) for row in answer]


def _list_of_pairs(first: str) -> str:
    """A → B：clause、clause as one row a clause."""
    return f"""link => items(link).flatMap(item => {{
        const [{first}] = [...item.querySelectorAll('a:not(.cetu-cite)')].map(plain).length ? [[...item.querySelectorAll('a:not(.cetu-cite)')].map(plain)] : [[]];
        return [...item.querySelectorAll('a.cetu-cite')].map(cite => [...{first}, plain(cite)]);
    }})"""


TABLES: dict[str, Table] = {
    "duties": Table("""link => {
        const heads = table => [...table.tHead.rows[0].cells].slice(1).map(cell => plain(cell).replace('责任和其他', '责任')), table = before(link, 'table');
        if (table.matches('.cetu-matrix')) return [...table.tBodies[0].rows].flatMap(row => [...row.cells].slice(1).flatMap((cell, at) =>
            [...cell.querySelectorAll('a.cetu-mark')].map(mark => [first(row.cells[0]), role(mark), heads(table)[at]])));
        return [...table.tBodies[0].rows].flatMap(row => [...row.cells].slice(1).flatMap((cell, at) =>
            [...cell.querySelectorAll('a')].map(name => [first(row.cells[0]), heads(table)[at], plain(name)])));
    }""", ("条款", "角色", "单位")),
    "clauses": Table("link => cells(link, [0, 1, 2, 3, 4])", ("条款", "标题", "牵头单位", "责任单位", "规范")),
    "clauses-without-lead": Table("""link => !document.querySelector('#gap-leaderless') ?
        [...before(link, 'p:has(.cetu-cite)').querySelectorAll('.cetu-cite')].map(cite => [plain(cite)]) :
        cells(link, [0])""", ("条款",)),
    "clauses-without-agency": Table("link => cells(link, [0, 1])", ("条款", "标题")),
    "described-bodies": Table("""link => [...before(link, 'table').tBodies[0].rows]
        .map(row => [plain(row.cells[0]), plain(row.querySelector('mark')), plain(row.cells[1])])""", ("条款", "名称", "原文")),
    "open-lists": Table("""link => [...before(link, 'table').tBodies[0].rows].map(row =>
        [plain(row.querySelector('.cetu-cite')), plain(row.querySelector('mark'))])""", ("条款", "字句")),
    "norms-without-rule": Table("link => cells(link, [0, 4])", ("条款", "原因")),
    "covering": Table("link => cells(link, [0, 1, 2, 3, 4], cell => first(cell))", ("条款", "规范", "有规则", "不可校验", "尚缺")),
    "cooperation": Table("""link => [...before(link, 'table').tBodies[0].rows].map(row => {
        const links = [row.cells[0], row.cells[1]].map(cell => cell.querySelector('a'));
        return [...links.sort((a, b) => a.href < b.href ? -1 : 1).map(plain), plain(row.cells[2])];
    })""", ("单位", "另一单位", "条款数")),
    "all-loads": Table("link => cells(link, [0, 1, 2, 3], cell => first(cell))", ("单位", "牵头", "责任和其他", "公文")),
    "document-dates": Table("link => cells(link, [0, 1, 2, 3])", ("文件", "成文日期", "印发日期", "校验和")),
    "loads": Table("link => cells(link, [0, 1, 2, 3])", ("单位", "牵头", "责任", "协作单位数")),
    "leadership": Table(_list_of_pairs("names"), ("牵头单位", "单位", "条款")),
    "departments": Table("link => cells(link, [0, 3, 4, 5], cell => first(cell))", ("单位", "牵头", "责任", "公文")),
    "partners": Table(_list_of_pairs("names"), ("一起工作的单位", "条款")),
    "department": Table("""link => {
        const roles = {牵头: '牵头单位', 责任: '责任单位', 配合: '配合单位', 列名: '未写明角色'}, table = before(link, 'table');
        return [...table.tBodies].flatMap(body => [...body.rows].slice(1).map(row => [
            first(row.cells[0]), roles[plain(body.rows[0]).split('（')[0]], plain(row.querySelector('.cetu-note'))]));
    }""", ("条款", "角色", "括注")),
    "clause-duties": Table("""link => { const facts = [...before(link, 'dl').children];
        return facts.filter(node => node.tagName === 'DT' && Object.values(ROLES).includes(plain(node))).flatMap(node =>
            [...node.nextElementSibling.querySelectorAll('a')].map(name => [plain(node), plain(name)])); }""", ("角色", "写作")),
    "clause-norms": Table("link => cells(link, [0, 1, 2, 3])", ("原文", "方式", "由谁", "校验")),
    "clause-rules": Table("link => items(link).map(item => [first(item)])", ("规则",)),
    "coverage": Table("link => cells(link, [0, 1, 2, 3, 4])", ("条款", "原文", "方式", "由谁", "校验")),
    "enforced": Table("link => cells(link, [0, 1, 2, 3, 4])", ("条款", "原文", "方式", "由谁", "校验")),
    "readings": Table("""() => [...document.querySelectorAll('.cetu-reading > p')].map(line => {
        const nodes = [...line.childNodes], at = nodes.findIndex(node => node.nodeName === 'BR');
        const text = some => some.map(node => node.textContent).join('').replace(/\\s+/g, '');
        const [, clauses, quotation, reading] = /^(.*?)“(.*)”：([^]*)$/.exec(text(at < 0 ? nodes : nodes.slice(0, at)));
        return [clauses, quotation, reading, at < 0 ? '' : text(nodes.slice(at + 1))];
    })""", ("条款", "原文", "理解", "另一种理解")),
    "pathways": Table("link => cells(link, [0, 1, 2, 3, 4])", ("路径", "条款", "对象", "去向", "近亲属")),
    "pathway": Table("""link => items(link).map(item => {
        const [, condition, group] = /^(.*?)(?:（(同组具备其一即可)）)?$/.exec(words(item.childNodes[0]));
        return [condition, words(item.lastChild).slice(1, -1), group ?? ''];
    })""", ("条件", "原文", "同组")),
    "rules": Table("""() => [...document.querySelectorAll('article ul')].flatMap(list => [...list.children].map(item =>
        [first(item), plain(item).slice(first(item).length + 1)]))""", ("规则", "条款")),
    "rule-checks": Table("link => cells(link, [0, 2])", ("说明", "级别")),
    "citations": Table("""link => {
        if (document.querySelector('#derivation')) return items(link).map(item => {
            const [, cue, title, number, relation, level, held] = /^(.*?)《(.*)》（(.*)）：(.*)；(.*)；(.*)$/.exec(plain(item));
            return [title, number, relation, held];
        });
        const words = {根据: '制定依据', 结合: '结合其精神，不是制定依据', 引用: '引用'};
        return [...before(link, 'dl').children].filter(node => plain(node) in words).map(node => {
            const [, title, number] = /^《(.*)》(?:（(.*?)）)?(?:，未持有全文)?$/.exec(plain(node.nextElementSibling));
            return [title, number ?? '', words[plain(node)], plain(node.nextElementSibling).includes('未持有全文') ? '未持有全文' : '持有全文'];
        });
    }""", ("文件", "字号", "关系", "全文")),
    "facts": Table("""link => { const facts = before(link, 'dl'), found = [];
        const parts = {主送: '，', 抄送: '，'};
        for (const node of facts.querySelectorAll('dt')) {
            const words = plain(node.nextElementSibling), name = plain(node);
            if (name === '印发') found.push(...words.split('，'));
            else found.push(...(parts[name] ? words.split(parts[name]) : [words]));
        }
        return found.map(value => [value]);
    }""", ("值",)),
    "repairs": Table("link => cells(link, [1, 2, 3])", ("来源文字", "修复后", "原因")),
    "documents": Table("link => cells(link, [0, 1, 2, 4, 5, 6])", ("公文", "发文字号", "发文机关", "成文日期", "条款", "单位")),
    "derivation": Table("""link => location.pathname.endsWith('pictures.html') ? cells(link, [0, 1, 2]) : items(link).map(item => [plain(item.querySelectorAll('a')[0]), words(item.childNodes[1]),
        plain(item.querySelectorAll('a')[1])])""", ("字号", "关系", "文件字号")),
    "terms": Table("""link => cells(link, [0, 1, 2], cell => words(cell.childNodes[0]).replace(/^\\w+:/, ''))""", ("词", "标识", "定义")),
    "fields": Table("""link => cells(link, [0, 1], plain).map(([key, meaning]) =>
        [key.split('.').at(-1), ...meaning.split(/：(.*)/s).slice(0, 2)])""", ("标识", "字段", "定义")),
    "code-list": Table("""link => [...before(link, 'table').tBodies[0].rows].map(({ cells: [name, marks, said] }) => {
        const [mark, code] = marks.querySelectorAll('code'), english = name.querySelector('span');
        return [mark, code, name.childNodes[0], english, said.childNodes[0]].map(plain).map(words => words === '—' ? '' : words);
    })""", ("标识", "代码", "名称", "英文", "定义")),
    "measurements": Table("link => cells(link, [0, 1, 2, 3, 4, 5, 6, 7], number)",
                          ("引擎", "输入", "件数", "秒", "处理器秒", "每秒件数", "内存", "结果")),
    "speed-targets": Table("""link => cells(link, [0, 1, 2, 3, 4, 5]).map(row =>
        [row[0], row[1], ...[row[2], row[3]].map(words => number(words === '—' ? '' : parseFloat(words))), number(row[4]), row[5]])""",
                           ("项目", "目标", "按时钟", "按处理器时间", "件数", "结果")),
    "case-needs": Table("""link => [...before(link, 'table').tBodies[0].rows].flatMap(row => [...row.cells].slice(1).flatMap(cell =>
        [...cell.querySelectorAll('li')].map(item => {
            const column = cell.dataset.label, words = plain(item.querySelector('a') ?? item.childNodes[0]);
            const kind = plain(row.cells[0].childNodes[0]);
            return [kind, column !== '规则和路径' ? column : plain(item).startsWith('路径：') ? '路径' : '规则', words];
        })))""", ("类型", "栏", "内容")),
    "remarks": Table("""link => [...before(link, 'table').tBodies[0].rows].map(row =>
        [plain(row.querySelector('.cetu-cite')), ...[1, 2, 3].map(at => plain(row.cells[at]))])""", ("条款", "级别", "说明", "原文")),
    "repairs-in-context": Table("link => cells(link, [0, 1]).map(([number, words]) => [number.replace('修复', ''), words])",
                                ("次序", "修复后的句子")),
    "unplaced-names": Table("""link => [...before(link, 'table').tBodies[0].rows].flatMap(row => {
        const near = [...row.cells[1].querySelectorAll('a')].map(plain);
        return (near.length ? near : ['']).map(other => [first(row.cells[0]), other, first(row.cells[2])]);
    })""", ("名称", "相近的名称", "见于")),
    "gap-counts": Table("link => cells(link, [0, 1, 2, 3, 4, 5, 6], cell => first(cell))",
                        ("简称", "没有写单位", "没有写牵头单位", "没有写明名称", "列举未尽", "文本修复", "整理时存疑")),
    "changes": Table("""link => [...document.querySelectorAll('table.cetu-changes')].flatMap(table =>
        [...table.tBodies[0].rows].map(row => [...row.cells].map(plain)))""", ("条目", "变更", "上一版", "本版")),
    "codes": Table("", ("代码表", "代码", "名称", "英文")),
}
# where a page shows fewer columns of an answer than another
FEWER: dict[tuple[str, str], Row] = {
    ("loads", "pictures.html"): ("单位", "牵头", "责任")}
# columns of a file to download, and those of the answer that they are
FILES: dict[str, tuple[int, Row]] = {
    "matrix.csv": (3, ("条款", "角色", "写作")), "coverage.csv": (2, ("条款", "原文")),
    "codes.csv": (4, ("代码表", "代码", "名称", "英文")),
}


def rows_beside(page: Any, site: Path) -> list[Beside]:
    """Every table of the page that leads to its query."""
    links = page.query_selector_all("a.cetu-asked, .cetu-asked a")
    found = []
    for link in links:
        asked = urlsplit(link.get_attribute("href")).query
        query = parse_qs(asked)["query"][0]
        columns = TABLES[query].columns
        columns = FEWER.get((query, urlsplit(page.url).path.rpartition("/")[2]), columns)
        if query == "duties" and "/documents/" in page.url:
            columns = ("条款", "角色")      # a department is named there in one of the ways its document prints it
        if page.url.endswith("downloads.html"):
            name = link.evaluate("link => link.closest('li').querySelector('a').textContent")
            rows, columns = _rows_of_file(site / "data" / name), FILES[name][1]
        else:
            rows = [tuple(row) for row in link.evaluate(f"(link) => {{ {READERS} return ({TABLES[query].read})(link); }}")]
        rows = [row[: len(columns)] for row in rows]
        found.append(Beside(query, asked, rows, columns))
    return found


def _rows_of_file(path: Path) -> list[Row]:
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines(keepends=True)))[1:]
    return [tuple("".join(cell.split()) for cell in row[: FILES[path.name][0]]) for row in rows]
