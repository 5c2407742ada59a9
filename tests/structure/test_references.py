"""What documents, docstrings and comments refer to is there: links, headings, files, `make` targets."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

from import_graph import ROOT

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"(?<![\w./-])(?:transpiler|runtime|templates|tests|docs|examples)/[\w./-]*\w")
_FILE = re.compile(r"(?<![\w./%-])[a-z_]+\.(?:py|c|h)\b(?![\w/(]|\.\w)")
_OF_REAL_LUA = re.compile(r"l\w+\.[ch]")
_OF_C = {"math.h", "stdint.h", "string.h", "structmember.h"}
_WRITTEN_BY_THE_COMPILER = {"shared.py"}


@cache
def _files() -> frozenset[Path]:
    """The files of this repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return frozenset(path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file())


def _pages() -> list[Path]:
    return sorted(path for path in _files() if path.suffix == ".md")


def _prose(page: Path) -> str:
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


@cache
def _anchors(page: Path) -> frozenset[str]:
    """The names that a page's headings have in links."""
    headings = re.findall(r"^#+ (.*)$", _prose(page), re.MULTILINE)
    return frozenset(
        re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings
    )


def test_links_lead_somewhere() -> None:
    assert len(_pages()) > 20
    broken = []
    for page in _pages():
        for link in _LINK.findall(_prose(page)):
            target, _, anchor = link.partition("#")
            if "://" in link:
                continue
            file = (page.parent / target).resolve() if target else page
            if not file.exists() or (anchor and anchor not in _anchors(file)):
                broken.append(f"{page.relative_to(ROOT)}: {link}")
    assert broken == []


def test_paths_lead_somewhere() -> None:
    """Those that begin at the top of this repository, or of an example."""
    made = {"tests/w_test.lua"}  # by a test
    broken = []
    for path in _files():
        if path.suffix not in {".py", ".pyi", ".c", ".h", ".md", ".toml"}:
            continue
        for name in _PATH.findall(path.read_text(encoding="utf-8")):
            if name not in made and not any(
                (folder / name).exists() for folder in (ROOT, *path.parents)
            ):
                broken.append(f"{path.relative_to(ROOT)}: {name}")
    assert broken == []


def test_files_that_docstrings_and_comments_name() -> None:
    """By their names alone, in the code of the compiler and the runtime."""
    names = {path.name for path in _files()} | _OF_C | _WRITTEN_BY_THE_COMPILER
    code = [
        path
        for path in _files()
        if path.suffix in {".py", ".c", ".h"}
        and path.relative_to(ROOT).parts[0] in {"transpiler", "runtime"}
    ]
    assert len(code) > 300
    broken = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in code
        for name in _FILE.findall(path.read_text(encoding="utf-8"))
        if name not in names and not _OF_REAL_LUA.fullmatch(name)
    ]
    assert broken == []


def test_make_targets_that_documents_name() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        target
        for page in _pages()
        for target in re.findall(
            r"(?:`|^)make ([a-z][\w-]*)", page.read_text("utf-8"), re.MULTILINE
        )
    }
    assert {"test", "check"} <= named <= targets
