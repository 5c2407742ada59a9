"""Formatting what changed only gives what formatting the whole gives."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import black
import pytest
from assay.transpiler.analysis.program import analyse
from assay.transpiler.output.definitions import formatted_by_definitions
from assay.transpiler.output.formatting import formatted
from assay.transpiler.output.grammar import needs_newer
from assay.transpiler.output.known import KnownTexts
from assay.transpiler.output.package import generate_unformatted
from assay.transpiler.syntax import parse
from assay.transpiler.syntax.source import Source
from black.mode import Feature, supports_feature

_REPOSITORY = Path(__file__).parents[2]
_FILES = sorted((_REPOSITORY / "transpiler" / "analysis").rglob("*.py"))


def _without_docstrings(text: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            node.body = [
                each
                for each in node.body
                if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
            ] or [ast.Pass()]
    return ast.unparse(tree) + "\n"


def _compiled_texts() -> dict[str, str]:
    """Each program of a file of the language's tests, compiled, before it is formatted."""
    found = {}
    folder = _REPOSITORY / "tests" / "language" / "programs"
    for path in (
        folder / f"{name}.lua" for name in ("arrays", "classes", "integers", "tables_and_strings")
    ):
        source = Source.from_bytes(path.name, path.read_bytes())
        found[path.name] = generate_unformatted(analyse(parse(source)))
    return found


def _texts_by_hand() -> dict[str, str]:
    """Python by hand, as the compiler prints; without docstrings and `match`, which are no part of what it makes."""
    found = {path.name: path.read_text(encoding="utf-8") for path in _FILES}
    usual = [name for name, text in found.items() if "match " not in text and "class " not in text]
    return {name: _without_docstrings(found[name]) for name in usual[::2]}


def test_some_definitions_known() -> None:
    chosen = random.Random(1)
    taken_over = 0
    for name, text in (_texts_by_hand() | _compiled_texts()).items():
        newer = needs_newer(ast.parse(text).body)
        if newer is None:
            continue
        whole = black.format_str(text, mode=black.Mode())
        first = KnownTexts({})
        assert formatted_by_definitions(text, newer, first, formatted) == whole, name
        known = {key: made for key, made in first.used.items() if chosen.random() < 0.6}
        taken_over += len(known)
        texts_now = KnownTexts(known)
        assert formatted_by_definitions(text, newer, texts_now, formatted) == whole, name
        assert texts_now.used == first.used, name
    assert taken_over > 40


def test_only_what_changed_is_formatted() -> None:
    """Around it stay one short function for each that is known, and its decorators and comments."""
    before = (
        "@a\ndef one(x):\n    return [x,1]\n# between\nasync def two(y):\n    return y+1\nz = 2\n"
    )
    after = before.replace("y+1", "y+2")
    texts = KnownTexts({})
    formatted_by_definitions(before, False, texts, formatted)
    read: list[str] = []

    def kept(text: str) -> str:
        read.append(text)
        return formatted(text)

    made = formatted_by_definitions(after, False, KnownTexts(texts.used), kept)
    assert made == black.format_str(after, mode=black.Mode())
    assert "return y+2" in read[0] and "return [x" not in read[0]


def test_another_version_of_python_is_another_text() -> None:
    """With `f""` in the module black adds a comma after `*rest`, also in a function that has not changed."""
    call = f"    return g({'a' * 40}, {'b' * 40}, *rest)\n"
    before = f"def one(*rest):\n{call}def two():\n    return 1\n"
    after = before.replace("return 1", 'return f"{x}"')
    texts = KnownTexts({})
    for text in (before, after, before):
        newer = needs_newer(ast.parse(text).body)
        assert newer is not None
        made = formatted_by_definitions(text, newer, texts, formatted)
        assert made == black.format_str(text, mode=black.Mode())
        texts = KnownTexts(texts.used)


@pytest.mark.parametrize(
    "text",
    [
        "x = f'{y}'",
        "f((x := 1))",
        "f(*x)",
        "def f(a, /): pass",
        "def f():\n    return (1, *x)",
        "@f().g\ndef f(): pass",
        "@f.g(1)\ndef f(): pass",
        "match x:\n    case 1:\n        pass",
        "a[*b]",
        "a[b, c]",
        "with (a, b):\n    pass",
        "def f(*a: *b): pass",
        "x: a = (1, *b)",
        "try:\n    pass\nexcept* A:\n    pass",
        "with (a as b, c as d):\n    pass",
        "async def f():\n    async for x in y:\n        yield x",
        "x = 1 if y else lambda: 2",
    ],
)
def test_versions_as_black_concludes(text: str) -> None:
    """What is concluded here is what black does; where it may be more, nothing is."""
    printed = ast.unparse(ast.parse(text))
    newer = needs_newer(ast.parse(printed).body)
    versions = black.detect_target_versions(black.lib2to3_parse(printed + "\n"))
    later = (
        Feature.PARENTHESIZED_CONTEXT_MANAGERS,
        Feature.UNPARENTHESIZED_EXCEPT_TYPES,
        Feature.T_STRINGS,
    )
    if newer is None:
        return
    assert not any(supports_feature(versions, feature) for feature in later)
    for feature in (Feature.TRAILING_COMMA_IN_CALL, Feature.TRAILING_COMMA_IN_DEF):
        assert supports_feature(versions, feature) == newer


def test_what_a_known_definition_needs_counts() -> None:
    """The only `f""` is in the function that is not read again."""
    before = 'def one(x):\n    return f"{x}"\ndef two(*rest):\n    return 1\n'
    after = before.replace("return 1", f"return g({'a' * 40}, {'b' * 40}, *rest)")
    texts = KnownTexts({})
    assert formatted_by_definitions(before, True, texts, formatted)
    made = formatted_by_definitions(after, True, KnownTexts(texts.used), formatted)
    assert made == black.format_str(after, mode=black.Mode())
    assert "*rest,\n" in made
