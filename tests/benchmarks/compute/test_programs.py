"""The three forms of each benchmark program give the same result. Nothing is timed here."""

from __future__ import annotations

import pytest
from comparing import PROGRAMS, load


@pytest.mark.parametrize("name", PROGRAMS)
def test_forms_agree(name: str) -> None:
    forms, size = load(name), PROGRAMS[name].small
    expected = forms.real(size)
    found = forms.twin(size), forms.compiled(size)
    assert found == (expected, expected)
    assert [type(result) for result in found] == [type(expected)] * 2
