"""Golden cases: one text file each, its sections separated by lines `==> path <==`. Lua sources come first, then
every file they compile to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
_SECTION = re.compile(r"^==> (.+) <==\n", re.MULTILINE)


@dataclass(frozen=True)
class GoldenCase:
    """`sources` are compiled (all but those only required); `outputs` is what must come out, by path."""

    path: Path
    sources: dict[str, str]
    outputs: dict[str, str]


def read_case(path: Path) -> GoldenCase:
    parts = _SECTION.split(path.read_text(encoding="utf-8"))
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    sources = {name: text for name, text in sections.items() if name.endswith(".lua")}
    outputs = {name: text for name, text in sections.items() if not name.endswith(".lua")}
    return GoldenCase(path, sources, outputs)


def write_case(case: GoldenCase, outputs: dict[str, str]) -> None:
    sections = {**case.sources, **dict(sorted(outputs.items()))}
    text = "".join(f"==> {name} <==\n{body}" for name, body in sections.items())
    case.path.write_text(text, encoding="utf-8")


def all_cases() -> list[GoldenCase]:
    return [read_case(path) for path in sorted(FOLDER.glob("*.golden"))]
