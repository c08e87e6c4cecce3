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
    page.on("request", lambda asked: None if asked.url.startswith(("file:", "blob:", "data:", address.rpartition("/")[0]))
            else faults.append(asked.url))
    page.goto(address)
    _settled(page)
    yield page
    assert faults == []
    context.close()


def _settled(page: Any) -> str:
    """The summary once every pathway is judged."""
    page.wait_for_function("cetuRoutes.waiting.size === 0 && /条。/.test(document.querySelector('[data-cetu=status]').textContent)")
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
    return {f"{file.parent.parent.name}/{file.parent.name}/{file.stem}": json.loads(file.read_text("utf-8")) for file in files}


@pytest.fixture(scope="module")
def told(house: House, examples: dict[str, Case], kinds: dict[str, Any]) -> dict[tuple[str, str], list[Finding]]:
    """What the command line finds in each example, filed under each kind of case."""
    asked = [(name, kind) for name in examples for kind in kinds]
    found: dict[tuple[str, str], list[Finding]] = {one: [] for one in asked}
    for finding in api.validate(house, [
            {**examples[name], "type": kind, "caseNumber": f"{name} {kind}"} for name, kind in asked]).findings:
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
    names = {name for question in page.evaluate("CETU_ROUTES.questions") for name in (question["name"], question["instead"])}
    return {name: value for name, value in case.items() if name in names}


def test_every_pathway_of_the_document_is_judged(page: Any, kinds: dict[str, Any]) -> None:
    assert len(kinds) == 11
    shown = page.locator(".cetu-route").evaluate_all("cards => cards.map(card => card.dataset.name)")
    assert sorted(shown) == sorted(name for name, _ in kinds.values())


def test_each_example_under_each_pathway_has_the_findings_of_the_command_line(
    page: Any, kinds: dict[str, tuple[str, str]], examples: dict[str, Case], told: dict[tuple[str, str], list[Finding]]
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

# Works the controls of the page as a person does who goes through the questions: answers what the case
# states, passes over what it does not, then states what is left where other matters may be stated.
ANSWER = """async (answers) => {
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
  const answers_it = ({question}) => question.name in left || question.instead in left;
  while (page.current && Object.keys(left).length) {
    const one = page.questions.get(page.current);
    if (answers_it(one)) answer(one);
    else document.querySelector("[data-cetu=next] button").click();
    await settled();
  }
  document.querySelector("[data-cetu=more]").open = true;
  for (const one of page.questions.values()) if (answers_it(one)) { answer(one); await settled(); }
}"""


def _answered(page: Any, answers: Case) -> None:
    """The answers given through the form from the beginning."""
    page.evaluate("cetuRoutes.restart({})")
    _settled(page)
    page.evaluate(ANSWER, answers)
    _settled(page)


def _can_be_answered(name: str) -> bool:
    """Examples of values that no control of a form offers are put to the page without it."""
    return not re.search(r"unknown-(work|destination-code|relation-code|category)|flag-|start-(on-no-day|with-slashes)|two-in-laws", name)


def test_conforming_examples_answered_through_the_form_are_said_to_fit(
    page: Any, kinds: dict[str, tuple[str, str]], examples: dict[str, Case]
) -> None:
    met = set()
    for name, case in examples.items():
        if "/conforms/" not in name or not _can_be_answered(name):
            continue
        _answered(page, _answers(page, case))
        pathway, _ = kinds[case["type"]]
        card = page.locator(f".cetu-route[data-name={pathway}]")
        assert card.get_attribute("data-state") == "met", name
        assert card.locator("[data-shape]").count() == 0
        met.add(pathway)
    assert met == {pathway for pathway, _ in kinds.values()}


def test_violating_examples_answered_through_the_form_name_what_is_missing(
    page: Any, kinds: dict[str, tuple[str, str]], examples: dict[str, Case], told: dict[tuple[str, str], list[Finding]]
) -> None:
    seen = 0
    for name, case in examples.items():
        if "/violates/" not in name or not _can_be_answered(name):
            continue
        _answered(page, _answers(page, case))
        pathway, rule = kinds[case["type"]]
        card, findings = page.locator(f".cetu-route[data-name={pathway}]"), [f for f in told[name, case["type"]] if f.rule == rule]
        assert card.get_attribute("data-state") != "met", name
        shown = card.locator("[data-shape]").evaluate_all("items => items.map(i => [i.dataset.shape, i.firstChild.textContent])")
        assert dict(map(tuple, shown)) == {f.shape: f.message.zh for f in findings}, name
        words = card.inner_text()
        for finding in findings:
            if finding.severity == Severity.VIOLATION:
                assert finding.message.zh in words, name
                assert all(quoted.words.replace("\n", "") in words for quoted in finding.quotations), name
        seen += 1
    assert seen > 60
