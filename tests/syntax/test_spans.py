"""`start` and `end` of every node enclose exactly the node's own text."""

from __future__ import annotations

import pytest
from assay.transpiler.syntax import nodes, parse
from assay.transpiler.syntax.source import Source

from .generator import generate
from .walking import direct_children, every_node, summary

_EXPRESSIONS = (
    *(
        nodes.Nil,
        nodes.TrueLiteral,
        nodes.FalseLiteral,
        nodes.Number,
        nodes.String,
        nodes.Vararg,
        nodes.Function,
    ),
    *(
        nodes.Name,
        nodes.Index,
        nodes.Call,
        nodes.MethodCall,
        nodes.Parenthesized,
        nodes.Binary,
        nodes.Logical,
    ),
    *(nodes.Unary, nodes.Table),
)
_FIELDS = (nodes.PositionalField, nodes.NamedField, nodes.KeyedField)


def _without_positions(tree: object) -> object:
    if not isinstance(tree, tuple):
        return tree
    if tree and isinstance(tree[0], str) and hasattr(nodes, tree[0]):
        last = -1 if tree[0] == "Function" else None
        return (tree[0], *(_without_positions(child) for child in tree[4:last]))
    return tuple(_without_positions(child) for child in tree)


@pytest.mark.parametrize("part", range(4))
def test_the_text_of_an_expression_is_the_expression(part: int) -> None:
    checked = 0
    for seed in range(part, 80, 4):
        source = Source("x", generate(seed, 12).text)
        chunk = parse(source)
        # The name after a dot, and the names and bodies of function statements, are no expressions in the source.
        special: set[nodes.Node] = set()
        for node in every_node(chunk.body):
            if isinstance(node, nodes.Index) and node.dotted:
                special.add(node.key)
            elif isinstance(node, nodes.FunctionStatement):
                special |= {node.function, *every_node(node.target)}
            elif isinstance(node, nodes.LocalFunction):
                special.add(node.function)
        for node in every_node(chunk.body):
            if not isinstance(node, _EXPRESSIONS) or node in special:
                continue
            text = source.text[node.start : node.end]
            again = parse(Source("x", f"return {text}")).body.statements[0]
            assert isinstance(again, nodes.Return)
            assert _without_positions(summary(again.values)) == _without_positions(
                (summary(node),)
            ), text
            checked += 1
    assert checked > 1000


def test_the_text_of_a_statement_compiles_alone() -> None:
    for seed in range(40):
        source = Source("x", generate(seed, 12).text)
        chunk = parse(source)
        for statement in chunk.body.statements:
            text = source.text[statement.start : statement.end]
            assert not text.endswith(";")
            assert parse(Source("x", text)).body.statements


def test_children_lie_within_their_parents_and_know_their_lines() -> None:
    for seed in range(100):
        source = Source("x", generate(seed).text)
        for node in every_node(parse(source).body):
            assert 0 <= node.start <= node.end <= len(source.text)
            if node.start < node.end:
                text = source.text[node.start : node.end]
                assert text == text.strip(), node
            for child in direct_children(node):
                assert node.start <= child.start <= child.end <= node.end, (node, child)
            # An `Index` can be named after `function`, and has that token's line.
            assert isinstance(node, nodes.Index) or source.line_at(node.start) <= node.line


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("local x <const>, y = 1", nodes.LocalTarget, ["x <const>", "y"]),
        ("local x <const> = 1", nodes.Identifier, ["x"]),
        ("function a.b:c(d, ...) end", nodes.Identifier, ["", "d"]),
        ("function a.b:c() end", nodes.Index, ["a.b:c", "a.b"]),
        ("if a then b() elseif c then end", nodes.IfBranch, ["if a then b()", "elseif c then"]),
        ("x = a.b[c]:d(1).e", nodes.Index, ["a.b", "a.b[c]", "a.b[c]:d(1).e"]),
        ("x = ( a )", nodes.Parenthesized, ["( a )"]),
        ("goto a ::a::", nodes.Identifier, ["a", "a"]),
        ("return 1, 2 ;", nodes.Return, ["return 1, 2"]),
        ("t = {1; b = 2, [3] = 4}", _FIELDS, ["1", "[3] = 4", "b = 2"]),
        ("do end", nodes.Block, ["", "do end"]),
        ("do x() ; y() ; end", nodes.Block, ["do x() ; y() ; end", "x() ; y()"]),
    ],
)
def test_spans_of_parts(text: str, kind: type[nodes.Node], expected: list[str]) -> None:
    found = [
        text[node.start : node.end]
        for node in every_node(parse(Source("x", text)).body)
        if isinstance(node, kind)
    ]
    assert sorted(found) == sorted(expected)
