"""What a long run has found so far, kept so that a run that broke off can go on.

Beside the report's place stands a folder with the findings, the digests of the case numbers
and how far they reach; that last file is replaced whole, after the others are on the disk. A
run killed at any moment leaves no report, only this folder and the part that was written; ``resume``
goes on from the folder's last step, and the report is that of an undisturbed run.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cetu.findings import Finding, Place, Severity, Text
from cetu.validation.explain import Explanation
from cetu.validation.records import UnusableInput
from cetu.validation.repeats import Repeats

SECONDS = 1.0  # between two states


class Journal:
    """The findings of a run on disk. ``key`` says what the run is about: inputs, rules, options."""

    def __init__(
        self, report: Path, key: Mapping[str, Any], known: Mapping[str, Explanation], *, resume: bool
    ) -> None:
        self.folder = report.with_name(report.name + ".cetu-run")
        self.part = report.name + ".cetu-part"  # what the report is called until it is whole
        self._key = json.loads(json.dumps(key))
        self._known = known
        self._written = 0.0
        self.state: dict[str, Any] = self._read() if resume else {}
        if not self.state:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
        self.repeats = Repeats(self.folder)
        self._findings = open(self.folder / "findings.jsonl", "ab")  # noqa: SIM115 — closed by close()
        if self.state:
            self._findings.truncate(self.state["size"])
            self._findings.seek(0, os.SEEK_END)
            self.repeats.cut(self.state["digests"], self.state["files"])

    def add(self, findings: Sequence[Finding], state: Mapping[str, Any]) -> None:
        """Take a step's findings and how far it came; at most once a second it goes to the disk."""
        for finding in findings:
            self._findings.write(json.dumps(compact(finding), ensure_ascii=False).encode("utf-8") + b"\n")
        if time.monotonic() - self._written >= SECONDS:
            self._keep(state)

    def _keep(self, state: Mapping[str, Any]) -> None:
        """Everything up to here is on the disk when this returns."""
        self._findings.flush()
        os.fsync(self._findings.fileno())
        whole = {
            **state,
            "key": self._key,
            "size": self._findings.tell(),
            "digests": self.repeats.sizes(),
            "files": self.repeats.files(),
        }
        temporary = self.folder / "state.new"
        with temporary.open("w", encoding="utf-8") as stream:
            json.dump(whole, stream, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, self.folder / "state.json")
        self._written = time.monotonic()

    def findings(self) -> Iterator[Finding]:
        """All findings so far, in the order they were found."""
        self._findings.flush()
        with (self.folder / "findings.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                yield restored(json.loads(line), self._known)

    def remove(self) -> None:
        """The report is written: nothing is left."""
        self._findings.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _read(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads((self.folder / "state.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        if state.get("key") != self._key:
            raise UnusableInput(
                f"{self.folder.name}：输入文件、规则或选项与中断的那次不同，不能续跑；"
                "请不带 --resume 重新运行",
                f"{self.folder.name}: inputs, rules or options are not those of the run that broke off; "
                "run again without --resume",
            )
        return state


# --- a finding as plain data, without what its shape says of every case ---


def compact(finding: Finding) -> list[Any]:
    message = [finding.message.zh, finding.message.en] if finding.rule == "input" else None
    place = finding.place
    return [
        place.file,
        place.record,
        place.line,
        finding.case,
        finding.node,
        finding.path,
        finding.value,
        int(finding.severity),
        finding.shape,
        finding.component,
        message,
    ]


def restored(data: list[Any], known: Mapping[str, Explanation]) -> Finding:
    """The finding that ``compact`` made the data of."""
    file, record, line, case, node, path, value, severity, shape, component, message = data
    place, grave = Place(file, record, line), Severity(severity)
    said = known.get(shape)
    if said is None:
        return Finding(place, case, node, path, value, grave, "input", shape, component, Text(*message))
    return Finding(
        place,
        case,
        node,
        path,
        value,
        grave,
        said.rule,
        shape,
        component,
        said.message,
        said.quotations,
        said.bases,
        said.readings,
        said.lead,
        said.responsible,
        said.page,
    )
