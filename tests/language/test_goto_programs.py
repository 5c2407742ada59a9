"""Programs made at random of jumps do compiled what they do in real Lua. A seed that fails is the program to look at:
`python -c "import goto_programs; print(goto_programs.program(SEED))"`."""

from __future__ import annotations

import goto_programs
import pytest
from harness import run_compiled, run_real
from random_programs.comparing import unformatted

_PROGRAMS = 300
_BATCH = 50


@pytest.mark.parametrize("first", range(0, _PROGRAMS, _BATCH))
def test_random_jumps(first: int) -> None:
    for seed in range(first, first + _BATCH):
        source = goto_programs.program(seed).encode()
        expected = run_real(source)
        assert expected.error is None, f"seed {seed}: the generator made no valid program"
        with unformatted():
            assert run_compiled(source) == expected, f"seed {seed}"
