"""Cases and lines that a reader may stumble over: other types, unknown keys, what is no JSON at all."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = [json.loads(path.read_text("utf-8")) for path in sorted((ROOT / "shapes" / "case").glob("*/*/*.json"))]
ODD = [
    {"decision": 5}, {"decision": ["approved", "refused"]}, {"decision": None}, {"unknown": "x"}, {"residesInTown": "true"},
    {"residesInTown": "是"}, {"applicationDate": "2022-03-01Z"}, {"applicationDate": "12022-03-01"},
    {"applicationDate": "2022-02-30"}, {"applicationDate": "2022-3-1"}, {"applicantCategory": "talent"},
    {"applicantCategory": ["talent", "talent", "other"]}, {"applicantCategory": ["talent", 5]}, {"relatives": {}},
    {"relatives": [None, {"relation": "10"}]}, {"relatives": [{"relation": "10", "x": "y"}]}, {"applicant": []},
    {"applicant": {"name": "甲", "citizenNumber": None}}, {"@context": "https://w3id.org/cetu/case.jsonld"},
    {"@context": "https://x.invalid/"}, {"type": "Nothing"}, {"type": None}, {"words": "x"}, {"decision": "a\\\"b\":1"},
    {"caseNumber": ""}, {"caseNumber": "  1  "}, {"decision": "\u0000"}, {"decision": "户\n口\t"}, {"decision": "x" * 21_000},
    {"relatives": [{"relation": "10"}] * 201}, {"handlingDivision": "３７０４０２"}, {"decision": "approved "},
]
LINES = ['{"type":"HouseholdDivisionRequest","caseNumber":"a",}', '{"a":1,"a":2}', "{oops", "[1]", "5", "null", "{} {}",
         '{"type":"HouseholdDivisionRequest" , "caseNumber" : "spaced" }', '{"caseNumber":"\\ud800"}',
         '{"caseNumber":"\\u0041\\u0000"}', '{"type":NaN}', '{"case\\u004eumber":"x"}', "", "   ", "\t",
         '{"caseNumber":"b" /* c */}', "{'a':1}", '{"caseNumber":"tab\there"}', "\ufeff{}"]


def cases(seed: int, count: int) -> list[dict[str, Any]]:
    """Examples of the rules, many of them spoiled; a few share a number."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        case = {**rng.choice(EXAMPLES), "caseNumber": str(number if rng.random() < 0.98 else 7)}
        if rng.random() < 0.4:
            case |= rng.choice(ODD)
        if rng.random() < 0.2:
            case.pop(rng.choice(sorted(case)))
        made.append(case)
    return made


def flat_case(case: dict[str, Any]) -> dict[str, str]:
    """The case as a row of CSV."""
    flat: dict[str, str] = {}
    for key, value in case.items():
        if isinstance(value, dict):
            flat |= {f"{key}.{inner}": str(words) for inner, words in value.items()}
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            flat |= {f"{key}.{at}.{inner}": str(words) for at, part in enumerate(value[:3], 1) if isinstance(part, dict)
                     for inner, words in part.items()}
        elif isinstance(value, list):
            flat[key] = ";".join(map(str, value))
        elif value is not None:
            flat[key] = str(value).lower() if isinstance(value, bool) else str(value)
    return flat
