"""Diagnostics in, a document for another program out: JSON, SARIF 2.1.0 (OASIS), or GitHub's workflow commands.

Lines and columns are 1-based and count characters; the end is the column after the last character.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ..versions import compiler_version
from .model import Diagnostic

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_json(diagnostics: Sequence[Diagnostic]) -> str:
    """`{"version": 1, "diagnostics": [...]}`; `version` is raised when a field changes its meaning."""
    document = {"version": 1, "diagnostics": [_as_json(one) for one in diagnostics]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _as_json(one: Diagnostic) -> dict[str, Any]:
    found: dict[str, Any] = {
        "code": one.code,
        "severity": one.severity.value,
        "message": one.message,
        "help": one.help,
        "notes": list(one.notes),
        "file": _file(one),
    }
    if one.source is not None:
        start, end = one.source.position(one.start), one.source.position(one.end)
        found |= {"line": start.line, "column": start.column}
        found |= {"end_line": end.line, "end_column": end.column}
    return found


def to_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """A SARIF log with one run."""
    rules = sorted({one.code for one in diagnostics})
    driver = {
        "name": "assay-compile",
        "version": compiler_version(),
        "rules": [_rule(code) for code in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, rules.index(one.code)) for one in diagnostics],
    }
    document = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rule(code: str) -> dict[str, Any]:
    from .pages import page_of

    page = page_of(code)
    return {"id": code} if page is None else {"id": code, "fullDescription": {"text": page.cause}}


def _result(one: Diagnostic, rule: int) -> dict[str, Any]:
    lines = [one.message, *one.notes, *([f"help: {one.help}"] if one.help else [])]
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(_file(one))}}
    if one.source is not None:
        start, end = one.source.position(one.start), one.source.position(one.end)
        place["region"] = {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        }
    return {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": one.severity.value,
        "message": {"text": "\n".join(lines)},
        "locations": [{"physicalLocation": place}],
    }


def to_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Workflow commands, which GitHub shows beside the lines of a pull request."""
    return "".join(_command(one) + "\n" for one in diagnostics)


def _command(one: Diagnostic) -> str:
    properties = {"file": _file(one), "title": one.code}
    if one.source is not None:
        start, end = one.source.position(one.start), one.source.position(one.end)
        properties |= {"line": str(start.line), "endLine": str(end.line), "col": str(start.column)}
        if start.line == end.line:
            properties["endColumn"] = str(end.column)
    lines = [one.message, *one.notes, *([f"help: {one.help}"] if one.help else [])]
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{one.severity.value} {shown}::{_data(chr(10).join(lines))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _file(one: Diagnostic) -> str:
    return one.source.name if one.source is not None else one.file or ""


FORMATTERS: Mapping[str, Callable[[Sequence[Diagnostic]], str]] = {
    "json": to_json,
    "sarif": to_sarif,
    "github": to_github,
}
"""The document of each value of `--format` but `text`."""
