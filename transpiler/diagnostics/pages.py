"""A page for each code: what causes a diagnostic, a source that gets it, and the source put right.

The texts are data, in one TOML file a family (`explanations/`). `explain` shows them, docs/diagnostics.md is made of them, and the
tests compile every example.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

FAMILIES: Mapping[str, str] = {
    "0": "files",
    "1": "syntax",
    "2": "language",
    "3": "workflows",
    "4": "workers",
    "5": "clients",
    "9": "internal",
}
"""The file of each family by the first digit of its codes."""


@dataclass(frozen=True)
class Page:
    """What there is to know about `code`.

    `example` gets the diagnostic and `fixed` does not; both are None where no Lua source alone shows it. `modules` are files
    that the example requires, by name."""

    code: str
    title: str
    cause: str
    example: str | None
    fix: str
    fixed: str | None
    modules: Mapping[str, str]

    @property
    def text(self) -> str:
        """The page in Markdown."""
        parts = [f"{self.code}: {self.title}", self.cause]
        for name, content in self.modules.items():
            parts.append(f"With `{name}`:\n\n```lua\n{content}```")
        if self.example is not None:
            parts.append(f"```lua\n{self.example}```")
        parts.append(f"Fix: {self.fix}")
        if self.fixed is not None:
            parts.append(f"```lua\n{self.fixed}```")
        return "\n\n".join(parts)


def page_of(code: str) -> Page | None:
    """The page of `code`, None when there is no such code."""
    family = FAMILIES.get(code[2:3])
    return None if family is None else _family(family).get(code)


def all_pages() -> list[Page]:
    """Every page, in the order of the codes."""
    found = [page for family in FAMILIES.values() for page in _family(family).values()]
    return sorted(found, key=lambda page: page.code)


@cache
def _family(name: str) -> dict[str, Page]:
    text = files(__package__).joinpath("explanations", f"{name}.toml").read_text(encoding="utf-8")
    return {code: _page(code, fields) for code, fields in tomllib.loads(text).items()}


def _page(code: str, fields: Mapping[str, str | Mapping[str, str]]) -> Page:
    known = dict(fields)
    modules = known.pop("modules", {})
    texts = {name: value for name, value in known.items() if isinstance(value, str)}
    assert isinstance(modules, Mapping) and len(texts) == len(known)
    return Page(
        code,
        texts["title"],
        " ".join(texts["cause"].split()),
        texts.get("example"),
        " ".join(texts["fix"].split()),
        texts.get("fixed"),
        modules,
    )
