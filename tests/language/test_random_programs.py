"""Random programs do what they do in real Lua. `python tests/language/fuzz.py` tries others, as many as wanted."""

from __future__ import annotations

import pytest
from fuzz import report
from random_programs.classes import class_program
from random_programs.comparing import compare, unformatted
from random_programs.features import feature_program
from random_programs.programs import program
from random_programs.shrinking import shrink

_BATCHES = 15
_BATCH = 100


@pytest.mark.parametrize("batch", range(_BATCHES))
def test_same_as_real_lua(batch: int) -> None:
    with unformatted():
        compared = 0
        for seed in range(batch * _BATCH, (batch + 1) * _BATCH):
            source = program(seed)
            verdict = compare(source)
            assert not verdict.is_problem, report(seed, source, verdict)
            compared += verdict.kind == "same"
    assert compared > _BATCH * 0.9


def test_classes_are_the_same_as_in_real_lua() -> None:
    with unformatted():
        for seed in range(_BATCH):
            source = class_program(seed)
            verdict = compare(source)
            assert not verdict.is_problem, report(seed, source, verdict)


def test_features_are_the_same_as_in_real_lua() -> None:
    with unformatted():
        for seed in range(_BATCH):
            source = feature_program(seed)
            verdict = compare(source)
            assert not verdict.is_problem, report(seed, source, verdict)


def test_a_program_is_the_same_every_time() -> None:
    assert [program(seed) for seed in range(20)] == [program(seed) for seed in range(20)]
    assert len({program(seed) for seed in range(200)}) == 200


def test_shrinking_keeps_what_matters() -> None:
    source = b'local a, b = 1, {2, 3}\nif a == 1 then\n  print("x", b[1], error)\nend\nreturn a\n'
    small = shrink(source, lambda candidate: b"error" in candidate and b"print" in candidate)
    assert small.strip() == b"print(error)"
