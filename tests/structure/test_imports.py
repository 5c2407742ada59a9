"""Data flows one way: what modules may import of each other (CONTRIBUTING.md, "The house")."""

from __future__ import annotations

import subprocess
import sys

from import_graph import When, circles, graph

_STAGES = ("syntax", "analysis", "lowering", "output")
"""The stages of the compiler, each of which imports none that comes after it."""

_READ_BY_STAGES = {
    "runtime.host.registry",
    "runtime.library",
    "runtime.module_names",
    "runtime.positions",
    "runtime.stdlib.registry",
    "runtime.temporal.client_methods",
    "runtime.temporal.context_methods",
    "runtime.temporal.option_names",
    "runtime.temporal.registry",
    "runtime.temporal.rest_methods",
    "runtime.temporal.worker_options",
}
"""What the stages read from the runtime: registries and tables of names, and how positions are written."""

_COMPILE = {"runtime.stdlib.loading", "runtime.testing.packages"}
"""The parts of the runtime that compile Lua when they are asked to: `load`, and tests of a source."""

_EXPLAINED = {"runtime.program", "runtime.string_library"}
"""Modules that load others which need them, and say why."""


def _stage(module: str) -> int | None:
    package, _, rest = module.partition(".")
    name = rest.partition(".")[0]
    return _STAGES.index(name) if package == "transpiler" and name in _STAGES else None


def _circles(*kinds: When) -> list[set[str]]:
    return circles(
        {
            name: {other for other, when in imported.items() if when & set(kinds)}
            for name, imported in graph().items()
        }
    )


def test_the_runtime_does_without_the_compiler() -> None:
    found = {
        name: when
        for name, imported in graph().items()
        for other, when in imported.items()
        if name.startswith("runtime.") and other.startswith("transpiler")
    }
    assert found == dict.fromkeys(_COMPILE, frozenset({When.CALLED}))


def test_stages_import_what_comes_before_them_and_data_of_the_runtime() -> None:
    of_runtime = set()
    for name, imported in graph().items():
        stage = _stage(name)
        if stage is None:
            continue
        for other in imported:
            later = _stage(other)
            assert later is None or later <= stage, f"{name} imports {other}"
            of_runtime |= {other} if other.startswith("runtime") else set()
    assert of_runtime == _READ_BY_STAGES


def test_circles() -> None:
    """Only lowering has one of modules as they load; each of those that begin in a function is explained where it does."""
    (lowering,) = _circles(When.LOADED)
    assert all(_stage(name) == _STAGES.index("lowering") for name in lowering)
    others = [each for each in _circles(When.LOADED, When.CALLED) if each != lowering]
    assert sorted(len(each & _EXPLAINED) for each in others) == [1] * len(_EXPLAINED), others


_EACH_FIRST = """
import importlib, sys
for first in sys.argv[1:]:
    for name in [name for name in sys.modules if name.startswith("assay.transpiler.lowering")]:
        del sys.modules[name]
    importlib.import_module("assay." + first)
"""


def test_any_module_of_a_circle_may_be_imported_first() -> None:
    (lowering,) = _circles(When.LOADED)
    subprocess.run([sys.executable, "-c", _EACH_FIRST, *sorted(lowering)], check=True, timeout=120)
