"""Each node's `line` is the line that real Lua gives in the run-time error of that node."""

from __future__ import annotations

import pytest
from assay.transpiler.syntax import nodes, parse
from assay.transpiler.syntax.source import Source

from .real_lua import error_line
from .walking import every_node

# A program that fails at run time, the class of the failing node, and the node's text. Each token is put on a line of its
# own, so that the line tells the token.
_FAILING: tuple[tuple[str, type[nodes.Node], str], ...] = (
    ("f ( )", nodes.Call, "f ( )"),
    ("f { }", nodes.Call, "f { }"),
    ("f 'x'", nodes.Call, "f 'x'"),
    ("f ( 1 , 2 )", nodes.Call, "f ( 1 , 2 )"),
    ("( f ) ( )", nodes.Call, "( f ) ( )"),
    ("return f ( )", nodes.Call, "f ( )"),
    ("t = { } t . b ( 1 )", nodes.Call, "t . b ( 1 )"),
    ("x = print ( ) ( )", nodes.Call, "print ( ) ( )"),
    ("t = { } t : m ( )", nodes.MethodCall, "t : m ( )"),
    ("t = { } t : m 'x'", nodes.MethodCall, "t : m 'x'"),
    ("t = { } t : m { }", nodes.MethodCall, "t : m { }"),
    ("t = { } x = t . a . b", nodes.Index, "t . a . b"),
    ("t = { } x = t . a . b . c", nodes.Index, "t . a . b"),
    ("a . b ( )", nodes.Index, "a . b"),
    ("a . b : c ( )", nodes.Index, "a . b"),
    ("a . b . c : d ( )", nodes.Index, "a . b"),
    ("x = a . b + 1", nodes.Index, "a . b"),
    ("x = a . b + 1 + 2", nodes.Index, "a . b"),
    ("x = 1 + a . b ;", nodes.Index, "a . b"),
    ("x = 1 + 2 * a . b + 3", nodes.Index, "a . b"),
    ("x = a . b .. 'x'", nodes.Index, "a . b"),
    ("x = 'x' .. a . b .. 'y'", nodes.Index, "a . b"),
    ("x = a . b == 1", nodes.Index, "a . b"),
    ("x = 1 == a . b ;", nodes.Index, "a . b"),
    ("x = a . b < 1", nodes.Index, "a . b"),
    ("x = a . b and 1", nodes.Index, "a . b"),
    ("x = 1 and a . b ;", nodes.Index, "a . b"),
    ("x = nil or a . b ;", nodes.Index, "a . b"),
    ("x = not a . b ;", nodes.Index, "a . b"),
    ("x = - a . b ;", nodes.Index, "a . b"),
    ("x = # a . b + 1", nodes.Index, "a . b"),
    ("x = ( a . b )", nodes.Index, "a . b"),
    ("print ( a . b )", nodes.Index, "a . b"),
    ("print ( a . b , 1 )", nodes.Index, "a . b"),
    ("print ( 1 , a [ 2 ] )", nodes.Index, "a [ 2 ]"),
    ("print { a . b }", nodes.Index, "a . b"),
    ("x = { a . b }", nodes.Index, "a . b"),
    ("x = { a . b , }", nodes.Index, "a . b"),
    ("x = { a . b , 1 }", nodes.Index, "a . b"),
    ("x = { a . b ; k = 1 }", nodes.Index, "a . b"),
    ("x = { k = a . b , 1 }", nodes.Index, "a . b"),
    ("x = { [ a . b ] = 1 }", nodes.Index, "a . b"),
    ("x = { [ 1 ] = a . b }", nodes.Index, "a . b"),
    ("x = print [ a . b ]", nodes.Index, "a . b"),
    ("if a . b then end", nodes.Index, "a . b"),
    ("if x then elseif a . b then end", nodes.Index, "a . b"),
    ("if not a . b then end", nodes.Index, "a . b"),
    ("if a . b == 1 then end", nodes.Index, "a . b"),
    ("if 1 == a . b then end", nodes.Index, "a . b"),
    ("while a . b do end", nodes.Index, "a . b"),
    ("repeat until a . b ;", nodes.Index, "a . b"),
    ("for i = a . b , 1 do end", nodes.Index, "a . b"),
    ("for i = 1 , a . b do end", nodes.Index, "a . b"),
    ("for i in a . b do end", nodes.Index, "a . b"),
    ("for i in a . b , 1 do end", nodes.Index, "a . b"),
    ("return a . b ;", nodes.Index, "a . b"),
    ("return a . b , 1 ;", nodes.Index, "a . b"),
    ("local x = a . b ;", nodes.Index, "a . b"),
    ("local x = a . b , 1 ;", nodes.Index, "a . b"),
    ("x , y = 1 , a . b ;", nodes.Index, "a . b"),
    ("a . b = 1 ;", nodes.Index, "a . b"),
    ("a . b . c = 1 ;", nodes.Index, "a . b"),
    ("t = { } t . b . c = 1 ;", nodes.Index, "t . b . c"),
    ("a . b , c = 1 , 2 ;", nodes.Index, "a . b"),
    ("c , a [ 1 ] = 1 , 2 ;", nodes.Index, "a [ 1 ]"),
    ("print ( ) . x = 2 ;", nodes.Index, "print ( ) . x"),
    ("function a . b ( ) end", nodes.Index, "a . b"),
    ("function a . b . c ( ) end", nodes.Index, "a . b"),
    ("function a : b ( ) end", nodes.Index, "a : b"),
    ("t = { } function t . b . c ( ) end", nodes.Index, "t . b . c"),
    ("x = { } + 1", nodes.Binary, "{ } + 1"),
    ("x = 1 + { } ;", nodes.Binary, "1 + { }"),
    ("x = 1 + 2 - { } * 3", nodes.Binary, "{ } * 3"),
    ("x = 1 // { }", nodes.Binary, "1 // { }"),
    ("x = 2 ^ { } ;", nodes.Binary, "2 ^ { }"),
    ("x = 1 & { }", nodes.Binary, "1 & { }"),
    ("x = 1 << { }", nodes.Binary, "1 << { }"),
    ("x = 1 < { } ;", nodes.Binary, "1 < { }"),
    ("x = 1 >= { } ;", nodes.Binary, "1 >= { }"),
    ("x = 1 < { } < 2", nodes.Binary, "1 < { }"),
    ("if 1 < { } then end", nodes.Binary, "1 < { }"),
    ("x = 1 <= ( { } )", nodes.Binary, "1 <= ( { } )"),
    ("x = 'a' .. { } ;", nodes.Binary, "'a' .. { }"),
    ("x = 'a' .. 'b' .. { } ;", nodes.Binary, "'a' .. 'b' .. { }"),
    ("x = { } .. 'a' .. 'b'", nodes.Binary, "{ } .. 'a' .. 'b'"),
    ("x = { } .. ( 'a' .. 'b' ) ;", nodes.Binary, "{ } .. ( 'a' .. 'b' )"),
    ("x = { } .. ( 'a' or 'a' .. 'b' ) ;", nodes.Binary, "{ } .. ( 'a' or 'a' .. 'b' )"),
    ("x = ( { } .. 'a' ) .. 'b' ;", nodes.Binary, "{ } .. 'a'"),
    ("x = - { } ;", nodes.Unary, "- { }"),
    ("x = # nil ;", nodes.Unary, "# nil"),
    ("x = ~ { } ;", nodes.Unary, "~ { }"),
    ("x = 1 + - { } ;", nodes.Unary, "- { }"),
    ("for i = 1 , { } do end", nodes.NumericFor, "for i = 1 , { } do end"),
    ("for i = 1 , 2 , 0 do end", nodes.NumericFor, "for i = 1 , 2 , 0 do end"),
    ("for i in nil do end", nodes.GenericFor, "for i in nil do end"),
)


@pytest.mark.parametrize(("program", "kind", "text"), _FAILING, ids=[case[0] for case in _FAILING])
def test_line_is_that_of_the_error(program: str, kind: type[nodes.Node], text: str) -> None:
    source = Source("x", program.replace(" ", "\n"))
    found = [
        node
        for node in every_node(parse(source).body)
        if type(node) is kind and source.text[node.start : node.end] == text.replace(" ", "\n")
    ]
    assert [node.line for node in found] == [error_line(source.text)]


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ("f\n[[a\nb\n]]", 4),
        ("f\n'a\\\nb'", 3),
        ("f{\n}", 1),
        ("x = nil\n..\n[[a\nb]]", 2),
    ],
)
def test_line_with_tokens_of_several_lines(program: str, line: int) -> None:
    nodes_found = every_node(parse(Source("x", program)).body)
    lines = [node.line for node in nodes_found if isinstance(node, (nodes.Call, nodes.Binary))]
    assert lines == [line] == [error_line(program)]


def test_error_of_a_to_be_closed_variable_is_at_the_end_of_the_statement() -> None:
    program = "local\nx\n<close>\n=\n1\n;"
    source = Source("x", program)
    statement = parse(source).body.statements[0]
    assert source.line_at(statement.end - 1) == error_line(program) == 5


def test_a_function_has_the_line_that_lua_calls_it_by() -> None:
    source = Source(
        "x", "local f =\nfunction\n(\n)\nend\nfunction\ng\n(\n)\nend\nlocal\nfunction\nh\n(\n)\nend"
    )
    functions = [
        node for node in every_node(parse(source).body) if isinstance(node, nodes.Function)
    ]
    assert sorted((node.line, node.end_line) for node in functions) == [(3, 5), (6, 10), (14, 16)]
