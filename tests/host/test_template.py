"""The global `template`: what templates print, what they may not reach, and where their mistakes are."""

from __future__ import annotations

from pathlib import Path

import pytest
from assay.runtime import LuaTable, from_text, sequence
from assay.runtime.errors import LuaError
from assay.runtime.host import template
from assay.runtime.json_values import NULL
from lua_errors import error_of

VARIABLES = LuaTable(
    {
        "name": "World",
        "items": sequence("a", "b"),
        "order": LuaTable({"items": sequence(1, 2.0, True), "keys": "k", "price": 10}),
        "yes": True,
        "no": False,
        "null": NULL,
        "html": "<b>",
        "text": from_text("grüße"),
    }
)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Hello {{ name }}!", "Hello World!"),
        ("{% for item in items %}{{ item }},{% endfor %}", "a,b,"),
        ("{{ items[0] }}{{ items|length }}", "a2"),
        ("{% if yes %}1{% endif %}{% if no %}2{% endif %}{% if missing %}3{% endif %}", "1"),
        ("[{{ missing }}][{{ order.missing }}][{{ missing|default('d') }}]", "[][][d]"),
        ("{{ order.items }} {{ order.keys }} {{ order.price }}", "[1, 2.0, true] k 10"),
        ("{{ yes }} {{ no }} {{ null }} {{ 1.0 }} {{ 1e15 }}", "true false null 1.0 1e+15"),
        ("{{ order }}", '{"items": [1, 2.0, true], "keys": "k", "price": 10}'),
        ("{{ name|upper }} {{ text }} ü\n", "WORLD grüße ü\n"),
        ("{{ html }}{{ '<' }}", "<b><"),
        ("{% for key, value in order|dictsort %}{{ key }};{% endfor %}", "items;keys;price;"),
        ("{{ 2 ** 10 }} {{ 'ab' * 3 }}", "1024 ababab"),
        (
            "{% set x = namespace(n=0) %}{% for i in items %}{% set x.n = x.n + 1 %}{% endfor %}{{ x.n }}",
            "2",
        ),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(1) }}", "<1>"),
    ],
)
def test_render_string(text: str, printed: str) -> None:
    assert template.render_string(from_text(text), VARIABLES) == from_text(printed)


def test_large_numbers_are_no_widths() -> None:
    text = "{{ '%d %s' % (5000000, 9999999) }} {{ '{}'.format(5000000) }} {{ '%05.1f'|format(3) }} {{ 'a'|center(3) }}|"
    assert template.render_string(text, LuaTable()) == "5000000 9999999 5000000 003.0  a |"


def test_without_variables() -> None:
    assert template.render_string("static") == "static"
    assert template.render_string("static", None, "extra") == "static"
    assert template.render_string("{{ x }}", LuaTable()) == ""


INJECTIONS = [
    "{{ ''.__class__ }}",
    "{{ ().__class__.__bases__[0].__subclasses__() }}",
    "{{ name.__class__.__mro__ }}",
    "{{ name|attr('__class__') }}",
    "{{ name['__class__'] }}x{{ name['__class__'].x }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{% set x = items.append('c') %}",
    "{{ order.update({'a': 1}) }}",
    "{{ ''.join.__self__.__class__ }}",
    "{% macro m() %}{% endmacro %}{{ m.__init__ }}",
    "{{ (''|attr('__cla' ~ 'ss__')).mro() }}",
    "{{ url_for.__globals__ }}",
    "{{ config.items() }}",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_nothing_of_python_is_in_reach(text: str) -> None:
    error = error_of(template.render_string, text, VARIABLES)
    assert error.startswith("template.render_string: ")
    assert "(line 1)" in error


def test_a_format_reaches_nothing_either() -> None:
    for text in (
        "{{ '{0.__class__.__mro__}'.format(name) }}",
        "{{ '{0.__class__}'.format(name) }}",
    ):
        try:
            shown = template.render_string(text, VARIABLES)
        except LuaError:
            continue
        assert "class" not in shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ 'a' * 100000000 }}", "the repetition is too large"),
        ("{{ [1] * 100000000 }}", "the repetition is too large"),
        ("{{ 10 ** 10000000 }}", "the number is too large"),
        ("{{ range(10000000)|list }}", "range too big"),
        ("{{ 'a'.center(9999999999) }}", "the width is too large"),
        ("{{ 'a'|center(9999999999) }}", "the width is too large"),
        ("{{ 'a\\n'|indent(width=999999999) }}", "the width is too large"),
        ("{{ [1]|batch(999999999, 1)|list }}", "the width is too large"),
        ("{{ '%9999999999d' % 1 }}", "the width is too large"),
        ("{{ '%*d' % (999999999, 1) }}", "the width is too large"),
        ("{{ '%.999999999f'|format(1.0) }}", "the width is too large"),
        ("{{ '{:999999999}'.format(1) }}", "the width is too large"),
        ("{{ '{:{}}'.format(1, 999999999) }}", "the width is too large"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "without an end"),
        ("{{ [1, 2]|random }}", "no filter named 'random'"),
        ("{{ lipsum() }}", "'lipsum' is undefined"),
        ("{{ items|map('upper') }}", "a generator has no text"),
        ("{{ range }}", "has no text"),
    ],
)
def test_what_costs_too_much_or_is_random(text: str, message: str) -> None:
    assert message in error_of(template.render_string, text, VARIABLES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n{{ missing.field }}", "'missing' is undefined (line 2)"),
        ("\n\n{{ 1 / 0 }}", "division by zero (line 3)"),
        ("{{ name + 1 }}", 'can only concatenate str (not "int") to str (line 1)'),
        ("\n{% invalid %}", "encountered unknown tag 'invalid' (line 2)"),
        ("{{ name", "unexpected end of template, expected 'end of print statement' (line 1)"),
        ("{% include 'other' %}", "there is no template 'other' to include (line 1)"),
        ("\xff", "the template is not UTF-8 (byte 0xFF at position 1)"),
    ],
)
def test_mistakes(text: str, message: str) -> None:
    assert error_of(template.render_string, text, VARIABLES) == f"template.render_string: {message}"


def test_wrong_variables() -> None:
    function = LuaTable({"f": print})
    assert "vars.f is a function, which a template cannot hold" in error_of(
        template.render_string, "", function
    )
    assert "vars.x is not UTF-8" in error_of(template.render_string, "", LuaTable({"x": "\xff"}))
    assert "vars is a list" in error_of(template.render_string, "", sequence(1))
    assert "table expected, got string" in error_of(template.render_string, "", "x")
    assert "string expected, got no value" in error_of(template.render_string)


def test_render(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "row.html").write_text("<i>{{ html }}</i>")
    (tmp_path / "page.html").write_text("{% include 'parts/row.html' %}{{ html|safe }}\n")
    (tmp_path / "plain.txt").write_text("{{ html }} grüße {{ text }}", encoding="utf-8")
    assert template.render(str(tmp_path / "page.html"), VARIABLES) == "<i>&lt;b&gt;</i><b>\n"
    assert template.render(str(tmp_path / "plain.txt"), VARIABLES) == from_text("<b> grüße grüße")
    (tmp_path / "plain.txt").write_text("changed")
    assert template.render(str(tmp_path / "plain.txt")) == "changed"


def test_render_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.txt").write_text("{{ name }}")
    assert template.render("x.txt", VARIABLES) == "World"


def test_render_fails(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret").write_text("secret")
    for name, text in (
        ("up", "{% include '../secret' %}"),
        ("absolute", f"{{% include '{tmp_path}/secret' %}}"),
        ("broken", "\n{% if %}"),
        ("outer", "\n{% include 'broken' %}"),
        ("undefined", "\n{{ a.b }}"),
        ("itself", "{% include 'itself' %}"),
    ):
        (inside / name).write_text(text)
    (inside / "bytes").write_bytes(b"\xff")
    for name, message in (
        ("none", "none: no such file"),
        ("up", "there is no template '../secret' to include (up line 1)"),
        ("absolute", "to include (absolute line 1)"),
        ("broken", "(broken line 2)"),
        ("outer", "(broken line 2)"),
        ("undefined", "'a' is undefined (undefined line 2)"),
        ("itself", "without an end"),
        ("bytes", "not UTF-8"),
        ("a\0b", "no such file"),
        (".", "."),
    ):
        error = error_of(template.render, f"{inside}/{name}", VARIABLES)
        assert error.startswith("template.render: ")
        assert message in error
