"""Cases of the diagnostics: text files in, what to compile and what must be said about it out.

A case is `cases/FAMILY/FACTORY.case`, or `FACTORY+VARIANT.case` for a further one: FAMILY is a module of the catalogue, FACTORY the
function in it that makes the diagnostic. The file has sections that begin with lines `==> NAME <==`:

- `expect`: the code, where (`file.lua:LINE:COLUMN`, or a file alone) and the exit status, written by hand;
- `arguments`: the command line; without it the first source is compiled into `out`;
- `stdin`: what standard input holds;
- files that are there before, by path (a path ending in `(escaped)` has Python escapes such as `\\xff` for bytes);
- `shown`: all that the command prints, written by `pytest --update-goldens`, to be read by a person.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from assay.transpiler import diagnostics

_FOLDER = Path(__file__).parent / "cases"
_SECTION = re.compile(r"^==> (.+) <==\n", re.MULTILINE)
_ESCAPED = " (escaped)"

FAMILIES = ("clients", "files", "language", "workers", "workflows")


@dataclass(frozen=True)
class Case:
    path: Path
    sections: dict[str, str]

    @property
    def factory(self) -> str:
        """`family.function`"""
        return f"{self.path.parent.name}.{self.path.stem.partition('+')[0]}"

    @property
    def expected(self) -> tuple[str, str, int]:
        """Code, place and exit status."""
        code, place, status = self.sections["expect"].split()
        return code, place, int(status)

    @property
    def files(self) -> dict[str, bytes]:
        found = {}
        for name, text in self.sections.items():
            if name.endswith(_ESCAPED):
                found[name.removesuffix(_ESCAPED)] = (
                    text.encode().decode("unicode_escape").encode("latin-1")
                )
            elif name not in ("expect", "arguments", "stdin", "shown"):
                found[name] = text.encode()
        return found

    @property
    def arguments(self) -> list[str]:
        given = self.sections.get("arguments")
        return given.split() if given is not None else [next(iter(self.files)), "-o", "out"]

    @property
    def shown(self) -> str:
        return self.sections.get("shown", "")

    def rewrite(self, shown: str) -> None:
        sections = {**self.sections, "shown": shown}
        text = "".join(f"==> {name} <==\n{body}" for name, body in sections.items())
        self.path.write_text(text, encoding="utf-8")


def all_cases() -> list[Case]:
    found = []
    for path in sorted(_FOLDER.rglob("*.case")):
        parts = _SECTION.split(path.read_text(encoding="utf-8"))
        found.append(Case(path, dict(zip(parts[1::2], parts[2::2], strict=True))))
    return found


def catalogue() -> dict[str, str]:
    """The code of each factory, by `family.function`."""
    found = {}
    for family in FAMILIES:
        path = Path(diagnostics.__file__).with_name(f"{family}.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                found[f"{family}.{node.name}"] = _code(node)
    return found


def _code(factory: ast.FunctionDef) -> str:
    codes = [
        node.value
        for node in ast.walk(factory)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"AY\d{3}", node.value)
    ]
    assert len(codes) == 1, f"{factory.name} has {len(codes)} codes"
    return codes[0]
