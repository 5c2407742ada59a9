"""Every comment is kept exactly once, at the node it belongs to."""

from __future__ import annotations

import pytest
from assay.transpiler.syntax import parse
from assay.transpiler.syntax.source import Source

from .generator import generate
from .walking import comments_of

# Each comment's text says where it belongs: "leading NODE", "trailing NODE" or "dangling BLOCK", where the node is given by
# the first characters of its source and the block by those of the statement around it.
_PLACED = (
    "-- leading local\nlocal x = 1 -- trailing local\n-- leading x =\nx = 2",
    "--[[leading a]] a = 1; -- trailing a\nb = 2",
    "a = 1 --[[trailing a]] --[[trailing a]] b = 2",
    "a = 1\n\n-- leading b\n\n-- leading b\nb = 2\n-- dangling a\n",
    "-- dangling ",
    "if x then -- leading y\n y()\nend",
    "if x then -- dangling if\nend",
    "if x then\n y() -- trailing y\n -- dangling if\nelse -- leading z\n z()\n -- dangling if\nend -- trailing if",
    "if x then y()\n -- dangling if\nelseif z then\n -- dangling if\nend",
    "if x -- leading if\nthen y() end",
    "function f() -- leading return\n return 1 -- trailing return\n -- dangling function\nend -- trailing function",
    "function f(a, -- leading function\n b -- leading function\n) end",
    "local f = function() -- dangling local\nend",
    "while x do -- leading y\n y() end",
    "for i = 1, -- leading for\n 2 do -- dangling for\nend",
    "for k in pairs(t) do\n -- leading f\n f(k)\nend",
    "repeat -- leading x\n x()\n -- dangling repeat\nuntil y -- trailing repeat",
    "repeat x() until -- leading repeat\n y",
    "do -- leading x\n x() end",
    "t = { -- leading a\n a = 1, -- trailing a\n -- leading b\n b = 2 -- trailing b\n}",
    "t = { a, -- trailing a\n b; -- trailing b\n}",
    "t = { a = 1,\n -- trailing a\n}",
    "t = { -- leading t\n}",
    "t = { { -- leading 1\n 1 }, -- trailing {\n [2] = 3 } -- trailing t",
    "t = { a = -- leading a\n 1 }",
    "t = { a = function() -- leading return\n return 1 end, -- trailing a\n}",
    "f(a, -- leading f\n b)",
    "f({ -- leading x\n x = 1 })",
    "x = 1 -- leading x\n + 2",
    "return -- leading return\n 1 -- trailing return",
    "return 1; -- trailing return",
    "::a:: -- trailing ::a\ngoto a -- trailing goto",
    ";; -- leading a\n; a()",
    "a() ; ; -- trailing a\n;",
    "x = [[\n]] -- trailing x",
    "f(function()\n -- leading g\n g() -- trailing g\nend) -- trailing f",
)


@pytest.mark.parametrize("text", _PLACED)
def test_placed(text: str) -> None:
    source = Source("x", text)
    chunk = parse(source)
    count = 0
    for node, found in chunk.comments.items():
        for kind, comments in (("leading", found.leading), ("trailing", found.trailing)):
            for comment in comments:
                count += 1
                expected = comment.text.split()
                assert expected[0] == kind, comment
                assert source.text[node.start :].startswith(" ".join(expected[1:])), comment
    for block, comments in chunk.dangling.items():
        for comment in comments:
            count += 1
            expected = comment.text.split()
            assert expected[0] == "dangling", comment
            if block is not chunk.body:
                before = source.text[: comment.start]
                assert expected[1] in before and before.rfind(expected[1]) < comment.start
    assert count == text.count("--")


def test_generated() -> None:
    for seed in range(300):
        program = generate(seed)
        found = comments_of(parse(Source("x", program.text)))
        assert len(found) == program.comment_count, seed
        assert len({comment.start for comment in found}) == program.comment_count, seed


def test_content() -> None:
    source = Source(
        "x", "x = 1 -- one\n  --[==[ two\n]] ]==]\n--\xc3\xa9\r\n--[ three\ny = 2 --[[]]"
    )
    comments = sorted(comments_of(parse(source)), key=lambda comment: comment.start)
    assert [
        (comment.text, comment.is_block, comment.own_line, comment.line) for comment in comments
    ] == [
        (" one", False, False, 1),
        (" two\n]] ", True, True, 2),
        ("\xc3\xa9", False, True, 4),
        ("[ three", False, True, 5),
        ("", True, False, 6),
    ]


def test_comment_order_is_kept() -> None:
    source = Source("x", "-- 1\n-- 2\nf( -- 3\n) -- 4\n")
    chunk = parse(source)
    found = chunk.comments[chunk.body.statements[0]]
    assert [comment.text for comment in found.leading] == [" 1", " 2", " 3"]
    assert [comment.text for comment in found.trailing] == [" 4"]


def test_a_first_line_with_a_number_sign_is_no_comment() -> None:
    assert not comments_of(parse(Source.from_bytes("x", b"#!/usr/bin/lua -- x\nx = 1")))
