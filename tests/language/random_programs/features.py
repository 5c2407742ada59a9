"""Random programs about single facilities: patterns, binary strings, `load`, coroutines, goto, `<close>`, numeric `for`, varargs,
inheritance, sorting.

Program number `seed` is the same on every machine. Each statement prints what it finds and catches its own error, so that one
program tries many things. No order of `pairs` and no address is shown.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from . import feature_control, feature_strings, feature_tables
from .feature_writer import FeatureWriter

_PRELUDE = """local function show(...)
  local shown = {}
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    local kind = type(v)
    if kind == "string" then shown[i] = ("%q"):format(v)
    else shown[i] = (kind == "table" or kind == "function" or kind == "thread") and kind or tostring(v) end
  end
  print(select("#", ...), table.concat(shown, " "))
end
local function try(f, ...) show(pcall(f, ...)) end
local function closer(name)
  return setmetatable({}, { __close = function(_, e) show("close", name, e) if name == "bad" then error("in close") end end })
end"""


_RULES: tuple[Callable[[FeatureWriter], str], ...] = (
    *(feature_strings.matching,) * 4,
    *(feature_control.coroutine,) * 3,
    *(
        feature_strings.string_method,
        feature_control.numeric_for,
        feature_tables.inheritance,
        feature_tables.tables,
        feature_tables.errors,
    )
    * 2,
    *(
        feature_strings.format,
        feature_strings.packing,
        feature_strings.binary,
        feature_strings.numbers,
        feature_control.goto,
        feature_control.close,
        feature_control.varargs,
        feature_control.load,
        feature_control.generator,
    ),
)


def feature_program(seed: int) -> bytes:
    """The program number `seed`."""
    writer = FeatureWriter(random.Random(seed))
    lines = [_PRELUDE]
    for _ in range(writer.random.randint(6, 14)):
        lines.append(writer.random.choice(_RULES)(writer))
    return "\n".join(lines).encode()
