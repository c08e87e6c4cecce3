"""Official documents by the thousand, for measuring: plausible in form, invented in content.

    python scripts/generate_documents.py FOLDER COUNT

``wide`` makes one with many clauses and many departments, for what one page can take.

Each has another mixture of sections, manners of naming departments and citations of the
others; the same number gives the same text. Nothing in them is real but the names of
divisions and organs, which come from ontology/.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph
from rdflib.namespace import SKOS

ROOT = Path(__file__).resolve().parents[1]
_NUMERALS = "一二三四五六七八九十"
_SUBJECTS = ("优化营商环境", "推进数字政府建设", "完善养老服务体系", "促进消费扩容提质",
             "加强安全生产工作", "深化户籍制度改革", "推动制造业高质量发展", "改善农村人居环境",
             "健全医疗保障制度", "支持中小微企业发展")
_TASKS = ("建立统一的信息平台", "简化办理程序", "公开服务事项清单", "开展专项检查", "完善工作台账",
          "加强业务培训", "推行网上办理", "健全协调机制", "落实资金保障", "组织年度评估",
          "规范档案管理", "畅通投诉渠道")
_DETAILS = ("对符合条件的申请，应当在规定时限内办结。", "不得增设办理环节，不得要求重复提交材料。",
            "可以通过政务服务平台提交申请。", "每季度汇总情况，及时研究解决问题。", "按照职责分工抓好落实。")


@dataclass(frozen=True, slots=True)
class Generated:
    """A document with the code of its place (GB/T 2260)."""

    name: str
    code: str
    text: str


def generated(count: int) -> Iterator[Generated]:
    """The first ``count`` documents, one after another."""
    places = _places()
    organs = _organs()
    for serial in range(count):
        chance = random.Random(serial)
        code, place = places[serial % len(places)]
        cited = [_name(i, places) for i in chance.sample(range(serial), min(serial, chance.randint(0, 3)))]
        yield Generated(f"d{serial:05d}", code, _text(
            chance, serial, place, organs, cited, _name(serial, places)))


def _places() -> list[tuple[str, str]]:
    with (ROOT / "ontology" / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["code"], row["name"]) for row in csv.DictReader(file)]
    cities = [(code, name) for code, name in rows if code.endswith("00") and name.endswith("市")]
    return cities


def _organs(*, one: bool = False) -> list[str]:
    """Names of organs; ``one`` of each organ only."""
    graph = Graph().parse(ROOT / "ontology" / "organs.ttl")
    found = sorted((str(name), organ) for organ, name in graph.subject_objects(SKOS.altLabel)
                   if str(name).endswith(("局", "委")) and len(str(name)) > 2)
    return sorted({organ: name for name, organ in found}.values()) if one else [name for name, _ in found]


def _name(serial: int, places: list[tuple[str, str]]) -> tuple[str, str]:
    """Title and number of the document with that serial."""
    place = places[serial % len(places)][1]
    subject = _SUBJECTS[serial % len(_SUBJECTS)]
    return (f"{place}人民政府办公室关于{subject}的实施意见（第{serial + 1}批）",
            f"{place[0]}政办字〔{2015 + serial % 10}〕{serial + 1}号")


def _text(
    chance: random.Random, serial: int, place: str, organs: list[str], cited: list[tuple[str, str]],
    named: tuple[str, str],
) -> str:
    title, number = named
    names = chance.sample(organs, 16)
    lines = [title, number, "各区（市）人民政府，市政府各部门、各直属机构："]
    based = "、".join(f"《{t}》（{n}）" for t, n in cited)
    basis = f"根据{based}精神，" if based else ""
    lines.append(f"为{_SUBJECTS[serial % 10]}，{basis}结合我市实际，提出如下实施意见。")
    for section in range(chance.randint(3, 6)):
        lines.append(f"{_NUMERALS[section]}、{chance.choice(_TASKS)}")
        for clause in range(chance.randint(1, 5)):
            words = "".join(chance.sample(_DETAILS, chance.randint(1, 4)))
            marker = _marker(chance, serial, names)
            lines.append(f"（{_NUMERALS[clause]}）{chance.choice(_TASKS)}。{words}{marker}")
    date = f"{2015 + serial % 10}年{serial % 12 + 1}月{serial % 28 + 1}日"
    lines += [f"{place}人民政府办公室", date, "（此件公开发布）"]
    return "\n".join(lines) + "\n"


def _marker(chance: random.Random, serial: int, names: list[str]) -> str:
    lead, *others = ("市" + name for name in chance.sample(names, chance.randint(2, 6)))
    rest = "、".join(others)
    return (f"（牵头单位：{lead}；责任单位：{rest}）", f"（责任单位：{lead}、{rest}）",
            f"（{lead}牵头，{rest}配合）", f"（{lead}、{rest}按职责分工负责）")[serial % 4]


def wide(clauses: int, departments: int) -> Generated:
    """One document in which ``departments`` departments share ``clauses`` clauses, each of them named."""
    chance = random.Random(clauses * 1000 + departments)
    code, place = _places()[0]
    names = [f"市{organ}" for organ in _organs(one=True)][:departments]
    names += [f"市第{_numeral(n)}工程建设局" for n in range(1, departments - len(names) + 1)]
    lines = [f"{place}人民政府办公室关于全面落实各项重点任务的实施意见", f"{place[0]}政办字〔2024〕999号",
             "各区（市）人民政府，市政府各部门、各直属机构：", "为落实各项重点任务，提出如下实施意见。"]
    for number in range(clauses):
        if number % 20 == 0:
            lines.append(f"{_numeral(number // 20 + 1)}、{chance.choice(_TASKS)}")
        lead = names[number % departments]
        others = chance.sample([name for name in names if name != lead], chance.randint(1, 6))
        marker = (f"（责任单位：{lead}、{'、'.join(others)}）" if number % 3 == 0 else
                  f"（牵头单位：{lead}；责任单位：{'、'.join(others)}）")
        task, detail = chance.choice(_TASKS), chance.choice(_DETAILS)
        lines.append(f"（{_numeral(number % 20 + 1)}）{task}。{detail}{marker}")
    lines += [f"{place}人民政府办公室", "2024年1月1日", "（此件公开发布）"]
    return Generated("wide", code, "\n".join(lines) + "\n")


def _numeral(number: int) -> str:
    """1 … 99 as headings count."""
    tens, ones = divmod(number, 10)
    before = "" if tens == 1 else _NUMERALS[tens - 1]
    return (f"{before}十" if tens else "") + (_NUMERALS[ones - 1] if ones else "")


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for item in generated(count):
        (folder / f"{item.name}.txt").write_text(item.text, "utf-8")


if __name__ == "__main__":
    main()
