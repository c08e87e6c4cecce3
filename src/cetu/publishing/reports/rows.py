"""A finding as one row of text cells: the columns of CSV, Parquet and the workbook."""

from __future__ import annotations

from cetu.findings import Finding, Lang

COLUMNS = ("file", "record", "line", "case", "node", "path", "value", "severity", "rule", "shape",
           "component", "message", "clause", "sentence", "basis", "reading", "lead", "responsible",
           "page")


def case_cells(finding: Finding) -> tuple[str, int, int, str, str, str, str]:
    """The first seven columns: what differs from case to case."""
    place = finding.place
    return (place.file, place.record, place.line, finding.case, finding.node, finding.path,
            finding.value)


def rule_cells(finding: Finding, lang: Lang) -> tuple[str, ...]:
    """The other columns: what the rule says of every case."""
    return (
        finding.severity.word, finding.rule, finding.shape, finding.component,
        finding.message.in_(lang),
        " ".join(dict.fromkeys(q.clause for q in finding.quotations)),
        " ".join(dict.fromkeys(q.sentence for q in finding.quotations)),
        "；".join(basis.label.in_(lang) for basis in finding.bases),
        "；".join(reading.in_(lang) for reading in finding.readings),
        "、".join(finding.lead), "、".join(finding.responsible), finding.page,
    )


def page_address(finding: Finding) -> str:
    """Where the page of the rule stands: beside the vocabulary that the shape's IRI is of."""
    base = finding.shape.partition("#")[0].rpartition("/")[0]
    return f"{base}/{finding.page}" if finding.page and "://" in base else ""
