"""The hand-written prediction and ANTLR's own give the same trees, and the guard between them works."""

from __future__ import annotations

import subprocess
import sys

import pytest
from assay.transpiler.syntax import antlr_parser, parse, prediction
from assay.transpiler.syntax.source import Source
from assay.transpiler.syntax.tokens import Tokens

from .accepted import ACCEPTED
from .generator import generate
from .refused import REFUSED
from .test_refused import refusal
from .walking import summary

_PROGRAMS = [text for texts in ACCEPTED.values() for text in texts]


def _use_stock_prediction(monkeypatch: pytest.MonkeyPatch) -> None:
    hand_written = antlr_parser.parse_tree

    def stock(tokens: Tokens) -> object:
        return hand_written(tokens, use_hand_prediction=False)

    monkeypatch.setattr("assay.transpiler.syntax.parser.parse_tree", stock)


def test_same_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    programs = _PROGRAMS + [generate(seed, 6).text for seed in range(40)]
    expected = [summary(parse(Source("x", text)).body) for text in programs]
    _use_stock_prediction(monkeypatch)
    assert [summary(parse(Source("x", text)).body) for text in programs] == expected


def test_same_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    programs = [text for texts in REFUSED.values() for text in texts]
    expected = [str(refusal(text)) for text in programs]
    _use_stock_prediction(monkeypatch)
    assert [str(refusal(text)) for text in programs] == expected


def test_the_installed_grammar_is_the_known_one() -> None:
    assert prediction.hand_prediction_fits()


def test_another_grammar_gets_the_stock_prediction() -> None:
    program = """
import luaparser.parser.LuaParser as generated
automaton = generated.serializedATN()
generated.serializedATN = lambda: automaton + [0]
from assay.transpiler.syntax import antlr_parser, parse, prediction
from assay.transpiler.syntax.source import Source
assert not prediction.hand_prediction_fits()
prediction.HandPrediction.adaptivePredict = None
print(len(parse(Source("x", "x = f{1}:g()(); y = 2")).body.statements))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "2\n"
