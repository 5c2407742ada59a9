"""What a parse costs and leaves behind: luaparser alone takes quadratic time for some sources, keeps memory, and prints."""

from __future__ import annotations

import cProfile
import gc
import pstats
import tracemalloc

import pytest
from assay.transpiler.syntax import nodes, parse
from assay.transpiler.syntax.source import Source

from .generator import generate
from .refused import REFUSED


def _parse(text: str) -> nodes.Chunk:
    return parse(Source("x", text))


def _calls(text: str) -> int:
    """How many Python functions are called to parse `text`."""
    profile = cProfile.Profile()
    profile.enable()
    _parse(text)
    profile.disable()
    return pstats.Stats(profile).total_calls  # type: ignore[attr-defined, no-any-return]  # not in the stubs


@pytest.mark.parametrize(
    "piece",
    [
        "()",
        ":m()",
        ".x[1]",
        "'s'",
        " + f",
        "\nf()",
        "\nlocal x = 1 do end",
        "\n-- a comment",
        "(function() return f(function() g() end) end)",
    ],
)
def test_time_is_linear(piece: str) -> None:
    begin = "x = f"
    _parse(begin + piece)
    short, long = 15, 60  # more `local x` than real Lua takes would be an error
    assert _calls(begin + piece * long) < 1.2 * long / short * _calls(begin + piece * short)


def test_memory_stays_level() -> None:
    for seed in range(20):
        _parse(generate(seed).text)
    tracemalloc.start()
    try:
        levels = []
        for begin in (1000, 1040):
            for seed in range(begin, begin + 40):
                _parse(generate(seed).text)
            gc.collect()
            levels.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert levels[1] - levels[0] < 20_000


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    for texts in REFUSED.values():
        for text in texts:
            with pytest.raises(Exception, match="AY1"):
                _parse(text)
    assert capfd.readouterr() == ("", "")


def test_nodes_are_themselves_alone() -> None:
    """Equal nodes at different places stay apart as keys; two kinds of fields are two kinds of nodes."""
    one, other = _parse("x = 1 x = 1").body.statements
    assert one != other
    assert len({one, other}) == 2
    (statement,) = _parse("x = {y = 1, [y] = 1, 1}").body.statements
    assert isinstance(statement, nodes.Assign)
    assert isinstance(statement.values[0], nodes.Table)
    assert [type(each) for each in statement.values[0].fields] == [
        nodes.NamedField,
        nodes.KeyedField,
        nodes.PositionalField,
    ]


def test_a_loop_without_a_step_has_none() -> None:
    without, given = _parse("for i = 1, 2 do end for i = 1, 2, 1 do end").body.statements
    assert isinstance(without, nodes.NumericFor)
    assert isinstance(given, nodes.NumericFor)
    assert without.step is None
    assert isinstance(given.step, nodes.Number)
