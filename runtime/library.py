"""What the compiler knows about each function of the Lua library: the row types of `stdlib/registry.py` and
`host/registry.py`.

Data only, so that the compiler can import every row at start-up without importing the functions themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class WorkflowUse(Enum):
    """What a library function may do in workflow code, which has to replay."""

    ALLOWED = "allowed"
    """Deterministic: called as it is."""
    FORBIDDEN = "forbidden"
    """Refused at compile time; the row's advice says what to use instead."""
    MAPPED = "mapped"
    """Compiled to a deterministic counterpart of the Temporal SDK."""
    SIDE_EFFECT_ONLY = "side effect only"
    """Allowed inside a function given to `ctx:side_effect`, refused elsewhere."""


@dataclass(frozen=True, slots=True)
class LibraryFunction:
    """One function of the library: where it is, what it returns, and where it may be called."""

    lua_name: str
    """How Lua names it: "string.format", "print"."""
    module: str
    """The Python module relative to assay.runtime: "stdlib.string", "host.http"."""
    attribute: str
    """Its name in that module."""
    results: int | None
    """How many values it returns; None when that varies."""
    types: frozenset[str] = frozenset()
    """The Lua types its single result can have: "nil", "boolean", "integer", "float", "string", "table",
    "function", "userdata"; empty when unknown."""
    calls_back: bool = False
    """Whether it calls Lua functions that it is given."""
    workflow: WorkflowUse = WorkflowUse.ALLOWED
    advice: str = ""
    """What to use instead where it may not be called; shown in diagnostics."""
    available: bool = True
    """False for a function of the API that this version does not have yet."""


@dataclass(frozen=True, slots=True)
class LibraryConstant:
    """A field of a library table that is a value: `math.pi`, `json.null`."""

    lua_name: str
    module: str
    attribute: str
    types: frozenset[str] = frozenset()
    """The Lua types of the value, as in `LibraryFunction`."""
