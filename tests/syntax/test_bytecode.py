"""The nodes hold exactly the program: real Lua makes the same bytecode of the source and of the nodes printed as
Lua."""

from __future__ import annotations

from pathlib import Path

import pytest
from assay.transpiler.syntax import parse
from assay.transpiler.syntax.source import Source

from .accepted import ACCEPTED
from .emitter import emit
from .generator import generate
from .real_lua import load, shape

_REPOSITORY = Path(__file__).parents[2]
_GENERATED_PROGRAMS = 1000


def assert_same_bytecode(text: str) -> None:
    original = load(text)
    assert original.bytecode is not None, original.message
    printed = emit(parse(Source("x", text)))
    again = load(printed)
    assert again.bytecode is not None, f"{again.message}\n{printed}"
    assert shape(again.bytecode) == shape(original.bytecode), printed


@pytest.mark.parametrize("subject", ACCEPTED)
def test_hand_written(subject: str) -> None:
    for text in ACCEPTED[subject]:
        assert_same_bytecode(text)


def lua_files() -> list[Path]:
    return sorted(
        path
        for path in _REPOSITORY.rglob("*.lua")
        if not any(part.startswith(".") for part in path.relative_to(_REPOSITORY).parts)
    )


def test_every_lua_file_of_the_repository() -> None:
    for path in lua_files():
        source = Source.from_bytes(path.name, path.read_bytes())
        # Some files are there to be refused; then both must refuse.
        if load(source.text).bytecode is not None:
            assert_same_bytecode(source.text)


@pytest.mark.parametrize("part", range(4))
def test_generated(part: int) -> None:
    for seed in range(part, _GENERATED_PROGRAMS, 4):
        assert_same_bytecode(generate(seed).text)


def test_a_file_has_its_mark_and_first_line_blanked() -> None:
    source = Source.from_bytes("x", b"\xef\xbb\xbf#!/usr/bin/lua\nx = 1")
    (statement,) = parse(source).body.statements
    assert statement.line == 2
    assert not parse(source).comments
