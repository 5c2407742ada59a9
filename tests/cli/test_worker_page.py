"""docs/worker.md is complete: each option of `temporal.worker` and each function of `activity`, with its counterpart in the SDK."""

from __future__ import annotations

import re

import pytest
from assay.runtime.temporal.registry import FUNCTIONS
from assay.runtime.temporal.worker_options import REGISTRIES, TLS_OPTIONS, WORKER_OPTIONS
from compiler_command import REPOSITORY

_PAGE = (REPOSITORY / "docs/worker.md").read_text(encoding="utf-8")
_ROWS = [row.strip("|").split(" | ") for row in re.findall(r"^\| .* \|$", _PAGE, re.MULTILINE)]


def _row(name: str) -> list[str]:
    """The cells of the row whose first cell names `name`, an option or a call."""
    found = [row for row in _ROWS if re.search(rf"`{re.escape(name)}[`(]", row[0])]
    assert len(found) == 1, name
    return found[0]


@pytest.mark.parametrize("name", [*WORKER_OPTIONS, *REGISTRIES])
def test_every_option_has_a_row_with_its_counterpart(name: str) -> None:
    _, meaning, counterpart = _row(name)
    assert meaning.strip() and counterpart.strip()


def test_the_fields_of_tls_are_named() -> None:
    assert [name for name in TLS_OPTIONS if name not in _row("tls")[1]] == []


def test_every_function_of_activity_has_a_row_with_its_counterpart() -> None:
    names = [row.lua_name for row in FUNCTIONS if row.lua_name.startswith("activity.")]
    assert len(names) >= 4
    for name in names:
        _, gives, counterpart = _row(name)
        assert gives.strip() and "activity." in counterpart, name
