"""The words that reports use, in both languages."""

from __future__ import annotations

from cetu.findings import Lang

WORDS: dict[Lang, dict[str, str]] = {
    "zh": {
        "violation": "不符合", "warning": "提示", "info": "说明", "record": "第 {} 件",
        "line": "第 {} 行", "case": "编号", "value": "值", "clause": "条款", "basis": "依据",
        "external": "外部依据", "reading": "理解", "lead": "牵头单位", "responsible": "责任单位",
        "rule": "规则", "not_stated": "原文未写",
        "total": "共 {cases} 件，{violation} 项不符合，{warning} 项提示，{info} 项说明",
        "conforms": "共 {cases} 件，没有发现问题",
        "title": "校验报告", "touched": "涉及 {touched} 件", "most": "触发最多的规则",
        "by_rule": "按规则", "by_clause": "按条款", "named": "涉及的单位", "department": "单位",
        "sum": "合计", "unassigned": "另有 {} 项所依据的条款没有写明单位，或不以本文件为依据。",
        "more": "……另有 {} 项，见机器可读格式的报告", "remarks": "说明事项", "file_as_whole": "整个文件",
        "colon": "：", "stop": "；",
    },
    "en": {
        "violation": "violation", "warning": "warning", "info": "info", "record": "record {}",
        "line": "line {}", "case": "case", "value": "value", "clause": "clause", "basis": "basis",
        "external": "external basis", "reading": "reading", "lead": "lead",
        "responsible": "responsible", "rule": "rule", "not_stated": "not stated in the text",
        "total": "{cases} cases: {violation} violations, {warning} warnings, {info} notes",
        "conforms": "{cases} cases, nothing found",
        "title": "Validation report", "touched": "{touched} cases are touched",
        "most": "Rules that fire most", "by_rule": "By rule", "by_clause": "By clause",
        "named": "Departments named", "department": "department", "sum": "total",
        "unassigned": "{} more rest on clauses that name no department, or not on the document.",
        "more": "… {} more, see a machine-readable report", "remarks": "Remarks",
        "file_as_whole": "the file as a whole",
        "colon": ": ", "stop": "; ",
    },
}

HEADERS: dict[Lang, dict[str, str]] = {
    "zh": {"file": "文件", "record": "第几件", "line": "行", "case": "编号", "node": "节点", "path": "字段",
           "value": "值", "severity": "级别", "rule": "规则", "shape": "形状", "component": "约束",
           "message": "问题", "clause": "条款", "sentence": "原文", "basis": "依据", "reading": "理解",
           "lead": "牵头单位", "responsible": "责任单位", "page": "规则页面"},
    "en": {"file": "File", "record": "Record", "line": "Line", "case": "Case", "node": "Node",
           "path": "Field", "value": "Value", "severity": "Severity", "rule": "Rule", "shape": "Shape",
           "component": "Constraint", "message": "Message", "clause": "Clause", "sentence": "Sentence",
           "basis": "Basis", "reading": "Reading", "lead": "Lead", "responsible": "Responsible",
           "page": "Page of the rule"},
}
