"""The nodes hold exactly the program: real Lua makes the same bytecode of the source and of the nodes printed as
Lua."""

from __future__ import annotations

import pytest
from assay.transpiler.syntax import parse
from assay.transpiler.syntax.source import Source

from .accepted import ACCEPTED
from .bytecode import assert_same_bytecode
from .generator import generate
from .lua_texts import generated, lua_files, lua_in_pages

_GENERATED_PROGRAMS = 1000
_OF_EACH_GENERATOR = 100


@pytest.mark.parametrize("subject", ACCEPTED)
def test_hand_written(subject: str) -> None:
    for text in ACCEPTED[subject]:
        assert assert_same_bytecode(text)


def test_every_lua_file_of_the_repository() -> None:
    # Some files are there to be refused; then both must refuse (test_refused.py).
    found = [assert_same_bytecode(text, name) for name, text in lua_files()]
    assert sum(found) > 60


def test_every_block_of_the_pages_and_the_diagnostics() -> None:
    found = [assert_same_bytecode(text, name) for name, text in lua_in_pages()]
    assert sum(found) > 300


def test_programs_that_are_run_elsewhere() -> None:
    """`make bytecode` compares as many as wanted."""
    for seed in range(_OF_EACH_GENERATOR):
        for name, text in generated(seed):
            assert_same_bytecode(text, name)


@pytest.mark.parametrize("part", range(4))
def test_generated(part: int) -> None:
    for seed in range(part, _GENERATED_PROGRAMS, 4):
        assert assert_same_bytecode(generate(seed).text)


def test_a_file_has_its_mark_and_first_line_blanked() -> None:
    source = Source.from_bytes("x", b"\xef\xbb\xbf#!/usr/bin/lua\nx = 1")
    (statement,) = parse(source).body.statements
    assert statement.line == 2
    assert not parse(source).comments
