"""The page 我能走哪条路径 says of every example what ``cetu validate`` finds, and promises no more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from checking import serving
from waiting import wait_for

import cetu
from cetu import api
from cetu.analysis.routes import pathways, rule_of
from cetu.findings import Finding, Severity
from cetu.graph.house import House
from cetu.validation.pathways import part_of_verdict

Case = dict[str, Any]


@pytest.fixture
def page(site: Path, browser: Any) -> Iterator[Any]:
    yield from _opened(f"file://{site}/routes.html", browser)


def _opened(address: str, browser: Any, **options: Any) -> Iterator[Any]:
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith(("file:", "blob:", "data:", address.rpartition("/")[0]))
            else faults.append(asked.url)
        ),
    )
    page.goto(address)
    _settled(page)
    yield page
    assert faults == []
    context.close()


def _settled(page: Any) -> str:
    """The summary once every pathway is judged."""
    wait_for(page, "cetuRoutes.waiting.size === 0 && /条。/.test(document.querySelector('[data-cetu=status]').textContent)"
    )
    words: str = page.inner_text("[data-cetu=status]")
    return words


# --- the examples of the rules that decide a pathway ---


@pytest.fixture(scope="module")
def kinds(house: House) -> dict[str, tuple[str, str]]:
    """For each kind of case the pathway and the rule that decides it."""
    found = pathways(cetu.document(house), house.policy)
    return {pathway.case_type: (pathway.name, rule_of(pathway, house.case_rules)) for pathway in found}


@pytest.fixture(scope="module")
def examples(kinds: dict[str, tuple[str, str]], root: Path) -> dict[str, Case]:
    folders = [root / "shapes" / "case" / rule for _, rule in kinds.values()]
    files = [file for folder in folders for file in sorted(folder.glob("*/*.json"))]
    return {
        f"{file.parent.parent.name}/{file.parent.name}/{file.stem}": json.loads(file.read_text("utf-8"))
        for file in files
    }


@pytest.fixture(scope="module")
def told(
    house: House, examples: dict[str, Case], kinds: dict[str, Any]
) -> dict[tuple[str, str], list[Finding]]:
    """What the command line finds in each example, filed under each kind of case."""
    asked = [(name, kind) for name in examples for kind in kinds]
    found: dict[tuple[str, str], list[Finding]] = {one: [] for one in asked}
    for finding in api.validate(
        house, [{**examples[name], "type": kind, "caseNumber": f"{name} {kind}"} for name, kind in asked]
    ).findings:
        if finding.place.record:
            found[asked[finding.place.record - 1]].append(finding)
    return found


def _by_part(findings: list[Finding], rule: str) -> dict[str, set[str]]:
    parts: dict[str, set[str]] = {"failing": set(), "unstated": set(), "note": set()}
    for finding in findings:
        if finding.rule == rule:
            parts[part_of_verdict(finding.shape, finding.severity)].add(finding.shape)
    return parts


def _answers(page: Any, case: Case) -> Case:
    """What the page asks for, of what the case states."""
    names = {
        name
        for question in page.evaluate("CETU_ROUTES.questions")
        for name in (question["name"], question["instead"])
    }
    return {name: value for name, value in case.items() if name in names}


def test_every_pathway_of_the_document_is_judged(page: Any, kinds: dict[str, Any]) -> None:
    assert len(kinds) == 11
    shown = page.locator(".cetu-route").evaluate_all("cards => cards.map(card => card.dataset.name)")
    assert sorted(shown) == sorted(name for name, _ in kinds.values())


def test_each_example_under_each_pathway_has_the_findings_of_the_command_line(
    page: Any,
    kinds: dict[str, tuple[str, str]],
    examples: dict[str, Case],
    told: dict[tuple[str, str], list[Finding]],
) -> None:
    """Same conditions not met, same facts not stated; "符合" only where the command line finds nothing."""
    assert len(examples) > 90
    states = set()
    for name, case in examples.items():
        verdicts = page.evaluate("answers => cetuRoutes.judged(answers)", _answers(page, case))["verdicts"]
        for kind, (pathway, rule) in kinds.items():
            verdict = next(one for one in verdicts if one["name"] == pathway)
            here = {part: {f["shape"] for f in verdict[part]} for part in ("failing", "unstated", "note")}
            findings = told[name, kind]
            assert here == _by_part(findings, rule), (name, kind)
            if verdict["state"] == "met":
                assert findings == [], (name, kind)
            if any(f.severity == Severity.VIOLATION for f in findings):
                assert verdict["state"] in ("unmet", "open"), (name, kind)
            states.add((verdict["state"], kind == case["type"]))
    assert {state for state, filed in states if filed} == {"met", "depends", "open", "unmet"}


# --- answered through the form ---

# Works the controls of the page as a person does: goes through the questions, answers what the case states
# and passes over what it does not (``in_turn``), then states what is left where other matters may be stated.
ANSWER = """async ({answers, in_turn}) => {
  const left = {...answers}, page = cetuRoutes;
  const settled = async () => {
    do await new Promise(r => setTimeout(r)); while (page.waiting.size);
  };
  const change = (control, value) => { control.value = value; control.dispatchEvent(new Event("change", {bubbles: true})); };
  const chosen = (box, value) => {
    const radio = [...box.querySelectorAll("input[type=radio]")].find(r => r.value === String(value));
    if (radio) radio.click();
    else change(box.querySelector("select"), value);
  };
  const taken = (name) => { const value = left[name]; delete left[name]; return value; };
  const answer = ({question, box}) => {
    const value = taken(question.name), zone = taken(question.instead), select = box.querySelector("select");
    if (question.form === "choices") {
      value.forEach(one => box.querySelector(`input[value="${one}"]`).click());
    } else if (question.form === "place") {
      const listed = value === undefined ? `zone ${zone}` : `code ${value}`;
      const known = [...select.options].some(o => o.value === listed);
      change(select, known ? listed : "other");
      if (!known) change(box.querySelector("input"), value);
    } else if (question.form === "parts") {
      for (const part of value) {
        [...box.querySelectorAll("button")].find(b => b.textContent.startsWith("添加")).click();
        const inner = [...box.querySelectorAll(".cetu-part")].at(-1);
        if (part.relation) chosen(inner, part.relation);
      }
    } else if (["boolean", "choice"].includes(question.form)) chosen(box, value);
    else change(box.querySelector("input"), value);
  };
  const stated = ({question}) => question.name in left || question.instead in left;
  while (in_turn && page.current && Object.keys(left).length) {
    const one = page.questions.get(page.current);
    if (stated(one)) answer(one);
    else document.querySelector("[data-cetu=next] button").click();
    await settled();
  }
  document.querySelector("[data-cetu=more]").open = true;
  for (const one of page.questions.values()) if (stated(one)) { answer(one); await settled(); }
}"""


def _answered(page: Any, answers: Case, *, in_turn: bool) -> None:
    """The answers given through the form from the beginning."""
    page.evaluate("cetuRoutes.restart({})")
    _settled(page)
    page.evaluate(ANSWER, {"answers": answers, "in_turn": in_turn})
    _settled(page)


def _can_be_answered(name: str) -> bool:
    """Examples of values that no control of a form offers are put to the page without it."""
    return not re.search(
        r"unknown-(work|destination-code|relation-code|category)|flag-|start-(on-no-day|with-slashes)|two-in-laws",
        name,
    )


def test_conforming_examples_answered_through_the_form_are_said_to_fit(
    page: Any, kinds: dict[str, tuple[str, str]], examples: dict[str, Case]
) -> None:
    met = set()
    for name, case in examples.items():
        if "/conforms/" not in name or not _can_be_answered(name) or kinds[case["type"]][0] in met:
            continue    # one a pathway: all have the findings of the command line above, without the form
        _answered(page, _answers(page, case), in_turn=True)
        pathway, _ = kinds[case["type"]]
        card = page.locator(f".cetu-route[data-name={pathway}]")
        assert card.get_attribute("data-state") == "met", name
        assert card.locator("[data-shape]").count() == 0
        met.add(pathway)
    assert met == {pathway for pathway, _ in kinds.values()}


def test_violating_examples_answered_through_the_form_name_what_is_missing(
    page: Any,
    kinds: dict[str, tuple[str, str]],
    examples: dict[str, Case],
    told: dict[tuple[str, str], list[Finding]],
) -> None:
    # every other one: that all of them have the findings of the command line is shown above without the form
    chosen = [name for name in examples if "/violates/" in name and _can_be_answered(name)][::2]
    for name in chosen:
        case = examples[name]
        _answered(page, _answers(page, case), in_turn=False)
        pathway, rule = kinds[case["type"]]
        card, findings = (
            page.locator(f".cetu-route[data-name={pathway}]"),
            [f for f in told[name, case["type"]] if f.rule == rule],
        )
        assert card.get_attribute("data-state") != "met", name
        shown = card.locator("[data-shape]").evaluate_all(
            "items => items.map(i => [i.dataset.shape, i.firstChild.textContent])"
        )
        assert dict(map(tuple, shown)) == {f.shape: f.message.zh for f in findings}, name
        words = card.inner_text()
        for finding in findings:
            if finding.severity == Severity.VIOLATION:
                assert finding.message.zh in words, name
                assert all(quoted.words.replace("\n", "") in words for quoted in finding.quotations), name
    assert len(chosen) > 30


# --- careful with what is not known, and with what is private ---


def test_nothing_is_said_to_fit_or_not_before_anything_is_answered(page: Any) -> None:
    """What is not answered is unknown, never no."""
    assert page.locator(".cetu-route").evaluate_all(
        "cards => [...new Set(cards.map(c => c.dataset.state))]"
    ) == ["open"]
    assert "这不是审批决定" in page.inner_text("article")
    while page.locator("[data-cetu=next] button").count():
        page.locator("[data-cetu=next] button").click()
        _settled(page)
    assert "没有别的问题了" in page.inner_text("[data-cetu=status]")
    assert page.locator(".cetu-route").evaluate_all(
        "cards => [...new Set(cards.map(c => c.dataset.state))]"
    ) == ["open"]


def test_whatever_is_answered_no_pathway_fits_that_the_command_line_finds_fault_with(
    page: Any, house: House, kinds: dict[str, tuple[str, str]]
) -> None:
    """Three hundred persons who answer each question at random, to the end."""
    people = page.evaluate(RANDOM_PEOPLE, 300)
    asked = [(person, kind) for person in people for kind in kinds]
    record = {"applicant": {"name": "张例子", "citizenNumber": "370402199001010016"}, "decision": "approved", "decisionDate": "2024-12-31",
              "handlingDivision": "370402", "applicationDate": "2024-12-01"}  # fmt: skip
    cases = [
        {**record, **person["answers"], "type": kind, "caseNumber": str(at)}
        for at, (person, kind) in enumerate(asked)
    ]
    found: list[list[Finding]] = [[] for _ in asked]
    for finding in api.validate(house, cases).findings:
        found[finding.place.record - 1].append(finding)
    met = 0
    for (person, kind), findings in zip(asked, found, strict=True):
        pathway, rule = kinds[kind]
        state = person["states"][pathway]
        own = _by_part([f for f in findings if f.rule == rule], rule)
        if "applicationDate" in person["answers"] or kind != "RuralEntrepreneurSettlement":
            assert (state == "unmet") == bool(own["failing"]), (person, kind)
            assert state != "met" or not any(own.values()), (person, kind)
        met += state == "met"
    assert met > 100
    put = [person["put"] for person in people]
    assert sum(put) / len(put) < 15
    assert max(put) <= 22


# A person answers whatever is asked, each answer as likely as another.
RANDOM_PEOPLE = """async (many) => {
  let seed = 7;
  const chance = (n) => (seed = (seed * 48271) % 2147483647) % n, people = [];
  const field = (name) => CETU_CHECKER.fields.find(f => f.name === name);
  for (let at = 0; at < many; at++) {
    const answers = {}, passed = [];
    for (let put = 0; ; put++) {
      const {verdicts, next} = await cetuRoutes.judged(answers, passed);
      if (!next) {
        people.push({answers, put, states: Object.fromEntries(verdicts.map(v => [v.name, v.state]))});
        break;
      }
      const {name, form} = CETU_ROUTES.questions.find(q => q.name === next), {codes} = field(name);
      const code = codes.length ? codes[chance(codes.length)][0] : "";
      passed.push(next);
      answers[name] = {boolean: chance(2) === 1, choices: [code], choice: code, text: "12370400MB0000000J",
        place: chance(3) ? "370402" : code, date: `202${chance(4)}-0${1 + chance(9)}-01`}[form];
    }
  }
  return people;
}"""


def test_a_filled_case_is_taken_to_the_checker_and_stands_in_no_address(site: Path, browser: Any) -> None:
    with serving(site) as served:
        for base in (f"file://{site}", served):
            for page in _opened(f"{base}/routes.html", browser):
                page.evaluate(
                    ANSWER,
                    {"answers": {"residesInTown": True, "residenceDivision": "370402"}, "in_turn": False},
                )
                _settled(page)
                with page.context.expect_page() as opened:
                    page.locator(".cetu-route[data-name=pathway_2_1] button").click()
                checker = opened.value
                wait_for(checker, "/^共 /.test(document.querySelector('[data-cetu=status]').textContent)"
                )
                assert json.loads(checker.input_value("#cetu-text")) == {
                    "type": "HabitualResidenceSettlement",
                    "residesInTown": True,
                    "residenceDivision": "370402",
                }
                assert checker.url == f"{base}/check.html"
                assert page.url == f"{base}/routes.html"
                kept = page.evaluate(
                    "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state])"
                )
                assert "residesInTown" not in kept
                assert "370402" not in kept


def test_a_link_with_the_answers_is_made_only_when_asked_for_and_gives_them_back(
    site: Path, browser: Any
) -> None:
    answers = {
        "applicantCategory": ["talent"],
        "hostRelation": "75",
        "destinationKind": "relative-family-household",
    }
    for page in _opened(f"file://{site}/routes.html", browser):
        page.evaluate(ANSWER, {"answers": answers, "in_turn": False})
        assert page.locator("[data-cetu=address]").is_hidden()
        page.locator("[data-cetu=link]").click()
        link = page.input_value("[data-cetu=address]")
        assert page.url == f"file://{site}/routes.html"
    for page in _opened(link, browser):
        assert page.evaluate("cetuRoutes.answers()") == answers
        assert page.locator(".cetu-route[data-name=pathway_2_3_talent]").get_attribute("data-state") == "met"


HOSTILE = [
    "<script>alert(1)</script>", "javascript:alert(1)", "=cmd", "../../etc/passwd", "\ud800", "__proto__", "x" * 5000,
    "\u202egnp", "']", '"]', "370402' OR 1=1",
]  # fmt: skip


def test_hostile_answers_in_an_address_are_left_out_or_show_as_text(site: Path, browser: Any) -> None:
    for words in HOSTILE[::2]:
        given = json.dumps({"applicantCategory": [words], "residenceDivision": words, "employmentKind": words, "schoolCode": words,
                            "relatives": [{"relation": words}, None, 3], words: words, "applicationDate": words, "__proto__": {"x": 1}})  # fmt: skip
        for page in _opened(f"file://{site}/routes.html#a={quote(given)}", browser):
            assert page.locator("article script:not([src])").count() == 0
            assert "没有采用" in page.inner_text("[data-cetu=status]")
            assert page.locator(".cetu-route").count() == 11
    for bad in ("%", "%00", "[]", "null", "{", "%ED%A0%80", "1e999", '{"a":' * 1000):
        for page in _opened(f"file://{site}/routes.html#a={bad}", browser):
            assert page.evaluate("cetuRoutes.answers()") == {}
            assert "没有采用" in page.inner_text("[data-cetu=status]")


# --- for everybody ---


def test_the_page_is_worked_without_a_mouse(site: Path, browser: Any) -> None:
    for page in _opened(f"file://{site}/routes.html", browser):
        page.locator("fieldset input").first.focus()
        page.keyboard.press("Space")
        _settled(page)
        assert page.evaluate("cetuRoutes.answers()") == {"applicantCategory": ["agricultural-researcher"]}
        for _ in range(40):
            page.keyboard.press("Tab")
            if (
                page.evaluate(
                    "document.activeElement.closest('fieldset')?.querySelector('legend')?.textContent"
                )
                != "人员类别"
            ):
                break
        asked = page.evaluate(
            "cetuRoutes.questions.get(cetuRoutes.current).box.contains(document.activeElement)"
        )
        assert asked
        for _ in range(10):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == "不知道，下一题":
                break
        before = page.evaluate("cetuRoutes.current")
        page.keyboard.press("Enter")
        _settled(page)
        assert page.evaluate("cetuRoutes.current") != before
        assert page.evaluate(
            "cetuRoutes.questions.get(cetuRoutes.current).box.contains(document.activeElement)"
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_with_answers_is_accessible_and_fits(
    site: Path, browser: Any, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    given = quote(json.dumps({"applicantCategory": ["college-or-vocational-graduate"], "intendsToWorkInCity": True, "residenceDivision": "999",
                              "residesInTown": False, "holdsOtherLivingBasis": True, "relatives": [{"relation": "20"}]}))  # fmt: skip
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    for page in _opened(f"file://{site}/routes.html#a={given}", browser, **options):
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
        assert (
            page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        )
        found = Axe().run(
            page, options={"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
        )
        assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]] == []
